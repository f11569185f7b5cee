"""Short words for what tests of complaints do all the time: make one, answer it, look at the lists."""

from typing import Any

from tests.api.asking import fresh_id
from tests.cast import Person, World

SAID = "食堂的扫码牌贴得太高，够不着"
ANSWERED = "已经换了位置，谢谢提醒"


async def file(person: Person, text: str = SAID, **more: Any) -> dict[str, Any]:
    """Make a complaint and return how it stands."""
    content = {"requestId": fresh_id(), "kind": "COMPLAINT", "text": text, **more}
    step: dict[str, Any] = await person.run("FileComplaint", input=content)
    assert step["__typename"] == "ComplaintStep", step
    return step


async def answer(person: Person, step: dict[str, Any], text: str = ANSWERED) -> dict[str, Any]:
    """Answer a complaint and return what came of it."""
    content = {"requestId": fresh_id(), "complaintId": step["complaintId"], "text": text}
    done: dict[str, Any] = await person.run("AnswerComplaint", input=content)
    return done


async def forward(person: Person, step: dict[str, Any]) -> dict[str, Any]:
    """Pass a complaint up and return what came of it."""
    content = {"requestId": fresh_id(), "complaintId": step["complaintId"]}
    done: dict[str, Any] = await person.run("ForwardComplaint", input=content)
    return done


async def mine(person: Person) -> list[dict[str, Any]]:
    """Return a person's own complaints, newest first."""
    items: list[dict[str, Any]] = (await person.run("MyComplaints"))["complaints"]["items"]
    return items


async def office(world: World, person: Person, at: str = "A", which: str = "WAITING") -> list[dict[str, Any]]:
    """Return what an office sees."""
    page = await person.run("Complaints", institutionId=world.institution_id(at), which=which)
    items: list[dict[str, Any]] = page["items"]
    return items

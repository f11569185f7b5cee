"""Short words for what tests of review do all the time: record for many, draw, look at the queue, decide."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import select

from backend.checkins.requests import Item
from backend.identity import service as identity
from backend.review.jobs import draw
from backend.review.tables import ReviewCase
from tests.api.asking import fresh_id, record_for
from tests.cast import Person, World


async def next_morning(world: World) -> int:
    """Let a day pass and the worker draw; return how many draws it made."""
    world.clock.advance(timedelta(days=1))
    return await draw(world.parts.database, world.clock)


async def more_staff(world: World, institution: str = "A") -> Person:
    """Let Zhou review for an institution too, and return her."""
    async with world.parts.database.write() as session:
        place = world.institutions[institution].id or 0
        await identity.grant(session, world.members["Zhou"], "reviewer", place, world.clock.now())
    return await world.sign_in("Zhou")


async def acts_of(world: World, campaign: str, people: Sequence[int], kind: str = "own_cup", **details: Any) -> None:
    """Let each of these members record one act now."""
    now = world.clock.now()
    await record_for(world, campaign, {one: [Item(campaign, kind, now, details)] for one in people})


async def waiting(world: World, person: Person, institution: str = "A", **more: Any) -> list[dict[str, Any]]:
    """Return what waits for a reviewer."""
    queue = await person.run("ReviewQueue", institutionId=world.institution_id(institution), limit=50, **more)
    items: list[dict[str, Any]] = queue["items"]
    return items


async def decide(person: Person, *items: dict[str, Any], request_id: str | None = None) -> list[Any]:
    """Send verdicts and return the outcomes."""
    receipt = await person.run("DecideReviews", input={"requestId": request_id or fresh_id(), "items": list(items)})
    assert receipt["__typename"] == "ReviewReceipt", receipt
    outcomes: list[Any] = receipt["outcomes"]
    return outcomes


async def undo(person: Person, *cases: str) -> list[Any]:
    """Take verdicts back and return the outcomes."""
    receipt = await person.run("UndoReviews", input={"requestId": fresh_id(), "reviewIds": list(cases)})
    assert receipt["__typename"] == "ReviewReceipt", receipt
    outcomes: list[Any] = receipt["outcomes"]
    return outcomes


def approve(case: str, **more: Any) -> dict[str, Any]:
    """Return the verdict that a case is good."""
    return {"reviewId": case, "verdict": "APPROVE", **more}


def refuse(case: str, reason: str = "UNBELIEVABLE", **more: Any) -> dict[str, Any]:
    """Return the verdict that a case is not."""
    return {"reviewId": case, "verdict": "REFUSE", "reason": reason, **more}


def ask(case: str, question: str = "请补充说明") -> dict[str, Any]:
    """Return the verdict that more is wanted."""
    return {"reviewId": case, "verdict": "ASK", "note": question}


async def cases(world: World) -> list[ReviewCase]:
    """Return every case, as the database has it."""
    async with world.parts.database.read() as session:
        return list((await session.exec(select(ReviewCase).order_by(ReviewCase.id))).all())  # type: ignore[arg-type]

"""Short words for what the tests of amendments do: propose, agree, carry out, look."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from backend.amendments import verify
from backend.amendments.jobs import carry_on
from backend.checkins import verify as acts
from backend.core import ids
from backend.leaderboards import verify as boards
from backend.messages.tables import Message
from backend.points import verify as ledger
from tests.api.asking import fresh_id
from tests.cast import Person, World

REASON = "公交补贴调整后，按新标准计"


def change(campaign: str, from_day: date, **more: Any) -> dict[str, Any]:
    """Return a change of rules as the console sends it."""
    return {"campaignId": campaign, "fromDay": from_day.isoformat(), "reason": REASON, **more}


def restating(world: World, campaign: str, **more: Any) -> dict[str, Any]:
    """Return a change that restates everything since today."""
    return change(campaign, world.clock.now().date(), restates=True, **more)


async def propose(person: Person, asked: dict[str, Any], request_id: str | None = None) -> Any:
    """Propose a change and return the answer."""
    return await person.run("ProposeRuleChange", input={"requestId": request_id or fresh_id(), "change": asked})


async def proposed(person: Person, asked: dict[str, Any]) -> dict[str, Any]:
    """Propose a change that must be taken, and return it."""
    answer = await propose(person, asked)
    assert answer["__typename"] == "RuleChangeReceipt", answer
    amendment: dict[str, Any] = answer["amendment"]
    return amendment


async def decide(person: Person, amendment: dict[str, Any], verdict: str = "AGREE", **more: Any) -> Any:
    """Decide on a change and return the answer."""
    asked = {"requestId": fresh_id(), "amendmentId": amendment["id"], "verdict": verdict, "basis": amendment["basis"]}
    return await person.run("DecideRuleChange", input=asked | more)


async def agreed(proposer: Person, other: Person, asked: dict[str, Any]) -> dict[str, Any]:
    """Let one person propose a change and another agree; return it as proposed."""
    amendment = await proposed(proposer, asked)
    answer = await decide(other, amendment)
    assert answer["__typename"] == "RuleChangeReceipt", answer
    return amendment


async def carried(world: World) -> None:
    """Let the worker carry out what is agreed, both times, and the boards follow."""
    await carry_on(world.parts.database, world.clock)
    world.clock.advance(timedelta(minutes=16))
    await carry_on(world.parts.database, world.clock)
    await world.project()


async def complaints(world: World) -> list[str]:
    """Return what any check finds wrong."""
    async with world.parts.database.read() as session:
        return [
            *await ledger.findings(session),
            *await acts.findings(session),
            *await boards.findings(session),
            *await verify.findings(session),
        ]


async def messages(world: World, name: str, kind: str) -> list[Message]:
    """Return a person's messages of a kind."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Message)
            .where(col(Message.member_id) == world.members[name], col(Message.kind) == kind)
            .order_by(col(Message.id))
        )
        return list(found)


async def entries(person: Person) -> list[dict[str, Any]]:
    """Return a member's ledger, newest first."""
    items: list[dict[str, Any]] = (await person.run("MyLedger"))["ledger"]["items"]
    return items


async def points(person: Person) -> int:
    """Return what a member holds."""
    held: int = (await person.run("MyLedger"))["balance"]["points"]
    return held


def number(campaign: str) -> int:
    """Return a campaign's row number."""
    return ids.decode("cmp", campaign)

"""Short words for what the tests of amendments do: propose, agree, carry out, look."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import col, select

from backend.amendments import verify
from backend.amendments.jobs import carry_on
from backend.campaigns.shelf import Shelf
from backend.carbon.factors import FactorSet
from backend.checkins import verify as acts
from backend.core import ids
from backend.leaderboards import verify as boards
from backend.messages.tables import Message
from backend.points import verify as ledger
from tests.api.asking import fresh_id
from tests.cast import Person, World

REASON = "公交补贴调整后，按新标准计"
MISSED = "活动当天网络故障，补记一次"


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


def revalue_factor(world: World, key: str, value: str) -> None:
    """Let the shelf hold another value of a factor, as after an update of the factor file."""
    services = world.parts.services
    shelf = services.use(Shelf)
    newer = [
        one.model_copy(update={"value": Decimal(value)}) if one.key == key else one for one in shelf.factors.factors
    ]
    services._built[Shelf] = replace(shelf, factors=FactorSet.of(newer))


def adjustment(world: World, campaign: str, amount: int, staff_number: str = "A001", **more: Any) -> dict[str, Any]:
    """Return an adjustment as the console sends it."""
    return {
        "requestId": fresh_id(),
        "campaignId": campaign,
        "institutionId": world.institution_id("A"),
        "staffNumber": staff_number,
        "points": amount,
        "reason": MISSED,
    } | more


async def adjustment_proposed(person: Person, wanted: dict[str, Any]) -> str:
    """Propose an adjustment that must be taken, and return its id."""
    answer = await person.run("ProposeAdjustment", input=wanted)
    assert answer["__typename"] == "AdjustmentReceipt", answer
    identifier: str = answer["adjustment"]["id"]
    return identifier


def verdict(identifier: str, name: str = "AGREE", **more: Any) -> dict[str, Any]:
    """Return a verdict as the console sends it."""
    return {"requestId": fresh_id(), "adjustmentId": identifier, "verdict": name} | more

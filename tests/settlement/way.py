"""Short words for what tests of settlement do all the time: let time pass with the worker at work, and look."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.tables import Campaign
from backend.checkins.requests import Item
from backend.core import ids, paths
from backend.core.clock import Clock
from backend.core.db import Database
from backend.leaderboards.jobs import follow_the_ledger
from backend.settlement import verify
from backend.settlement.jobs import settle
from backend.settlement.tables import Seal
from backend.settlement.waiting import Openings
from tests.api.asking import fresh_id, record_for
from tests.cast import Person, World

CALENDAR = paths.folder("campaigns") / "calendar.toml"


async def work(database: Database, clock: Clock) -> int:
    """Do what the worker does for campaigns and boards; return how many steps to the seal were taken."""
    await follow_the_calendar(database, clock)
    steps = await settle(CALENDAR, Openings(), database, clock)
    await follow_the_ledger(database, clock)
    return steps


async def row(world: World, campaign: str) -> Campaign:
    """Return a campaign's row."""
    async with world.parts.database.read() as session:
        found = await session.get(Campaign, ids.decode("cmp", campaign))
    assert found is not None
    return found


async def state(world: World, campaign: str) -> str:
    """Return a campaign's state."""
    return (await row(world, campaign)).state


async def at(world: World, instant: datetime) -> int:
    """Let it be that time, with the worker at work; return how many steps to the seal were taken."""
    world.clock.at = instant
    return await work(world.parts.database, world.clock)


async def to_provisional(world: World, campaign: str) -> Campaign:
    """Let a campaign close and its result be out."""
    await at(world, (await row(world, campaign)).review_ends_at)
    found = await row(world, campaign)
    assert found.state == "provisional", found.state
    return found


async def to_seal(world: World, campaign: str) -> Seal:
    """Let a campaign come to its seal, and return it."""
    provisional = await to_provisional(world, campaign)
    await at(world, provisional.seals_at)
    async with world.parts.database.read() as session:
        found = await session.get(Seal, ids.decode("cmp", campaign))
    assert found is not None, await state(world, campaign)
    return found


async def acts(world: World, campaign: str, members: list[int], kind: str = "own_cup", **details: Any) -> None:
    """Let each of these members record one act now."""
    item = Item(campaign, kind, world.clock.now(), details)
    await record_for(world, campaign, {one: [item] for one in members})
    await world.project()


async def findings(world: World) -> list[str]:
    """Return what is wrong with the seals."""
    async with world.parts.database.read() as session:
        return await verify.findings(session)


async def seals(database: Database) -> list[Seal]:
    """Return every seal."""
    async with database.read() as session:
        return list((await session.exec(select(Seal))).all())


async def reverse_first(world: World, staff: Person, campaign: str, institution: str = "A") -> dict[str, Any]:
    """Let staff undo the newest act of an institution in a campaign."""
    page = await staff.run("ReportedCheckIns", institutionId=world.institution_id(institution), campaignId=campaign)
    act = page["items"][0]["checkIn"] if "checkIn" in page["items"][0] else page["items"][0]
    answer = await staff.run("ReverseTransfer", input={"transferId": act["pointsTransferId"], "reason": "照片不符"})
    assert answer["__typename"] == "TransferReversed", answer
    return dict(act)


def days(count: float) -> timedelta:
    """Return so many days."""
    return timedelta(days=count)


def request() -> str:
    """Return a request id that was not used before."""
    return fresh_id()

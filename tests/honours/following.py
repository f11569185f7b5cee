"""Short words for what tests of honours do all the time: let the worker follow, look at the page, read messages."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import col, select, update

from backend.campaigns.calendar import Calendar
from backend.campaigns.tables import Campaign
from backend.checkins.requests import Item
from backend.core import ids, paths
from backend.honours.jobs import follow_the_ledger
from backend.honours.tables import EarnedBadge
from backend.messages.tables import Message
from tests.api.asking import record_for
from tests.cast import Person, World

CALENDAR = Calendar.load(paths.folder("campaigns") / "calendar.toml")


async def follow(world: World, calendar: Calendar = CALENDAR, threshold: int = 5) -> int:
    """Let the boards and then the badges follow the ledger; return how many batches the badges followed."""
    await world.project()
    return await follow_the_ledger(calendar, threshold, world.parts.database, world.clock)


async def honours(person: Person, campaign_id: str) -> dict[str, Any]:
    """Return a person's page of honours."""
    found: dict[str, Any] = (await person.run("Honours", campaignId=campaign_id))["honours"]
    return found


async def inbox(world: World, name: str, kind: str) -> Sequence[Message]:
    """Return somebody's messages of a kind, oldest first."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Message)
            .where(col(Message.member_id) == world.members[name], col(Message.kind) == kind)
            .order_by(col(Message.id))
        )
        return found.all()


async def rows(world: World) -> dict[tuple[int, str], EarnedBadge]:
    """Return every badge that was ever earned, by member and key."""
    async with world.parts.database.read() as session:
        return {(row.member_id, row.key): row for row in (await session.exec(select(EarnedBadge))).all()}


async def act_daily(world: World, campaign: str, people: Sequence[int], days: int, kind: str = "energy_act") -> None:
    """Let each of these members act once a day, and as many days pass."""
    details = {"act": "lights_off"} if kind == "energy_act" else {}
    for _ in range(days):
        now = world.clock.now()
        await record_for(world, campaign, {one: [Item(campaign, kind, now, details)] for one in people})
        world.clock.advance(timedelta(days=1))


async def set_state(world: World, campaign: str, state: str) -> None:
    """Put a campaign into a state."""
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).where(col(Campaign.id) == ids.decode("cmp", campaign)).values(state=state))

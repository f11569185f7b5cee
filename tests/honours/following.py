"""Short words for what tests of honours do all the time: let the worker follow, look at the page, read messages."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import col, select

from backend.campaigns.calendar import Calendar
from backend.core import paths
from backend.honours.jobs import follow_the_ledger
from backend.messages.tables import Message
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

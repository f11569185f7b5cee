"""Read sealed results."""

from collections.abc import Sequence

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.settlement.tables import Seal, SealedStanding


async def seal_of(session: ReadSession, campaign_id: int) -> Seal | None:
    """Return the seal of a campaign, or None while it has none."""
    return await session.get(Seal, campaign_id)


async def standings(session: ReadSession, campaign_id: int, level: str) -> Sequence[SealedStanding]:
    """Return the sealed lines of a level, in the order of their subjects' numbers."""
    found = await session.exec(
        select(SealedStanding)
        .where(col(SealedStanding.campaign_id) == campaign_id, col(SealedStanding.level) == level)
        .order_by(col(SealedStanding.subject_id))
    )
    return found.all()

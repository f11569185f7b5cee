"""Move a campaign that has ended on, step by step, towards its seal; each step is noted in its trail."""

from datetime import datetime
from typing import Any

from sqlmodel import col, update

from backend.campaigns import trail
from backend.campaigns.tables import Campaign
from backend.core.db import WriteSession


async def move(
    session: WriteSession,
    campaign_id: int,
    before: str,
    after: str,
    now: datetime,
    *,
    by_member: int | None = None,
    reason: str | None = None,
    **noted: Any,
) -> bool:
    """Move a campaign from one state to the next; return whether it stood in the first one.

    `noted` are columns of the campaign that the step sets; `by_member` is None where the calendar does it.
    """
    moved = await session.exec(
        update(Campaign)
        .where(col(Campaign.id) == campaign_id, col(Campaign.state) == before)
        .values(state=after, edition=Campaign.edition + 1, **noted)
        .returning(col(Campaign.edition))
    )
    edition = moved.scalar_one_or_none()
    if edition is None:
        return False
    seen = {"edition": edition - 1}
    trail.note(session, campaign_id, after, now, by_member=by_member, reason=reason, details=seen)
    await session.flush()
    return True

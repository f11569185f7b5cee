"""Move a campaign that has ended on, step by step, towards its seal; each step is noted in its trail."""

from datetime import datetime
from typing import Any

from sqlmodel import col, update

from backend.campaigns.tables import Campaign, CampaignEvent
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
    )
    if moved.rowcount:
        await note(session, campaign_id, after, now, by_member=by_member, reason=reason)
    return bool(moved.rowcount)


async def note(
    session: WriteSession, campaign_id: int, what: str, now: datetime, *, by_member: int | None, reason: str | None
) -> None:
    """Add a line to the trail of a campaign."""
    session.add(CampaignEvent(campaign_id=campaign_id, at=now, what=what, by_member=by_member, reason=reason))
    await session.flush()

"""The trail of a campaign: what happened to it, by whom and why."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from backend.campaigns.tables import Campaign, CampaignEvent
from backend.core.db import ReadSession, WriteSession


def note(
    session: WriteSession,
    campaign_id: int,
    what: str,
    now: datetime,
    *,
    by_member: int | None = None,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Write one line of the trail, in the caller's transaction."""
    told = json.dumps(details, ensure_ascii=False, sort_keys=True, default=str) if details else None
    session.add(
        CampaignEvent(campaign_id=campaign_id, at=now, what=what, by_member=by_member, reason=reason, details=told)
    )


def change(
    session: WriteSession,
    campaign: Campaign,
    what: str,
    now: datetime,
    *,
    by_member: int,
    reason: str | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Raise a campaign's edition, and write the line by which whoever saw the edition before is told what changed."""
    told = {**(details or {}), "edition": campaign.edition}
    campaign.edition += 1
    session.add(campaign)
    note(session, campaign.id or 0, what, now, by_member=by_member, reason=reason, details=told)


async def events(session: ReadSession, campaign_id: int) -> Sequence[CampaignEvent]:
    """Return what happened to a campaign, oldest first."""
    found = await session.exec(
        select(CampaignEvent).where(col(CampaignEvent.campaign_id) == campaign_id).order_by(col(CampaignEvent.id))
    )
    return found.all()

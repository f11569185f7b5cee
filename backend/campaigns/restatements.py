"""Which rules what was recorded before is restated to, and whether that is done."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import CampaignRule
from backend.core.db import ReadSession


def under(running: Running, day: date) -> Running | None:
    """Return a campaign as it is under the newest rules to which acts of that day are restated, or None."""
    restating = [one.version for one in running.changes if one.restates and one.applies_from <= day]
    if not restating:
        return None
    return replace(running, changes=tuple(one for one in running.changes if one.version <= max(restating)))


async def restating(session: ReadSession, campaign_ids: Collection[int]) -> set[int]:
    """Return those of these campaigns to some of whose rules what was recorded before is restated."""
    found = await session.exec(
        select(CampaignRule.campaign_id).where(
            col(CampaignRule.campaign_id).in_(campaign_ids), col(CampaignRule.restates)
        )
    )
    return set(found)


async def is_restating(session: ReadSession, campaign_id: int) -> bool:
    """Tell whether acts of a campaign are still being restated: until they are, its result must not be sealed."""
    found = await session.exec(
        select(CampaignRule.version).where(
            col(CampaignRule.campaign_id) == campaign_id,
            col(CampaignRule.restates),
            col(CampaignRule.restated_at).is_(None),
        )
    )
    return found.first() is not None

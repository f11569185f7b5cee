"""Set what a campaign may issue, and tell its organisers when it is nearly used up."""

from datetime import datetime

from sqlmodel import col, delete, select, update

from backend.amendments import receipts
from backend.amendments.receipts import Done
from backend.campaigns import queries, trail
from backend.campaigns import service as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import Campaign
from backend.core.clock import campaign_day
from backend.core.db import ReadSession, WriteSession, locked
from backend.core.errors import SHOWN_ZONE
from backend.core.receipts import Order
from backend.identity import queries as identity
from backend.identity.roles import MANAGERS
from backend.messages import service as messages
from backend.points import budget
from backend.points.tables import CampaignBudget

WARNINGS = (100, 95, 80)  # percent, the highest first
SET = "set"


async def set_budget(session: WriteSession, order: Order, campaign_id: int, points: int | None, now: datetime) -> Done:
    """Let a campaign issue so many points and no more, or (None) as many as its rules give.

    It may be lower than what was issued: then nothing more is. Raises InvalidValue, RequestReused.
    """
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    campaigns.check_budget(points, "points")
    campaign = await locked(session, Campaign, campaign_id, key_share=True)
    before, campaign.budget_points = campaign.budget_points, points
    details = {"before": {"budget_points": before}, "after": {"budget_points": points}}
    trail.change(session, campaign, "budget", now, by_member=order.by_member, details=details)
    await session.flush()
    if points is None:
        await session.exec(delete(CampaignBudget).where(col(CampaignBudget.campaign_id) == campaign_id))
    else:
        await budget.open_counter(session, campaign_id, now)
        # Who records just now may not know of the budget yet; a new limit may be warned of anew.
        await session.exec(
            update(CampaignBudget)
            .where(col(CampaignBudget.campaign_id) == campaign_id)
            .values(recount_at=now + budget.RECOUNT_AFTER, warned_percent=0)
        )
    return receipts.keep(session, order, campaign_id, SET, now)


async def due(session: ReadSession, now: datetime) -> list[int]:
    """Return the campaigns whose counter is to be recounted, or whose organisers are to be told."""
    found = await session.exec(
        select(CampaignBudget, Campaign.budget_points)
        .join(Campaign, col(Campaign.id) == col(CampaignBudget.campaign_id))
        .where(col(Campaign.budget_points).is_not(None))
        .order_by(col(CampaignBudget.campaign_id))
    )
    return [
        row.campaign_id
        for row, limit in found
        if (row.recount_at is not None and row.recount_at <= now)
        or _reached(row.issued, limit or 0) > row.warned_percent
    ]


def _reached(issued: int, limit: int) -> int:
    """Return the highest share of the budget, of those that are told of, that has been issued."""
    return next((percent for percent in WARNINGS if issued * 100 >= limit * percent), 0)


async def watch(session: WriteSession, campaign_id: int, now: datetime) -> None:
    """Recount a counter if that is due, and tell the organisers of the share that it has reached, once."""
    await budget.hold(session, [campaign_id], now)
    row = await session.get(CampaignBudget, campaign_id, populate_existing=True)
    running = await queries.one(session, campaign_id)
    if row is None or running is None or running.campaign.budget_points is None:
        return
    if row.recount_at is not None and row.recount_at <= now:
        await budget.recount(session, campaign_id)
        await session.refresh(row)
        row.recount_at = None
    percent = _reached(row.issued, running.campaign.budget_points)
    if percent > row.warned_percent:
        row.warned_percent = percent
        await _warn(session, running, row.issued, percent, now)
    session.add(row)


async def _warn(session: WriteSession, running: Running, issued: int, percent: int, now: datetime) -> None:
    campaign = running.campaign
    staff = await identity.holders(session, MANAGERS, running.path, campaign_day(now, SHOWN_ZONE, 0))
    await messages.post(
        session,
        [member_id for member_id, _ in staff],
        "budget_warning",
        # By the edition: a limit that is set back to an earlier number is warned of anew.
        key=f"campaign/{running.id}/budget/{campaign.edition}/{percent}",
        told={
            "campaign": running.rules.title,
            "percent": str(percent),
            "issued": str(issued),
            "budget": str(campaign.budget_points),
        },
        campaign_id=running.id,
        now=now,
    )

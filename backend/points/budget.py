"""Count what campaigns with a budget have issued: the counter is what the ledger says, and who issues holds its lock.

The lock makes issuing transactions of one campaign follow one another, so only campaigns that have a budget pay it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, case, cast, func
from sqlmodel import col, select, update

from backend.core.db import ReadSession, WriteSession, insert_new
from backend.points.accounts import AccountKind, account
from backend.points.tables import POINTS, CampaignBudget, Transfer

RECOUNT_AFTER = timedelta(minutes=15)  # longer than any transaction lasts


async def hold(session: WriteSession, campaign_ids: Collection[int], now: datetime) -> dict[int, int]:
    """Make other transactions that issue for these campaigns wait; return what each has issued so far.

    A campaign whose budget is new gets its counter. The members concerned are locked before.
    """
    counted = await _locked(session, campaign_ids)
    for campaign_id in sorted(set(campaign_ids) - counted.keys()):
        await open_counter(session, campaign_id, now)
    return counted if len(counted) == len(set(campaign_ids)) else await _locked(session, campaign_ids)


async def _locked(session: WriteSession, campaign_ids: Collection[int]) -> dict[int, int]:
    found = await session.exec(
        select(CampaignBudget.campaign_id, CampaignBudget.issued)
        .where(col(CampaignBudget.campaign_id).in_(campaign_ids))
        .order_by(col(CampaignBudget.campaign_id))
        .with_for_update()
    )
    return dict(found.all())


async def open_counter(session: WriteSession, campaign_id: int, now: datetime) -> None:
    """Begin to count what a campaign issues, unless it is counted already."""
    row = {
        "campaign_id": campaign_id,
        "issued": await issued(session, campaign_id),
        "warned_percent": 0,
        "recount_at": now + RECOUNT_AFTER,
    }
    await insert_new(session, CampaignBudget, row)


async def follow(session: WriteSession, moved: Mapping[int, int]) -> None:
    """Add to the counters, where there are any, what a transaction has issued."""
    for campaign_id, points in sorted(moved.items()):
        if points:
            await session.exec(
                update(CampaignBudget)
                .where(col(CampaignBudget.campaign_id) == campaign_id)
                .values(issued=CampaignBudget.issued + points)
                .execution_options(synchronize_session=False)
            )


async def recount(session: WriteSession, campaign_id: int) -> None:
    """Set a counter to what the ledger says; whoever issues waits meanwhile."""
    await _locked(session, [campaign_id])
    counted = await issued(session, campaign_id)
    await session.exec(
        update(CampaignBudget).where(col(CampaignBudget.campaign_id) == campaign_id).values(issued=counted)
    )


async def issued(session: ReadSession, campaign_id: int) -> int:
    """Return what a campaign has issued in points, less what came back, summed from the ledger itself."""
    fund = account(AccountKind.CAMPAIGN, campaign_id)
    signed = case((col(Transfer.from_account) == fund, col(Transfer.amount)), else_=-col(Transfer.amount))
    found = await session.exec(
        select(cast(func.sum(signed), BigInteger)).where(
            col(Transfer.campaign_id) == campaign_id, col(Transfer.ledger) == POINTS
        )
    )
    return int(found.one() or 0)


async def findings(session: ReadSession) -> list[str]:
    """Return one line for each counter that is not what the ledger says; one that is to be recounted is left out."""
    found = (await session.exec(select(CampaignBudget).order_by(col(CampaignBudget.campaign_id)))).all()
    lines = []
    for row in found:
        counted = await issued(session, row.campaign_id)
        if row.issued != counted and row.recount_at is None:
            lines.append(f"campaign {row.campaign_id}: its budget counts {row.issued} points, the ledger {counted}")
    return lines

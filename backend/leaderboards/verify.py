"""Check the boards against a recount: the scores must be what the ledger says, row by row."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Integer, literal
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.leaderboards import service
from backend.leaderboards.tables import Score
from backend.points.tables import NO_CAMPAIGN, PLACE_BITS, LedgerBatch, Transfer


async def findings(session: ReadSession) -> list[str]:
    """Return the first difference of each campaign, empty when scores and ledger agree.

    Members whom a batch moved that the projector has not followed yet are left out: their scores are due to change.
    """
    moving = await _moving(session)
    earned = select(Transfer.campaign_id).where(col(Transfer.campaign_id) != NO_CAMPAIGN)
    campaigns = (await session.exec(earned.distinct())).all()
    scored = (await session.exec(select(Score.campaign_id).distinct())).all()
    found = [
        await _difference(session, campaign_id, moving[campaign_id]) for campaign_id in sorted({*campaigns, *scored})
    ]
    return [line for line in found if line is not None]


async def _moving(session: ReadSession) -> Mapping[int, set[int]]:
    # A set of batches, not a join: SQLite can then not compare every transfer with every batch.
    unfollowed = select(LedgerBatch.id).where(col(LedgerBatch.projected_at).is_(None))
    found = await session.exec(
        select(Transfer.campaign_id, Transfer.member_id)
        .where(col(Transfer.id).op(">>")(literal(PLACE_BITS, Integer)).in_(unfollowed))
        .distinct()
    )
    moving: dict[int, set[int]] = defaultdict(set)
    for campaign_id, member_id in found:
        moving[campaign_id].add(member_id)
    return moving


async def _difference(session: ReadSession, campaign_id: int, moving: set[int]) -> str | None:
    expected = await service.recount(session, campaign_id, None)
    found = await session.exec(select(Score).where(col(Score.campaign_id) == campaign_id))
    present = {(row.campaign_id, row.period, row.member_id, row.department_id): row for row in found}
    for key in sorted(expected.keys() | present.keys()):
        _, period, member_id, _ = key
        if member_id in moving:
            continue
        row, wanted = present.get(key), expected.get(key)
        have = (row.points, row.carbon_mg) if row else (0, 0)
        want = (wanted["points"], wanted["carbon_mg"]) if wanted else (0, 0)
        if have != want:
            return f"campaign {campaign_id}: score of member {member_id} in {period} is {have}, the ledger says {want}"
    return None

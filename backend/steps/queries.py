"""A member's own steps, and the acts that they count by."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from backend.checkins import causes
from backend.checkins import queries as check_ins
from backend.checkins.kinds.steps import KIND
from backend.checkins.requests import Accepted
from backend.core.db import ReadSession
from backend.points import queries as points
from backend.points.tables import CARBON_MG, POINTS
from backend.steps.tables import StepDay


async def days(session: ReadSession, member_id: int, since: date) -> Sequence[StepDay]:
    """Return the steps that a member has sent for the days from `since` on, newest first."""
    found = await session.exec(
        select(StepDay)
        .where(col(StepDay.member_id) == member_id, col(StepDay.day) >= since)
        .order_by(col(StepDay.day).desc())
    )
    return found.all()


async def acts(session: ReadSession, member_id: int, since: date) -> dict[date, Accepted]:
    """Return the acts by which a member's steps count, by day from `since` on."""
    rows = await check_ins.counted_of_kind(session, member_id, KIND.key, since)
    entries = await points.numbers_of_causes(session, [causes.of_act(row.id) for row in rows])
    return {
        row.day: Accepted(
            check_in_id=row.id,
            campaign_id=row.campaign_id,
            kind=row.kind,
            day=row.day,
            slot=row.slot,
            proof=row.proof,
            points=row.points,
            carbon_mg=row.carbon_mg,
            points_transfer=entries.get(causes.of_act(row.id), {}).get(POINTS),
            carbon_transfer=entries.get(causes.of_act(row.id), {}).get(CARBON_MG),
            replaces_id=row.replaces_id,
        )
        for row in rows
    }

"""The time that an institution gives to review: what was set, what was measured, what is left of today."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from backend.core.clock import campaign_day, day_starts_at
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE, InvalidValue
from backend.core.text import Text
from backend.review import pace
from backend.review.pace import FASTEST_SECONDS, SLOWEST_SECONDS, Sitting
from backend.review.requests import LOOKED
from backend.review.tables import MINUTES_A_DAY, SECONDS_PER_CASE, ReviewDecision, ReviewSetting

MOST_MINUTES = 240
_SITTINGS, _SITTINGS_SINCE = 60, timedelta(days=30)


@dataclass(frozen=True)
class Budget:
    """The time that an institution gives, how long a case takes, and how much of today's time is left."""

    minutes_a_day: int
    seconds_set: int
    seconds_per_case: int  # as measured; what was set, until there is enough to measure
    minutes_left: int


async def of(session: ReadSession, institution_id: int, now: datetime) -> Budget:
    """Return an institution's time for review."""
    row = await session.get(ReviewSetting, institution_id)
    minutes, seconds = (row.minutes_a_day, row.seconds_per_case) if row else (MINUTES_A_DAY, SECONDS_PER_CASE)
    sittings = await _sittings(session, institution_id, now)
    measured = pace.seconds_per_case(sittings, otherwise=seconds)
    midnight = day_starts_at(campaign_day(now, SHOWN_ZONE, 0), SHOWN_ZONE, 0)
    looked_at = sum(one.cases for one in sittings if one.at >= midnight)
    return Budget(minutes, seconds, measured, max(0, minutes - looked_at * measured // 60))


async def _sittings(session: ReadSession, institution_id: int, now: datetime) -> list[Sitting]:
    found = await session.exec(
        select(ReviewDecision.by_member, func.min(ReviewDecision.at).label("at"), func.count())
        .where(
            col(ReviewDecision.institution_id) == institution_id,
            col(ReviewDecision.at) >= now - _SITTINGS_SINCE,
            col(ReviewDecision.verdict).in_(LOOKED),
        )
        .group_by(col(ReviewDecision.by_member), col(ReviewDecision.request_id))
        .order_by(func.min(ReviewDecision.at).desc())
        .limit(_SITTINGS)
    )
    return [Sitting(by_member, at, cases) for by_member, at, cases in found]


async def set_minutes(
    session: WriteSession,
    institution_id: int,
    minutes_a_day: int,
    seconds_per_case: int | None,
    *,
    by_member: int,
    now: datetime,
) -> None:
    """Say how much time an institution gives, from the next draw on; raises InvalidValue."""
    if not 0 <= minutes_a_day <= MOST_MINUTES:
        reason = Text(f"须为 0 至 {MOST_MINUTES} 分钟", f"it is 0 to {MOST_MINUTES} minutes")
        raise InvalidValue(field="minutesADay", reason=reason)
    if seconds_per_case is not None and not FASTEST_SECONDS <= seconds_per_case <= SLOWEST_SECONDS:
        reason = Text(
            f"须为 {FASTEST_SECONDS} 至 {SLOWEST_SECONDS} 秒", f"it is {FASTEST_SECONDS} to {SLOWEST_SECONDS} seconds"
        )
        raise InvalidValue(field="secondsPerCase", reason=reason)
    row = await session.get(ReviewSetting, institution_id)
    if row is None:
        row = ReviewSetting(institution_id=institution_id, changed_by=by_member, changed_at=now)
    row.minutes_a_day, row.changed_by, row.changed_at = minutes_a_day, by_member, now
    row.seconds_per_case = row.seconds_per_case if seconds_per_case is None else seconds_per_case
    session.add(row)
    await session.flush()

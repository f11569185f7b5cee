"""Draw what is to be reviewed, a few minutes after each midnight, or late in the right order after a night off."""

import secrets
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from backend.core import jobs
from backend.core.clock import Clock, campaign_day
from backend.core.db import Database, WriteSession
from backend.core.errors import SHOWN_ZONE
from backend.core.jobs import JobRun
from backend.review import budget as budgets
from backend.review import doubt, drawing, sampling
from backend.review.tables import ReviewDraw

DRAW = "review.draw"
AFTER_MIDNIGHT = timedelta(minutes=5)  # what was recorded in the day's last seconds is committed by then
DAYS_BACK = 14  # a fortnight's nights off are caught up; what is older nobody has time to look at
WHOLE_DAY = 0  # the unit that says that every institution's draw of a day is done


async def draw(database: Database, clock: Clock) -> int:
    """Draw for each institution and each past day that has no draw yet, in order; return how many draws were ours."""
    now = clock.now()
    return sum([await _draw_day(database, day, now) for day in await _undrawn(database, now)])


async def _undrawn(database: Database, now: datetime) -> list[date]:
    last = campaign_day(now - AFTER_MIDNIGHT, SHOWN_ZONE, 0) - timedelta(days=1)
    days = [last - timedelta(days=back) for back in reversed(range(DAYS_BACK))]
    async with database.read() as session:
        found = await session.exec(
            select(JobRun.due_at).where(
                col(JobRun.job) == DRAW, col(JobRun.unit_id) == WHOLE_DAY, col(JobRun.due_at) >= _due_at(days[0])
            )
        )
        drawn = set(found)
    return [day for day in days if _due_at(day) not in drawn]


def _due_at(day: date) -> datetime:
    return drawing.span(day)[1] + AFTER_MIDNIGHT


async def _draw_day(database: Database, day: date, now: datetime) -> int:
    async with database.read() as session:
        acts = await drawing.acts_of_day(session, day)
        done = set(await session.exec(select(ReviewDraw.institution_id).where(col(ReviewDraw.day) == day)))
    ours = sum([await _draw_of(database, one, day, acts[one], now) for one in sorted(acts.keys() - done)])
    await jobs.run_once(database, jobs.Due(DRAW, WHOLE_DAY, _due_at(day), _nothing_more), now)
    return ours


async def _draw_of(database: Database, institution_id: int, day: date, acts: list[int], now: datetime) -> bool:
    # Looking for what is like each photo takes milliseconds a photo: it is done before the transaction that writes.
    async with database.read() as session:
        found = await doubt.population(session, institution_id, day, acts)
        budget = await budgets.of(session, institution_id, now)

    async def work(session: WriteSession, at: datetime) -> None:
        places = sampling.capacity(budget.minutes_a_day, budget.seconds_per_case)
        await drawing.draw(session, found, secrets.token_hex(16), places, at)

    return await jobs.run_once(database, jobs.Due(DRAW, institution_id, _due_at(day), work), now)


async def _nothing_more(session: WriteSession, now: datetime) -> None:
    """Leave the claim alone as the sign that the day is done."""

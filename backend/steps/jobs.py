"""Forget steps when they can earn nothing any more."""

from datetime import timedelta

from sqlmodel import col, delete

from backend.core.clock import Clock
from backend.core.db import Database
from backend.steps import werun
from backend.steps.tables import StepDay, StepReceipt

# WeRun tells of 31 days, and the longest grace time of a theme is 30: what is older earns nowhere.
DAYS_KEPT = timedelta(days=60)
ANSWERS_KEPT = timedelta(days=7)  # a phone's queue sends a request again for days, not weeks


async def forget_old_steps(database: Database, clock: Clock) -> int:
    """Delete step counts after sixty days and answers after a week; acts stay. Return how many rows went.

    It is one transaction and may run twice, or on several workers at once.
    """
    now = clock.now()
    obsolete = (
        delete(StepDay).where(col(StepDay.day) < werun.day_of(now) - DAYS_KEPT),
        delete(StepReceipt).where(col(StepReceipt.recorded_at) < now - ANSWERS_KEPT),
    )
    async with database.write() as session:
        return sum([(await session.exec(statement)).rowcount for statement in obsolete])

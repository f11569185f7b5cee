"""Scheduled work that happens once, whoever runs it and however often.

APScheduler only wakes us up; the database says what is due. A unit of work is claimed by a unique row
(job, unit, due time) in the same transaction as the work itself: of N workers one commits, and one that
dies half-way leaves neither the claim nor the work.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, SQLModel

from backend.core.clock import Clock
from backend.core.columns import UtcDateTime
from backend.core.db import Database, WriteSession


class JobRun(SQLModel, table=True):
    """One claimed unit of work."""

    __tablename__ = "job_run"

    job: str = Field(primary_key=True, max_length=64)
    unit_id: int = Field(primary_key=True, sa_type=BigInteger)
    due_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    ran_at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Due:
    """A unit of work whose time has come."""

    job: str
    unit_id: int
    due_at: datetime
    work: Callable[[WriteSession, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Job:
    """A kind of scheduled work: `tick` does everything that is due and says how much that was."""

    name: str
    every_seconds: float
    tick: Callable[[Database, Clock], Awaitable[int]]


async def run_once(database: Database, due: Due, now: datetime) -> bool:
    """Claim one unit and do it in one transaction; return whether it was ours to do."""
    try:
        async with database.write() as session:
            session.add(JobRun(job=due.job, unit_id=due.unit_id, due_at=due.due_at, ran_at=now))
            await session.flush()
            await due.work(session, now)
    except IntegrityError as collision:
        if "job_run" not in str(collision.orig):
            raise
        return False
    return True

"""A unit of work happens once, whoever runs it, however often, and not at all when it fails half-way."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from backend.core import jobs
from backend.core.db import Database, WriteSession
from backend.core.jobs import Due, JobRun

DUE = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
LATE = DUE + timedelta(hours=9)


class Work:
    """Work that counts how often it was done and leaves a row."""

    def __init__(self) -> None:
        self.times: list[datetime] = []

    async def __call__(self, session: WriteSession, now: datetime) -> None:
        self.times.append(now)
        session.add(JobRun(job="what the work did", unit_id=len(self.times), due_at=DUE, ran_at=now))
        await session.flush()


async def rows(database: Database, job: str) -> int:
    """Count the rows of a job."""
    async with database.read() as session:
        return len((await session.exec(select(JobRun).where(JobRun.job == job))).all())


async def test_of_three_workers_at_once_one_does_the_work(database: Database) -> None:
    work = Work()
    workers = [database, Database(database.url), Database(database.url)]

    ours = await asyncio.gather(*(jobs.run_once(one, Due("test", 1, DUE, work), LATE) for one in workers * 5))
    for one in workers[1:]:
        await one.close()

    assert sum(ours) == 1
    assert work.times == [LATE]
    assert await rows(database, "what the work did") == 1


async def test_another_unit_and_another_due_time_are_other_work(database: Database) -> None:
    work = Work()
    dues = [Due("test", 1, DUE, work), Due("test", 2, DUE, work), Due("test", 1, DUE + timedelta(days=1), work)]

    ours = [await jobs.run_once(database, due, LATE) for due in dues * 2]

    assert ours == [True, True, True, False, False, False]


async def test_work_that_fails_leaves_neither_claim_nor_trace_and_can_be_done_again(database: Database) -> None:
    work = Work()

    async def fail(session: WriteSession, now: datetime) -> None:
        await work(session, now)
        raise ConnectionResetError

    with pytest.raises(Exception, match="unavailable"):
        await jobs.run_once(database, Due("test", 1, DUE, fail), LATE)

    assert await rows(database, "test") == 0
    assert await rows(database, "what the work did") == 0
    assert await jobs.run_once(database, Due("test", 1, DUE, work), LATE)


async def test_a_collision_inside_the_work_is_not_taken_for_somebody_elses_claim(database: Database) -> None:
    async def collide(session: WriteSession, now: datetime) -> None:
        connection = await session.connection()
        for _ in range(2):
            await connection.exec_driver_sql("INSERT INTO pinned_document (content_hash, body) VALUES ('same', 'text')")

    with pytest.raises(IntegrityError, match="pinned_document"):
        await jobs.run_once(database, Due("test", 1, DUE, collide), LATE)

    assert await rows(database, "test") == 0

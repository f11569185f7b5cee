"""A column gives back what it was given, on both databases, and refuses what it could not."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import select

from backend.core.db import Database, insert_many
from backend.core.jobs import JobRun

AT = datetime(2026, 6, 15, 4, 0, 0, 123456, tzinfo=UTC)


def run(due_at: datetime, unit_id: int = 1) -> JobRun:
    """Return a row with an instant."""
    return JobRun(job="test", unit_id=unit_id, due_at=due_at, ran_at=AT)


async def keep(database: Database, row: JobRun) -> None:
    """Write one row."""
    async with database.write() as session:
        session.add(row)


async def test_an_instant_comes_back_aware_to_the_microsecond(database: Database) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=-7)))

    await keep(database, run(elsewhere))
    async with database.read() as session:
        found = (await session.exec(select(JobRun))).one()

    assert found.due_at == AT
    assert found.due_at.utcoffset() == timedelta(0)


async def test_an_instant_is_found_by_the_same_instant_in_another_zone(database: Database) -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=8)))

    await keep(database, run(AT))
    async with database.read() as session:
        found = (await session.exec(select(JobRun).where(JobRun.due_at == elsewhere))).all()

    assert len(found) == 1


async def test_a_naive_instant_is_refused(database: Database) -> None:
    naive = AT.replace(tzinfo=None)

    with pytest.raises((StatementError, ValueError), match="naive datetime"):
        await keep(database, run(naive))

    async with database.read() as session:
        assert (await session.exec(select(JobRun))).all() == []


async def test_a_whole_number_of_63_bits_comes_back_exactly(database: Database) -> None:
    numbers = [-1, 2**31, 2**53 - 1, 2**63 - 1]

    for number in numbers:
        await keep(database, run(AT, number))
    async with database.read() as session:
        found = (await session.exec(select(JobRun.unit_id).order_by("unit_id"))).all()

    assert found == numbers


async def test_many_rows_at_once_come_back_as_they_were(database: Database) -> None:
    rows = [{"job": f"工作 {number} '\"\\{{}}", "unit_id": number, "due_at": AT, "ran_at": AT} for number in range(700)]

    async with database.write() as session:
        await insert_many(session, JobRun, rows)
    async with database.read() as session:
        found = (await session.exec(select(JobRun).order_by("unit_id"))).all()

    assert [row.model_dump() for row in found] == rows


async def test_inserting_nothing_is_nothing(database: Database) -> None:
    async with database.write() as session:
        await insert_many(session, JobRun, [])

    async with database.read() as session:
        assert (await session.exec(select(JobRun))).all() == []

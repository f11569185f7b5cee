"""Transactions: no update is lost, nothing is acknowledged before its commit, trouble has one name."""

import asyncio
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, col, select

from backend.core import db
from backend.core.db import Database
from backend.core.errors import NotFound, Unavailable
from backend.core.jobs import JobRun
from backend.identity.tables import Institution, Member
from tests import quick

AT = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


@pytest.fixture
async def counter(database: Database) -> Database:
    """Return a database with one table that counts."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text("CREATE TABLE counter (id INTEGER PRIMARY KEY, total BIGINT)"))
        await connection.execute(text("INSERT INTO counter VALUES (1, 0)"))
    return database


async def add_one(database: Database) -> None:
    """Read, think, write: the classic lost update, unless the write session keeps others out."""
    lock = "" if database.is_sqlite else " FOR UPDATE"
    async with database.write() as session:
        connection = await session.connection()
        total = (await connection.execute(text(f"SELECT total FROM counter WHERE id = 1{lock}"))).scalar_one()
        await asyncio.sleep(0)
        await connection.execute(text("UPDATE counter SET total = :total WHERE id = 1"), {"total": total + 1})


async def total(database: Database) -> int:
    """Return what was counted."""
    async with database.read() as session:
        return int((await (await session.connection()).execute(text("SELECT total FROM counter"))).scalar_one())


async def test_of_two_hundred_simultaneous_updates_two_hundred_survive(counter: Database) -> None:
    other = Database(counter.url)  # a second process would have its own pool

    await asyncio.gather(*(add_one(one) for one in (counter, other) for _ in range(100)))
    await other.close()

    assert await total(counter) == 200


async def test_what_is_locked_is_read_anew(database: Database) -> None:
    async with database.write() as session:
        session.add(Member(name="林小满", phone_fingerprint=None))
        await session.flush()
        (seen,) = (await session.exec(select(Member))).all()
        await (await session.connection()).execute(text("UPDATE member SET name = '林大满'"))

        held = await db.locked(session, Member, seen.id)
        shared = await db.locked(session, Member, seen.id, key_share=True)

    assert held is shared is seen
    assert held.name == "林大满"


async def spoil(database: Database) -> None:
    """Change something, then raise."""
    async with database.write() as session:
        await (await session.connection()).execute(text("UPDATE counter SET total = 99"))
        raise NotFound(what="anything")


async def test_a_transaction_that_raises_leaves_nothing(counter: Database) -> None:
    with pytest.raises(NotFound):
        await spoil(counter)

    assert await total(counter) == 0


async def orphan(database: Database) -> str:
    """Write what only the commit finds to be wrong, and acknowledge it after the commit."""
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text("UPDATE counter SET total = 7"))
        await connection.execute(text("INSERT INTO child VALUES (404)"))
    return "acknowledged"


async def test_a_commit_that_fails_is_not_acknowledged_and_frees_the_database(counter: Database) -> None:
    async with counter.write() as session:
        connection = await session.connection()
        await connection.execute(text("CREATE TABLE child (id INT REFERENCES counter DEFERRABLE INITIALLY DEFERRED)"))

    with pytest.raises(IntegrityError):
        await orphan(counter)

    assert await total(counter) == 0
    await add_one(counter)
    assert await total(counter) == 1


async def test_a_row_is_still_readable_after_its_commit(database: Database) -> None:
    async with database.write() as session:
        row = JobRun(job="test", unit_id=1, due_at=AT, ran_at=AT)
        session.add(row)

    assert row.unit_id == 1


async def test_a_locked_database_is_unavailable_and_says_so_soon(database: Database) -> None:
    impatient = Database(database.url, pool_size=2, busy_seconds=1)
    held = [impatient.write(), impatient.write()] if not database.is_sqlite else [database.write()]
    sessions = [await one.__aenter__() for one in held]
    for session in sessions:
        await session.exec(select(JobRun))

    with pytest.raises(Unavailable) as caught:
        async with impatient.write() as session:
            await session.exec(select(JobRun))

    for one in held:
        await one.__aexit__(None, None, None)
    await impatient.close()
    assert caught.value.retry_seconds > 0


async def test_a_reader_is_not_kept_waiting_by_a_writer(database: Database) -> None:
    async with database.write() as writer:
        writer.add(JobRun(job="test", unit_id=1, due_at=AT, ran_at=AT))
        await writer.flush()

        async with asyncio.timeout(2), database.read() as reader:
            seen = (await reader.exec(select(JobRun))).all()

    assert seen == []


async def read_anything(database: Database) -> None:
    """Ask for some rows."""
    async with database.read() as session:
        await session.exec(select(JobRun))


async def test_a_database_file_whose_folder_is_not_there_is_unavailable(tmp_path: Path) -> None:
    absent = Database(f"sqlite+aiosqlite:///{tmp_path / 'nowhere' / 'file.db'}")

    with pytest.raises(Unavailable):
        await read_anything(absent)

    await absent.close()


async def test_a_server_that_does_not_answer_is_unavailable() -> None:
    absent = Database("postgresql+psycopg://nobody:nothing@127.0.0.1:1/none", busy_seconds=1)

    with pytest.raises(Unavailable):
        await read_anything(absent)

    await absent.close()


async def test_sqlite_is_opened_so_that_a_power_cut_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_prepare_sqlite", quick.prepare_synced)
    opened = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")

    async with opened.read() as session:
        connection = await session.connection()
        found = {
            pragma: (await connection.execute(text(f"PRAGMA {pragma}"))).scalar_one()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    await opened.close()

    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


CANARY = "CANARY-13800138000"


async def write_each(database: Database, *rows: SQLModel) -> None:
    """Insert rows one after the other."""
    async with database.write() as session:
        for row in rows:
            session.add(row)
            await session.flush()


async def test_a_failed_write_names_the_rule_and_none_of_the_values(database: Database) -> None:
    twice = [Institution(credit_code=CANARY, name=CANARY, level="city", path="/") for _ in range(2)]
    nameless = Member(phone_fingerprint=CANARY)  # type: ignore[call-arg]

    with pytest.raises(IntegrityError) as taken:
        await write_each(database, *twice)
    with pytest.raises(IntegrityError) as missing:
        await write_each(database, nameless)

    for caught, rule in ((taken, "credit_code"), (missing, "name")):
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.orig)
        assert CANARY not in shown
        assert rule in str(caught.value.orig)


async def test_rows_are_put_over_those_of_their_key_and_beside_all_others(database: Database) -> None:
    runs = [{"job": "test", "unit_id": number, "due_at": AT, "ran_at": AT} for number in (1, 2)]
    later = AT.replace(hour=9)
    async with database.write() as session:
        await db.put(session, JobRun, runs, ["job", "unit_id", "due_at"])
        await db.put(session, JobRun, [], ["job", "unit_id", "due_at"])
        await db.put(session, JobRun, [runs[1] | {"ran_at": later}], ["job", "unit_id", "due_at"])

    async with database.read() as session:
        found = (await session.exec(select(JobRun.unit_id, JobRun.ran_at).order_by(col(JobRun.unit_id)))).all()

    assert list(found) == [(1, AT), (2, later)]

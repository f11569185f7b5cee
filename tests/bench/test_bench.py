"""The benchmarks run, at their smallest; and what they compare with is what the product does."""

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import event

from backend.checkins import service
from backend.checkins.requests import Item, Request
from backend.core.clock import SystemClock
from backend.core.db import Database
from backend.identity import queries as identity
from bench import city, figures, recording, servers, statements
from bench.city import City
from bench.raw import SqliteLimit
from bench.recording import Round

MEMBERS = 300


@pytest.fixture
def small_city(tmp_path: Path) -> City:
    """Build a city in a SQLite file, small enough for a test."""
    return city.build(f"sqlite+aiosqlite:///{tmp_path}/city.db", MEMBERS)


def test_recording_is_measured_against_raw_statements(small_city: City, tmp_path: Path) -> None:
    limit = SqliteLimit(tmp_path / "city.db", MEMBERS)

    with ThreadPoolExecutor(1) as pool, servers.api(small_city.database_url) as api:
        product = partial(recording.record, pool.submit, api, small_city)
        shown = recording.share("sqlite", ">= 0.2", Round(seconds=0.2, turns=1), product, limit.rate)
        found = {figure.name: figure for figure in shown}

    limit.close()
    assert found["check-ins-sqlite"].value > 0
    assert found["check-ins-sqlite"].line().endswith("of raw statements (aim >= 0.2)")
    assert found["check-ins-sqlite-rate"].value > 0
    assert small_city.reported > 0
    assert small_city.findings() == []


def test_the_raw_statements_are_those_of_one_recorded_check_in(small_city: City) -> None:
    sent: list[str] = []

    asyncio.run(_record_one(small_city, sent))

    raw = [
        statements.who(statements.SQLITE),
        *statements.reads(statements.SQLITE),
        statements.OPEN_BATCH,
        *statements.writes(statements.SQLITE),
    ]
    assert sorted(map(_shape, sent)) == sorted(map(_shape, raw))


async def _record_one(small_city: City, sent: list[str]) -> None:
    database, now = Database(small_city.database_url), SystemClock().now()
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    request = Request(1, "request-of-a-test", (Item(small_city.campaign, "commute", now, details),))
    # The first transaction of a process also reads the pinned theme and factors, which it then keeps.
    async with database.write() as session:
        await service.record(session, [Request(2, "request-before-it", request.items)], now)
    event.listen(database.engine.sync_engine, "before_cursor_execute", lambda *said: sent.append(said[2]))
    async with database.read() as session:
        assert await identity.callers(session, ["0" * 64], now) == {}
    async with database.write() as session:
        await service.record(session, [request], now)
    await database.close()
    sent[:] = [statement for statement in sent if not statement.startswith("BEGIN")]


def _shape(statement: str) -> tuple[str, tuple[str, ...]]:
    """Return what a statement does, and to which tables; how a list of values travels is not compared."""
    tables = set(re.findall(r"(?:FROM|JOIN|INTO)\s+(\w+)", statement)) - {"json_each"}
    return statement.split(maxsplit=1)[0], tuple(sorted(tables))


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [0.4, 0.1, 0.3, 0.2]

    assert figures.percentile(values, 50) == 0.2
    assert figures.percentile(values, 99) == 0.4

"""Fixtures that every test may use: a fixed clock, a database of each kind, the cast, a client of the API."""

import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend import tables
from backend.core import migrations
from backend.core.clock import FixedClock
from backend.core.db import Database
from tests import postgres
from tests.cast import World, populate

# 12:00 in Beijing on a Monday, inside the lunch window, on the first day of energy week 2026.
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    """Return a clock that stands at noon until a test moves it."""
    return FixedClock(NOON)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    """Start a real PostgreSQL for the whole run."""
    with postgres.server(durable=False) as running:
        yield running


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an empty SQLite file, built by the real migrations once."""
    assert tables.METADATA.tables
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: postgres.Server) -> str:
    """Return the name of an empty PostgreSQL database, built by the real migrations once."""
    postgres_server.create_database("template_tanhui")
    migrations.upgrade(postgres_server.url_for("template_tanhui"))
    return "template_tanhui"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of an empty database of the test's own, of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"test_{uuid.uuid4().hex[:12]}"
    server.create_database(name, template=request.getfixturevalue("postgres_template"))
    yield server.url_for(name)
    server.drop_database(name)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open a database of the test's own, of each kind in turn."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def world(database_url: str, clock: FixedClock) -> AsyncIterator[World]:
    """Bring the cast to their institutions, the API, and a sandbox WeChat that it talks to."""
    async with populate(database_url, clock) as world:
        yield world

"""Fixtures that every test may use: a fixed clock, a database of each kind, the cast, a client of the API."""

import asyncio
import gc
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
from backend.core.vault import Vault
from tests import postgres, quick
from tests.cast import World, employ_the_cast, populate, settings_for
from tests.renewed import Renewed

# 12:00 in Beijing on a Monday, inside the lunch window, on the first day of energy week 2026.
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
# Fixtures that populate their database: they begin with one in which the cast is employed already.
WITH_THE_CAST = frozenset({"world", "post", "play"})


def pytest_collection_finish() -> None:
    """Spare the collector what lives as long as the run, as a serving process does (`backend.app`)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _quick_engines() -> Iterator[None]:
    """Let every engine of this process be made the quick way."""
    with quick.engines():
        yield


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


@pytest.fixture(scope="session")
def sqlite_cast(sqlite_template: Path) -> Path:
    """Return an SQLite file in which the cast is employed already."""
    path = sqlite_template.with_name("cast.db")
    shutil.copy(sqlite_template, path)
    asyncio.run(_employ(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_cast(postgres_server: postgres.Server, postgres_template: str) -> str:
    """Return the name of a PostgreSQL database in which the cast is employed already."""
    postgres_server.create_database("template_cast", template=postgres_template)
    asyncio.run(_employ(postgres_server.url_for("template_cast")))
    return "template_cast"


@pytest.fixture(scope="session")
def postgres_renewed(postgres_server: postgres.Server) -> Iterator[Renewed]:
    """Return the PostgreSQL database that each test of this process finds as new."""
    renewed = Renewed(postgres_server, uuid.uuid4().hex[:12])
    yield renewed
    renewed.close()


async def _employ(url: str) -> None:
    database = Database(url)
    await employ_the_cast(database, Vault(settings_for(url).secret_key), FixedClock(NOON))
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database of the test's own, of each kind in turn: empty, or with the cast for a world."""
    prepared = "cast" if WITH_THE_CAST.intersection(request.fixturenames) else "template"
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue(f"sqlite_{prepared}"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    renewed: Renewed = request.getfixturevalue("postgres_renewed")
    yield renewed.as_in(request.getfixturevalue(f"postgres_{prepared}"))


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

"""The tables' history: up, down, up again on both databases, and nobody is in anybody's way."""

import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect

from backend import app as apps
from backend import tables
from backend.core import migrations, paths
from backend.core.clock import FixedClock
from tests import postgres
from tests.cast import settings_for

ROOT = paths.folder("alembic").parent
VERSIONS = sorted((paths.folder("alembic") / "versions").glob("*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database without any table, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'not yet there' / 'empty.db'}"
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"migrated_{uuid.uuid4().hex[:12]}"
    server.create_database(name)
    yield server.url_for(name)
    server.drop_database(name)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """Connect without the async driver."""
    engine = create_engine(url.replace("+aiosqlite", ""))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def run(url: str, verb: Callable[[Config], None]) -> None:
    """Run one of Alembic's commands in one transaction."""
    with connected(url) as connection:
        verb(migrations.config(connection))
        connection.commit()


def table_names(url: str) -> set[str]:
    """Name the tables that a database has."""
    with connected(url) as connection:
        return set(inspect(connection).get_table_names())


def test_up_down_and_up_again_ends_with_the_shape_that_the_code_expects(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    run(empty_url, lambda config: command.downgrade(config, "base"))
    after_down = table_names(empty_url)
    migrations.upgrade(empty_url)

    run(empty_url, command.check)

    assert after_down <= {"alembic_version"}
    assert table_names(empty_url) == {"alembic_version", *tables.METADATA.tables}


def test_every_step_can_be_taken_back_and_again(empty_url: str) -> None:
    migrations.upgrade(empty_url)

    for _ in VERSIONS:
        run(empty_url, lambda config: command.downgrade(config, "-1"))
    for _ in VERSIONS:
        run(empty_url, lambda config: command.upgrade(config, "+1"))

    run(empty_url, command.check)


def test_what_the_tables_say_and_what_the_database_holds_are_compared_for_real(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.exec_driver_sql("DROP INDEX uq_check_in_act")
        connection.commit()

    with pytest.raises(Exception, match="uq_check_in_act"):
        run(empty_url, command.check)


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    before = table_names(empty_url)

    migrations.upgrade(empty_url)

    assert table_names(empty_url) == before


def test_processes_that_migrate_one_empty_database_at_once_all_succeed(empty_url: str) -> None:
    program = "import sys; from backend.core import migrations; migrations.upgrade(sys.argv[1])"
    asked = [sys.executable, "-c", program, empty_url]

    started = [subprocess.Popen(asked, cwd=ROOT, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    ended = [(one.communicate(timeout=60)[1], one.returncode) for one in started]

    assert [code for _, code in ended] == [0, 0], ended
    run(empty_url, command.check)


async def test_the_service_is_ready_only_when_the_database_has_its_shape(empty_url: str, clock: FixedClock) -> None:
    Path(empty_url.partition(":///")[2] or "/").parent.mkdir(exist_ok=True)
    app = apps.create(settings_for(empty_url), clock, httpx.AsyncClient())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test")

    async with client, app.router.lifespan_context(app):
        before = await client.get("/readyz")
        healthy = await client.get("/healthz")
        migrations.upgrade(empty_url)
        after = await client.get("/readyz")

    assert (before.status_code, before.json()) == (503, {"status": "database needs `migrate`"})
    assert healthy.status_code == 200
    assert (after.status_code, after.json()) == (200, {"status": "ready"})


async def test_a_service_without_its_database_is_healthy_but_not_ready(clock: FixedClock) -> None:
    nowhere = settings_for("postgresql+psycopg://nobody:nothing@127.0.0.1:1/none", busy_seconds=1)
    app = apps.create(nowhere, clock, httpx.AsyncClient())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test")

    async with client, app.router.lifespan_context(app):
        ready, healthy = await client.get("/readyz"), await client.get("/healthz")

    assert (ready.status_code, ready.headers["retry-after"]) == (503, "2")
    assert healthy.json() == {"status": "ok"}


@pytest.mark.parametrize("version", VERSIONS, ids=lambda path: path.stem)
def test_a_version_is_named_by_its_date_and_says_why(version: Path) -> None:
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}-\d{4}_[a-z0-9_]+", version.stem)
    assert re.search(r"(?m)^Why: \w", version.read_text(encoding="utf-8"))


def test_history_is_one_line() -> None:
    script = ScriptDirectory.from_config(migrations.config())

    assert len(script.get_heads()) == 1
    assert len(list(script.walk_revisions())) == len(VERSIONS)

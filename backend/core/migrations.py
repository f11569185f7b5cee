"""Bring a database to the newest shape, once, whoever starts first."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from backend.core import paths

# Any number that nobody else uses: two processes that start at once migrate one after the other.
_LOCK = 7_301_913


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's configuration for our folder of versions."""
    made = Config()
    made.set_main_option("script_location", str(paths.folder("alembic")))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(year)d-%%(month).2d-%%(day).2d-%%(hour).2d%%(minute).2d_%%(slug)s")
    made.attributes["connection"] = connection
    return made


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision; a second caller waits and finds it done."""
    synchronous = make_url(url.replace("+aiosqlite", ""))
    engine = create_engine(synchronous)
    try:
        with _alone(synchronous.database, engine.dialect.name), engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
            command.upgrade(config(connection), revision)
            connection.commit()
    finally:
        engine.dispose()


@contextmanager
def _alone(file: str | None, dialect: str) -> Iterator[None]:
    """Keep other processes from migrating the same SQLite file meanwhile."""
    if dialect != "sqlite" or not file:
        yield
        return
    Path(file).parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{file}.migrating").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_current(connection: Connection) -> bool:
    """Tell whether the database has the shape that this code expects."""
    found = MigrationContext.configure(connection).get_current_revision()
    return found == ScriptDirectory.from_config(config()).get_current_head()

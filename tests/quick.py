"""What a test's databases may do without: syncing to the disk, and compiling a statement once an engine.

Each test has an engine of its own. Durability is tested by processes that are killed (`tests/crash`), which
do not come by here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache

from backend.core import db

STATEMENTS = 5000
prepare_synced = db._prepare_sqlite  # the product's own way, for the test of it


@contextmanager
def engines() -> Iterator[None]:
    """Let the engines of this process share compiled statements, and SQLite leave syncing to the system."""
    compiled: LRUCache[Any, Any] = LRUCache(STATEMENTS)

    def make_sharing(url: str, **options: Any) -> AsyncEngine:
        made = create_async_engine(url, **options)
        made.sync_engine._compiled_cache = compiled
        return made

    def prepare_unsynced(connection: Any, busy_seconds: int) -> None:
        prepare_synced(connection, busy_seconds)
        connection.execute("PRAGMA synchronous=OFF").close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_async_engine", make_sharing)
        patch.setattr(db, "_prepare_sqlite", prepare_unsynced)
        # A compiled statement is found by its dialect, of which each engine has one: those of a kind are equal.
        for dialect in (SQLiteDialect_aiosqlite, PGDialectAsync_psycopg):
            patch.setattr(dialect, "__eq__", _is_of_the_kind)
            patch.setattr(dialect, "__hash__", _hash_of_the_kind)
        yield


def _is_of_the_kind(self: object, other: object) -> bool:
    return type(self) is type(other)


def _hash_of_the_kind(self: object) -> int:
    return hash(type(self))

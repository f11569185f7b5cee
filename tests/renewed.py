"""One PostgreSQL database that is made as new for each test: making one from a template copies a thousand files.

A test leaves rows behind, and sequences that have moved; both are put back to what they were in the template. Where a
test has changed more, a table, a column, an index, the database is thrown away and made anew.
"""

from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from tests.postgres import Server, conninfo

_NAME = "renewed"
_SHAPE = """
    SELECT count(*),
        md5(string_agg(concat_ws(' ', c.oid, c.relname, c.relkind, c.relnatts, c.relchecks), ',' ORDER BY c.oid)),
        (SELECT md5(string_agg(concat_ws(' ', a.attrelid, a.attname, a.atttypid, a.attnotnull, a.atthasdef), ','
            ORDER BY a.attrelid, a.attnum))
         FROM pg_attribute a JOIN pg_class r ON r.oid = a.attrelid
         WHERE r.relnamespace = 'public'::regnamespace AND r.relkind = 'r' AND a.attnum > 0),
        (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
"""
_TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY oid"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
_GUESTS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> %s"


@dataclass(frozen=True)
class _Kept:
    """What a template holds: the rows of each table that has some, and how far each sequence has come."""

    rows: dict[str, bytes]
    sequences: dict[str, int | None]


class Renewed:
    """A database of one process, in which one test after another finds what a template holds."""

    def __init__(self, server: Server, suffix: str) -> None:
        self._server = server
        self._name = f"{_NAME}_{suffix}"
        self._kept: dict[str, _Kept] = {}
        self._connection: psycopg.Connection[Any] | None = None
        self._shape: Any = None

    def as_in(self, template: str) -> str:
        """Return the URL of the database, which holds what the template of that name holds."""
        if template not in self._kept:
            with self._connect(template) as connection:
                self._kept[template] = _read(connection)
        try:
            is_renewed = self._connection is not None and self._put_back(self._kept[template])
        except psycopg.OperationalError:
            is_renewed = False  # a test has ended every connection, ours too
        if not is_renewed:
            self._make(template)
        return self._server.url_for(self._name)

    def close(self) -> None:
        """Throw the database away."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._server.drop_database(self._name)

    def _make(self, template: str) -> None:
        self.close()
        self._server.create_database(self._name, template=template)
        self._connection = self._connect(self._name)
        # Foreign keys are for what the product writes; what stood before stands again as it was.
        self._connection.execute("SET session_replication_role = replica")
        self._shape = self._connection.execute(_SHAPE).fetchone()

    def _put_back(self, kept: _Kept) -> bool:
        """Put rows and sequences back; False where more than those has changed."""
        connection = self._connection
        assert connection is not None
        connection.execute(_GUESTS, (connection.info.backend_pid,))
        if connection.execute(_SHAPE).fetchone() != self._shape:
            return False
        with connection.transaction():
            filled = _filled(connection)
            if filled:
                connection.execute(
                    sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(one)) for one in filled)
                )
            for table, rows in kept.rows.items():
                with connection.cursor().copy(
                    sql.SQL("COPY {} FROM STDIN (FORMAT binary)").format(sql.Identifier(table))
                ) as copy:
                    copy.write(rows)
            moved = {name: value for name, value in _sequences(connection).items() if value != kept.sequences.get(name)}
            for name in moved:
                value = kept.sequences.get(name)
                connection.execute(
                    "SELECT setval(%s::regclass, %s, %s)", (f'public."{name}"', value or 1, value is not None)
                )
        return True

    def _connect(self, name: str) -> "psycopg.Connection[Any]":
        return psycopg.connect(conninfo(self._server.url_for(name)), autocommit=True)


def _read(connection: "psycopg.Connection[Any]") -> _Kept:
    rows = {}
    for table in _filled(connection):
        with connection.cursor().copy(
            sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
        ) as copy:
            rows[table] = b"".join(bytes(part) for part in copy)
    return _Kept(rows, _sequences(connection))


def _filled(connection: "psycopg.Connection[Any]") -> list[str]:
    """Return the tables that hold rows."""
    tables = [name for (name,) in connection.execute(_TABLES)]
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(name), sql.Identifier(name))
        for name in tables
    )
    return [name for (name,) in connection.execute(asked, prepare=True)]


def _sequences(connection: "psycopg.Connection[Any]") -> dict[str, int | None]:
    return dict(connection.execute(_SEQUENCES).fetchall())

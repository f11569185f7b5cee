"""How fast the database itself takes the statements of a check-in, one transaction each."""

import re
import shutil
import sqlite3
import subprocess
import time
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from backend.points.tables import PLACE_BITS
from bench import statements
from bench.statements import POSTGRESQL, SQLITE
from tests import postgres

# Each client walks through members of its own, and goes on to the next day when it has been through them.
_HEAD = r"""
\set n :n + 1
\set member 1 + :client_id * :share + mod(:n, :share)
\set day :n / :share
"""
_NUMBERS = rf"""
\set act :batch * {1 << PLACE_BITS}
\set points :act + 1
\set carbon :act + 2
"""


def script() -> str:
    """Return the script that `pgbench` runs for each check-in."""
    before = [statements.who(POSTGRESQL), POSTGRESQL.begin, *statements.reads(POSTGRESQL)]
    opened = statements.OPEN_BATCH + r" \gset"
    after = [*statements.writes(POSTGRESQL), "COMMIT"]
    return _HEAD + ";\n".join([*before, opened]) + _NUMBERS + ";\n".join([*after, ""])


class PostgresLimit:
    """A copy of the city, onto which `pgbench` plays raw check-ins."""

    def __init__(self, server: postgres.Server, city: str, members: int, folder: Path) -> None:
        server.create_database("raw", template=city)
        self._url = urlsplit(server.url_for("raw"))._replace(scheme="postgresql").geturl()
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statements.rename_tokens(POSTGRESQL).encode())
            connection.execute("VACUUM ANALYZE")
        beside = server.bin_dir / "pgbench"
        self._program = beside if beside.exists() else shutil.which("pgbench")
        self._script = folder / "check-in.pgbench"
        self._script.write_text(script())
        self._members = members
        self._done = 0

    def rate(self, clients: int, seconds: float) -> float:
        """Return the check-ins a second that so many clients reach."""
        assert self._program, "pgbench was not found, neither beside the server nor on the path"
        share = self._members // clients
        options = ["-n", "-M", "prepared", "-c", str(clients), "-j", "1", "-T", str(max(1, round(seconds)))]
        defined = ["-D", f"n={self._done}", "-D", f"share={share}"]
        ran = subprocess.run(
            [self._program, *options, *defined, "-f", self._script, self._url],
            check=False,
            capture_output=True,
            text=True,
        )
        found = re.search(r"tps = ([0-9.]+)", ran.stdout)
        assert found, ran.stderr
        assert "aborted" not in ran.stderr, ran.stderr
        self._done += share * 10_000  # the next run reports other days
        return float(found[1])


class SqliteLimit:
    """A copy of the city, onto which one connection plays raw check-ins: SQLite has one writer."""

    def __init__(self, city: Path, members: int) -> None:
        copy = city.with_name("raw.db")
        with sqlite3.connect(city) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        self._connection = sqlite3.connect(copy, isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute(statements.rename_tokens(SQLITE))
        self._members = members
        self._done = 0
        self._before = [*statements.reads(SQLITE)]
        self._after = statements.writes(SQLITE)

    def rate(self, seconds: float) -> float:
        """Return the check-ins a second that one connection reaches."""
        began, first = time.monotonic(), self._done
        while time.monotonic() - began < seconds:
            day, number = divmod(self._done, self._members)
            self._check_in({"member": number + 1, "day": day})
            self._done += 1
        return (self._done - first) / (time.monotonic() - began)

    def _check_in(self, named: dict[str, int]) -> None:
        run = self._connection.execute
        run(statements.who(SQLITE), named).fetchall()
        run(SQLITE.begin)
        for statement in self._before:
            run(statement, named).fetchall()
        (batch,) = run(statements.OPEN_BATCH).fetchall()
        act = batch[0] << PLACE_BITS
        numbered = {**named, "act": act, "points": act + 1, "carbon": act + 2}
        for statement in self._after:
            run(statement, numbered)
        run("COMMIT")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

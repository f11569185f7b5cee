"""Start the product's processes, and a bare server to compare with, on free ports of this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from backend.settings import Settings

CHOSEN = {
    "mode": "production",
    "secret_key": "a-secret-of-the-benchmarks-0123456789",
    "wechat_app_id": "wx0123456789abcdef",
    "wechat_app_secret": "0123456789abcdef0123456789abcdef",
    "port": "0",
}


@dataclass(frozen=True)
class Running:
    """A process of ours; `port` is 0 for one that does not listen."""

    process: subprocess.Popen[str]
    port: int
    started_at: float

    def megabytes(self) -> float:
        """Return how much memory it holds (resident set)."""
        shown = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self.process.pid)], check=True, capture_output=True, text=True
        )
        return int(shown.stdout) / 1024

    def cpu_seconds(self) -> float:
        """Return how much of a processor it has used since it began."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def settings(database_url: str) -> Settings:
    """Return the settings that every process of a benchmark runs with: production's own defaults."""
    return Settings.model_validate({**CHOSEN, "database_url": database_url})


@contextmanager
def api(database_url: str) -> Iterator[Running]:
    """Serve the product."""
    started_at = time.monotonic()
    with _running(["-m", "backend", "serve"], database_url) as process:
        yield Running(process, _port(process), started_at)


@contextmanager
def bare(answer: Path) -> Iterator[Running]:
    """Serve one file by a bare route of the same framework."""
    started_at = time.monotonic()
    with _running(["-m", "bench.bare", str(answer)], "") as process:
        yield Running(process, _port(process), started_at)


@contextmanager
def bare_events(size: int, rate: float) -> Iterator[Running]:
    """Push so many bytes so often by a bare application of the same framework."""
    started_at = time.monotonic()
    with _running(["-m", "bench.bare_events", str(size), str(rate)], "") as process:
        yield Running(process, _port(process), started_at)


@contextmanager
def worker(database_url: str) -> Iterator[Running]:
    """Run the product's worker."""
    with _running(["-m", "backend", "worker"], database_url, silent=True) as process:
        yield Running(process, 0, time.monotonic())


def _chosen(database_url: str) -> dict[str, str]:
    # Photos go beside the file of a city, and with it.
    folder = Path(make_url(database_url).database or "").parent if "sqlite" in database_url else None
    return {**CHOSEN, "database_url": database_url, **({"photos": f"{folder}/photos"} if folder else {})}


@contextmanager
def _running(arguments: list[str], database_url: str, *, silent: bool = False) -> Iterator["subprocess.Popen[str]"]:
    ours = {f"TANHUI_{name.upper()}": value for name, value in _chosen(database_url).items()}
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TANHUI_")}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=inherited | ours,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL if silent else None,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def _port(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert "listening on" in said, f"the server did not start: {said!r}"
    return int(said.strip().rpartition(":")[2])

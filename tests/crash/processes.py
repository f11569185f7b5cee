"""Real processes of the product: started, watched until they are of use, killed without a word."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from tests.cast import APP_ID, APP_SECRET

ROOT = Path(__file__).resolve().parents[2]
SECRET = "a-secret-of-the-tests-0123456789abcdef"
LISTENING, WORKING = "listening on ", "worker started"
PATIENCE_SECONDS = 120.0  # several processes start at once, beside other tests


def environment(database_url: str, **more: object) -> dict[str, str]:
    """Return the environment of a process: ours without its settings, then those named here."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("TANHUI_")}
    chosen: dict[str, object] = {
        "mode": "production",
        "database_url": database_url,
        "secret_key": SECRET,
        "wechat_app_id": APP_ID,
        "wechat_app_secret": APP_SECRET,
        "port": 0,
    }
    return plain | {f"TANHUI_{name.upper()}": str(value) for name, value in (chosen | more).items()}


class Service:
    """One process of `python -m backend serve` or `worker`; what it prints goes into a file of each life."""

    def __init__(self, command: str, settings: Mapping[str, str], folder: Path, name: str) -> None:
        self.command = command
        self.name = name
        self.lives = 0
        self.is_ready = False
        self._settings = dict(settings)
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start a new life, without waiting for it to be of use."""
        self.lives += 1
        self.is_ready = False
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "backend", self.command],
                cwd=ROOT,
                env=self._settings,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def _log(self) -> Path:
        return self._folder / f"{self.name}-{self.lives}.log"

    def said(self) -> str:
        """Return what this life has printed."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def address(self) -> str | None:
        """The address that an API listens on, or None before it does."""
        _, found, rest = self.said().partition(LISTENING)
        return rest.split()[0] if found and "\n" in rest else None

    async def watch(self, client: httpx.AsyncClient) -> None:
        """Keep `is_ready` true to life; a process that ends by itself is a mistake."""
        while True:
            life, process = self.lives, self._process
            if process is not None:
                code = process.poll()
                assert code in (None, -signal.SIGKILL, 0), f"{self.name} ended with {code}:\n{self.said()}"
                ready = self.is_ready or await self._is_of_use(client)
                self.is_ready = ready and life == self.lives and code is None
            await asyncio.sleep(0.02)

    async def _is_of_use(self, client: httpx.AsyncClient) -> bool:
        if self.command == "worker":
            return WORKING in self.said()
        try:
            return self.address is not None and (await client.get(f"{self.address}/readyz")).is_success
        except httpx.HTTPError:
            return False

    async def ready(self) -> None:
        """Wait until it is of use."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.is_ready:  # noqa: ASYNC110 - another process sets no event of ours
                await asyncio.sleep(0.02)

    def kill(self) -> None:
        """End it by signal 9, which it cannot see coming."""
        self.is_ready = False
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    async def stop(self) -> int:
        """Ask it to end well, and return how it did."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(self._process.wait, PATIENCE_SECONDS)


@asynccontextmanager
async def running(*services: Service) -> AsyncIterator[None]:
    """Start services, wait until each is of use, and leave none behind."""
    try:
        async with httpx.AsyncClient(timeout=1) as client, asyncio.TaskGroup() as tasks:
            watching = [tasks.create_task(service.watch(client)) for service in services]
            for service in services:
                service.start()
            for service in services:
                await service.ready()
            yield
            for task in watching:
                task.cancel()
    finally:
        for service in services:
            service.kill()


async def verify(settings: Mapping[str, str]) -> tuple[int, str]:
    """Run the command that checks ledger, acts, boards and chain; return its exit code and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "backend", "verify", cwd=ROOT, env=dict(settings), stdout=-1, stderr=-2
    )
    said, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, said.decode()

"""A small town on SQLite, served by real processes whose clock is ours: for tests and measurements with a browser.

Its time is told by a file (`FileClock`) and begins at noon of a Monday in June, so screenshots are the same each day,
and the browser's own clock is always wrong.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from backend.core import clock, migrations
from backend.core.clock import FileClock, set_file_clock
from backend.core.errors import SHOWN_ZONE
from tests.api.asking import fresh_id
from tests.browser.staging import Staged, staged
from tests.cast import Person
from tests.crash.processes import Service, environment
from tests.laws.play import ENERGY_ACTS, act

CLOCK = "clock.json"
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)  # 12:00 in Beijing, the first day of energy week 2026
PATIENCE_SECONDS = 60.0
AT_A = (
    "campaign",
    "departments",
    "institutions",
    "persons",
    "goal",
    "carbon",
    "food",
    "code",
    "join",
    "messages",
    "idle",
)
AT_E = ("result", "year", "next")  # between campaigns


@dataclass(frozen=True)
class Hung:
    """A screen that was registered: its key, its path, its opaque id."""

    id: str
    key: str
    path: str


@dataclass
class Town:
    """What a test needs of the town."""

    folder: Path
    port: int
    api: Service
    worker: Service
    http: httpx.AsyncClient
    staged: Staged
    acts: Iterator[tuple[str, str]]  # of people at A: which act is still unreported by whose token

    @property
    def base(self) -> str:
        """Return what the API's addresses begin with."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        """Return the file that tells everybody the time."""
        return self.folder / CLOCK

    def now(self) -> datetime:
        """Return the town's time."""
        return FileClock(self.clock_file).now()

    def local_time(self, minutes_ago: int = 0) -> str:
        """Return the hour and minute in Beijing."""
        return f"{(self.now() - timedelta(minutes=minutes_ago)).astimezone(clock.zone(SHOWN_ZONE)):%H:%M}"

    def set_clock(self, at: datetime, speed: float = 1) -> None:
        """Let it be that time for everybody."""
        set_file_clock(self.clock_file, at, speed)

    def person(self, token: str, language: str = "zh-CN") -> Person:
        """Return somebody who is signed in."""
        return Person(self.http, token, language)

    def organiser(self, at: str = "A") -> Person:
        """Return the organiser of an institution."""
        return self.person(self.staged.organisers[at])

    async def hang(
        self, *scenes: str, at: str = "A", place: str = "一层食堂", locale: str | None = None, seconds: int = 300
    ) -> Hung:
        """Register a screen that shows these scenes, or the standing playlist."""
        wu = self.organiser(at)
        asked = {"institutionId": self.staged.institutions[at], "place": place}
        made = await wu.run("RegisterScreen", input=asked)
        assert made["__typename"] == "ScreenRegistered", made
        listed = await wu.run("Screens.v2", institutionId=self.staged.institutions[at])
        hung = Hung(listed[-1]["id"], made["key"], made["path"])
        if scenes or locale:
            await self.set(hung, *scenes, at=at, place=place, locale=locale, seconds=seconds)
        return hung

    async def set(
        self,
        hung: Hung,
        *scenes: str,
        at: str = "A",
        place: str = "一层食堂",
        locale: str | None = None,
        seconds: int = 300,
    ) -> None:
        """Set what a screen shows."""
        wu = self.organiser(at)
        listed = await wu.run("Screens.v2", institutionId=self.staged.institutions[at])
        edition = next(one["edition"] for one in listed if one["id"] == hung.id)
        items = [
            {"scene": scene, "seconds": seconds, **({"siteId": self.staged.site} if scene == "code" else {})}
            for scene in scenes
        ] or None
        asked = {"screenId": hung.id, "edition": edition, "place": place, "locale": locale, "playlist": items}
        done = await wu.run("SetScreen", input=asked)
        assert done["__typename"] == "ScreenSet", done

    async def revoke(self, hung: Hung, at: str = "A") -> None:
        """Take a screen's key back."""
        done = await self.organiser(at).run("RevokeScreen", input={"screenId": hung.id})
        assert done["__typename"] == "ScreenRevoked", done

    async def check_in(self, act_and_token: tuple[str, str] | None = None) -> None:
        """Let somebody report an act through the public interface; it must be accepted."""
        name, token = act_and_token or next(self.acts)
        item = act(self.staged.campaign, "energy_act", self.now(), act=name)
        receipt = await self.person(token).run("RecordCheckIns", input={"requestId": fresh_id(), "items": [item]})
        assert [one["__typename"] for one in receipt["outcomes"]] == ["Accepted"], receipt

    async def document(self, hung: Hung, shape: str = "landscape", lang: str = "") -> dict[str, Any]:
        """Return what a screen is told."""
        answer = await self.http.get(
            f"{hung.path}/document.json", params={"shape": shape, **({"lang": lang} if lang else {})}
        )
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def preview(self, scene: str, size: str, at: str = "A", locale: str = "zh-CN") -> tuple[str, str]:
        """Return where the organiser sees a scene: the page and the picture."""
        asked = {"institutionId": self.staged.institutions[at], "scene": scene, "size": size, "locale": locale}
        given = await self.organiser(at).run("ScreenPreview", input=asked)
        return given["page"], given["picture"]

    async def version(self, hung: Hung) -> str:
        """Return the version of what a screen is told."""
        version: str = (await self.document(hung))["wall"]["version"]
        return version

    def start(self) -> None:
        """Start both processes."""
        self.api.start()
        self.worker.start()

    async def ready(self) -> None:
        """Wait until both are of use."""
        async with httpx.AsyncClient(timeout=1) as client, asyncio.timeout(PATIENCE_SECONDS):
            for one in (self.api, self.worker):
                while not await one._is_of_use(client):
                    process = one._process
                    assert process is not None and process.poll() is None, one.said()  # noqa: PT018 - one rule
                    await asyncio.sleep(0.05)


def free_port() -> int:
    """Return a port that nobody listens on: a server that comes back has to be found where it was."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@asynccontextmanager
async def served(folder: Path, *, at: datetime = NOON, speed: float = 1, **settings: object) -> AsyncIterator[Town]:
    """Build the town in a folder and serve it until the block ends."""
    url = f"sqlite+aiosqlite:///{folder / 'town.db'}"
    migrations.upgrade(url.replace("+aiosqlite", ""))
    made, port = await staged(url, at), free_port()
    chosen = {"mode": "development", "clock_file": folder / CLOCK, "photos": folder / "photos", "tick_seconds": 0.5}
    told = environment(url, **(chosen | {"port": port} | settings))
    town = Town(
        folder, port, Service("serve", told, folder, "api"), Service("worker", told, folder, "worker"),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20), made,
        acts=((name, token) for token in made.tokens for name in ENERGY_ACTS[1:3]),
    )  # fmt: skip
    town.set_clock(at, speed)
    town.start()
    try:
        await town.ready()
        async with town.http:
            yield town
    finally:
        town.api.kill()
        town.worker.kill()

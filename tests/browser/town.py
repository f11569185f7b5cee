"""A small town on SQLite, served by real processes whose clock is ours: for tests and measurements with a browser.

Its time is told by a file (`FileClock`) and begins at noon of a Monday in June, so screenshots are the same each day,
and the browser's own clock is always wrong.
"""

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from backend.checkins.requests import Item
from backend.core import clock, migrations
from backend.core.clock import FileClock, FixedClock, set_file_clock
from backend.core.errors import SHOWN_ZONE
from backend.core.vault import Vault
from backend.identity import credit_code, service, tree
from backend.identity.tables import Department, Member, Membership
from tests.api.asking import fresh_id, record_for
from tests.cast import Person, World, populate
from tests.crash.processes import Service, environment
from tests.laws.play import ENERGY_ACTS, act, sign_in_all
from tests.screens.scenery import HARD
from tests.settlement.way import acts, to_seal

NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)  # 12:00 in Beijing, the first day of energy week 2026
PATIENCE_SECONDS = 60.0
DEPARTMENTS = {  # the first leads, and its people report when a test lets somebody report
    "后勤服务中心": 12, "办公室": 9, "财务处": 7, "信息中心": 8, "节能监察处": 6, "人事处": 5, "法规处": 5,
    "机关党委": 6,
}  # fmt: skip
FEW = {"办公室": 8, "水资源处": 6}
ORGANISERS = {"A": "Wu", "B": "Chen", "D": "Sun", "E": "Sun", "F": "Sun"}
PAST = timedelta(days=22)
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
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", ("小满", "立夏", "秋分", "谷雨", "清明", "白露", "芒种", "惊蛰")
CHOSEN = ("节能达人", "阿光", "小满", "Green Bean", "随手关灯", "骑行的风")
MARKUP = "<b>5 & 6</b><script>alert(1)</script>"


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
    organisers: dict[str, str]  # token by institution
    institutions: dict[str, str]  # opaque ids
    campaign: str
    site: str  # at A, whose code changes
    tokens: list[str]  # of people who take part: at A, then at B
    acts: Iterator[tuple[str, str]]  # of people at A: which act is still unreported by whose token

    @property
    def base(self) -> str:
        """Return what the API's addresses begin with."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock_file(self) -> Path:
        """Return the file that tells everybody the time."""
        return self.folder / "clock.json"

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
        return self.person(self.organisers[at])

    async def hang(
        self, *scenes: str, at: str = "A", place: str = "一层食堂", locale: str | None = None, seconds: int = 300
    ) -> Hung:
        """Register a screen that shows these scenes, or the standing playlist."""
        wu = self.organiser(at)
        asked = {"institutionId": self.institutions[at], "place": place}
        made = await wu.run("RegisterScreen", input=asked)
        assert made["__typename"] == "ScreenRegistered", made
        listed = await wu.run("Screens.v2", institutionId=self.institutions[at])
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
        listed = await wu.run("Screens.v2", institutionId=self.institutions[at])
        edition = next(one["edition"] for one in listed if one["id"] == hung.id)
        items = [
            {"scene": scene, "seconds": seconds, **({"siteId": self.site} if scene == "code" else {})}
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
        item = act(self.campaign, "energy_act", self.now(), act=name)
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
        asked = {"institutionId": self.institutions[at], "scene": scene, "size": size, "locale": locale}
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
    town = await _staged(folder, url, at)
    town.set_clock(at, speed)
    chosen = {"mode": "development", "clock_file": town.clock_file, "photos": folder / "photos", "tick_seconds": 0.5}
    told = environment(url, **(chosen | {"port": town.port} | settings))
    town.api, town.worker = Service("serve", told, folder, "api"), Service("worker", told, folder, "worker")
    town.start()
    try:
        await town.ready()
        async with town.http:
            yield town
    finally:
        town.api.kill()
        town.worker.kill()


async def _staged(folder: Path, url: str, at: datetime) -> Town:
    async with populate(url, FixedClock(at - PAST)) as world:
        await _found_the_other_district(world)
        await _play_the_past(world, await _employed(world, "E", FEW))
        world.clock.at = at
        campaigns = [await world.open_campaign("energy-week"), await world.open_campaign("green-office", "F", days=1)]
        people = await _employed(world, "A", DEPARTMENTS)
        others = [*await _employed(world, "B", dict.fromkeys((*HARD, MARKUP), 5)), *await _employed(world, "F", FEW)]
        await _report(world, campaigns, people, others)
        async with world.parts.database.write() as session:
            walking = [*people, *others[: -sum(FEW.values())]]
            tokens = await sign_in_all(session, world.parts.services.use(Vault), walking, at)
        organisers = {key: (await world.sign_in(name)).token or "" for key, name in ORGANISERS.items()}
        site = await _furnished(world, await world.sign_in("Wu"))
        institutions = {key: world.institution_id(key) for key in world.institutions}
    port, nobody = free_port(), Service("serve", {}, folder, "nobody")
    http = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20)
    acts = ((name, token) for token in tokens for name in ENERGY_ACTS[1:3])
    return Town(folder, port, nobody, nobody, http, organisers, institutions, campaigns[0], site, tokens, acts)


async def _found_the_other_district(world: World) -> None:
    """Add one institution whose campaign ends today, and one where none runs; give everybody their organiser."""
    now = world.clock.now()
    async with world.parts.database.write() as session:
        above = world.institutions["C"]
        for key, name in (("G", "云山区机关事务服务中心"), ("E", "云山区财政局"), ("F", "云山区水务局")):
            code = credit_code.with_check(f"1112000000001{len(world.institutions):04d}")
            level = "district" if key == "G" else "institution"
            added = await tree.add_institution(session, credit_code=code, name=name, level=level, parent_id=above.id)
            above, world.institutions[key] = added if key == "G" else above, added
        for key, name in ORGANISERS.items():
            await service.grant(session, world.members[name], "organiser", world.institutions[key].id or 0, now)
        await service.grant(session, world.members["Sun"], "supervisor", world.institutions["G"].id or 0, now)


async def _play_the_past(world: World, people: Sequence[int]) -> None:
    """Let a campaign of two days come to its seal."""
    campaign = await world.open_campaign("green-office", "G", days=2)
    dice = random.Random("past")
    for number in people:
        await acts(world, campaign, [number], "paperless", sheets=dice.randint(2, 9))
    await to_seal(world, campaign)


async def _furnished(world: World, wu: Person) -> str:
    """Let the organiser at A do what screens can tell of: a site, the canteen's log, a message. Returns the site."""
    now, place = world.clock.now(), world.institution_id("A")
    hours = {"institutionId": place, "validFrom": now.isoformat(), "validUntil": (now + timedelta(days=30)).isoformat()}
    issued = await wu.run("IssueCode.v2", input={**hours, "kind": "clear_plate", "place": "一层食堂", "changes": True})
    assert issued["__typename"] == "CodeIssued", issued
    for meal, diners, kilograms in (("BREAKFAST", 96, "3.1"), ("LUNCH", 148, "9.8")):
        asked = {"requestId": fresh_id(), "institutionId": place, "day": f"{now:%Y-%m-%d}", "meal": meal}
        weighed = await wu.run("RecordMealWaste", input={**asked, "diners": diners, "wasteKilograms": kilograms})
        assert weighed["__typename"] == "MealWasteRecorded", weighed
    told = {
        "textZh": "周三低碳日，食堂提供半份菜，吃多少取多少。",
        "textEn": "Low-carbon day on Wednesday: ask for half portions.",
    }
    until = {"beginsAt": now.isoformat(), "endsAt": (now + timedelta(days=7)).isoformat()}
    wrote = await wu.run("WriteScreenMessage", input={"requestId": fresh_id(), "institutionId": place, **told, **until})
    assert wrote["__typename"] == "ScreenMessageWritten", wrote
    site: str = issued["siteId"]
    return site


async def _employed(world: World, institution: str, departments: Mapping[str, int]) -> list[int]:
    """Employ so many in each department; some have chosen what boards call them. Returns their numbers."""
    dice, numbers, place = random.Random(institution), [], world.institutions[institution].id or 0
    async with world.parts.database.write() as session:
        for name, count in departments.items():
            # As old rosters have them, not as we take them.
            department = await tree.department_named(session, place, name) or Department(
                institution_id=place, name=name
            )
            session.add(department)
            await session.flush()
            for number in range(count):
                chosen = dice.choice(CHOSEN) if institution == "A" and number == 0 else None
                called = dice.choice(SURNAMES) + dice.choice(GIVEN)
                member = Member(name=called, display_name=MARKUP if name == MARKUP and number == 0 else chosen)
                session.add(member)
                await session.flush()
                numbers.append(member.id or 0)
                session.add(
                    Membership(
                        member_id=numbers[-1], institution_id=place, department_id=department.id or 0,
                        staff_number=f"{len(numbers):05d}", starts_on=date(2026, 1, 1),
                    )
                )  # fmt: skip
        await session.flush()
    return numbers


async def _report(world: World, campaigns: Sequence[str], people: Sequence[int], others: Sequence[int]) -> None:
    """Let everybody report something today, each another amount."""
    dice, now, one_day = random.Random(7), world.clock.now(), set(others[-sum(FEW.values()) :])
    reported = {}
    leading = set(people[: next(iter(DEPARTMENTS.values()))])
    for number in (*people, *others):
        least = int(number in leading)
        week, commute = campaigns[number in one_day], {"mode": "metro", "distance": "from_5_km"}
        reported[number] = [Item(week, "energy_act", now, {"act": ENERGY_ACTS[0]})]
        if number not in one_day:
            reported[number] += [Item(week, "commute", now, {**commute, "direction": "to_work"})] * dice.randint(
                least, 1
            )
        reported[number] += [Item(week, "paperless", now, {"sheets": dice.randint(2, 9)})] * dice.randint(least, 1)
    for campaign in campaigns:
        await record_for(
            world, campaign, {number: made for number, made in reported.items() if made[0].campaign == campaign}
        )
    await world.project()

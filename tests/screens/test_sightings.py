"""Beats: what a page says of itself, kept in memory, written together; silence, copies, and bad beats."""

import asyncio
import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import select
from starlette.applications import Starlette

from backend.core.errors import Unavailable
from backend.core.vault import Vault
from backend.screens import sightings as sightings_module
from backend.screens.beats import BeatInvalid, Beats, read
from backend.screens.holders import Holders
from backend.screens.sightings import MOST_INSTANCES, Sightings
from backend.screens.tables import ScreenSighting
from tests.cast import World
from tests.screens.devices import COOKIE, Device, pair

BEAT = {
    "instance": "a1b2c3",
    "width": 1920,
    "height": 1080,
    "scene": "persons",
    "way": "events",
    "fault": "",
    "version": "5f1d",
}


class Wall:
    """A paired screen, and what hears its beats."""

    def __init__(self, world: World, device: Device, screen: dict[str, Any]) -> None:
        self.world, self.key, self.screen = world, device.key, screen
        database = world.parts.database
        self.sightings = Sightings(database, world.clock)
        holders = Holders(database, world.parts.services.use(Vault))
        app = Starlette(routes=Beats(holders, self.sightings).routes())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://api.test")

    async def beat(self, path: str | None = None, **more: Any) -> int:
        """Send a beat and return the status."""
        return (await self.client.post(path or f"/screens/{self.key}/beat", json=BEAT | more)).status_code

    async def listed(self) -> Any:
        """Return the one screen as its organiser sees it."""
        (one,) = await (await self.world.sign_in("Wu")).run("Screens.v2", institutionId=self.world.institution_id("A"))
        return one


@pytest.fixture
async def wall(world: World) -> Wall:
    """Pair a screen at A."""
    device = Device(world)
    return Wall(world, device, await pair(world, await world.sign_in("Wu"), device))


async def rows(world: World) -> list[ScreenSighting]:
    """Return what was written."""
    async with world.parts.database.read() as session:
        return list((await session.exec(select(ScreenSighting).order_by(ScreenSighting.instance))).all())


async def test_a_beat_is_heard_by_key_and_by_cookie_and_shown_to_the_organiser(wall: Wall) -> None:
    by_key = await wall.beat()
    cookie = {"cookie": f"{COOKIE}={wall.key}"}
    by_cookie = await wall.client.post("/screen/beat", json=BEAT | {"instance": "other", "width": 1280}, headers=cookie)
    written = await wall.sightings.flush()
    told = await wall.listed()

    assert (by_key, by_cookie.status_code, written) == (204, 204, 2)
    assert (told["isSilent"], told["seenAt"]) == (False, "2026-06-15T04:00:00+00:00")
    # A copied key, or a second tab: two devices to be seen.
    assert [(one["form"], one["width"], one["scene"], one["way"]) for one in told["sightings"]] == [
        ("page", 1920, "persons", "events"),
        ("page", 1280, "persons", "events"),
    ]


async def test_a_screen_is_silent_after_three_minutes_without_a_word_and_heard_again(wall: Wall) -> None:
    clock, silent = wall.world.clock, []
    for step in (180, 1):
        clock.advance(timedelta(seconds=step))
        silent.append((await wall.listed())["isSilent"])  # never heard since it was paired
    await wall.beat()
    await wall.sightings.flush()
    for step in (180, 1):
        clock.advance(timedelta(seconds=step))
        silent.append((await wall.listed())["isSilent"])
    await wall.beat()
    await wall.sightings.flush()

    assert silent == [False, True, False, True]
    assert (await wall.listed())["isSilent"] is False


async def test_a_beat_asks_the_database_for_nothing_and_all_are_written_at_once(wall: Wall) -> None:
    await wall.beat()  # whose key it is was asked for once
    sent: list[str] = []
    engine = wall.world.parts.database.engine.sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for number in range(100):
            assert await wall.beat(instance=f"tab-{number % 5}") == 204
        beats = len(sent)
        written = await wall.sightings.flush()
        assert await wall.sightings.flush() == 0
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert beats == 0
    assert written == 6
    assert len([one for one in sent if "screen_sighting" in one]) == 1


async def test_a_later_beat_takes_the_place_of_an_earlier_one_and_never_the_other_way(wall: Wall) -> None:
    world = wall.world
    await wall.beat(scene="goal")
    await wall.sightings.flush()
    world.clock.advance(timedelta(seconds=30))
    await wall.beat(scene="persons", fault="departments: x is undefined")
    await wall.beat(scene="institutions")
    await wall.sightings.flush()
    late = Sightings(world.parts.database, world.clock)
    world.clock.advance(timedelta(seconds=-10))
    late.note((await rows(world))[0].screen_id, "a1b2c3", "page", 1, 1, "idle", "polling", "")
    await late.flush()

    (row,) = await rows(world)
    assert (row.scene, row.way, row.width) == ("institutions", "events", 1920)
    assert row.fault == "departments: x is undefined"  # a fault is not lost to the beat after it


async def test_a_page_that_names_itself_anew_all_the_time_fills_nothing(wall: Wall) -> None:
    for number in range(200):
        await wall.beat(instance=f"tab{number:03d}")
    await wall.sightings.flush()

    assert [one.instance for one in await rows(wall.world)] == [f"tab{number:03d}" for number in range(180, 200)]
    assert MOST_INSTANCES == 20


async def test_what_could_not_be_written_is_written_later_unless_something_newer_came(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wall.beat(scene="goal")
    await wall.beat(instance="other")

    async def fail(_rows: object) -> None:
        raise Unavailable

    with monkeypatch.context() as broken:
        broken.setattr(wall.sightings, "_write", fail)
        with pytest.raises(Unavailable):
            await wall.sightings.flush()
    await wall.beat(scene="persons")
    written = await wall.sightings.flush()

    assert written == 2
    assert [(one.instance, one.scene) for one in await rows(wall.world)] == [
        ("a1b2c3", "persons"),
        ("other", "persons"),
    ]


async def test_the_task_writes_every_few_seconds_survives_a_fault_and_writes_once_more_at_its_end(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sightings_module, "FLUSH_SECONDS", 0.01)
    calls, done = 0, asyncio.Event()
    write = wall.sightings._write

    async def sometimes(lines: list[dict[str, Any]]) -> None:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise Unavailable if calls == 1 else RuntimeError
        await write(lines)
        done.set()

    monkeypatch.setattr(wall.sightings, "_write", sometimes)
    await wall.beat()
    task = asyncio.create_task(wall.sightings.run())
    await asyncio.wait_for(done.wait(), 5)
    monkeypatch.setattr(sightings_module, "FLUSH_SECONDS", 60)
    await asyncio.sleep(0.05)
    await wall.beat(instance="last")
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

    assert [one.instance for one in await rows(wall.world)] == ["a1b2c3", "last"]


async def test_a_key_that_is_wrong_or_revoked_is_not_heard(wall: Wall) -> None:
    wu = await wall.world.sign_in("Wu")
    for wrong in (wall.key[:-1], wall.key.swapcase(), "x" * 5000, "%00", "%ED%A0%80", "码"):
        assert await wall.beat(f"/screens/{wrong}/beat") == 404, wrong
    assert await wall.beat("/screen/beat") == 404

    await wu.run("RevokeScreen", input={"screenId": wall.screen["id"]})

    gone = await wall.client.post(f"/screens/{wall.key}/beat", json=BEAT, headers={"accept-language": "en"})
    assert (gone.status_code, gone.text) == (404, "There is no such screen.")
    assert await wall.sightings.flush() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"instance": ""}, "instance"),
        ({"instance": "a b"}, "instance"),
        ({"instance": "x" * 33}, "instance"),
        ({"instance": 7}, "instance"),
        ({"instance": None}, "instance"),
        ({"width": -1}, "width"),
        ({"width": 1920.5}, "width"),
        ({"width": "1920"}, "width"),
        ({"width": True}, "width"),
        ({"height": 10**9}, "height"),
        ({"height": None}, "height"),
        ({"scene": "x" * 21}, "scene"),
        ({"scene": "<b>"}, "scene"),
        ({"way": "telepathy"}, "way"),
        ({"way": ["events"]}, "way"),
        ({"fault": "x" * 201}, "fault"),
        ({"fault": {}}, "fault"),
        ({"version": "x" * 65}, "version"),
    ],
    ids=str,
)
def test_a_beat_with_a_wrong_value_is_refused_by_name(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BeatInvalid) as refused:
        read(json.dumps(BEAT | wrong).encode())

    assert refused.value.field == field
    assert field in refused.value.text.zh
    assert field in refused.value.text.en


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b"\xff", b"[" * 2000, b"{}" + b" " * 2048, b'"x"'], ids=repr)
async def test_what_is_no_beat_at_all_is_refused_in_words(wall: Wall, body: bytes) -> None:
    for language, words in (("zh-CN", "JSON 对象"), ("en", "one JSON object")):
        headers = {"accept-language": language}
        answer = await wall.client.post(f"/screens/{wall.key}/beat", content=body, headers=headers)
        assert answer.status_code == 400
        assert words in answer.text
    assert await wall.sightings.flush() == 0


def test_what_no_database_could_keep_of_a_fault_is_left_out() -> None:
    beat = read(json.dumps(BEAT | {"fault": "a\u0000b\nc\ud800d"}).encode())

    assert beat.fault == "a b c d"

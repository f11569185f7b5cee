"""What screens are told as it happens: each thing once, the newest only, and the end of a key."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlmodel import col, update

from backend.core.errors import Unavailable
from backend.identity.tables import Institution
from backend.screens import hub as hubs
from backend.screens.assembly import Screens
from backend.screens.holders import Holders
from backend.screens.hub import Hub
from backend.screens.walls import Walls
from tests.api.asking import forget_boards, record_for
from tests.cast import World
from tests.leaderboards.test_places import items
from tests.screens.test_screens import register

BASE = "http://test"


def read(sent: bytes) -> list[tuple[str, Any]]:
    """Return the events of a chunk, by name."""
    told = []
    for block in sent.decode().split("\n\n"):
        lines = dict(line.partition(": ")[::2] for line in block.splitlines() if not line.startswith(":"))
        if "event" in lines:
            told.append((lines["event"], json.loads(lines["data"])))
    return told


class Listening:
    """A screen that listens."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream

    async def next(self) -> list[tuple[str, Any]]:
        """Return what comes next, beats aside."""
        while True:
            told = read(await asyncio.wait_for(anext(self._stream), 10))
            if told and told[0][0] != "beat":
                return told


@asynccontextmanager
async def listening(world: World, key: str, hub: Hub | None = None) -> AsyncIterator[Listening]:
    """Let a screen listen."""
    held = await world.parts.services.use(Holders).get(key)
    hub = hub or world.parts.services.use(Screens).hub
    stream = hub.events(held, "zh-CN", "landscape", BASE)
    try:
        yield Listening(stream)
    finally:
        await stream.aclose()  # type: ignore[attr-defined]  # it is a generator


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "_KEYS_SECONDS", 0.05)
    monkeypatch.setattr(hubs, "BEAT_SECONDS", 0.5)


async def played(world: World) -> tuple[str, str, list[int]]:
    """Return a screen's key, a campaign, and six who take part with a trip each."""
    key, campaign = await register(world), await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", 6)
    await record_for(world, campaign, {one: items(world, campaign, 1) for one in people})
    await world.project()
    return key, campaign, people


async def test_a_screen_is_told_of_itself_of_every_scene_and_of_the_wall_last(world: World) -> None:
    key, _, _ = await played(world)

    async with listening(world, key) as screen:
        told = await screen.next()
        document = (await world.client.get(f"/screens/{key}/document.json", headers={"host": "test"})).json()

    names = [name for name, _ in told]
    assert (names[0], names[-1], set(names[1:-1])) == ("screen", "wall", {"scene"})
    assert told[0][1]["place"] == "一层食堂"
    assert [scene["key"] for name, scene in told if name == "scene"] == told[-1][1]["order"]
    assert [scene for name, scene in told if name == "scene"] == document["wall"]["scenes"]
    assert told[-1][1]["version"] == document["wall"]["version"]


async def test_only_the_scenes_that_changed_are_told_again(world: World) -> None:
    key, campaign, people = await played(world)

    async with listening(world, key) as screen:
        first = await screen.next()
        await record_for(world, campaign, {people[0]: items(world, campaign, 2)[1:]})
        await world.project()
        second = await screen.next()

    changed = {scene["key"] for name, scene in second if name == "scene"}
    assert "campaign" in changed
    assert "idle" not in changed
    assert [name for name, _ in second][-1] == "wall"
    assert second[-1][1]["sums"]["points"] > first[-1][1]["sums"]["points"]


async def test_many_screens_share_one_document_and_one_look(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _, _ = await played(world)
    walls, looks = world.parts.services.use(Walls), []
    look = walls._look

    async def counted(*asked: Any) -> Any:
        looks.append(asked[0])
        return await look(*asked)

    monkeypatch.setattr(walls, "_look", counted)
    hub = Hub(walls, world.parts.services.use(Holders), world.parts.clock, 60)
    opened = [listening(world, key, hub) for _ in range(40)]
    screens = [await one.__aenter__() for one in opened]
    told = [await screen.next() for screen in screens]

    assert len(looks) == 1
    assert hub.watching == 40
    assert all(one == told[0] for one in told)
    for one in opened:
        await one.__aexit__(None, None, None)
    assert hub.watching == 0
    await hub.close()


async def test_a_key_that_is_revoked_ends_its_stream(world: World) -> None:
    key, _, _ = await played(world)
    wu = await world.sign_in("Wu")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))

    async with listening(world, key) as watching:
        await watching.next()
        await wu.run("RevokeScreen", input={"screenId": screen["id"]})
        assert await watching.next() == [("gone", {})]
        with pytest.raises(StopAsyncIteration):
            await watching.next()


async def test_a_screen_that_is_set_to_another_language_begins_anew_in_it(world: World) -> None:
    key, _, _ = await played(world)
    wu = await world.sign_in("Wu")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))

    async with listening(world, key) as watching:
        await watching.next()
        asked = {"screenId": screen["id"], "place": "一层食堂", "locale": "en", "edition": 1}
        assert (await wu.run("SetScreen", input=asked))["__typename"] == "ScreenSet"
        with pytest.raises(StopAsyncIteration):
            await watching.next()


async def test_a_screen_whose_institution_is_renamed_says_so(world: World) -> None:
    key, _, _ = await played(world)

    async with listening(world, key) as watching:
        await watching.next()
        async with world.parts.database.write() as session:
            await session.exec(update(Institution).where(col(Institution.name) == "滨河区档案馆").values(name="新馆"))
        told = await watching.next()

    assert "新馆" in json.dumps(told, ensure_ascii=False)


async def test_a_look_that_loses_the_database_half_way_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _, _ = await played(world)
    before = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]
    from backend.screens.scenes import goal

    async def away(*asked: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(type(goal.SCENE), "facts", away)
    world.parts.services.use(Walls).forget(world.institutions["A"].id)
    failed = await world.client.get(f"/screens/{key}/document.json")
    monkeypatch.undo()
    after = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]

    assert failed.status_code == 503
    assert after["scenes"] == before["scenes"]


async def test_while_the_database_is_away_the_last_wall_stands(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, campaign, people = await played(world)
    walls = world.parts.services.use(Walls)
    get = walls.get

    async def away(*asked: Any) -> None:
        raise Unavailable

    async with listening(world, key) as screen:
        first = await screen.next()
        monkeypatch.setattr(walls, "get", away)
        await asyncio.sleep(0.5)
        monkeypatch.setattr(walls, "get", get)
        await record_for(world, campaign, {people[0]: items(world, campaign, 2)[1:]})
        await world.project()
        second = await screen.next()

    assert second[-1][1]["version"] != first[-1][1]["version"]


async def test_a_beat_tells_the_time_of_the_server_while_nothing_changes(world: World) -> None:
    key, _, _ = await played(world)
    held = await world.parts.services.use(Holders).get(key)
    stream = world.parts.services.use(Screens).hub.events(held, "zh-CN", "landscape", BASE)

    chunks = [await asyncio.wait_for(anext(stream), 10) for _ in range(3)]
    await stream.aclose()  # type: ignore[attr-defined]  # it is a generator

    assert len(chunks[0]) > 2048  # what some proxies wait for
    assert read(chunks[2]) == [("beat", {"now": int(world.clock.at.timestamp() * 1000)})]


async def test_a_scene_that_fails_is_left_out_and_the_others_stand(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, _, _ = await played(world)
    whole = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]["scenes"]
    from backend.screens.scenes import campaign, persons

    def broken(*asked: Any) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(type(campaign.SCENE), "facts", broken)
    monkeypatch.setattr(type(persons.SCENE), "lay", broken)
    forget_boards(world)
    rest = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]["scenes"]

    assert {one["key"] for one in whole} - {one["key"] for one in rest} == {"campaign", "persons"}
    assert [one for one in whole if one["key"] not in ("campaign", "persons")] == rest

"""An organiser sees any scene as a screen would, before it is shown."""

import io
import json
import re
from datetime import timedelta
from typing import Any

from PIL import Image

from backend.screens.shapes import SIZES
from tests.api.asking import forget_boards
from tests.cast import World
from tests.screens.test_events import played


async def preview(world: World, **asked: Any) -> dict[str, Any]:
    """Let Wu ask for a preview and return where it is."""
    told = {"institutionId": world.institution_id("A"), "size": "1920x1080", **asked}
    found: dict[str, Any] = await (await world.sign_in("Wu")).run("ScreenPreview", input=told)
    return found


def inlined(page: str) -> dict[str, Any]:
    """Return the document that a page brings with it."""
    found = re.search(r'<script id="document" type="application/json">(.*?)</script>', page)
    assert found
    document: dict[str, Any] = json.loads(found[1])
    return document


async def test_a_scene_is_seen_as_the_screen_shows_it(world: World) -> None:
    key, _, _ = await played(world)
    shown = (await world.client.get(f"/screens/{key}/document.json")).json()["wall"]

    for scene in shown["scenes"]:
        found = await preview(world, scene=scene["key"])
        document = inlined((await world.client.get(found["page"])).text)
        assert [one["scene"] for one in document["screen"]["items"]] == [scene["key"]]
        assert scene in document["wall"]["scenes"], scene["key"]
        assert document["wall"]["frame"] == shown["frame"]


async def test_the_picture_of_a_preview_has_the_size_that_was_asked_for(world: World) -> None:
    await played(world)

    for size in ("1080x1920", "1920x360"):
        found = await preview(world, scene="campaign", size=size)
        picture = Image.open(io.BytesIO((await world.client.get(found["picture"])).content))
        document = (
            await world.client.get(found["page"].replace("/screen-preview?", "/screen-preview/document.json?"))
        ).json()
        assert f"{picture.width}x{picture.height}" == size
        assert document["wall"]["shape"] == SIZES[size]


async def test_a_message_is_seen_before_it_is_written_and_by_nobody_else(world: World) -> None:
    key, _, _ = await played(world)

    found = await preview(world, scene="messages", messageZh="周三<素食>日", locale="zh-CN")
    page = (await world.client.get(found["page"])).text
    shown = (await world.client.get(f"/screens/{key}/document.json")).text

    assert "周三\\u003c素食\\u003e日" in page
    assert "素食" not in shown


async def test_a_preview_of_another_day_leaves_what_screens_show_as_it_is(world: World) -> None:
    key, _, _ = await played(world)
    before = (await world.client.get(f"/screens/{key}/board.json")).content
    forget_boards(world)

    at = (world.clock.at - timedelta(days=300)).isoformat()
    for scene in ("departments", "persons"):
        await world.client.get((await preview(world, scene=scene, at=at))["page"])

    assert (await world.client.get(f"/screens/{key}/board.json")).content == before


async def test_a_scene_with_nothing_to_show_says_so_and_a_link_ends_and_cannot_be_changed(world: World) -> None:
    await played(world)
    found = await preview(world, scene="result")

    empty = (await world.client.get(found["page"])).text
    changed = await world.client.get(found["page"].replace("scene=result", "scene=persons"))
    world.clock.advance(timedelta(minutes=11))
    over = [(await world.client.get(found[one])).status_code for one in ("page", "picture")]

    assert "此刻无内容可显示" in empty
    assert [one["scene"] for one in inlined(empty)["screen"]["items"]] == ["idle"]
    assert changed.status_code == 404
    assert over == [404, 404]

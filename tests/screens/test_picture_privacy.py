"""What no picture may tell: each is painted, every text that reaches the canvas is read, every code is scanned."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from backend.media.paper import coverage, fonts
from backend.media.studio import Studio
from backend.screens import painter
from backend.screens.boxes import Square, Words
from backend.screens.players import Pictures
from backend.screens.programme import Turn
from backend.screens.scene import all_scenes
from backend.screens.shapes import SIZES
from backend.screens.walls import Walls
from tests.cast import World
from tests.screens.seen import BASE
from tests.screens.test_scene_facts import write
from tests.screens.test_scene_privacy import Town, forbidden, leave, town
from tests.settlement.way import to_seal

# The smallest size of each shape: the boxes are the same for all.
LOOKED_AT = ("1280x720", "1080x1920", "3840x1080", "1920x360")


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return every text that is painted from now on; in one font, for opening them takes the most time."""
    texts: list[str] = []
    small = ImageFont.truetype(coverage.FONTS / "NotoSansSC-Regular.woff2", 20)
    write_text = ImageDraw.ImageDraw.text

    def noted(self: Any, at: Any, text: str, *args: Any, **named: Any) -> None:
        texts.append(text)
        write_text(self, at, text, *args, **named)

    monkeypatch.setattr(fonts, "opened", lambda *_: small)
    monkeypatch.setattr(ImageDraw.ImageDraw, "text", noted)
    return texts


async def walk(found: Town, painted: list[str], sizes: tuple[str, ...]) -> set[str]:
    """Paint every sheet of every scene at these sizes and assert what is on it; return which scenes there were."""
    world = found.world
    wrong = await forbidden(found)
    walls, scenes = world.parts.services.use(Walls), set[str]()
    walls.forget()
    pictures = Pictures(world.parts.database, Studio())
    for size in sizes:
        document = await walls.get(world.institutions["A"], "zh-CN", SIZES[size], BASE)
        for key, scene in document.scenes.items():
            scenes.add(key)
            for number, sheet in enumerate(scene.sheets):
                painted.clear()
                painting = await pictures.painting(document, Turn(key, number, 1000), size, place="一层食堂", code=None)
                picture = painter.draw(painting)
                told = {line for box in (*document.frame, *sheet) if isinstance(box, Words) for line in box.lines}
                assert set(painted) <= told | {"一层食堂", ""}, (key, size)
                seen = "\n".join(painted)
                assert [text for text in wrong if text in seen] == [], (key, size)
                codes = {box.says for box in sheet if isinstance(box, Square) and box.live is None}
                scanned = {one.text for one in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))}
                assert scanned <= codes, (key, size)
                assert size == "1920x360" or scanned == codes, (key, size)
    return scenes


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is painted comes from no database
async def test_no_picture_tells_what_is_nobodys_business(world: World, painted: list[str]) -> None:
    found = await town(world, days=2)
    await write(world, "讲座今天开始", -1, 1)
    await leave(found)
    await world.project()

    running = await walk(found, painted, LOOKED_AT)
    await to_seal(world, found.campaign)
    sealed = await walk(found, painted, LOOKED_AT[:1])

    assert running == {*all_scenes()} - {"food", "result", "year", "next"}
    assert "result" in sealed

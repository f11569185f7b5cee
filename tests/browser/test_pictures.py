"""The picture for players looks as the page does, scene by scene, and a preview shows what screens will.

`BROWSER=long` compares every scene in every size; otherwise each scene in one size of its own, in turn, so that every
size is compared.
"""

import io
import itertools
from pathlib import Path
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw
from playwright.async_api import Browser

from backend.screens.scene import all_scenes
from backend.screens.shapes import SIZES, pixels
from tests.browser import likeness, tabs
from tests.browser.likeness import Likeness
from tests.browser.tabs import LONG, PICTURES, Tab
from tests.browser.town import AT_A, AT_E, Town

# How far apart page and picture may be. Both put the same letters of the same font at the same places, but each has its
# own way to smooth edges, and Pillow gives every letter whole pixels. Measured over every scene in every size: mean 0.4
# to 1.4, worst 12 to 33. The least fault that test_likeness.py plants, another pale colour behind a line, has 48.
MEAN, WORST = 2.0, 40.0

# Pictures are drawn with our own font, so the page is made to use it, whatever this machine has of its own.
OUR_FONT = "".join(
    f"@font-face {{ font-family: Ours; font-weight: {weight}; src: url(/fonts/NotoSansSC-{name}.woff2) }}\n"
    for name, weight in (("Regular", 400), ("Bold", 700))
)
OUR_FONT += "body { font-family: Ours !important }"


def _compared() -> list[tuple[str, str, str]]:
    """Return where, which scene, in which size."""
    scenes = [("A", scene) for scene in AT_A] + [("E", scene) for scene in AT_E]
    if LONG:
        return [(at, scene, size) for at, scene in scenes for size in SIZES]
    small = [size for size in SIZES if "2160" not in size]  # what is large takes long, and looks the same
    return [(*one, size) for one, size in zip(scenes, itertools.chain(SIZES, itertools.cycle(small)), strict=False)]


async def compared(here: Town, tab: Tab, addresses: tuple[str, str], scene: str, size: str) -> Likeness:
    """Return how like a page is to its picture; both beside each other are kept where pictures are asked for."""
    page, picture = addresses
    width, height = pixels(size)  # before the page begins, or it would ask for two shapes
    await tab.page.set_viewport_size({"width": width, "height": height})
    await tab.show(here.base + page)
    await tab.page.add_style_tag(content=OUR_FONT)
    await tab.resize(size)
    await tab.force(scene)
    await tab.settled()
    answer = await here.http.get(picture)
    assert answer.status_code == 200, answer.text
    seen, drawn = Image.open(io.BytesIO(await tab.picture())), Image.open(io.BytesIO(answer.content))
    wall = await tab.wall()
    for one in (seen, drawn):
        cover(one, wall, scene, size)
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        likeness.beside(seen, drawn).save(Path(PICTURES) / f"beside-{scene}-{size}.png")
    return likeness.compared(seen, drawn)


def read(picture: Image.Image) -> str:
    """Return what a square code says, looked at from near and from afar as a camera would; empty: nothing is read."""
    for side in (picture.width, 600, 400, 300):
        found = zxingcpp.read_barcodes(picture.convert("L").resize((side, side), Image.Resampling.BOX))
        if found:
            return str(found[0].text)
    return ""


def cover(picture: Image.Image, wall: dict[str, Any], scene: str, size: str) -> None:
    """Cover what differs on purpose, and look whether it is what it should be.

    A picture leaves the clock out, for it is shown for longer than the hour would be true; and its square codes have
    whole pixels for every module, for cameras, so they are a little smaller. They must be read alike.
    """
    (sheet,) = (one["sheets"][0] for one in wall["scenes"] if one["key"] == scene)
    unit = picture.height / wall["height"]
    left = (picture.width - wall["width"] * unit) / 2
    for box in (*wall["frame"], *sheet):
        x, y, w, h = (part * unit for part in box["b"])
        if box["k"] == "s":
            said = read(picture.crop((round(left + x), round(y), round(left + x + w), round(y + h))))
            assert said and (box.get("v") or said == box["n"]), f"{scene} {size}: {said or 'not read'}"  # noqa: PT018
        if box["k"] == "s" or box.get("v") == "clock":
            ImageDraw.Draw(picture).rectangle([left + x, y, left + x + w, y + h], "black")


async def test_the_picture_of_every_scene_is_like_the_page(here: Town, browser: Browser) -> None:
    unlike, worst = [], []
    async with tabs.opened(browser, reduced_motion="reduce", bypass_csp=True) as tab:
        for at, scene, size in _compared():
            if scene == "code":
                continue  # a preview has no site; see below
            found = await compared(here, tab, await here.preview(scene, size, at), scene, size)
            worst.append((found.worst, found.mean, f"{scene} {size}: {found}"))
            if not found.within(MEAN, WORST):
                unlike.append(f"{at} {scene} {size}: {found}")
        assert tab.said == []

    print(f"worst likeness of {len(worst)} pictures: {max(worst)[2]}; mean {max(one[1] for one in worst):.2f}")  # noqa: T201
    assert unlike == []
    assert {scene for _, scene, _ in _compared()} == set(all_scenes())


async def test_a_player_s_picture_is_like_the_screen_and_like_its_preview(here: Town, browser: Browser) -> None:
    size, found = "1280x720", []
    async with tabs.opened(browser, reduced_motion="reduce", bypass_csp=True) as tab:
        for scene in ("code", "messages"):
            hung = await here.hang(scene)
            picture = f"{hung.path}/current.png?size={size}"
            found.append(await compared(here, tab, (hung.path, picture), scene, size))
        page, _ = await here.preview("messages", size)
        screen = await tab.text()
        await tab.show(here.base + page)
        preview = await tab.text()

    print(*found)  # noqa: T201
    assert all(one.within(MEAN, WORST) for one in found), found
    assert preview == screen

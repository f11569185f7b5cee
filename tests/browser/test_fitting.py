"""Every scene, in every stated size and both languages: nothing leaves its place, nothing is cut.

`BROWSER=long` looks at every sheet of every scene in every size; otherwise of each shape one size is looked at closely.
`BROWSER_PICTURES=folder` keeps what was seen, for eyes.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from backend.screens.scene import all_scenes
from backend.screens.shapes import SIZES
from tests.browser import tabs
from tests.browser.tabs import Tab
from tests.browser.town import AT_A, AT_E, Town

PICTURES = os.environ.get("BROWSER_PICTURES")
# Who is looked at, and what only this screen has: ordinary names, names that are hard to show, nobody, no campaign.
PLACES = {"A": AT_A, "B": ("departments", "persons", "goal"), "D": ("campaign", "departments"), "E": AT_E}


async def looked_at(tab: Tab, scenes: tuple[str, ...], name: str) -> list[str]:
    """Show every sheet of these scenes in the window's size, and return what does not fit."""
    found = []
    for scene in scenes:
        for sheet in range(await tab.sheets(scene)):
            await tab.force(scene, sheet)
            if scene == "code":
                await tab.page.wait_for_selector(".scene .square svg")
            found += [f"{name} {scene} {sheet}: {fault}" for fault in await tab.faults()]
            if PICTURES:
                path = Path(PICTURES) / f"{name}-{scene}-{sheet}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(await tab.picture())
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_every_scene_fits_every_size(here: Town, browser: Browser, locale: str) -> None:
    found, seen = [], set()
    async with tabs.opened(browser, reduced_motion="reduce") as tab:
        for at, scenes in PLACES.items():
            hung = await here.hang(*scenes, at=at, locale=locale)
            await tab.show(here.base + hung.path)
            await tab.page.evaluate("() => document.fonts.ready")
            for size in SIZES:
                await tab.resize(size)
                found += await looked_at(tab, scenes, f"{locale}-{at}-{size}")
            seen |= set(scenes)
        assert tab.said == []

    assert found == []
    assert seen == set(all_scenes())

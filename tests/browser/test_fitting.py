"""Every scene, in every stated size and both languages: nothing leaves its place, nothing is cut.

A shape's layout is only scaled from size to size, so English is looked at in one size of each, unless `BROWSER=long`.
`BROWSER_PICTURES=folder` keeps what was seen, for eyes.
"""

import pytest
from playwright.async_api import Browser

from backend.screens.scene import all_scenes
from backend.screens.shapes import SIZES
from tests.browser import tabs
from tests.browser.tabs import LONG, Tab
from tests.browser.town import AT_A, AT_E, Town

ONE_OF_EACH = tuple({shape: size for size, shape in SIZES.items()}.values())
# Where is looked, and at what: ordinary names, no campaign, names that are hard to show, nobody.
EVERYTHING = {"A": AT_A, "E": AT_E}
HARD = {"B": ("departments", "goal"), "D": ("campaign", "departments")}


async def looked_at(tab: Tab, scenes: tuple[str, ...], name: str) -> list[str]:
    """Show every sheet of these scenes in the window's size, and return what does not fit."""
    found = []
    sheets = await tab.sheets()
    for scene in scenes:
        for sheet in range(sheets[scene]):
            await tab.force(scene, sheet)
            if scene == "code":
                await tab.page.wait_for_selector(".scene .square svg")
            found += [f"{name} {scene} {sheet}: {fault}" for fault in await tab.faults()]
            await tab.keep(f"{name}-{scene}-{sheet}")
    return found


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_every_scene_fits_every_size(here: Town, browser: Browser, locale: str) -> None:
    found, seen = [], set()
    async with tabs.opened(browser, reduced_motion="reduce") as tab:
        for at, scenes in (EVERYTHING | HARD).items():
            hung = await here.hang(*scenes, at=at, locale=locale)
            await tab.show(here.base + hung.path)
            await tab.page.evaluate("() => document.fonts.ready")
            for size in SIZES if LONG or (locale == "zh-CN" and at in EVERYTHING) else ONE_OF_EACH:
                await tab.resize(size)
                found += await looked_at(tab, scenes, f"{locale}-{at}-{size}")
            seen |= set(scenes)
        assert tab.said == []

    assert found == []
    assert seen == set(all_scenes())


async def test_a_box_outside_a_wide_line_and_an_empty_scene_are_seen(here: Town, tab: Tab) -> None:
    hung = await here.hang("departments")
    await tab.show(here.base + hung.path)
    await tab.force("departments")
    planted = {
        "outside": "() => { document.querySelector('.scene .box').style.left = '-20px'; }",
        "too wide": "() => { document.querySelector('.scene .row .line').textContent = 'W'.repeat(60); }",
        "too high": "() => { const box = document.querySelector('h2'); box.append(box.firstChild.cloneNode(true)); }",
        "nothing is shown": "() => { document.querySelectorAll('.box').forEach(box => box.remove()); }",
    }
    sound = await tab.faults()
    seen = {}
    for name, fault in planted.items():
        await tab.page.evaluate("() => { tanhui.current = () => { throw new Error('stand still'); }; }")
        await tab.page.evaluate(fault)
        seen[name] = await tab.faults()

    assert sound == []
    assert {name for name, found in seen.items() if not any(name in one for one in found)} == set()

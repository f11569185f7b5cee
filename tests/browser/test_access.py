"""Who cannot see as others do is not shut out: axe finds nothing to complain of."""

import pytest
from axe_playwright_python.async_playwright import Axe  # type: ignore[import-untyped]
from playwright.async_api import Browser

from tests.browser import tabs
from tests.browser.tabs import Tab
from tests.browser.town import AT_A, Town


async def violations(tab: Tab) -> list[str]:
    """Return what axe complains of."""
    found = (await Axe().run(tab.page)).response["violations"]
    return [f"{one['id']}: {one['help']}: {node['html'][:120]}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
async def test_axe_finds_nothing_on_a_screen_on_the_pairing_page_and_on_what_it_explains(
    here: Town, browser: Browser, locale: str
) -> None:
    found = {}
    async with tabs.opened(browser, locale=locale, reduced_motion="reduce") as tab:
        hung = await here.hang(*AT_A, locale=locale)
        await tab.show(here.base + hung.path)
        for scene in AT_A:
            await tab.force(scene)
            found[scene] = await violations(tab)
        await tab.page.goto(f"{here.base}/screen")
        await tab.page.wait_for_selector("#modules[d]", state="attached")
        found["pairing"] = await violations(tab)
        await tab.page.goto(f"{here.base}/screen/pair/K7P4MQ")
        found["explanation"] = await violations(tab)

    assert {name: said for name, said in found.items() if said} == {}

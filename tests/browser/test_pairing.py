"""From an unpaired screen to a board, and to nothing when its key is revoked; all of it in a real browser."""

import time

from playwright.async_api import Browser

from backend.screens.shapes import SIZES, pixels
from tests.api.asking import fresh_id
from tests.browser import tabs
from tests.browser.tabs import Tab
from tests.browser.town import Town

OUTSIDE = """() => [...document.querySelectorAll('h1, p, #square')].filter(one => {
  const at = one.getBoundingClientRect();
  return at.left < 0 || at.top < 0 || at.right > innerWidth + 1 || at.bottom > innerHeight + 1
    || one.scrollWidth > one.clientWidth + 1;
}).map(one => one.className + ' ' + one.textContent)"""


async def paired(here: Town, tab: Tab, place: str) -> str:
    """Pair the screen that the tab shows, as an organiser types its code, and return its id."""
    await tab.page.goto(f"{here.base}/screen")
    await tab.page.wait_for_function("() => document.getElementById('code').innerText.replace(/\\W/g, '').length === 6")
    code = (await tab.text("#code")).replace("\n", "")
    asked = {"requestId": fresh_id(), "institutionId": here.staged.institutions["A"], "code": code, "place": place}
    answer = await here.organiser().run("PairScreen", input=asked)
    assert answer["__typename"] == "ScreenPaired", answer
    identifier: str = answer["screen"]["id"]
    return identifier


async def test_a_screen_is_paired_shows_its_board_and_keeps_it_over_a_power_cut(here: Town, tab: Tab) -> None:
    identifier = await paired(here, tab, "二层食堂")
    began = time.monotonic()
    await tab.until(state="live")
    waited = time.monotonic() - began
    head = await tab.text(".frame")
    again = await tabs.tab(tab.page.context)  # the device was off and is on again
    await again.show(f"{here.base}/screen")
    listed = await here.organiser().run("Screens.v2", institutionId=here.staged.institutions["A"])

    print(f"a paired screen shows its board after {waited:.1f} s")  # noqa: T201 - a figure
    assert "滨河区档案馆" in head
    assert "二层食堂" in head
    assert await again.text(".frame") == head
    assert identifier in [one["id"] for one in listed]
    assert again.said == []


async def test_a_revoked_screen_is_wiped_and_comes_back_as_an_unpaired_one(here: Town, browser: Browser) -> None:
    async with tabs.opened(browser) as tab:
        await tab.page.clock.install()
        identifier = await paired(here, tab, "三层食堂")
        await tab.pass_time(6)
        await tab.until(state="live")
        await tab.kept("/screen")
        gone = await here.organiser().run("RevokeScreen", input={"screenId": identifier})
        began = time.monotonic()
        await tab.until(state="gone")
        waited = time.monotonic() - began
        left = await tab.text("body"), await tab.page.content(), await tab.storage("/screen")
        await tab.pass_time(9)
        await tab.page.wait_for_selector("#code")

    print(f"a revoked screen is wiped after {waited:.1f} s")  # noqa: T201 - a figure
    assert gone["__typename"] == "ScreenRevoked", gone
    assert "这块屏幕已停用" in left[0]
    assert "后勤服务中心" not in left[1]
    assert left[2] == {"kept": [], "written": []}


async def test_the_pairing_page_fits_every_size(here: Town, tab: Tab) -> None:
    await tab.page.goto(f"{here.base}/screen")
    await tab.page.wait_for_selector("#modules[d]", state="attached")
    found = {}
    for size in SIZES:
        width, height = pixels(size)
        await tab.page.set_viewport_size({"width": width, "height": height})
        found[size] = await tab.page.evaluate(OUTSIDE)
        await tab.keep(f"pairing-{size}")

    assert {size: outside for size, outside in found.items() if outside} == {}


async def test_an_unknown_key_and_another_screen_s_cookie_show_nothing(here: Town, tab: Tab) -> None:
    unknown = await tab.page.goto(f"{here.base}/screens/{'x' * 32}")
    words = await tab.text("body")

    assert unknown is not None
    assert unknown.status == 404
    assert "没有这块屏幕" in words
    assert "滨河区" not in words
    assert all("404" in one for one in tab.quiet())

"""Whatever breaks, the last good board stays with its age in plain sight, and comes back by itself."""

import asyncio
import time

from playwright.async_api import Browser

from tests.browser import proxy, tabs
from tests.browser.tabs import LONG, Tab
from tests.browser.test_watching import moved
from tests.browser.town import Town

# What Chromium calls "Slow 3G": half a megabit a second, of which a fifth is lost, and 400 ms each way, fivefold.
SLOW_3G = {"offline": False, "downloadThroughput": 50_000, "uploadThroughput": 50_000, "latency": 2000}


async def test_a_cut_network_leaves_the_board_with_its_age_and_returns(here: Town, browser: Browser) -> None:
    hung = await here.hang("departments")
    async with tabs.opened(browser) as tab:
        await tab.page.clock.install()
        await tab.show(here.base + hung.path)
        board = await tab.text()
        await tab.page.context.set_offline(True)
        await tab.pass_time(25)
        await tab.until(state="cut")
        cut = await tab.text("#banner"), await tab.text(), await tab.faults()
        await tab.keep("cut")
        await tab.pass_time(180)
        older = await tab.text("#banner")
        await tab.page.context.set_offline(False)
        waited = await tab.pass_time_until_live()
        await tab.force("departments")
        await moved(here, tab)
        banner = await tab.text("#banner")

    print(f"after a cut the screen is back {waited} s of its time after the network is")  # noqa: T201 - a figure
    assert "网络中断 · 数据截至 06-15 12:" in cut[0]
    assert "不到 1 分钟前" in cut[0]
    assert cut[1] == board
    assert cut[2] == []
    assert "3 分钟前" in older
    assert banner == ""


async def test_a_screen_that_loses_power_while_the_server_is_away_shows_its_last_board(
    here: Town, browser: Browser
) -> None:
    hung = await here.hang("departments")
    async with tabs.opened(browser) as tab:
        await tab.page.clock.install()
        await tab.show(here.base + hung.path)
        board = await tab.text()
        await tab.kept(hung.path)
        await tab.settled()
        here.api.kill()
        began = time.monotonic()
        await tab.page.reload()
        await tab.until(state="cut")
        took = time.monotonic() - began
        again = await tab.text(), await tab.text("#banner"), await tab.faults()
        await tab.pass_time(70)
        here.api.start()
        await here.ready()
        waited = await tab.pass_time_until_live()
        await tab.force("departments")
        await moved(here, tab)

    print(f"without a server the kept page stands after {took:.1f} s; back {waited} s after the server is")  # noqa: T201
    assert again[0] == board
    assert "网络中断" in again[1]
    assert again[2] == []


async def test_a_server_that_is_restarted_ends_at_once_and_is_found_again(here: Town, browser: Browser) -> None:
    hung = await here.hang("departments")
    async with tabs.opened(browser) as tab:
        await tab.page.clock.install()
        await tab.show(here.base + hung.path)
        began = time.monotonic()
        code = await here.api.stop()
        ended = time.monotonic() - began
        here.api.start()
        await here.ready()
        waited = await tab.pass_time_until_live()
        await tab.force("departments")
        await moved(here, tab)

    print(f"with a screen that watches, the server ends after {ended:.1f} s; found again after {waited} s")  # noqa: T201
    assert code in (0, -15)
    assert ended < 10


async def test_behind_a_proxy_that_holds_events_back_the_screen_asks(here: Town, browser: Browser) -> None:
    hung = await here.hang("departments")
    async with proxy.holding_events_back(here.port) as port, tabs.opened(browser) as tab:
        await tab.page.clock.install()
        await tab.show(f"http://127.0.0.1:{port}{hung.path}")
        states = []
        for _ in range(40):
            await tab.pass_time(1)
            states.append(await tab.told("state"))
            if await tab.told("way") == "polling" and len(states) > 26:
                break
        await tab.force("departments")
        before, version = await tab.text(), await here.version(hung)
        await here.check_in()
        while await here.version(hung) == version:  # noqa: ASYNC110 - another process sets no event of ours
            await asyncio.sleep(0.05)
        seconds = 0
        while await tab.text() == before and seconds < 30:
            await tab.pass_time(1)
            await asyncio.sleep(0.05)
            seconds += 1

    print(f"behind a proxy that buffers, a check-in is on the board after {seconds} s of asking")  # noqa: T201
    assert set(states) == {"live"}
    assert seconds <= 12


async def test_the_first_view_comes_soon_over_a_slow_line(here: Town, browser: Browser) -> None:
    hung = await here.hang("departments")
    async with tabs.opened(browser) as tab:
        wire = await tab.page.context.new_cdp_session(tab.page)
        await wire.send("Network.enable")
        await wire.send("Network.emulateNetworkConditions", SLOW_3G)
        if not LONG:
            await tab.page.route("**/fonts/**", lambda route: route.abort())
        began = time.monotonic()
        await tab.page.goto(here.base + hung.path, wait_until="commit")
        await tab.until(state="live")
        shown = time.monotonic() - began
        octets = await tab.page.evaluate(
            "() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]"
            ".filter(one => !/fonts/.test(one.name)).reduce((sum, one) => sum + one.transferSize, 0)"
        )

    print(f"over slow 3G the board is shown after {shown:.1f} s, {octets / 1000:.0f} kB without fonts")  # noqa: T201
    assert shown < 15
    assert octets < 150_000


async def test_a_tab_that_stood_still_for_hours_knows_the_time_again(here: Town, tab: Tab) -> None:
    hung = await here.hang("departments")
    await tab.page.clock.install()
    await tab.show(here.base + hung.path)

    await tab.page.clock.fast_forward(3 * 3600 * 1000)  # as a device that slept
    began = time.monotonic()
    while not {here.local_time(), here.local_time(1)} & set((await tab.text(".frame")).split()):
        assert time.monotonic() - began < 20, await tab.text(".frame")
        await tab.pass_time(1)

    print(f"a device that slept is right again after {time.monotonic() - began:.1f} s")  # noqa: T201 - a figure

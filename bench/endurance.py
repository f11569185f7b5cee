"""Let a screen's page run for a day and see whether it grows: `python -m bench.endurance [hours [speed]]`.

The town's clock runs `speed` times as fast as ours, and so do the page's timers and clocks. Meanwhile people check in
and the board moves as on a busy day. Events come as they do; the stream's beats, which the server sends by our time,
are made in the page by the town's. Measured is what is held after the garbage was collected: at the start (once every
scene was shown), after 1, 6 and 24 hours of the page's time. Needs a Chromium.
"""

import asyncio
import itertools
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.async_api import CDPSession

from bench.figures import Figure
from tests.browser import chromium, tabs, town
from tests.browser.tabs import Tab
from tests.browser.town import Town
from tests.laws.play import ENERGY_ACTS

HOURS, SPEED = 24.0, 144.0
MARKS = (0.0, 1.0, 6.0, 24.0)
WARMING_HOURS = 1.0  # every scene was shown many times, and the browser has compiled what it will
UPDATES_AN_HOUR = 18.0  # check-ins, each of which moves a board
BEAT_SECONDS = 10.0  # as the hub's
LOOKS = 20
DAY_HOURS = 12.0  # from noon on, until what has been reported once a day can be reported again

# Whatever tells the page the time, or lets it wait, runs so many times as fast; requests take as long as they take.
_HURRY = """
(function () {
  const speed = %f, began = performance.now(), day = Date.now(), now = performance.now.bind(performance);
  const wait = window.setTimeout.bind(window), Plain = Date, Source = window.EventSource;
  const date = () => Math.floor(day + (now() - began) * speed);
  performance.now = () => began + (now() - began) * speed;
  window.Date = class extends Plain {
    constructor(...told) { if (told.length) { super(...told); } else { super(date()); } }
    static now() { return date(); }
  };
  window.setTimeout = (run, ms, ...more) => wait(run, (ms || 0) / speed, ...more);
  let open = null;
  window.EventSource = class extends Source {
    constructor(...told) { super(...told); open = this; }
    close() { super.close(); open = open === this ? null : open; }
  };
  window.beat = (ms) => {
    if (open && open.readyState === 1) {
      open.dispatchEvent(new MessageEvent('beat', {data: '{"now":' + ms + '}'}));
    }
  };
  window.shown = {};
  window.setInterval(() => {
    const body = document.body, told = body && body.getAttribute('data-scene');
    for (const name of told ? [told, body.getAttribute('data-way'), body.getAttribute('data-state')] : []) {
      shown[name] = (shown[name] || 0) + 1;
    }
  }, 50);
}());
"""

_CALL = "function (ms) { this(ms); }"


@dataclass(frozen=True)
class Held:
    """What the page holds after the garbage was collected."""

    kilobytes: float  # of its JavaScript heap
    nodes: int  # of the DOM
    listeners: int


async def held(session: CDPSession) -> Held:
    """Collect the garbage and return what is left: the least of some looks, for scenes are of different sizes."""
    heaps, nodes, listeners = [], [], []
    for _ in range(LOOKS):
        await session.send("HeapProfiler.collectGarbage")
        heaps.append((await session.send("Runtime.getHeapUsage"))["usedSize"] / 1000)
        counted = await session.send("Memory.getDOMCounters")
        nodes.append(int(counted["nodes"]))
        listeners.append(int(counted["jsEventListeners"]))
        await asyncio.sleep(0.1)
    return Held(min(heaps), min(nodes), min(listeners))


def _acts(serving: Town) -> Iterator[tuple[float, tuple[str, str]]]:
    """Yield who reports what, and after how many hours: three acts count a day, and one was reported before noon."""
    first = itertools.product(ENERGY_ACTS[1:3], serving.staged.tokens)
    second = itertools.product(ENERGY_ACTS[:3], serving.staged.tokens)
    for number in itertools.count(1):
        at = number / UPDATES_AN_HOUR
        if (found := next(first if at < DAY_HOURS else second, None)) is None:
            return
        yield at, found


async def _live(serving: Town, session: CDPSession, hours: float, speed: float) -> None:
    """Beat, and let people check in, until that much of the page's time has passed."""
    began, acts = serving.now(), _acts(serving)
    at, act = next(acts)
    # One function that is called: a text to evaluate would be compiled, and kept, each time.
    beat = (await session.send("Runtime.evaluate", {"expression": "beat"}))["result"]["objectId"]
    while (passed := (serving.now() - began) / timedelta(hours=1)) < hours:
        told = {"value": int(serving.now().timestamp() * 1000)}
        await session.send(
            "Runtime.callFunctionOn", {"functionDeclaration": _CALL, "objectId": beat, "arguments": [told]}
        )
        if passed >= at:
            await serving.check_in(act)
            at, act = next(acts, (hours * 2, act))
        await asyncio.sleep(BEAT_SECONDS / speed)


async def _marked(
    tab: Tab, session: CDPSession, began: float, hours: float, speed: float
) -> AsyncIterator[tuple[float, Held]]:
    loop = asyncio.get_running_loop()
    for mark in (mark for mark in MARKS if mark <= hours):
        await asyncio.sleep(max(0.0, began + (WARMING_HOURS + mark) * 3600 / speed - loop.time()))
        # So fast, a moment's load of the machine is a silence of half a minute: then it says so, and comes back.
        await tab.until(state="live")
        yield mark, await held(session)


async def measured(folder: Path, hours: float, speed: float) -> AsyncIterator[Figure]:
    """Yield what the page holds at each mark, and how much more than at the start."""
    async with (
        town.served(folder, speed=speed) as serving,
        chromium.launched(chromium.provided()) as browser,
        tabs.opened(browser, viewport={"width": 1920, "height": 1080}) as tab,
    ):
        await tab.page.add_init_script(_HURRY % speed)
        await tab.show(serving.base + (await serving.hang()).path)
        session = await tab.page.context.new_cdp_session(tab.page)
        began, first = asyncio.get_running_loop().time(), None
        living = asyncio.create_task(_live(serving, session, hours + WARMING_HOURS + 0.1, speed))
        try:
            async for mark, found in _marked(tab, session, began, hours, speed):
                first = first or found
                yield Figure(f"endurance-{mark:g}h-heap", found.kilobytes, "kB")
                yield Figure(f"endurance-{mark:g}h-nodes", found.nodes, "nodes")
                yield Figure(f"endurance-{mark:g}h-listeners", found.listeners, "listeners")
                yield Figure(f"endurance-{mark:g}h-growth", (found.kilobytes / first.kilobytes - 1) * 100, "%", "<= 5")
            await living
        finally:
            living.cancel()
        shown = await tab.page.evaluate("shown")
        print(f"looked at, each 50 ms: {shown}; the console said {len(tab.said)} things: {tab.said[:3]}")


async def _print(hours: float, speed: float) -> None:
    with tempfile.TemporaryDirectory(prefix="tanhui-bench-") as folder:
        async for figure in measured(Path(folder), hours, speed):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    asked = [float(told) for told in sys.argv[1:3]]
    asyncio.run(_print(*asked, *(HOURS, SPEED)[len(asked) :]))

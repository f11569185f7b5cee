"""A tab of the browser that shows a screen, and what can be asked of it."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page

from backend.screens.shapes import SHAPES, SIZES, pixels

PICTURES = os.environ.get("BROWSER_PICTURES")
LONG = os.environ.get("BROWSER") == "long"
PATIENCE_MS = 30_000  # a busy machine; what has to be quick is measured

# Boxes that leave the stage, lines wider or higher than their box once they were made to fit, and letters that the
# page could not draw. Tolerated is a pixel of rounding.
_FAULTS = """() => {
  const stage = document.getElementById('stage').getBoundingClientRect(), found = [];
  const within = (inner, outer, name) => {
    if (inner.left < outer.left - 1 || inner.top < outer.top - 1 || inner.right > outer.right + 1
        || inner.bottom > outer.bottom + 1) found.push(name);
  };
  within(stage, {left: 0, top: 0, right: innerWidth, bottom: innerHeight}, 'the stage leaves the window');
  const boxes = [...document.querySelectorAll('.frame .box, .scene .box')];
  for (const box of boxes) {
    const at = box.getBoundingClientRect(), said = (box.textContent || box.className).slice(0, 60);
    within(at, stage, 'outside: ' + said);
    const text = document.createRange();
    for (const line of box.querySelectorAll('.line')) {
      text.selectNodeContents(line);
      const ink = text.getBoundingClientRect();
      if (ink.width && (ink.left < at.left - 1.5 || ink.right > at.right + 1.5)) found.push('too wide: ' + said);
    }
    const lines = [...box.querySelectorAll('.line')].map(line => line.getBoundingClientRect());
    if (lines.length && lines[lines.length - 1].bottom > at.bottom + 1.5) found.push('too high: ' + said);
  }
  if (!boxes.length) found.push('nothing is shown');
  if (document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight) {
    found.push('the window scrolls');
  }
  return found;
}"""
_FITS = """width => {
  const stage = document.getElementById('stage'), at = stage.getBoundingClientRect();
  return stage.style.width === width && at.width < innerWidth + 1 && at.height < innerHeight + 1
    && (at.width > innerWidth - 2 || at.height > innerHeight - 2);
}"""
# How many sheets each scene has in this window, asked of the page's own function.
_SHEETS = """() => new Promise(done => {
  const plain = tanhui.current;
  tanhui.current = (items, sheets, ...more) => { done(sheets); return plain(items, sheets, ...more); };
  document.dispatchEvent(new Event('visibilitychange'));
})"""
_WALL = """async () => {
  const base = document.body.getAttribute('data-base'), query = location.search ? location.search + '&' : '?';
  const shape = tanhui.nearest(innerWidth, innerHeight);
  return (await (await fetch(base + '/document.json' + query + 'shape=' + shape)).json()).wall;
}"""
# What is on, asked of the page's own function: a scene and its sheet, until told otherwise.
_FORCE = """([scene, sheet]) => new Promise(done => {
  tanhui.current = () => ({scene: scene, sheet: sheet, left_ms: 1000});
  document.dispatchEvent(new Event('visibilitychange'));
  const look = () => {
    const shown = document.body.getAttribute('data-scene') + document.body.getAttribute('data-sheet');
    return shown === scene + sheet ? done() : setTimeout(look, 2);
  };
  look();
})"""


@dataclass
class Tab:
    """One page; `said` is what its console complained of."""

    page: Page
    said: list[str] = field(default_factory=list)

    async def show(self, address: str, *, state: str = "live") -> None:
        """Open an address and wait until a screen's page stands in that state."""
        await self.page.goto(address)
        await self.until(state=state)

    async def until(self, **attributes: str) -> None:
        """Wait until the body says so of itself, as in `state="live"`."""
        marks = "".join(f'[data-{name}="{value}"]' for name, value in attributes.items())
        await self.page.wait_for_selector(f"body{marks}", timeout=PATIENCE_MS)

    async def told(self, name: str) -> str | None:
        """Return what the body says of itself."""
        return await self.page.get_attribute("body", f"data-{name}")

    async def text(self, of: str = ".scene") -> str:
        """Return what can be read."""
        return "\n".join(await self.page.locator(of).all_inner_texts())

    async def until_other(self, text: str) -> None:
        """Wait until something else can be read in the scene."""
        await self.page.wait_for_function(
            "text => [...document.querySelectorAll('.scene')].map(one => one.innerText).join('\\n') !== text", arg=text
        )

    async def pass_time(self, seconds: int) -> None:
        """Let time pass for a page whose clock was installed; what comes from the network comes in between."""
        for _ in range(seconds):
            await self.page.clock.run_for(1000)

    async def pass_time_until_live(self) -> int:
        """Let time pass until the server is heard again; return how many seconds of the page's time that took."""
        for seconds in range(120):
            if await self.told("state") == "live":
                return seconds
            await self.pass_time(1)
            await asyncio.sleep(0.05)
        raise TimeoutError

    async def kept(self, page: str) -> None:
        """Wait until the worker has kept a page and its document."""
        for _ in range(200):
            if len((await self.storage(page))["kept"]) == 2:
                return
            await self.pass_time(1)
            await asyncio.sleep(0.05)
        raise TimeoutError(await self.storage(page))

    async def storage(self, page: str) -> dict[str, list[str]]:
        """Return what was kept of a page: by the worker, and in its own storage."""
        kept: dict[str, list[str]] = await self.page.evaluate(
            """async page => {
              const found = [];
              for (const name of await caches.keys()) {
                for (const one of await (await caches.open(name)).keys()) {
                  const path = new URL(one.url).pathname;
                  if (path === page || path === page + '/kept.json') found.push(path);
                }
              }
              return {kept: found, written: Object.keys(localStorage).filter(name => name === 'tanhui ' + page)};
            }""",
            page,
        )
        return kept

    async def resize(self, size: str) -> None:
        """Give the window one of the stated sizes, and wait until the page has laid out the document of its shape."""
        width, height = pixels(size)
        await self.page.set_viewport_size({"width": width, "height": height})
        await self.page.wait_for_function(_FITS, arg=f"{SHAPES[SIZES[size]].width}px", timeout=PATIENCE_MS)

    async def force(self, scene: str, sheet: int = 0) -> None:
        """Show a scene's sheet whatever the hour."""
        await self.page.evaluate(_FORCE, [scene, sheet])

    async def sheets(self) -> dict[str, int]:
        """Return how many sheets each scene has in this window."""
        counts: dict[str, int] = await self.page.evaluate(_SHEETS)
        return counts

    async def wall(self) -> dict[str, Any]:
        """Return the wall of this window's shape, as the page would ask for it."""
        wall: dict[str, Any] = await self.page.evaluate(_WALL)
        return wall

    async def faults(self) -> list[str]:
        """Return what does not fit."""
        found: list[str] = await self.page.evaluate(_FAULTS)
        return found

    async def settled(self) -> None:
        """Wait until its letters are there and nothing moves."""
        await self.page.evaluate("() => document.fonts.ready")
        await self.page.wait_for_function(
            "() => !document.querySelector('.going, .coming') && document.getAnimations().length === 0",
            timeout=PATIENCE_MS,
        )

    async def picture(self) -> bytes:
        """Return what is seen, at its true size."""
        return await self.page.screenshot(timeout=PATIENCE_MS)

    async def keep(self, name: str) -> None:
        """Keep what is seen, for eyes, where `BROWSER_PICTURES` names a folder."""
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            (Path(PICTURES) / f"{name}.png").write_bytes(await self.picture())

    def quiet(self) -> list[str]:
        """Return what was complained of, and forget it."""
        said, self.said = self.said, []
        return said


@asynccontextmanager
async def opened(browser: Browser, **options: Any) -> AsyncIterator[Tab]:
    """Open a tab with a profile of its own: 1280x720, Chinese, in Beijing, unless told otherwise."""
    usual = {"viewport": {"width": 1280, "height": 720}, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
    context = await browser.new_context(**(usual | options))
    try:
        yield await tab(context)
    finally:
        await context.close()


async def tab(context: BrowserContext) -> Tab:
    """Open one more tab of a profile."""
    made = Tab(await context.new_page())

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            made.said.append(message.text)

    made.page.on("console", heard)
    made.page.on("pageerror", lambda fault: made.said.append(str(fault)))
    made.page.set_default_timeout(PATIENCE_MS)
    return made

"""Let Lighthouse judge what screens show: `python -m bench.audit`. Needs npm, Node 18 or newer and a Chromium.

Lighthouse comes by npm into a temporary folder. Each page is judged as a desktop's, which a television is, and as what
Lighthouse takes for a slow telephone: a quarter of this machine's speed behind a line of 1.6 Mbit/s. The screen shows
its campaign, the scene with a picture, and stays there: what fades in later would count as a first view that came late.
Chromium is given our letters as the machine's own, as televisions have Chinese ones: who has none fetches 8 MB once.
Of three runs the middle one counts, for this machine may have other work.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont

from backend.media.paper.coverage import FONTS
from bench.figures import Figure
from tests.browser import chromium, town

PACKAGE = "lighthouse@12"  # the last that Node 18 and 20 run
CATEGORIES = ("performance", "accessibility", "best-practices")
AIM = 95
RUNS = 3
INSTALL_SECONDS, AUDIT_SECONDS = 300, 180
_FLAGS = (*chromium.FLAGS, "--headless=new", *(("--no-sandbox",) if os.geteuid() == 0 else ()))
_OPTIONS = ("--quiet", "--output=json", f"--only-categories={','.join(CATEGORIES)}")


def install(folder: Path) -> Path:
    """Bring Lighthouse into a folder and return its command."""
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("no npm: install Node.js 18 or newer")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE]
    subprocess.run(command, check=True, timeout=INSTALL_SECONDS, stdin=subprocess.DEVNULL)
    return folder / "node_modules" / ".bin" / "lighthouse"


def lettered(folder: Path) -> Path:
    """Unpack our fonts into a folder, and return a configuration by which this machine has them."""
    folder.mkdir()
    for packed in FONTS.glob("*.woff2"):
        font = TTFont(packed)
        font.flavor = None
        font.save(folder / f"{packed.stem}.ttf")
    told = folder / "fonts.conf"
    told.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>{folder}</dir>'
        f"<cachedir>{folder}</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return told


async def judged(lighthouse: Path, fonts: Path, address: str, *more: str) -> dict[str, Any]:
    """Return Lighthouse's report of an address."""
    # The host rule holds blanks, so flags go as one JSON list and not as a line.
    flags = [f"--chrome-flags={' '.join(flag for flag in _FLAGS if ' ' not in flag)}"]
    process = await asyncio.create_subprocess_exec(
        lighthouse, address, *_OPTIONS, *flags, *more,
        env={**os.environ, "CHROME_PATH": chromium.provided(), "FONTCONFIG_FILE": str(fonts)}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(AUDIT_SECONDS):
        said, complained = await process.communicate()
    assert process.returncode == 0, complained.decode()[-2000:]
    report: dict[str, Any] = json.loads(said)
    return report


def figures(name: str, report: dict[str, Any]) -> Iterator[Figure]:
    """Yield the scores, and what a first view costs."""
    for category in CATEGORIES:
        score = report["categories"][category]["score"]
        yield Figure(f"{name}-{category}", round((score or 0) * 100), "of 100", f">= {AIM}")
    audits = report["audits"]
    yield Figure(f"{name}-first-view", audits["first-contentful-paint"]["numericValue"] / 1000, "seconds")
    yield Figure(f"{name}-largest-view", audits["largest-contentful-paint"]["numericValue"] / 1000, "seconds")
    requests = audits["network-requests"]["details"]["items"]
    octets = sum(one["transferSize"] for one in requests if "/fonts/" not in one["url"])
    yield Figure(f"{name}-without-fonts", octets / 1000, "kB", "<= 150")


def lacking(report: dict[str, Any]) -> list[str]:
    """Return what kept a category from its full score."""
    return [
        f"{category}: {report['audits'][one['id']]['title']}"
        for category in CATEGORIES
        for one in report["categories"][category]["auditRefs"]
        if one["weight"] and (report["audits"][one["id"]]["score"] or 0) < 1
        and report["audits"][one["id"]]["scoreDisplayMode"] not in ("notApplicable", "manual", "informative")
    ]  # fmt: skip


async def measured(folder: Path) -> AsyncIterator[tuple[list[Figure], list[str]]]:
    """Yield the figures of each page, and what they lack."""
    lighthouse, fonts = install(folder / "npm"), lettered(folder / "fonts")
    (folder / "town").mkdir()
    async with town.served(folder / "town") as serving:
        hung = await serving.hang("campaign")
        pages = {"screen": serving.base + hung.path, "pairing": f"{serving.base}/screen"}
        for name, address in pages.items():
            for kind, more in (("desktop", ("--preset=desktop",)), ("phone", ())):
                reports = [await judged(lighthouse, fonts, address, *more) for _ in range(RUNS)]
                report = sorted(reports, key=lambda one: one["categories"]["performance"]["score"])[RUNS // 2]
                yield list(figures(f"lighthouse-{name}-{kind}", report)), lacking(report)


async def _print() -> None:
    with tempfile.TemporaryDirectory(prefix="tanhui-bench-") as folder:
        async for found, lacks in measured(Path(folder)):
            for figure in found:
                print(figure.line(), flush=True)
            for lack in lacks:
                print(f"  lacks: {lack}", flush=True)


if __name__ == "__main__":
    asyncio.run(_print())

"""Find a Chromium, or let the set-up install Debian's, and drive it the same way everywhere.

Where it comes from, first match wins: `CHROMIUM` names one; one of `NAMES` is on the path; we are root on a system with
apt-get, which brings it once for all processes of a run. Otherwise `Missing` says in one line what to install.
"""

import fcntl
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
INSTALL_SECONDS = 300.0
_LOCK = Path(tempfile.gettempdir()) / "tanhui-chromium.lock"
_APT = ("apt-get", "-qq", "-o", "DPkg::Lock::Timeout=60")
_COMMANDS = ((*_APT, "update"), (*_APT, "install", "--yes", "--no-install-recommends", "chromium"))
FLAGS = (
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    # Whatever a page asks for elsewhere is not found: there is no network but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


class Missing(Exception):
    """There is no Chromium, and we may not or could not install one; the message says what to do."""


def found() -> str | None:
    """Return the path of an installed Chromium."""
    named = os.environ.get("CHROMIUM")
    if named:
        path = shutil.which(named)
        if path is None:
            raise Missing(f"CHROMIUM names {named}, which is no program here")
        return path
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def provided() -> str:
    """Return the path of a Chromium, installed now if that is allowed; raises Missing."""
    path = found()
    if path is not None:
        return path
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise Missing("no Chromium: install it (apt-get install chromium), or let CHROMIUM name one")
    with _alone():
        if (path := found()) is None:
            _install()
            path = found()
    if path is None:
        raise Missing("apt-get brought no Chromium: install it, or let CHROMIUM name one")
    return path


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process of any run is installing."""
    until = time.monotonic() + INSTALL_SECONDS
    with _LOCK.open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Missing("another process has been installing Chromium for too long") from None
                time.sleep(0.2)
        yield


def _install() -> None:
    # Who waited for one that failed fails at once, not after as long again.
    failed = _LOCK.with_suffix(f".{os.environ.get('PYTEST_XDIST_TESTRUNUID') or os.getpid()}")
    if failed.exists():
        raise Missing(failed.read_text(encoding="utf-8"))
    until = time.monotonic() + INSTALL_SECONDS
    for command in _COMMANDS:
        try:
            subprocess.run(
                command,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=True,
                timeout=max(1.0, until - time.monotonic()),
            )
        except (subprocess.SubprocessError, OSError) as fault:
            said = str(getattr(fault, "stderr", None) or fault).strip().splitlines()[-1:]
            message = (
                f"apt-get could not install Chromium ({''.join(said)[:200]}): install it, or let CHROMIUM name one"
            )
            failed.write_text(message, encoding="utf-8")
            raise Missing(message) from None


@asynccontextmanager
async def launched(path: str, *more: str) -> AsyncIterator[Browser]:
    """Run a Chromium with a profile of its own, without windows, until the block ends."""
    async with async_playwright() as playwright:
        # As root it has no sandbox; the pages are ours.
        browser = await playwright.chromium.launch(
            executable_path=path, headless=True, chromium_sandbox=os.geteuid() != 0, args=[*FLAGS, *more]
        )
        try:
            yield browser
        finally:
            await browser.close()

"""Where pictures are worked on: processes of their own, so that none holds up a request or takes the API down.

Photos come in and are developed; printed pages are drawn and go out. A process may use only so much memory, and a
picture only so much time; a file that breaks either is told to be unreadable, and the next gets a fresh process.
"""

import asyncio
import os
import resource
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from typing import TypeVar

import structlog

from backend.core.errors import Problem, Unavailable
from backend.media import errors
from backend.media.developed import Developed, Position

log = structlog.get_logger()
Made = TypeVar("Made")

MEMORY_BYTES = 2 * 1024**3  # of address space; a 50-megapixel PNG needs about a quarter of it
PHOTO_SECONDS = 20


class Studio:
    """Develops photos and draws pages, `workers` at a time; started by the first of them."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    async def develop(self, source: bytes, uploaded_at: datetime, sites: Sequence[Position] = ()) -> Developed:
        """Return the clean picture; raises a problem of `errors`. See `pictures.develop`."""
        try:
            return await self._work(_develop, source, uploaded_at, tuple(sites))
        except (BrokenExecutor, TimeoutError) as fault:
            raise errors.PhotoUnreadable from fault

    async def draw(self, drawing: Callable[..., bytes], *asked: object) -> bytes:
        """Return what a function of a module draws of what it is given; both go to another process.

        The function's module is imported there: it should be light, and import Pillow within. Raises the problems
        that the function raises, and `Unavailable` when its process broke.
        """
        try:
            return await self._work(_draw, drawing, *asked)
        except (BrokenExecutor, TimeoutError) as fault:
            raise Unavailable from fault

    async def _work(self, doing: Callable[..., Made | Problem], *asked: object) -> Made:
        pool = self._pool = self._pool or ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
        )
        work = asyncio.get_running_loop().run_in_executor(pool, doing, *asked)
        try:
            async with asyncio.timeout(PHOTO_SECONDS * 3):  # others may wait before it
                made = await work
        except (BrokenExecutor, TimeoutError) as fault:
            log.warning("a picture broke its process", fault=type(fault).__name__)
            self._abandon(pool)
            raise
        if isinstance(made, Problem):
            raise made
        return made

    def _abandon(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the pool offers no other way to end a stuck one
            process.kill()
        pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """End the processes."""
        if self._pool:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


def _begin(parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _end_with(parent: int) -> None:
    # The pool's own queue keeps both of its ends in here: a killed API would leave us waiting for ever.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _develop(source: bytes, uploaded_at: datetime, sites: tuple[Position, ...]) -> Developed | Problem:
    from backend.media import pictures  # noqa: PLC0415 - Pillow and numpy are for these processes alone

    return _within_limits(pictures.develop, source, uploaded_at, sites)


def _draw(drawing: Callable[..., bytes], *asked: object) -> bytes | Problem:
    return _within_limits(drawing, *asked)


def _within_limits(doing: Callable[..., Made], *asked: object) -> Made | Problem:
    # A problem is returned, not raised: the traceback of another process would be told with it.
    resource.setrlimit(resource.RLIMIT_CPU, _cpu_until())
    try:
        return doing(*asked)
    except Problem as problem:
        return problem


def _cpu_until() -> tuple[int, int]:
    # The limit counts a process's whole life, so it moves on with each photo.
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + PHOTO_SECONDS, resource.RLIM_INFINITY

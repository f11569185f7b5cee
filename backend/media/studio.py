"""Where pictures are worked on: processes of their own, so that none holds up a request or takes the API down.

Photos come in and are developed; printed pages are drawn and go out. A process may use only so much memory, and a
picture only so much time. A file that breaks either is told to be unreadable; it costs the others only the moment in
which a fresh process starts.
"""

import asyncio
import os
import resource
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

import structlog

from backend.core.errors import Problem, Unavailable
from backend.media import errors
from backend.media.developed import Developed, Position

log = structlog.get_logger()
Made = TypeVar("Made")

MEMORY_BYTES = 2 * 1024**3  # of address space; the hungriest photo that is taken, a 48-megapixel HEIC, needs 0.8 GB
PHOTO_SECONDS = 20  # of one core
CLOCK_SECONDS = 60  # for what is no photo's fault: a machine that is busy with other things
WAIT_SECONDS = 40
_RETRY_SECONDS = 10


@dataclass
class _Desk:
    """One process, or none yet. It has one photo at a time, so that a file which breaks it is known."""

    pool: ProcessPoolExecutor | None = None

    def start(self, work: Callable[[], Made]) -> "asyncio.Future[Made]":
        """Give the process a picture; one that has ended since the last picture is no fault of this one."""
        loop = asyncio.get_running_loop()
        try:
            return loop.run_in_executor(self._open(), work)
        except BrokenExecutor:
            self.abandon()
            return loop.run_in_executor(self._open(), work)

    def _open(self) -> ProcessPoolExecutor:
        if self.pool is None:
            context = get_context("spawn")
            self.pool = ProcessPoolExecutor(1, mp_context=context, initializer=_begin, initargs=(os.getpid(),))
        return self.pool

    def abandon(self) -> None:
        """End the process, stuck or dead; the next photo gets another."""
        pool, self.pool = self.pool, None
        if pool is not None:
            for process in list((pool._processes or {}).values()):  # noqa: SLF001 - the pool offers no other way to end a stuck one
                process.kill()
            pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        pool, self.pool = self.pool, None
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)


@dataclass
class Studio:
    """Develops photos and draws pages, `workers` at a time; a process is started by the first that needs it."""

    workers: int = 1
    photo_seconds: int = PHOTO_SECONDS
    clock_seconds: float = CLOCK_SECONDS
    wait_seconds: float = WAIT_SECONDS
    desks: list[_Desk] = field(init=False)
    _free: "asyncio.LifoQueue[_Desk]" = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.desks = [_Desk() for _ in range(self.workers)]
        self._free = asyncio.LifoQueue()  # the last one back is the first to work: few processes while few photos come
        for desk in self.desks:
            self._free.put_nowait(desk)

    async def develop(self, source: bytes, uploaded_at: datetime, sites: Sequence[Position] = ()) -> Developed:
        """Return the clean picture; raises a problem of `errors`, or Unavailable. See `pictures.develop`."""
        return await self._photo(_develop, source, uploaded_at, tuple(sites))

    async def jpeg(self, photo: bytes) -> bytes:
        """Return one of our clean pictures as a JPEG; raises PhotoUnreadable, or Unavailable."""
        return await self._photo(_jpeg, photo)

    async def draw(self, drawing: Callable[..., bytes], *asked: object) -> bytes:
        """Return what a function of a module draws of what it is given; both go to another process.

        The function's module is imported there: it should be light, and import Pillow within. Raises the problems
        that the function raises, and `Unavailable` when its process broke.
        """
        try:
            return await self._work(drawing, *asked)
        except BrokenExecutor as fault:
            raise Unavailable from fault

    async def _photo(self, doing: Callable[..., Made], *given: object) -> Made:
        try:
            return await self._work(doing, *given)
        except BrokenExecutor as fault:
            raise errors.PhotoUnreadable from fault

    async def _work(self, doing: Callable[..., Made], *given: object) -> Made:
        async with self._desk() as desk:
            work = desk.start(partial(_within_limits, doing, self.photo_seconds, given))
            try:
                async with asyncio.timeout(self.clock_seconds):
                    made = await work
            except BrokenExecutor:
                log.warning("a picture broke its process")
                desk.abandon()
                raise
            except TimeoutError:
                log.warning("a picture took too long by the clock")
                desk.abandon()
                raise Unavailable(retry_seconds=_RETRY_SECONDS) from None
            except asyncio.CancelledError:
                desk.abandon()  # it would still be at work on what nobody waits for
                raise
        if isinstance(made, Problem):
            raise made
        return made

    @asynccontextmanager
    async def _desk(self) -> AsyncIterator[_Desk]:
        try:
            async with asyncio.timeout(self.wait_seconds):
                desk = await self._free.get()
        except TimeoutError:
            raise Unavailable(retry_seconds=_RETRY_SECONDS) from None
        try:
            yield desk
        finally:
            self._free.put_nowait(desk)

    async def close(self) -> None:
        """End the processes."""
        for desk in self.desks:
            await desk.close()


def _begin(parent: int) -> None:
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    # One photo is one core's work; numpy's library would also take memory for a thread on each core of the machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _end_with(parent: int) -> None:
    # The pool's own queue keeps both of its ends in here: a killed API would leave us waiting for ever.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _within_limits(doing: Callable[..., Made], photo_seconds: int, given: tuple[object, ...]) -> Made | Problem:
    # A problem is returned, not raised: the traceback of another process would be told with it.
    resource.setrlimit(resource.RLIMIT_CPU, _cpu_until(photo_seconds))
    try:
        return doing(*given)
    except Problem as problem:
        return problem


def _develop(source: bytes, uploaded_at: datetime, sites: tuple[Position, ...]) -> Developed:
    from backend.media import pictures  # noqa: PLC0415 - Pillow and numpy are for these processes alone

    return pictures.develop(source, uploaded_at, sites)


def _jpeg(photo: bytes) -> bytes:
    from backend.media import pictures  # noqa: PLC0415 - as above

    try:
        return pictures.jpeg(photo)
    except OSError as fault:
        raise errors.PhotoUnreadable from fault


def _cpu_until(photo_seconds: int) -> tuple[int, int]:
    # The limit counts a process's whole life, so it moves on with each photo.
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + photo_seconds, resource.RLIM_INFINITY

"""Where photos are worked on: processes of their own, so that no picture holds up a request or takes the API down.

A process may use only so much memory, and a photo only so much time; a file that breaks either is told to be
unreadable, and the next photo gets a fresh process.
"""

import asyncio
import os
import resource
import threading
import time
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

import structlog

from backend.core.errors import Problem
from backend.media import errors
from backend.media.developed import Developed, Position

log = structlog.get_logger()

MEMORY_BYTES = 2 * 1024**3  # of address space; a 50-megapixel PNG needs about a quarter of it
PHOTO_SECONDS = 20


class Studio:
    """Develops photos, `workers` at a time; started by the first photo."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    async def develop(self, source: bytes, uploaded_at: datetime, sites: Sequence[Position] = ()) -> Developed:
        """Return the clean picture; raises a problem of `errors`. See `pictures.develop`."""
        pool = self._pool = self._pool or ProcessPoolExecutor(
            self._workers, mp_context=get_context("spawn"), initializer=_begin, initargs=(os.getpid(),)
        )
        work = asyncio.get_running_loop().run_in_executor(pool, _develop, source, uploaded_at, tuple(sites))
        try:
            async with asyncio.timeout(PHOTO_SECONDS * 3):  # others may wait before it
                made = await work
        except (BrokenExecutor, TimeoutError) as fault:
            log.warning("a photo broke its process", fault=type(fault).__name__)
            self._abandon(pool)
            raise errors.PhotoUnreadable from fault
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
    # One photo is one core's work; numpy's library would also take memory for a thread on each core of the machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _end_with(parent: int) -> None:
    # The pool's own queue keeps both of its ends in here: a killed API would leave us waiting for ever.
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _develop(source: bytes, uploaded_at: datetime, sites: tuple[Position, ...]) -> Developed | Problem:
    from backend.media import pictures  # noqa: PLC0415 - Pillow and numpy are for these processes alone

    # A problem is returned, not raised: exceptions with fields do not survive the way between processes.
    resource.setrlimit(resource.RLIMIT_CPU, _cpu_until())
    try:
        return pictures.develop(source, uploaded_at, sites)
    except Problem as problem:
        return type(problem)(**problem.fields)


def _cpu_until() -> tuple[int, int]:
    # The limit counts a process's whole life, so it moves on with each photo.
    used = resource.getrusage(resource.RUSAGE_SELF)
    return int(used.ru_utime + used.ru_stime) + PHOTO_SECONDS, resource.RLIM_INFINITY

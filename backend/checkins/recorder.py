"""Gather the requests that are in flight at one moment into one transaction.

One commit a tap would bind throughput to the disk; one commit for all taps of a few milliseconds does not.
While a transaction commits, the next requests gather. A request is answered only after its commit.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

import structlog

from backend.checkins import service
from backend.checkins.requests import Answer, Request
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Problem, Unavailable

log = structlog.get_logger()

WAITING_ITEMS = 20_000  # beyond this, saying "busy" is kinder than a queue that nobody waits out


@dataclass
class _Waiting:
    request: Request
    answer: "asyncio.Future[Answer | Problem]"


class Recorder:
    """Records requests in batches of at most `batch_items` acts, in `writers` transactions at once."""

    def __init__(self, database: Database, clock: Clock, batch_items: int = 1000, writers: int = 1) -> None:
        self._database = database
        self._clock = clock
        self._batch_items = batch_items
        self._writers = 1 if database.is_sqlite else writers
        self._waiting: deque[_Waiting] = deque()
        self._waiting_items = 0
        self._busy = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(self, request: Request) -> Answer:
        """Record a request and return its answer after the commit; raises its problem, or Unavailable."""
        if self._waiting_items > WAITING_ITEMS:
            raise Unavailable
        waiting = _Waiting(request, asyncio.get_running_loop().create_future())
        self._waiting.append(waiting)
        self._waiting_items += len(request.items)
        self._start()
        answer = await waiting.answer
        if isinstance(answer, Problem):
            raise answer
        return answer

    async def drain(self) -> None:
        """Wait until everything submitted has been answered."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def _start(self) -> None:
        if self._busy >= self._writers or not self._waiting:
            return
        self._busy += 1
        task = asyncio.get_running_loop().create_task(self._work())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _work(self) -> None:
        try:
            while batch := self._take():
                await self._record(batch)
        finally:
            self._busy -= 1

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        items = 0
        while self._waiting and (not batch or items + len(self._waiting[0].request.items) <= self._batch_items):
            batch.append(self._waiting.popleft())
            items += len(batch[-1].request.items)
        self._waiting_items -= items
        return batch

    async def _record(self, batch: list[_Waiting]) -> None:
        try:
            async with self._database.write() as session:
                answers = await service.record(session, [waiting.request for waiting in batch], self._clock.now())
        except Unavailable as fault:
            self._fail(batch, fault)
        except Exception as fault:  # noqa: BLE001 - whatever it is, only its own request may fail
            await self._one_by_one(batch, fault)
        else:
            for waiting, answer in zip(batch, answers, strict=True):
                if not waiting.answer.done():
                    waiting.answer.set_result(answer)

    async def _one_by_one(self, batch: list[_Waiting], fault: Exception) -> None:
        """Let a request that the database or a bug refused fail alone; its neighbours are recorded."""
        log.error("recording failed", requests=len(batch), exc_info=fault)
        if len(batch) == 1:
            self._fail(batch, fault)
            return
        for waiting in batch:
            await self._record([waiting])

    @staticmethod
    def _fail(batch: list[_Waiting], fault: Exception) -> None:
        for waiting in batch:
            if not waiting.answer.done():
                waiting.answer.set_exception(fault)

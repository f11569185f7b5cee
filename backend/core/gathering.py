"""Answer single questions in groups: while one query is under way, the next questions gather behind it.

Nobody waits for company: a question that comes alone is asked alone, at once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

_MOST = 200


class Gathered(Generic[K, V]):
    """Asks for many keys at once what many callers ask for one."""

    def __init__(self, ask: Callable[[Sequence[K]], Awaitable[Mapping[K, V]]], at_once: int = 2) -> None:
        self._ask = ask
        self._at_once = at_once
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._working = 0
        self._tasks: set[asyncio.Task[None]] = set()  # held so that they are not collected while they run

    async def get(self, key: K) -> V | None:
        """Return the answer for one key, or None when there is none; raises what asking raised."""
        answer = self._waiting.get(key)
        if answer is None:
            answer = self._waiting[key] = asyncio.get_running_loop().create_future()
            if self._working < self._at_once:
                self._working += 1
                task = asyncio.get_running_loop().create_task(self._work())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
        # A caller that gives up must not take the answer from the others who wait for it.
        return await asyncio.shield(answer)

    async def _work(self) -> None:
        try:
            await self._ask_while_any_wait()
        finally:
            # In the same step as the last look at who waits: whoever comes after it starts a new task.
            self._working -= 1

    async def _ask_while_any_wait(self) -> None:
        while self._waiting:
            keys = list(self._waiting)[:_MOST]
            answers = [self._waiting.pop(key) for key in keys]
            try:
                found = await self._ask(keys)
            except Exception as fault:  # noqa: BLE001 - it is theirs who asked
                for answer in answers:
                    answer.set_exception(fault)
                continue
            for key, answer in zip(keys, answers, strict=True):
                answer.set_result(found.get(key))

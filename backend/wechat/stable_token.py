"""Hold the access token: one request for all callers, one token for all processes.

`stable_token` in normal mode gives every caller the same token until five minutes before its end, and then
both the old and the new one work: two processes that ask at the same instant therefore do no harm. It is
never asked by force, which would cut off the other processes (20 a day are allowed, for leaks).
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backend.core.clock import Clock
from backend.wechat.calls import Answer, Question
from backend.wechat.tokens import StoredToken, TokenStore
from backend.wechat.verdicts import Refusal, Verdict

RENEWED_BEFORE_END = timedelta(seconds=300)
# Whole seconds and the time on the way blur the edge of the last five minutes: there WeChat may still answer with
# the old token, which then serves for a moment, so that it is not asked for at every call.
ASKED_AGAIN_AFTER = timedelta(seconds=10)


@dataclass
class StableToken:
    """The token of one mini-program in this process."""

    fetch: Callable[[], Awaitable[StoredToken]]
    tokens: TokenStore
    clock: Clock
    has_ended: Callable[[Refusal], bool] = lambda refusal: refusal.verdict is Verdict.TOKEN_STALE
    _held: StoredToken | None = field(default=None, init=False, repr=False)
    _asked_at: datetime | None = field(default=None, init=False)
    _flight: asyncio.Task[str] | None = field(default=None, init=False, repr=False)

    async def current(self) -> str:
        """Return a token that is good for minutes, fetched only when no process has one."""
        held = self._held
        return held.value if held is not None and self._is_good(held) else await self._renewed(None)

    async def post(self, ask: Callable[[Question], Awaitable[Answer]], path: str, body: dict[str, Any]) -> Answer:
        """Ask an endpoint that wants the token, and once more with another one when this one has ended."""
        token = await self.current()
        try:
            return await ask(Question("POST", path, {"access_token": token}, body))
        except Refusal as refusal:
            if not self.has_ended(refusal):
                raise
        token = await self.replace(token)
        return await ask(Question("POST", path, {"access_token": token}, body))

    async def replace(self, stale: str) -> str:
        """Return another token than `stale`, which WeChat refused, unless WeChat itself insists on it."""
        held = self._held
        if held is not None and held.value != stale and self._is_good(held):
            return held.value
        under_way = self._flight is not None and not self._flight.done()
        token = await self._renewed(stale)
        # A renewal that was already under way did not know of the refusal and may have found the same token again.
        return await self._renewed(stale) if token == stale and under_way else token

    async def _renewed(self, stale: str | None) -> str:
        # All callers wait for one task rather than for a lock: when WeChat is down they then fail together,
        # instead of one after the other, each with the whole time limit to wait.
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._renew(stale))
            self._flight.add_done_callback(_mark_as_seen)
        return await asyncio.shield(self._flight)

    async def _renew(self, stale: str | None) -> str:
        shared = await self.tokens.read()
        if shared is not None and shared.value != stale and self._is_good(shared):
            self._held = shared
            return shared.value
        fetched = await self.fetch()
        self._held, self._asked_at = fetched, self.clock.now()
        await self.tokens.write(fetched)
        return fetched.value

    def _is_good(self, token: StoredToken) -> bool:
        now = self.clock.now()
        asked_lately = self._asked_at is not None and now < self._asked_at + ASKED_AGAIN_AFTER
        return now < token.expires_at - (timedelta(0) if asked_lately else RENEWED_BEFORE_END)


def _mark_as_seen(flight: asyncio.Task[str]) -> None:
    # Every caller may have gone away meanwhile; asyncio would complain of an exception that nobody looked at.
    if not flight.cancelled():
        flight.exception()

"""Ask WeChat one question: within a time limit, again after a passing fault, never beyond the budget."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from pydantic import ValidationError

from backend.wechat.errors import WeChatUnavailable
from backend.wechat.replies import Outcome
from backend.wechat.verdicts import PER_MINUTE_QUOTA, Refusal, Verdict

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

MINUTE_SECONDS = 60
LARGEST_PICTURE = 4 * 1024 * 1024
_SERVER_FAULT = 500
_CLIENT_FAULT = 400
_TOO_MANY_REQUESTS = 429


@dataclass(frozen=True)
class Patience:
    """How long to wait for WeChat, and how often to ask again."""

    connect_seconds: float = 2.0
    read_seconds: float = 5.0
    tries: int = 3
    budget_seconds: float = 8.0  # for all tries together, since a person waits
    first_pause_seconds: float = 0.3
    retry_hint_seconds: int = 5  # what a client is told once we have given up
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def pause_seconds(self, tried: int) -> float:
        """Return the pause after that many tries: doubling, and spread so that callers do not return in step."""
        spread = secrets.SystemRandom().uniform(0.5, 1.0)
        return float(self.first_pause_seconds * 2 ** (tried - 1) * spread)


@dataclass(frozen=True)
class Question:
    """One request; its query and body hold secrets and so do not show in a repr."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict, repr=False)
    body: dict[str, Any] | None = field(default=None, repr=False)


class _PassingFault(Exception):
    """Worth asking again."""

    def __init__(self, reason: str, hint_seconds: int | None = None) -> None:
        super().__init__(reason)
        self.hint_seconds = hint_seconds


@dataclass(frozen=True)
class Caller:
    """Asks over the shared HTTP client."""

    http: httpx.AsyncClient
    base_url: str
    patience: Patience = field(default_factory=Patience)

    async def ask(self, question: Question) -> dict[str, Any]:
        """Return the payload of a success.

        Raises `Refusal` for an error code that asking again does not change, and `WeChatUnavailable` when the
        tries or the budget are used up. A lost answer may have been a success: a single-use code that was in
        the question may then be spent.
        """
        return await self._ask(question, _payload)

    async def ask_picture(self, question: Question) -> bytes:
        """Return the bytes of a picture; faults as in `ask`. A failure comes as JSON: the content type decides."""
        return await self._ask(question, _picture)

    async def _ask(self, question: Question, read: Callable[[str, httpx.Response], Answer]) -> Answer:
        deadline = asyncio.get_running_loop().time() + self.patience.budget_seconds
        for tried in range(1, self.patience.tries + 1):
            try:
                return await self._try(question, deadline, read)
            except _PassingFault as fault:
                pause = self.patience.pause_seconds(tried)
                left = deadline - asyncio.get_running_loop().time()
                logger.warning("%s: try %d of %d: %s", question.path, tried, self.patience.tries, fault)
                if tried == self.patience.tries or left <= pause:
                    raise WeChatUnavailable(fault.hint_seconds or self.patience.retry_hint_seconds) from None
            await self.patience.sleep(pause)
        raise AssertionError("the last try returns or raises")

    async def _try(self, question: Question, deadline: float, read: Callable[[str, httpx.Response], Answer]) -> Answer:
        limit = min(deadline, asyncio.get_running_loop().time() + self._try_seconds)
        try:
            # The library's limits are for each piece that is read; this one is for the whole answer.
            async with asyncio.timeout_at(limit):
                response = await self._send(question)
        except (httpx.RequestError, TimeoutError) as fault:
            # Only the class is told: the exception carries the request, whose URL holds secrets.
            raise _PassingFault(type(fault).__name__) from None
        return read(question.path, response)

    @property
    def _try_seconds(self) -> float:
        return self.patience.connect_seconds + self.patience.read_seconds

    async def _send(self, question: Question) -> httpx.Response:
        return await self.http.request(
            question.method,
            self.base_url.rstrip("/") + question.path,
            params=question.query,
            json=question.body,
            timeout=httpx.Timeout(self.patience.read_seconds, connect=self.patience.connect_seconds),
            follow_redirects=False,  # the query holds secrets: they go to the configured host and nowhere else
        )


def _payload(path: str, response: httpx.Response) -> dict[str, Any]:
    payload, outcome = _read(response)
    if response.status_code >= _SERVER_FAULT or response.status_code == _TOO_MANY_REQUESTS:
        raise _PassingFault(f"HTTP {response.status_code}")
    if outcome is None:
        if response.status_code >= _CLIENT_FAULT:
            raise Refusal(path, response.status_code, "an HTTP error without WeChat's JSON", None)
        raise _PassingFault("the answer is not WeChat's JSON")
    if not outcome.errcode:
        return payload
    refusal = Refusal(path, outcome.errcode, outcome.errmsg or "", outcome.request_id)
    if refusal.verdict is Verdict.RETRYABLE:
        hint = MINUTE_SECONDS if refusal.code == PER_MINUTE_QUOTA else None
        raise _PassingFault(f"{refusal.code}, rid {refusal.rid}", hint)
    raise refusal


def _picture(path: str, response: httpx.Response) -> bytes:
    is_picture = response.headers.get("content-type", "").startswith("image/")
    if response.status_code < _CLIENT_FAULT and is_picture and 0 < len(response.content) <= LARGEST_PICTURE:
        return response.content
    _payload(path, response)
    raise _PassingFault("the answer is no picture")


def _read(response: httpx.Response) -> tuple[dict[str, Any], Outcome | None]:
    try:
        payload = response.json()
        return payload, Outcome.model_validate(payload)
    except (ValueError, RecursionError, ValidationError):
        return {}, None

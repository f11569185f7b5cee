"""Deliver pushes: signed, encrypted, in secure mode; late, twice, out of order, lost, or spoilt, as one is told to."""

import asyncio
import hashlib
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from demo.wechat_sandbox import sealing
from demo.wechat_sandbox.checks import Question

RESENDS = 3
ANSWER_SECONDS = 5.0
# What is wrong with a push that is not the platform's.
SPOILS = ("signature", "app_id", "inner_app_id", "trace", "padding", "plain", "old", "key")
DOWNLOAD_FAILED = -1008
_HOUR = 3600


@dataclass(frozen=True)
class Plan:
    """What a picture's verdict will be, and what befalls its push; without a delay it is held until it is asked for."""

    suggest: str = "pass"
    label: int = 100
    errcode: int = 0
    openid: str | None = None  # of whom; None: of whoever comes next
    delay_seconds: float | None = None
    copies: int = 1
    lost: int = 0  # so many sendings get lost on their way
    spoil: str | None = None
    label_as_text: bool = False


@dataclass(frozen=True)
class Address:
    """Where pushes go, and under which keys."""

    url: str
    token: str
    key: str
    form: str = "json"
    delay_seconds: float | None = 0.2  # of a verdict that nobody planned
    resend_seconds: float = 5.0


@dataclass
class Check:
    """A picture's check: its question, its plan, and what every sending of its verdict came to."""

    question: Question
    plan: Plan
    answers: list[str] = field(default_factory=list)

    def public(self) -> dict[str, Any]:
        """Return what the control surface shows."""
        question = self.question
        shown = {"trace_id": question.trace_id, "openid": question.openid, "media_url": question.media_url}
        return {**shown, "suggest": self.plan.suggest, "answers": self.answers}


class Pushes:
    """The platform's outgoing side."""

    def __init__(self, app_id: str, now: Callable[[], float]) -> None:
        self.address: Address | None = None
        self.http: httpx.AsyncClient | None = None  # who carries pushes, and fetches pictures
        self.tells = True  # whether what became of a message is pushed
        self.plans: deque[Plan] = deque()
        self.checks: dict[str, Check] = {}
        self._app_id = app_id
        self._now = now
        self._under_way: set[asyncio.Task[list[str]]] = set()

    def begin(self, question: Question) -> None:
        """Take a picture's check: its verdict comes after the plan's delay, or when it is asked for."""
        check = self.checks[question.trace_id] = Check(question, self._plan(question.openid))
        if self.address is not None and check.plan.delay_seconds is not None:
            task = asyncio.create_task(self._later(check))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    def _plan(self, openid: str) -> Plan:
        for plan in self.plans:
            if plan.openid in (None, openid):
                self.plans.remove(plan)
                return plan
        return Plan(delay_seconds=self.address.delay_seconds if self.address else None)

    async def _later(self, check: Check) -> list[str]:
        await asyncio.sleep(check.plan.delay_seconds or 0)
        return await self.deliver(check)

    def tell(self, message: dict[str, Any]) -> None:
        """Push a message when the request at hand is answered, as what became of a message is told."""
        if self.address is not None and self.tells:
            task = asyncio.create_task(self.send(message))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def deliver(self, check: Check) -> list[str]:
        """Look at the picture, push the verdict, and return what each sending came to: a status, lost, or no answer."""
        message = self._verdict(check, await self._can_fetch(check.question.media_url))
        sent = [await self.send(message, check.plan.spoil, check.plan.lost) for _ in range(check.plan.copies)]
        answers = [answer for answers in sent for answer in answers]
        check.answers += answers
        return answers

    async def send(self, message: dict[str, Any], spoil: str | None = None, lost: int = 0) -> list[str]:
        """Push one message, again up to three times while nobody says "success"; return what each sending came to."""
        assert self.address is not None, "the control surface has been told where"
        answers: list[str] = []
        for sending in range(1 + RESENDS):
            if sending:
                await asyncio.sleep(self.address.resend_seconds)
            answers.append("lost" if sending < lost else await self._once(message, spoil))
            if answers[-1] == "success":
                break
        return answers

    async def _once(self, message: dict[str, Any], spoil: str | None) -> str:
        address = self.address
        assert address is not None
        query, body, kind = self._sealed(message, address, spoil)
        try:
            answer = await self._client().post(
                address.url, params=query, content=body, headers={"content-type": kind}, timeout=ANSWER_SECONDS
            )
        except httpx.HTTPError:
            return "no answer"
        return "success" if answer.is_success and answer.text in ("", "success") else str(answer.status_code)

    def _sealed(
        self, message: dict[str, Any], address: Address, spoil: str | None
    ) -> tuple[dict[str, str], bytes, str]:
        """Return the query, the body and the content type of a push."""
        if spoil == "inner_app_id":
            message = message | {"appid": "wxsomebodyelse000"}
        if spoil == "trace":
            message = message | {"trace_id": "a-trace-of-nobody"}
        text = sealing.as_xml(message) if address.form == "xml" else json.dumps(message, ensure_ascii=False)
        timestamp, nonce = str(int(self._now()) - (_HOUR if spoil == "old" else 0)), secrets.token_hex(5)
        query = {"timestamp": timestamp, "nonce": nonce, "signature": _signature(address.token, timestamp, nonce)}
        kind = "text/xml" if address.form == "xml" else "application/json"
        if spoil == "plain":
            return query, text.encode(), kind
        app_id = "wxsomebodyelse000" if spoil == "app_id" else self._app_id
        key = sealing.A_KEY if spoil == "key" else address.key
        encrypted = sealing.seal_push(text, key, app_id, padded=spoil != "padding")
        signature = _signature(address.token, timestamp, nonce, encrypted)
        query["msg_signature"] = signature[::-1] if spoil == "signature" else signature
        query["encrypt_type"] = "aes"
        outer = {"ToUserName": "gh_0123456789ab", "Encrypt": encrypted}
        body = sealing.as_xml(outer) if address.form == "xml" else json.dumps(outer)
        return query, body.encode(), kind

    def _verdict(self, check: Check, fetched: bool) -> dict[str, Any]:
        plan, question = check.plan, check.question
        label: int | str = str(plan.label) if plan.label_as_text else plan.label
        errcode = plan.errcode if fetched else DOWNLOAD_FAILED
        result = {"suggest": plan.suggest, "label": label}
        message: dict[str, Any] = {
            "ToUserName": "gh_0123456789ab",
            "FromUserName": question.openid,
            "CreateTime": int(self._now()),
            "MsgType": "event",
            "Event": "wxa_media_check",
            "appid": self._app_id,
            "trace_id": question.trace_id,
            "version": 2,
            "errcode": errcode,
            "errmsg": "ok" if errcode == 0 else "media download failed",
        }
        if errcode:
            return message
        detail = {"strategy": "content_model", "errcode": 0, "prob": 90, **result}
        return message | {"result": result, "detail": [detail]}

    async def _can_fetch(self, url: str) -> bool:
        """Fetch a picture and tell whether it is one of those that the platform reads."""
        try:
            answer = await self._client().get(url, timeout=ANSWER_SECONDS)
        except httpx.HTTPError:
            return False
        return answer.is_success and answer.content.startswith((b"\xff\xd8\xff", b"\x89PNG", b"BM", b"GIF8"))

    def _client(self) -> httpx.AsyncClient:
        self.http = self.http or httpx.AsyncClient(trust_env=False)
        return self.http


def _signature(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()

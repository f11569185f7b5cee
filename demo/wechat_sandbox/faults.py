"""Play the platform's bad days, and count what was asked."""

import asyncio
from collections import Counter
from dataclasses import dataclass

from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from demo.wechat_sandbox.replies import refusal

WECOM = ("/cgi-bin/gettoken", "/cgi-bin/message/send")
# busy: -1. quota: 45009. ip: 40164, or WeCom's 60020. html, error500: not WeChat's JSON. slow: done, but answered late.
# lost: done, and the connection drops before the answer. down: the connection drops and nothing is done.
MODES = ("busy", "quota", "ip", "html", "error500", "slow", "lost", "down")
EVERY_ENDPOINT = "*"


@dataclass
class Fault:
    """What goes wrong at an endpoint, and how many more times."""

    endpoint: str
    mode: str
    left: int
    seconds: float


class Faults:
    """The faults that are switched on, and the number of requests per endpoint."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch one on, after those that are on already."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Switch all off."""
        self._faults.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault that befalls this request, if any, and use up one of its times."""
        self._faults = [fault for fault in self._faults if fault.left > 0]
        for fault in self._faults:
            if fault.endpoint in (path, EVERY_ENDPOINT):
                fault.left -= 1
                return fault
        return None


class Weather:
    """Stands in front of WeChat's endpoints; the control surface is always fine."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through, or let the fault that is due befall it."""
        if scope["type"] != "http" or scope["path"].startswith("/sandbox/"):
            await self._app(scope, receive, send)
            return
        self._faults.counts[scope["path"]] += 1
        fault = self._faults.take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
        else:
            await self._befall(fault, scope, receive, send)

    async def _befall(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.mode == "slow":
            await self._app(scope, receive, _late(send, fault.seconds))
        elif fault.mode in ("lost", "down"):
            if fault.mode == "lost":
                await self._app(scope, receive, _swallow)
            await _break_off(send)
        else:
            await _answer(fault.mode, of_wecom=scope["path"] in WECOM)(scope, receive, send)


def _answer(mode: str, *, of_wecom: bool) -> Response:
    if mode == "html":
        return HTMLResponse("<html><body>502 Bad Gateway</body></html>")
    if mode == "error500":
        return Response("internal error", status_code=500)
    return refusal({"busy": -1, "quota": 45009, "ip": 60020 if of_wecom else 40164}[mode])


def _late(send: Send, seconds: float) -> Send:
    async def send_late(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(seconds)
        await send(message)

    return send_late


async def _swallow(message: Message) -> None:
    """Drop what the endpoint would have answered."""


async def _break_off(send: Send) -> None:
    # Announcing a body and never sending it is the only way in which an ASGI program can drop a connection.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"64")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})

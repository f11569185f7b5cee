"""A sandbox WeChat on a real loopback port, and the phone in the tests' hand."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.core.clock import FixedClock
from backend.wechat.calls import Patience
from backend.wechat.client import HttpWeChat
from backend.wechat.tokens import StoredToken, TokenStore
from demo.wechat_sandbox import create_app

APP_ID = "wx00000000000000a1"
APP_SECRET = "the-secret-of-the-mini-program"
LIN = "oLinOfFinance"


class Stage:
    """An ASGI program that plays whichever sandbox is set on it, so that one server serves all tests."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@contextmanager
def served(stage: Stage) -> Iterator[str]:
    """Serve the stage from a thread and yield its base URL."""
    config = uvicorn.Config(
        stage, log_level="critical", access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.005)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@dataclass
class MemoryTokens:
    """A token store for the processes of one test."""

    token: StoredToken | None = None

    async def read(self) -> StoredToken | None:
        return self.token

    async def write(self, token: StoredToken) -> None:
        self.token = token


@dataclass
class Sandbox:
    """The sandbox as a test sees it: its base URL, its phones, and clients of it."""

    base_url: str
    http: httpx.AsyncClient
    clock: FixedClock
    tokens: MemoryTokens = field(default_factory=MemoryTokens)
    pauses: list[float] = field(default_factory=list)

    async def play(self, what: str, **body: Any) -> dict[str, Any]:
        """Do something on the control surface and return its answer."""
        response = await self.http.post(f"{self.base_url}/sandbox/{what}", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def login(self, openid: str = LIN) -> str:
        """Return the code of `wx.login`."""
        return str((await self.play("login", openid=openid))["code"])

    async def phone_code(self, openid: str = LIN) -> str:
        """Return the code of the phone button."""
        return str((await self.play("phone-code", openid=openid))["code"])

    async def asked(self, path: str) -> int:
        """Say how often an endpoint was asked."""
        response = await self.http.get(f"{self.base_url}/sandbox/counts")
        return int(response.json()["counts"].get(path, 0))

    async def nap(self, seconds: float) -> None:
        """Note a pause instead of making it."""
        self.pauses.append(seconds)
        await asyncio.sleep(0)

    def client(
        self,
        *,
        app_id: str = APP_ID,
        secret: str = APP_SECRET,
        base_url: str | None = None,
        http: httpx.AsyncClient | None = None,
        tokens: TokenStore | None = None,
        clock: FixedClock | None = None,
        **patience: float,
    ) -> HttpWeChat:
        """Return the real client, in a hurry: its pauses are noted and its time limits are short."""
        limits: dict[str, Any] = {"read_seconds": 0.3, "connect_seconds": 0.3, **patience}
        return HttpWeChat(
            http=http or self.http,
            base_url=base_url or self.base_url,
            app_id=app_id,
            app_secret=SecretStr(secret),
            tokens=tokens or self.tokens,
            clock=clock or self.clock,
            patience=Patience(sleep=self.nap, **limits),
        )


@asynccontextmanager
async def opened(stage: Stage, base_url: str, clock: FixedClock) -> AsyncIterator[Sandbox]:
    """Set a new sandbox on the stage, with Lin's phone in it."""

    def now() -> float:
        return clock.at.timestamp()

    stage.app = create_app(APP_ID, APP_SECRET, now=now)
    async with httpx.AsyncClient(trust_env=False) as http:
        sandbox = Sandbox(base_url, http, clock)
        await sandbox.play("users", openid=LIN, phone="13800138000", unionid="uLin")
        yield sandbox

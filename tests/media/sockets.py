"""Uploads byte by byte, as a broken phone, a bad network or somebody with ill will sends them, to a real server."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from tests.api.asking import contents
from tests.cast import World
from tests.media.test_uploads import stored

BOUNDARY = b"the-edge"
ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back; status 0: the connection ended without a word."""

    status: int
    body: Any

    @property
    def problem(self) -> str | None:
        """The problem that it names."""
        return self.body.get("problem") if isinstance(self.body, dict) else None


@dataclass
class Line:
    """One connection to the server."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *parts: bytes) -> None:
        """Send bytes as they are; a server that has hung up is no mistake of ours."""
        with suppress(ConnectionError):
            for part in parts:
                self.writer.write(part)
                await self.writer.drain()

    async def answer(self) -> Answer:
        """Read one answer."""
        async with asyncio.timeout(ANSWER_SECONDS):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                body = await self.reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                return Answer(0, None)
        status = int(head.split()[1])
        return Answer(status, json.loads(body) if b"application/json" in head.lower() else body.decode())

    def hang_up(self) -> None:
        """End the connection at once, as a phone does in a lift."""
        self.writer.transport.abort()


@dataclass(frozen=True)
class Wire:
    """The service as the network sees it."""

    world: World
    port: int
    server: uvicorn.Server

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """Open a connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            yield Line(reader, writer)
        finally:
            writer.transport.abort()

    async def ask(self, *parts: bytes) -> Answer:
        """Send a whole request and read the answer."""
        async with self.line() as line:
            await line.send(*parts)
            return await line.answer()

    async def idle(self) -> None:
        """Wait until the server has nothing to do."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while self.server.server_state.tasks:  # noqa: ASYNC110 - it sets no event
                await asyncio.sleep(0.005)

    async def other_requests_are_answered(self) -> bool:
        """Tell whether somebody else gets an answer at once."""
        async with httpx.AsyncClient(base_url=self.address, timeout=5) as client:
            return (await client.get("/healthz")).is_success and (await client.get("/readyz")).is_success


@asynccontextmanager
async def served(world: World) -> AsyncIterator[Wire]:
    """Serve the API of a world as `serve` does, on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = world.client._transport.app  # type: ignore[attr-defined]
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, timeout_keep_alive=65)
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    running = asyncio.create_task(server.serve([listener]))
    try:
        yield Wire(world, listener.getsockname()[1], server)
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def nothing_left(wire: Wire) -> AsyncIterator[None]:
    """Assert that the block leaves every row, the store, open files and running tasks as they were."""
    before, files = await contents(wire.world), _temporary_files()
    yield
    await wire.idle()
    assert await contents(wire.world) == before
    assert stored(wire.world) == []
    assert _temporary_files() == files


def _temporary_files() -> Sequence[str]:
    links = []
    for number in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):
            links.append(str(number.readlink()))
    return sorted(one for one in links if "(deleted)" in one)


def head(path: str, *lines: str, language: str = "zh-CN", kind: str | None = None) -> bytes:
    """Return the beginning of a request."""
    form = kind if kind is not None else f"multipart/form-data; boundary={BOUNDARY.decode()}"
    shown = [f"POST {path} HTTP/1.1", "host: api.test", f"accept-language: {language}", f"content-type: {form}", *lines]
    return ("\r\n".join(shown) + "\r\n\r\n").encode("latin-1")


def whole(path: str, body: bytes, *lines: str, length: int | None = None, **more: Any) -> bytes:
    """Return a request with its length, or with a wrong one."""
    return head(path, f"content-length: {len(body) if length is None else length}", *lines, **more) + body


def part(content: bytes, disposition: bytes = b'name="file"; filename="tmp.jpg"', *lines: bytes) -> bytes:
    """Return one part of a form."""
    heads = [b"content-disposition: form-data; " + disposition, b"content-type: image/jpeg", *lines]
    return b"--" + BOUNDARY + b"\r\n" + b"\r\n".join(heads) + b"\r\n\r\n" + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """Return a form of parts."""
    return b"".join(parts) + b"--" + BOUNDARY + b"--\r\n"

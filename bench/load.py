"""Ask a server over kept-alive connections, doing as little as possible for each request.

The load runs in a process of its own, so that the share of a core that it needs can be told: when that
comes near 1, it is the client that was measured.
"""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import uvloop

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length:"
HOST = "127.0.0.1"


@dataclass
class Load:
    """What came back: when each answer came (monotonic seconds) and how long it took, and what was refused."""

    answered_at: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)
    seconds: float = 0.0
    client_share: float = 0.0  # of one core

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took) / self.seconds

    def note(self, began: float, answer: bytes, marker: bytes) -> None:
        """Keep one answer; one without `marker` in it was a refusal."""
        now = time.monotonic()
        self.answered_at.append(now)
        self.took.append(now - began)
        if marker not in answer:
            self.refused.append(answer)


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection that asks one thing at a time; answers must name their length."""

    def __init__(self) -> None:
        self._transport: asyncio.WriteTransport | None = None
        self._answer: asyncio.Future[bytes] | None = None
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way to write."""
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own classes do not say what they are

    def ask(self, request: bytes) -> "asyncio.Future[bytes]":
        """Send a request and return the future body of its answer."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """Answer the waiting request once its whole body is here."""
        self._received += data
        head, found, body = self._received.partition(HEAD_END)
        if not found or self._answer is None:
            return
        _, named, length = head.lower().partition(LENGTH)
        if not named:
            self._answer.set_exception(ConnectionError(f"an answer without a length: {head!r}"))
            return
        if len(body) >= int(length.split(b"\r", 1)[0]):
            self._received = b""
            self._answer.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the waiting request."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed the connection"))


def request(path: str, token: str | None = None, body: bytes | None = None) -> bytes:
    """Return the bytes of a request: a POST of JSON when there is a body."""
    lines = [f"{'GET' if body is None else 'POST'} {path} HTTP/1.1", f"host: {HOST}"]
    if token is not None:
        lines.append(f"authorization: Bearer {token}")
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


@asynccontextmanager
async def _connected(port: int, clients: int = 1) -> AsyncIterator[list[Connection]]:
    loop = asyncio.get_running_loop()
    made = [await loop.create_connection(Connection, HOST, port) for _ in range(clients)]
    try:
        yield [connection for _, connection in made]
    finally:
        for transport, _ in made:
            transport.close()
        await asyncio.sleep(0)  # closing takes a turn of the loop


async def _closed(port: int, requests: Sequence[bytes], marker: bytes, clients: int, seconds: float) -> Load:
    load, waiting, until = Load(), iter(requests), time.monotonic() + seconds

    async def client(connection: Connection) -> None:
        for one in waiting:
            began = time.monotonic()
            load.note(began, await connection.ask(one), marker)
            if time.monotonic() >= until:
                return

    async with _connected(port, clients) as connections:
        await asyncio.gather(*(client(connection) for connection in connections))
    return load


async def _paced(port: int, requests: Sequence[bytes], marker: bytes, clients: int, rate: float) -> Load:
    load, free = Load(), asyncio.Queue[Connection]()

    async def send(one: bytes, due: float) -> None:
        connection = await free.get()
        # Counted from when it was due: a server that makes us wait must not slow the measuring down.
        load.note(due, await connection.ask(one), marker)
        free.put_nowait(connection)

    async with _connected(port, clients) as connections, asyncio.TaskGroup() as sending:
        for connection in connections:
            free.put_nowait(connection)
        start = time.monotonic()
        for number, one in enumerate(requests):
            due = start + number / rate
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            sending.create_task(send(one, due))
    return load


async def _poll(port: int, one: bytes, seconds: float, pause: float) -> list[tuple[float, bytes]]:
    seen, until = [], time.monotonic() + seconds
    async with _connected(port) as (connection,):
        while time.monotonic() < until:
            body = await connection.ask(one)
            seen.append((time.monotonic(), body))
            await asyncio.sleep(pause)
    return seen


def _measured(work: Coroutine[Any, Any, Load]) -> Load:
    clock, used = time.monotonic(), time.process_time()
    load = uvloop.run(work)
    load.seconds = time.monotonic() - clock
    load.client_share = (time.process_time() - used) / load.seconds
    return load


def closed_loop(port: int, requests: Sequence[bytes], marker: bytes, clients: int, seconds: float) -> Load:
    """Let each client ask the next thing as soon as it has its answer, until time or requests are over."""
    return _measured(_closed(port, requests, marker, clients, seconds))


def paced(port: int, requests: Sequence[bytes], marker: bytes, clients: int, rate: float) -> Load:
    """Send so many requests a second, whether or not the earlier ones have been answered."""
    return _measured(_paced(port, requests, marker, clients, rate))


def poll(port: int, one: bytes, seconds: float, pause: float) -> list[tuple[float, bytes]]:
    """Ask the same again and again; return when each answer came, and the answer."""
    return uvloop.run(_poll(port, one, seconds, pause))


def once(port: int, one: bytes) -> bytes:
    """Ask one thing and return the body of the answer."""

    async def ask() -> bytes:
        async with _connected(port) as (connection,):
            return await connection.ask(one)

    return uvloop.run(ask())


Start = Callable[..., Future[Any]]


@contextmanager
def elsewhere() -> Iterator[Start]:
    """Give a function that runs functions of this module in another process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        pool.submit(time.sleep, 0).result()  # the process is up before anything is measured
        yield pool.submit

"""Watch a server's events over many connections at once, as so many screens do, in a process of its own."""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import cast

import uvloop

from bench.load import HOST, request

_HOLDS = re.compile(rb'"carbon_mg":(\d+)\}')
_TAIL = 60  # bytes that a number may be parted in


@dataclass
class Watched:
    """What one screen was told: when its board held how much carbon, how many events and bytes came."""

    holds: list[tuple[float, int]] = field(default_factory=list)
    events: int = 0
    octets: int = 0


@dataclass
class Crowd:
    """What all screens were told, and what it cost this side."""

    screens: list[Watched]
    seconds: float
    client_share: float  # of one core


class _Screen(asyncio.Protocol):
    def __init__(self, path: str) -> None:
        self.watched = Watched()
        self._path = path
        self._tail = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's own classes do not say what they are.
        cast("asyncio.WriteTransport", transport).write(request(self._path))

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        self.watched.octets += len(data)
        text = self._tail + data
        end = 0
        for found in _HOLDS.finditer(text):
            self.watched.holds.append((now, int(found[1])))
            end = found.end()
        self.watched.events += data.count(b"event: ")  # one that is parted between two packets is not counted
        self._tail = text[max(end, len(text) - _TAIL) :]


async def _watch(port: int, paths: Sequence[str], screens: int, seconds: float) -> list[Watched]:
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(partial(_Screen, paths[number % len(paths)]), HOST, port)
        for number in range(screens)
    ]
    await asyncio.sleep(seconds)
    for transport, _ in made:
        transport.close()
    await asyncio.sleep(0)
    return [screen.watched for _, screen in made]


def watch(port: int, paths: Sequence[str], screens: int, seconds: float) -> Crowd:
    """Open so many connections to these paths in turn, listen for so long, and return what each was told."""
    clock, used = time.monotonic(), time.process_time()
    watched = uvloop.run(_watch(port, paths, screens, seconds))
    took = time.monotonic() - clock
    return Crowd(watched, took, (time.process_time() - used) / took)

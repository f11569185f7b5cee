"""Push what changes to the screens that watch: each document is made and written once, however many they are.

A channel looks at its document a few times a second while somebody watches it. A watcher is sent the scenes whose
versions it has not got; who is slow skips what was overtaken meanwhile. Nothing is queued for anybody.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field

import structlog

from backend.core.clock import Clock
from backend.core.errors import Unavailable
from backend.core.text import Locale
from backend.screens import programmes
from backend.screens.documents import WallDocument, event, milliseconds, written
from backend.screens.holders import Held, Holders
from backend.screens.shapes import ShapeName
from backend.screens.walls import Walls

log = structlog.get_logger()

BEAT_SECONDS = 10.0
_PAUSE_A_CHANNEL = 0.004  # seconds: 50 institutions are looked at five times a second, 500 every other one
_KEYS_SECONDS = 2.0  # how often all watchers' keys are looked at, in one statement
# Some proxies hand on nothing before they have two kilobytes; a comment is what no page reads.
_OPENING = b"retry: 3000\n:" + b" " * 2048 + b"\n\n"

Address = tuple[int, Locale, ShapeName, str]


@dataclass(eq=False)
class Watcher:
    """One open connection."""

    held: Held | None  # None: the key is worth nothing any more
    stirred: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False)
class _Channel:
    document: WallDocument
    watchers: set[Watcher] = field(default_factory=set)
    task: asyncio.Task[None] | None = None


class Hub:
    """The channels that are watched in this process."""

    def __init__(self, walls: Walls, holders: Holders, clock: Clock, seconds: float) -> None:
        self._walls = walls
        self._holders = holders
        self._clock = clock
        self._seconds = seconds
        self._channels: dict[Address, _Channel] = {}
        self._keys: asyncio.Task[None] | None = None

    async def events(self, held: Held, locale: Locale, shape: ShapeName, base: str) -> AsyncIterator[bytes]:
        """Yield what a screen is to be told, from now until its key is revoked."""
        address = (held.institution.id or 0, locale, shape, base)
        channel = await self._joined(address, held)
        watcher = Watcher(held)
        channel.watchers.add(watcher)
        sent: dict[str, str] = {}
        version, told = "", None
        speaks = held.screen.locale
        try:
            yield _OPENING
            while watcher.held is not None:
                if watcher.held.screen.locale != speaks:
                    return  # it asks again within seconds, and then in its new language
                watcher.stirred.clear()
                document, parts = channel.document, []
                if told is None or told.screen.edition != watcher.held.screen.edition:
                    told = watcher.held
                    parts.append(event("screen", written({**programmes.told(told.screen), "now": self._now()})))
                if document.version != version:
                    parts += [one.event for key, one in document.scenes.items() if sent.get(key) != one.version]
                    parts.append(document.event)
                    sent = {key: one.version for key, one in document.scenes.items()}
                    version = document.version
                yield b"".join(parts) if parts else event("beat", written({"now": self._now()}))
                with suppress(TimeoutError):
                    await asyncio.wait_for(watcher.stirred.wait(), BEAT_SECONDS)
            yield event("gone", b"{}")
        finally:
            self._left(address, channel, watcher)

    async def close(self) -> None:
        """End the channels: the application shuts down."""
        tasks = [one.task for one in self._channels.values()] + [self._keys]
        self._channels.clear()
        for task in tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)

    @property
    def watching(self) -> int:
        """How many connections are open."""
        return sum(len(channel.watchers) for channel in self._channels.values())

    def _now(self) -> int:
        return milliseconds(self._clock.now())

    async def _joined(self, address: Address, held: Held) -> _Channel:
        channel = self._channels.get(address)
        if channel is None:
            document = await self._walls.get(held.institution, *address[1:])
            # Somebody else may have opened it while this one was looking.
            channel = self._channels.setdefault(address, _Channel(document))
            channel.task = channel.task or asyncio.create_task(self._follow(channel, address))
        if self._keys is None or self._keys.done():
            self._keys = asyncio.create_task(self._watch_keys())
        return channel

    def _left(self, address: Address, channel: _Channel, watcher: Watcher) -> None:
        channel.watchers.discard(watcher)
        if not channel.watchers and self._channels.get(address) is channel:
            del self._channels[address]
            if channel.task is not None:
                channel.task.cancel()

    async def _follow(self, channel: _Channel, address: Address) -> None:
        """Look at a document again and again; what it showed last stands while the database is away."""
        while True:
            # Where very many institutions watch, each is looked at less often, and the others still get their turn.
            await asyncio.sleep(max(self._seconds, len(self._channels) * _PAUSE_A_CHANNEL))
            held = next((one.held for one in channel.watchers if one.held), None)
            if held is None:
                continue
            try:
                document = await self._walls.get(held.institution, *address[1:])
            except Unavailable:
                continue
            except Exception:
                log.exception("a wall could not be made; the last one stands", institution=address[0])
                await asyncio.sleep(1)
                continue
            if document.version != channel.document.version:
                channel.document = document
                for watcher in channel.watchers:
                    watcher.stirred.set()

    async def _watch_keys(self) -> None:
        """Tell watchers whose key was taken back, or whose screen was set anew, while there are any."""
        while self._channels:
            await asyncio.sleep(_KEYS_SECONDS)
            watchers = [one for channel in self._channels.values() for one in channel.watchers if one.held]
            try:
                still = await self._holders.still({one.held.screen_id for one in watchers if one.held})
            except Unavailable:
                continue
            except Exception:
                log.exception("screens' keys could not be looked at")
                continue
            for one in watchers:
                assert one.held is not None
                before, one.held = one.held, still.get(one.held.screen_id)
                if one.held is None or one.held.screen.edition != before.screen.edition:
                    one.stirred.set()

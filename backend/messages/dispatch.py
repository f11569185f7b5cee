"""What is needed to send messages further: channels, templates, hours, and who is asked before a message goes."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from backend.core.clock import Clock
from backend.core.db import Database, ReadSession
from backend.core.vault import Vault
from backend.messages.channels import Channel
from backend.messages.hours import Hours
from backend.messages.tables import Message
from backend.messages.templates import CHANNELS, Templates

# Asked for each kind that has one, just before messages are sent: returns the numbers of those that still should be.
Check = Callable[[ReadSession, Sequence[Message], datetime], Awaitable[set[int]]]

FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=1)


@dataclass
class Dispatch:
    """The parts that a worker sends messages with."""

    connect: Callable[[Database, Clock], Mapping[str, Channel]]
    templates: Templates
    hours: Hours
    vault: Vault
    app_id: str
    wecom_a_day: int | None = None  # the most members that WeCom may be asked to tell in a day; None: not known
    checks: Mapping[str, Check] = field(default_factory=dict)
    _rests_until: dict[str, datetime] = field(default_factory=dict, init=False)
    _failed: dict[str, int] = field(default_factory=dict, init=False)

    def channels(self, database: Database, clock: Clock) -> list[Channel]:
        """Return the channels that work and have something to carry, the first to be tried first."""
        connected = self.connect(database, clock)
        return [connected[key] for key in CHANNELS if key in connected and self.templates.carried(key)]

    def is_resting(self, channel: str, now: datetime) -> bool:
        """Tell whether a channel must be left alone for now."""
        until = self._rests_until.get(channel)
        # A clock that was set back must not silence a channel for longer than it was meant to rest.
        return until is not None and now < until <= now + LONGEST_PAUSE

    def rest(self, channel: str, now: datetime, asked: timedelta) -> None:
        """Leave a channel alone: for as long as it has asked, and longer each time that it goes on failing."""
        failed = self._failed[channel] = self._failed.get(channel, 0) + 1
        pause = max(asked, FIRST_PAUSE * 2 ** min(failed - 1, 4))
        self._rests_until[channel] = now + min(pause, LONGEST_PAUSE)

    def works(self, channel: str) -> None:
        """Note that a channel has taken something."""
        self._failed.pop(channel, None)

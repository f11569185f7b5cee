"""When messages may be sent further: by day, and not in step with everybody else."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final, Self

from backend.core import clock
from backend.core.errors import SHOWN_ZONE

# WeCom asks to avoid the full and the half hour, when everybody sends (page message/send); WeChat serves them too.
_BUSY: Final = timedelta(minutes=3)
_HALF_HOUR: Final = timedelta(minutes=30)
_SPREAD: Final = timedelta(minutes=10)
_MORNING: Final = timedelta(minutes=24)  # what came overnight goes out over so long


@dataclass(frozen=True)
class Hours:
    """The hours of the day, Beijing time, in which members may be disturbed."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read hours as the setting writes them, which has checked them: 08:00-21:00."""
        begin, _, end = text.partition("-")
        return cls(time.fromisoformat(begin), time.fromisoformat(end))

    def open(self, now: datetime) -> bool:
        """Tell whether somebody may be disturbed now."""
        return self.begin <= now.astimezone(clock.zone(SHOWN_ZONE)).time() < self.end

    def spread(self, now: datetime, seed: str) -> datetime:
        """Return when to send what could be sent now: soon, by day, off the busy minutes; alike for the same seed."""
        chance = _chance(seed)
        since = timedelta(minutes=now.minute % 30, seconds=now.second, microseconds=now.microsecond)
        due = now
        if since < _BUSY:
            due = now + (_BUSY - since) + _SPREAD * chance
        elif _HALF_HOUR - since < _BUSY:
            due = now + (_HALF_HOUR - since) + _BUSY + _SPREAD * chance
        return due if self.open(due) else self._opens_after(due) + _BUSY + _MORNING * chance

    def _opens_after(self, now: datetime) -> datetime:
        opens = self._at(now, self.begin)
        return opens if opens > now else opens + timedelta(days=1)

    def _at(self, now: datetime, hour: time) -> datetime:
        local = now.astimezone(clock.zone(SHOWN_ZONE))
        return datetime.combine(local.date(), hour, local.tzinfo).astimezone(now.tzinfo)


def jittered(pause: timedelta, seed: str) -> timedelta:
    """Return about that pause, three quarters to five quarters of it, so that retries do not come in step."""
    return pause * (0.75 + _chance(seed) / 2)


def _chance(seed: str) -> float:
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64

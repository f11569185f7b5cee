"""Tell the time, and which campaign day an instant belongs to.

Nothing else in the service asks the operating system for the time: a clock is passed down, so that a
test can fix it and the demo can play a week in a minute.
"""

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware and in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the machine's present instant in UTC."""
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is told to move."""

    at: datetime

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.at

    def advance(self, step: timedelta) -> None:
        """Move forward (or back) by `step`."""
        self.at += step


class FileClock:
    """A clock that several processes share through a small JSON file.

    The file says: at machine time `real` (seconds since 1970) it was `simulated` (ISO 8601), and since
    then `speed` simulated seconds pass in each real one. Whoever replaces the file moves everybody's time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = -1
        self._read()

    def _read(self) -> None:
        stamp = self._path.stat().st_mtime_ns
        if stamp == self._stamp:
            return
        anchor = json.loads(self._path.read_text(encoding="utf-8"))
        self._real, self._speed = float(anchor["real"]), float(anchor["speed"])
        self._simulated = datetime.fromisoformat(anchor["simulated"]).astimezone(UTC)
        self._stamp = stamp

    def now(self) -> datetime:
        """Return the simulated instant in UTC; a file that was just replaced takes effect at once."""
        self._read()
        return self._simulated + timedelta(seconds=(time.time() - self._real) * self._speed)


def set_file_clock(path: Path, simulated: datetime, speed: float) -> None:
    """Make the clock file say that it is `simulated` now and that time runs `speed` times as fast."""
    anchor = {"real": time.time(), "simulated": simulated.isoformat(), "speed": speed}
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(anchor), encoding="utf-8")
    os.replace(draft, path)  # noqa: PTH105 - readers must see the old file or the new one, never half


@lru_cache
def zone(name: str) -> ZoneInfo:
    """Return the time zone of that IANA name, read once."""
    return ZoneInfo(name)


def campaign_day(instant: datetime, zone_name: str, day_cut_hour: int) -> date:
    """Return the campaign day of `instant`: its calendar date in the zone, a day starting at the cut hour."""
    assert instant.tzinfo is not None, "a campaign day needs an aware instant"
    return (instant.astimezone(zone(zone_name)) - timedelta(hours=day_cut_hour)).date()


def day_starts_at(day: date, zone_name: str, day_cut_hour: int) -> datetime:
    """Return the instant (UTC) at which a campaign day begins."""
    return datetime(day.year, day.month, day.day, day_cut_hour, tzinfo=zone(zone_name)).astimezone(UTC)

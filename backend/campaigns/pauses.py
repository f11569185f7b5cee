"""When a campaign was on hold, as its row keeps it: JSON, a list of [from, until, reason], until null while it lasts.

What is done in a pause does not count, and what is sent in it is not taken. What was done before a pause may be
reported as much longer as the pause took from its time.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

LATEST = timedelta(days=39)  # whoever judges an act looks for the same one up to 40 days back, and no farther


@dataclass(frozen=True)
class Pause:
    """One stretch on hold, `began_at` included, `ended_at` (None while it lasts) not."""

    began_at: datetime
    ended_at: datetime | None
    reason: str

    def holds(self, instant: datetime) -> bool:
        """Tell whether an instant lies in it."""
        return self.began_at <= instant and (self.ended_at is None or instant < self.ended_at)


@lru_cache(maxsize=256)  # judging asks for each act of a batch
def read(text: str | None) -> tuple[Pause, ...]:
    """Read what a campaign's row keeps, oldest first."""
    return tuple(
        Pause(datetime.fromisoformat(began), datetime.fromisoformat(ended) if ended else None, reason)
        for began, ended, reason in json.loads(text or "[]")
    )


def write(pauses: Iterable[Pause]) -> str:
    """Write pauses as a campaign's row keeps them."""
    kept = [(one.began_at.isoformat(), one.ended_at and one.ended_at.isoformat(), one.reason) for one in pauses]
    return json.dumps(kept, ensure_ascii=False)


def begun(text: str | None, now: datetime, reason: str) -> str:
    """Return the text with a pause that begins now."""
    return write([*read(text), Pause(now, None, reason)])


def ended(text: str | None, now: datetime) -> str:
    """Return the text with every pause ended, now at the latest, and none before it began."""
    return write(one if one.ended_at else replace(one, ended_at=max(now, one.began_at)) for one in read(text))


def lengthened(until: datetime, day_began_at: datetime, pauses: Iterable[Pause]) -> datetime:
    """Return a deadline, later by the ended pauses that fell into the time from a day's beginning to it.

    It never lies more than LATEST after the day's beginning, unless it did before.
    """
    latest = max(until, day_began_at + LATEST)
    for pause in pauses:
        if pause.ended_at is not None and pause.began_at < until and pause.ended_at > day_began_at:
            until += pause.ended_at - max(pause.began_at, day_began_at)
    return min(until, latest)

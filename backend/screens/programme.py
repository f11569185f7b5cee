"""Which scene a screen shows at an instant: its playlist, the hour, and what there is to show.

It is a function of the server's time alone. Two screens side by side change together, a screen that lost its power
comes back where the others are, and the picture for a player is the page's. The page's script has the same function
(`current` in screen.js); tests run both over the same cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

IDLE = "idle"  # always has something to show
SECONDS = (5, 300)  # how short and how long a scene may stand
MOST_ITEMS = 30
MINUTES = 24 * 60


@dataclass(frozen=True)
class Item:
    """A scene of a playlist: how long, and between which minutes of the day (Beijing time); none: all day.

    A window may go over midnight; one that begins when it ends holds the whole day. `site_id` is the site whose
    changing code the scene `code` shows.
    """

    scene: str
    seconds: int
    begins: int | None = None
    ends: int | None = None
    site_id: int | None = None

    def told(self) -> dict[str, object]:
        """Return it as the page knows it: the site is nobody's business."""
        return {"scene": self.scene, "seconds": self.seconds, "begins": self.begins, "ends": self.ends}

    def holds(self, minute: int) -> bool:
        """Tell whether it is shown at a minute of the day."""
        if self.begins is None or self.ends is None or self.begins == self.ends:
            return True
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(frozen=True)
class Turn:
    """What is on: a scene, which of its sheets, and for how many milliseconds more."""

    scene: str
    sheet: int
    left_ms: int
    site_id: int | None = None


def current(items: Sequence[Item], sheets: Mapping[str, int], at_ms: int, minute: int) -> Turn:
    """Return what is on at an instant (milliseconds since 1970, UTC) and minute of the local day.

    `sheets` says how many sheets each scene has now; one without is passed over. When nothing is left, `idle` stands.
    """
    on = [item for item in items if item.holds(minute) and sheets.get(item.scene, 0) > 0]
    if not on:
        return Turn(IDLE, 0, 1000)
    position = at_ms % (sum(item.seconds for item in on) * 1000)
    for item in on:
        length = item.seconds * 1000
        if position < length:
            count = sheets[item.scene]
            sheet = position * count // length
            return Turn(item.scene, sheet, -(-(sheet + 1) * length // count) - position, item.site_id)
        position -= length
    raise AssertionError


def minute_of(now: datetime, zone: object) -> int:
    """Return the minute of the day of an instant in a zone."""
    local = now.astimezone(zone)  # type: ignore[arg-type]
    return local.hour * 60 + local.minute

"""The parts of the week that is played: which days, which hours, and what the clock says in each.

Both sides read this: the conductor, who sets the clock, and the client, who lives in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
WORKDAYS: Final = 5
EVE, MIDNIGHT, MORNING, NOON, AFTERNOON, EVENING = "eve", "midnight", "morning", "noon", "afternoon", "evening"
# What the clock says when the acts of a part are reported, a little after they were done.
_HOURS: Final = {
    EVE: time(19, 0),
    MIDNIGHT: time(23, 59, 58),
    MORNING: time(9, 30),
    NOON: time(13, 10),
    AFTERNOON: time(17, 15),
    EVENING: time(20, 30),
}
LUNCH: Final = time(12, 20)  # where the week stops, so that the boards are those of a campaign that runs
_NAMES_ZH: Final = {
    EVE: "前一晚",
    MIDNIGHT: "零点",
    MORNING: "上午",
    NOON: "中午",
    AFTERNOON: "下午",
    EVENING: "晚上",
}


@dataclass(frozen=True)
class Part:
    """A part of a day; `number` counts the campaign's days from 0, and is -1 on the eve."""

    day: date
    number: int
    name: str
    at: datetime
    spoken: str = ""  # what a progress line calls it, where the hour of the day does not say it

    @property
    def key(self) -> str:
        """Identify the part."""
        return f"{self.day.isoformat()}-{self.name}"

    @property
    def title(self) -> str:
        """Name the part for a progress line."""
        return f"{'日一二三四五六'[self.day.isoweekday() % 7]} {self.day:%m-%d} {self.spoken or _NAMES_ZH[self.name]}"


def parts(monday: date, days: int) -> Iterator[Part]:
    """Yield the parts in order: the eve, midnight, whole days, and the last day until lunch."""
    eve = monday - timedelta(days=1)
    for name in (EVE, MIDNIGHT):
        yield Part(eve, -1, name, _instant(eve, _HOURS[name]))
    for number in range(days):
        day, is_last = monday + timedelta(days=number), number == days - 1
        for name in (MORNING, NOON) if is_last else (MORNING, NOON, AFTERNOON, EVENING):
            hour = LUNCH if is_last and name == NOON else _HOURS[name]
            yield Part(day, number, name, _instant(day, hour))


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def _instant(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE)

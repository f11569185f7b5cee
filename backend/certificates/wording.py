"""Days, ranks and measures in words, as papers, pictures and pages of this slice say them."""

from datetime import date, datetime

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.leaderboards.queries import Measure

MEASURES: dict[Measure, Text] = {
    "points": Text("总积分", "points"),
    "carbon": Text("估算减排总量", "estimated carbon avoided"),
    "points_per_head": Text("人均积分", "points a head"),
    "carbon_per_head": Text("人均估算减排量", "estimated carbon avoided a head"),
}


def day(one: date, locale: Locale) -> str:
    """Return a day as it is written."""
    return f"{one.year}年{one.month}月{one.day}日" if locale == "zh-CN" else f"{one.day} {one:%B %Y}"


def days(first: date, last: date, locale: Locale) -> str:
    """Return from which day to which, no longer than needed."""
    if first == last:
        return day(first, locale)
    if locale == "en":
        until = day(last, locale)
        if first.year != last.year:
            return f"{day(first, locale)} – {until}"
        return f"{first.day}–{until}" if first.month == last.month else f"{first.day} {first:%B} – {until}"
    year = "" if first.year == last.year else f"{last.year}年"
    return f"{day(first, locale)}至{year}{last.month}月{last.day}日"


def moment(at: datetime, locale: Locale) -> str:
    """Return an instant in Beijing time."""
    shown = at.astimezone(clock.zone(SHOWN_ZONE))
    if locale == "zh-CN":
        return f"{shown.year}年{shown.month}月{shown.day}日 {shown:%H:%M}"
    return f"{shown.day} {shown:%B %Y, %H:%M} (Beijing time)"


def ordinal(number: int) -> str:
    """Return a rank in English."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"

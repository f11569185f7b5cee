"""Tell days and instants as screens tell them."""

from datetime import date, datetime

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(told: date, locale: Locale) -> str:
    """Return a day without its year."""
    return f"{told.month}月{told.day}日" if locale == "zh-CN" else f"{told.day} {_MONTHS[told.month - 1]}"


def instant(told: datetime, locale: Locale) -> str:
    """Return an instant, Beijing time, with its day: what a screen shows may be older than it looks."""
    at = told.astimezone(clock.zone(SHOWN_ZONE))
    return f"{day(at, locale)} {at:%H:%M}"


def days(first: date, last: date, locale: Locale, this_year: int) -> str:
    """Return a stretch of days as short as it can be said; the year only where it is another."""
    zh = locale == "zh-CN"
    if first == last:
        said = day(first, locale)
    elif (first.year, first.month) == (last.year, last.month):
        said = f"{day(first, locale)}–{last.day}日" if zh else f"{first.day}–{day(last, locale)}"
    else:
        said = f"{day(first, locale)}–{day(last, locale)}"
    if first.year == this_year:
        return said
    return f"{first.year}年{said}" if zh else f"{said} {first.year}"

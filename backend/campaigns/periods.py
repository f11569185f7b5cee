"""When a theme takes place: the rule that predicts it, and the dates that are known.

No rule gives the official weeks: each year's notice does, and an organiser confirms. A rule only says
what to expect, so that the templates are ready before the notice comes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Certainty = Literal["verified", "second-hand", "predicted"]
FirstWeekday = Literal["monday", "sunday"]

WEEK = timedelta(days=7)
COMMON_YEAR = 2001  # a month and day that exists here exists in every year
MONTH_DAY = re.compile(r"\d{2}-\d{2}")
WEEKDAY_NUMBER: dict[FirstWeekday, int] = {"monday": 0, "sunday": 6}


def _month_day(value: object) -> object:
    """Accept a month and day that every year has; 29 February is not one."""
    try:
        exists = isinstance(value, str) and bool(MONTH_DAY.fullmatch(value)) and bool(on(value, COMMON_YEAR))
    except ValueError:
        exists = False
    if not exists:
        raise ValueError('must be a month and day of every year, such as "10-16"')
    return value


def _calendar_date(value: object) -> object:
    """Accept a date, or the text of one when a pinned theme is read back; never a number of seconds."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, date) or isinstance(value, datetime):
        # Only a ValueError becomes a line about the key; a TypeError would pass as a fault.
        raise ValueError("must be a date such as 2026-06-15, without quotes")  # noqa: TRY004
    return value


MonthDay = Annotated[str, BeforeValidator(_month_day)]
CalendarDate = Annotated[date, BeforeValidator(_calendar_date)]


class _Period(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    usual_days: Annotated[int, Field(strict=True, ge=1, le=366)]


class Notice(_Period):
    """No rule: the yearly notice says; the last known dates are the best guess."""

    rule: Literal["notice"]


class Fixed(_Period):
    """The same days every year."""

    rule: Literal["fixed"]
    starts: MonthDay
    ends: MonthDay


class WeekContaining(_Period):
    """The week, Monday or Sunday first, that contains one day of the year."""

    rule: Literal["week_containing"]
    anchor: MonthDay
    first_weekday: FirstWeekday


class Month(_Period):
    """A whole month."""

    rule: Literal["month"]
    month: Annotated[int, Field(strict=True, ge=1, le=12)]


class AnyTime(_Period):
    """Whenever the organiser likes."""

    rule: Literal["any"]


Period = Annotated[Notice | Fixed | WeekContaining | Month | AnyTime, Field(discriminator="rule")]


@dataclass(frozen=True)
class Dates:
    """First and last day of a theme in one year, and how sure they are."""

    starts_on: date
    ends_on: date
    certainty: Certainty


def predict(period: Period, year: int, known: Iterable[Dates] = ()) -> Dates | None:
    """Predict the days of a year by the rule; None when only the organiser can say.

    For `notice`, the latest known dates before that year are moved to the same weekday nearest to
    the same day of the year.
    """
    match period:
        case Notice():
            return _moved(known, year)
        case Fixed():
            return _predicted(on(period.starts, year), on(period.ends, year))
        case WeekContaining():
            return _predicted(*week_of(on(period.anchor, year), period.first_weekday))
        case Month():
            first = date(year, period.month, 1)
            return _predicted(first, (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1))
        case AnyTime():
            return None


def on(month_day: str, year: int) -> date:
    """Put a month and day such as `10-16` into a year."""
    month, _, day = month_day.partition("-")
    return date(year, int(month), int(day))


def week_of(day: date, first_weekday: FirstWeekday) -> tuple[date, date]:
    """Find the first and last day of the week that contains a day."""
    starts_on = day - timedelta(days=(day.weekday() - WEEKDAY_NUMBER[first_weekday]) % 7)
    return starts_on, starts_on + WEEK - timedelta(days=1)


def _moved(known: Iterable[Dates], year: int) -> Dates | None:
    earlier = [dates for dates in known if dates.starts_on.year < year]
    if not earlier:
        return None
    last = max(earlier, key=lambda dates: dates.starts_on)
    # Counted from 1 January, because a year may lack the 29 February that the last one began on.
    same_day = date(year, 1, 1) + (last.starts_on - date(last.starts_on.year, 1, 1))
    shift = (last.starts_on.weekday() - same_day.weekday() + 3) % 7 - 3
    starts_on = same_day + timedelta(days=shift)
    # The nearest such weekday to a day at either end of the year may lie in the year beside it.
    starts_on += WEEK * ((starts_on.year < year) - (starts_on.year > year))
    return _predicted(starts_on, starts_on + (last.ends_on - last.starts_on))


def _predicted(starts_on: date, ends_on: date) -> Dates:
    return Dates(starts_on, ends_on, "predicted")

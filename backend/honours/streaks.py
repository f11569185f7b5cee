"""Count streaks: a pure function over days.

A streak is the number of days with an act in an unbroken stretch. A day is missed when something could have been done
on it, it was needed, and nothing can be reported for it any more. A stretch is broken when more days than the grace
forgives were missed within so many days in a row; it then begins anew after the earliest of those missed days. So
fewer missed days, for whatever reason (a late report, a holiday that is announced), can only make it longer.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from backend.campaigns.theme_sheet import Grace


@dataclass(frozen=True)
class Day:
    """A calendar day, as it stands for one member. `until`: the last moment to report an act of it, where one can."""

    day: date
    needed: bool
    open: bool
    until: datetime | None = None


class Mark(StrEnum):
    """What a calendar strip shows for a day."""

    DONE = "done"
    MISSED = "missed"  # before the streak that stands
    FORGIVEN = "forgiven"  # within it
    OPEN = "open"  # nothing yet, and it may still be reported
    COMING = "coming"
    FREE = "free"  # an act on it counts where there is a campaign, and its absence breaks nothing


@dataclass(frozen=True)
class Streak:
    """How long the streak is that stands, how long the longest was, what each day is; the next day that can be done."""

    current: int
    longest: int
    marks: dict[date, Mark]
    next: Day | None
    spare: bool  # whether the streak stands even if the next day is missed


def count(days: Sequence[Day], done: Collection[date], grace: Grace | None, today: date) -> Streak:
    """Count the streaks over consecutive days, from the first to the last that can count."""
    run: list[date] = []
    missed: list[date] = []
    longest = 0
    for one in days:
        if one.day in done:
            run.append(one.day)
            longest = max(longest, len(run))
        elif one.needed and not one.open:
            missed.append(one.day)
            if (broken_by := _one_too_many(missed, one.day, grace)) is not None:
                run = [day for day in run if day > broken_by]
    begins, following = run[0] if run else date.max, _next(days, done, today)
    marks = {one.day: _mark(one, done, begins, today) for one in days}
    return Streak(len(run), longest, marks, following, _spares(following, missed, grace))


def _spares(following: Day | None, missed: Sequence[date], grace: Grace | None) -> bool:
    if following is None or not following.needed:
        return True
    return _one_too_many([*missed, following.day], following.day, grace) is None


def _one_too_many(missed: Sequence[date], day: date, grace: Grace | None) -> date | None:
    """Return the earliest of those missed days that are one too many within the grace's days, up to `day`."""
    forgiven, within = (grace.missed, grace.in_days) if grace else (0, 1)
    if len(missed) <= forgiven:
        return None
    earliest = missed[-1 - forgiven]
    return earliest if (day - earliest).days < within else None


def _next(days: Sequence[Day], done: Collection[date], today: date) -> Day | None:
    """Return the first day that can still be done: an open one up to today, or the next that is needed."""
    for one in days:
        if one.day not in done and one.open and one.until and (one.needed or one.day == today):
            return one
    return None


def _mark(one: Day, done: Collection[date], begins: date, today: date) -> Mark:
    if one.day in done:
        return Mark.DONE
    if not one.needed:
        return Mark.FREE
    if one.day > today:
        return Mark.COMING
    if one.open:
        return Mark.OPEN
    return Mark.FORGIVEN if one.day > begins else Mark.MISSED

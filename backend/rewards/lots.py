"""Lots of points: what was earned in a calendar year is one lot, and the oldest is spent first.

What acts of a year earned, less what was taken back of it, is that year's lot. It expires at the end of the year that
comes `GOOD_YEARS` later (Beijing time). Of the lots due at a date there expires

    max(0, what the lots due hold - everything spent or expired until then),

since what was spent was spent from the oldest. A lot may be less than nothing (an adjustment); then older ones make up
for it, so that no more expires than the member holds. Nothing here knows a database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate

from backend.core import clock
from backend.core.errors import SHOWN_ZONE

GOOD_YEARS = 1


def day_of(instant: datetime) -> date:
    """Return the calendar date in Beijing."""
    return clock.campaign_day(instant, SHOWN_ZONE, 0)


def ends_at(year: int) -> datetime:
    """Return the instant at which a calendar year is over."""
    return clock.day_starts_at(date(year + 1, 1, 1), SHOWN_ZONE, 0)


def last_year(now: datetime) -> int:
    """Return the calendar year that ended last."""
    return day_of(now).year - 1


def expires_on(lot: int) -> date:
    """Return the last day on which the points of a year can be spent."""
    return date(lot + GOOD_YEARS, 12, 31)


@dataclass(frozen=True)
class Spent:
    """What was spent, or expired, and from which day on it counts; given back, it is negative."""

    day: date
    amount: int


@dataclass(frozen=True)
class Holding:
    """One member's points: what each year's acts earned, and everything spent or expired so far."""

    earned: Mapping[int, int]
    spent: Sequence[Spent] = ()

    @property
    def balance(self) -> int:
        """What the member holds: below zero where something was taken back that had been spent."""
        return sum(self.earned.values()) - sum(one.amount for one in self.spent)

    def left(self, until: date | None = None) -> dict[int, int]:
        """Return what is left of each lot, or was after that day: together what is held, and never below zero."""
        gone = sum(one.amount for one in self.spent if until is None or one.day <= until)
        years = sorted(self.earned)
        held = [total - gone for total in accumulate(self.earned[year] for year in years)]
        # What a lot and those before it hold cannot be more than what they hold together with those after it.
        up_to = list(accumulate(reversed(held), min))[::-1]
        before = [0, *(max(0, one) for one in up_to)]
        return {year: before[place + 1] - before[place] for place, year in enumerate(years)}

    def due(self, year: int) -> int:
        """Return what expires at the end of a year."""
        left = self.left(date(year, 12, 31))
        return sum(amount for lot, amount in left.items() if lot + GOOD_YEARS <= year)

    def now(self, last: int) -> dict[int, int]:
        """Return what is left of each lot once what was due by the end of that year has expired."""
        expired = [Spent(date(year, 12, 31), amount) for year, amount in self.overdue(last).items()]
        return Holding(self.earned, [*self.spent, *expired]).left()

    def overdue(self, last: int) -> dict[int, int]:
        """Return what should have expired by the end of that year and has not, by the year at whose end it was due."""
        if not self.earned:
            return {}
        found, spent = {}, list(self.spent)
        for year in range(min(self.earned) + GOOD_YEARS, last + 1):
            amount = Holding(self.earned, spent).due(year)
            if amount:
                found[year] = amount
                spent.append(Spent(date(year, 12, 31), amount))
        return found

"""The days over which a member's streak is counted: which are needed, which can still be done.

What breaks a streak is a Monday to Friday that is no holiday, on which a campaign of the member took such acts. Acts
on any other day count as well. So a year without a published calendar is taken by weekdays, and whatever is published
later can only help: a holiday frees a day, a make-up workday is one that may be used and never one that must.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from backend.campaigns.calendar import Calendar, DayKind
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, ENDED
from backend.campaigns.theme_sheet import Streak
from backend.honours.streaks import Day


@dataclass(frozen=True)
class Course:
    """A campaign with a streak, and all campaigns that count for it, itself among them.

    It is the same for all members who take part in the same campaigns.
    """

    own: Running
    streak: Streak
    all: Sequence[Running]
    calendar: Calendar
    now: datetime

    @property
    def first(self) -> date:
        """The first day that counts."""
        return self.own.campaign.starts_on

    @property
    def last(self) -> date:
        """The last day that counts."""
        return last_day(self.own)

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of check-in that count: all of the theme where it does not say."""
        return frozenset(self.streak.kinds or (rule.kind for rule in self.own.rules.theme.kinds))

    @property
    def is_published(self) -> bool:
        """Whether the holidays that matter are known of all its years."""
        years = range(self.first.year, self.last.year + 1)
        return self.streak.days == "all" or all(self.calendar.published(year) for year in years)

    @cached_property
    def days(self) -> list[Day]:
        """Every day that counts, in order."""
        span = (self.last - self.first).days + 1
        return [self._day(self.first + timedelta(days=number)) for number in range(span)]

    @cached_property
    def _paused(self) -> dict[int, list[tuple[date, date]]]:
        """By campaign, the first and the last day that each pause touched; one that has not ended goes on for ever."""
        return {
            one.id: [
                (one.today(pause.began_at), one.today(pause.ended_at) if pause.ended_at else date.max)
                for pause in one.pauses
            ]
            for one in self.all
        }

    def _day(self, day: date) -> Day:
        taking = [one for one in self.all if self._takes(one, day)]
        worked = self.streak.days == "all" or self.calendar.day_kind(day) is DayKind.WORKDAY
        ends = [one.late_until(day) for one in taking if one.campaign.state not in ENDED]
        until = max(ends, default=None)
        return Day(day, needed=bool(taking) and worked, open=until is not None and self.now < until, until=until)

    def _takes(self, one: Running, day: date) -> bool:
        row = one.campaign
        if row.state == CANCELLED or not row.starts_on <= day <= row.ends_on:
            return False
        if any(first <= day <= last for first, last in self._paused[one.id]):
            return False
        return any(rule.kind in self.kinds for rule in one.rules_on(day).theme.kinds)


def last_day(own: Running) -> date:
    """Return the last day whose acts count for the streak of a campaign."""
    streak = own.rules.theme.streak
    return own.campaign.ends_on + timedelta(days=streak.beyond_days if streak else 0)

"""Make campaigns and acts by hand, without a database, for what is derived from them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.campaigns import service
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Rules, Running
from backend.campaigns.tables import RUNNING, Campaign
from backend.core import clock
from backend.honours.badges import Tally
from backend.honours.cases import Case
from backend.honours.course import Course
from tests.campaigns.city import SHELF

HOURS = timedelta(hours=8)  # Beijing before UTC


def running(
    theme: str,
    starts_on: date,
    days: int,
    *,
    number: int = 1,
    state: str = RUNNING,
    day_cut_hour: int = 0,
    pauses: str | None = None,
    **more: Any,
) -> Running:
    """Return a campaign of a shipped theme; `more` changes its sheet."""
    pack = SHELF.themes[theme].model_copy(update=more)
    ends_on, grace = starts_on + timedelta(days=days - 1), pack.rules.grace_hours
    ended = clock.day_starts_at(ends_on + timedelta(days=1), service.TIME_ZONE, day_cut_hour)
    row = Campaign(
        id=number,
        theme_key=theme,
        theme_hash=pack.content_hash,
        factors_hash=SHELF.factors.content_hash,
        institution_id=1,
        starts_on=starts_on,
        ends_on=ends_on,
        time_zone=service.TIME_ZONE,
        day_cut_hour=day_cut_hour,
        grace_hours=grace,
        opens_at=clock.day_starts_at(starts_on, service.TIME_ZONE, day_cut_hour),
        closes_at=ended + timedelta(hours=grace),
        state=state,
        pauses=pauses,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return Running(row, "/1/", Rules(pack, SHELF.factors))


def noon(day: date) -> datetime:
    """Return noon in Beijing of a day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - HOURS


def tallies(kind: str, *days: date, campaign: int = 1) -> list[Tally]:
    """Return one act of a kind on each of these days."""
    return [Tally(campaign, day, kind, 1) for day in days]


def case(
    own: Running,
    acts: Sequence[Tally],
    now: datetime,
    *,
    others: Sequence[Running] = (),
    calendar: Calendar = SHELF.calendar,
    points: int = 0,
) -> Case:
    """Return what the honours of a member are derived from, as it stands at an instant."""
    streak = own.rules.theme.streak
    days = Course(own, streak, [own, *others], calendar, now) if streak else None
    return Case(own, days, acts, points, now)


def days_from(first: date, count: int, *but: int) -> list[date]:
    """Return so many days from the first on, leaving out some by their number (0 is the first)."""
    return [first + timedelta(days=number) for number in range(count) if number not in but]

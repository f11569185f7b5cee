"""What is expected of a year whose notices have not come: rules, weekdays, fixed days, leap days."""

from datetime import date

import pytest

from backend.campaigns import periods
from backend.campaigns.calendar import Calendar
from backend.campaigns.calendar_file import Event
from backend.campaigns.periods import Dates
from backend.planning import forecast
from tests.campaigns.city import SHELF

NOTICE = periods.Notice(rule="notice", usual_days=7)


def event(title: str, *days: date) -> list[Event]:
    """Return an event that took place on these days, in years of their own."""
    return [
        Event(
            starts_on=day,
            ends_on=day,
            title_zh=title,
            title_en=title,
            theme="water-week",
            certainty="verified",
            source="通知",
        )
        for day in days
    ]


def expected(year: int, *events: Event) -> dict[str, date]:
    """Return the first days that are expected in a year, by title."""
    found = forecast.events_in(Calendar((), events), year)
    return {one.title.zh: one.dates.starts_on for one in found}


def test_a_year_without_a_list_has_last_years_events_on_believable_days() -> None:
    found = {one.title.zh: one for one in forecast.events_in(SHELF.calendar, 2027)}

    assert len(found) == len(SHELF.calendar.events_in(2026))
    assert found["世界水日"].dates == Dates(date(2027, 3, 22), date(2027, 3, 22), "predicted")
    assert found["地球一小时（20:30—21:30）"].dates.starts_on == date(2027, 3, 27)  # the fourth Saturday
    assert found["公交出行宣传周"].dates.starts_on == date(2027, 9, 20)  # the Monday of the week of 22 September
    assert found["全国节能宣传周"].dates.starts_on == date(2027, 6, 14)
    assert found["全国低碳日"].dates.starts_on == date(2027, 6, 16)  # the week's third day
    assert found["绿色出行宣传月"].dates.ends_on == date(2027, 9, 30)
    assert "2026" in found["世界水日"].source.en
    assert {one.dates.certainty for one in found.values()} == {"predicted"}


def test_a_listed_event_is_taken_as_listed_and_only_the_others_are_predicted() -> None:
    both = expected(2026, *event("甲", date(2025, 3, 1), date(2026, 3, 9)), *event("乙", date(2025, 4, 1)))

    assert both == {"甲": date(2026, 3, 9), "乙": date(2026, 3, 31)}  # the nearest Tuesday to 1 April


def test_a_leap_day_is_moved_to_its_weekday_in_a_year_that_lacks_it() -> None:
    leap_days = event("闰日", date(2024, 2, 29), date(2028, 2, 29))

    assert expected(2029, *leap_days) == {"闰日": date(2029, 2, 27)}  # a Tuesday, as in 2028
    assert expected(2032, *leap_days) == {"闰日": date(2032, 3, 2)}


def test_dates_of_a_leap_day_and_over_it_are_predicted_for_every_year() -> None:
    known = [Dates(date(2028, 2, 26), date(2028, 3, 3), "verified")]

    for year in range(2029, 2040):
        found = periods.predict(NOTICE, year, known)
        assert found
        assert found.starts_on.year == year
        assert found.starts_on.weekday() == 5
        assert (found.ends_on - found.starts_on).days == 6


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2027, 1, 3), date(2028, 12, 31), date(2025, 12, 31)])
def test_a_day_at_the_end_of_a_year_stays_in_the_year_that_is_asked_for(day: date) -> None:
    for year in range(day.year + 1, day.year + 12):
        found = periods.predict(NOTICE, year, [Dates(day, day, "verified")])
        assert found
        assert (found.starts_on.year, found.starts_on.weekday()) == (year, day.weekday())

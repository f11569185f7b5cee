"""Predicted days of a theme, by its rule and by what is known."""

from datetime import date

import pytest

from backend.campaigns import periods

KNOWN = [periods.Dates(date(2025, 6, 23), date(2025, 6, 29), "verified")]


@pytest.mark.parametrize(
    ("period", "year", "starts_on", "ends_on"),
    [
        (
            periods.Fixed(rule="fixed", starts="05-22", ends="05-28", usual_days=7),
            2027,
            date(2027, 5, 22),
            date(2027, 5, 28),
        ),
        (
            periods.WeekContaining(rule="week_containing", anchor="05-15", first_weekday="sunday", usual_days=7),
            2025,
            date(2025, 5, 11),
            date(2025, 5, 17),
        ),
        (
            periods.WeekContaining(rule="week_containing", anchor="10-16", first_weekday="monday", usual_days=7),
            2022,
            date(2022, 10, 10),
            date(2022, 10, 16),
        ),
        (periods.Month(rule="month", month=9, usual_days=30), 2026, date(2026, 9, 1), date(2026, 9, 30)),
        (periods.Month(rule="month", month=2, usual_days=28), 2028, date(2028, 2, 1), date(2028, 2, 29)),
        (periods.Month(rule="month", month=12, usual_days=31), 2026, date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_rule_predicts_the_days(period: periods.Period, year: int, starts_on: date, ends_on: date) -> None:
    assert periods.predict(period, year) == periods.Dates(starts_on, ends_on, "predicted")


def test_a_week_by_notice_is_guessed_from_the_last_one_on_the_same_weekday() -> None:
    notice = periods.Notice(rule="notice", usual_days=7)

    guess = periods.predict(notice, 2026, KNOWN)

    assert guess == periods.Dates(date(2026, 6, 22), date(2026, 6, 28), "predicted")


def test_a_week_by_notice_without_an_earlier_one_cannot_be_guessed() -> None:
    notice = periods.Notice(rule="notice", usual_days=7)

    assert periods.predict(notice, 2025, KNOWN) is None


def test_a_leap_day_moves_to_a_common_year() -> None:
    notice = periods.Notice(rule="notice", usual_days=1)
    leap = [periods.Dates(date(2028, 2, 29), date(2028, 2, 29), "verified")]

    assert periods.predict(notice, 2029, leap) == periods.Dates(date(2029, 2, 27), date(2029, 2, 27), "predicted")


def test_an_event_at_any_time_is_for_the_organiser_to_date() -> None:
    assert periods.predict(periods.AnyTime(rule="any", usual_days=5), 2026) is None


def test_the_twenty_ninth_of_february_is_no_day_of_every_year() -> None:
    with pytest.raises(ValueError, match="must be a month and day of every year"):
        periods.Fixed(rule="fixed", starts="02-29", ends="03-01", usual_days=2)

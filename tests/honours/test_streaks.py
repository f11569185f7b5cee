"""Streaks as a pure function: what breaks one, what is forgiven, and that it agrees with a naive model."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backend.campaigns.theme_sheet import Grace
from backend.honours.streaks import Day, Mark, Streak, count

MONDAY = date(2026, 6, 1)
LATER = datetime(2026, 12, 31, tzinfo=UTC)
ONE_IN_SEVEN = Grace(missed=1, in_days=7)


def days(states: str) -> tuple[list[Day], set[date]]:
    """Read a row of days: x done, - missed, o open, f free, X done and F open on a free day, . coming."""
    row, done = [], set()
    for number, state in enumerate(states):
        day = MONDAY + timedelta(days=number)
        is_open = state in "o.F"
        row.append(Day(day, needed=state in "x-o.", open=is_open, until=LATER if is_open else None))
        if state in "xX":
            done.add(day)
    return row, done


def counted(states: str, grace: Grace | None = None) -> Streak:
    """Count the streak of a row of days; today is the last one that is not coming."""
    row, done = days(states)
    today = MONDAY + timedelta(days=len(states.rstrip(".f")) - 1)
    return count(row, done, grace, today)


@pytest.mark.parametrize(
    ("states", "grace", "current", "longest"),
    [
        ("", None, 0, 0),
        ("---", None, 0, 0),
        ("xxx", None, 3, 3),
        ("xxo", None, 2, 2),  # today is not over
        ("xx-x", None, 1, 2),
        ("xxxffx", None, 4, 4),  # a weekend does not break it
        ("xxxffo", None, 3, 3),
        ("xxxXfx", None, 5, 5),  # and an act on it counts
        ("xx-", None, 0, 2),
        ("xx-x", ONE_IN_SEVEN, 3, 3),
        ("xx-", ONE_IN_SEVEN, 2, 2),
        ("x-x-x", ONE_IN_SEVEN, 2, 2),  # of two missed days within seven, the earlier one ends what was before it
        ("x-xxxxxx-x", ONE_IN_SEVEN, 8, 8),  # seven days apart is not within seven days
        ("x-xxxxx-x", ONE_IN_SEVEN, 6, 6),
        ("--x", ONE_IN_SEVEN, 1, 1),  # what was missed before the first act breaks nothing
        ("x--x", Grace(missed=2, in_days=3), 2, 2),
        ("x---x", Grace(missed=2, in_days=3), 1, 1),
        ("xoxo", None, 2, 2),  # a day that may still be reported is not missed yet
    ],
)
def test_a_streak_counts_its_days(states: str, grace: Grace | None, current: int, longest: int) -> None:
    found = counted(states, grace)

    assert (found.current, found.longest) == (current, longest)


def test_each_day_is_marked_for_what_it_is_to_the_streak_that_stands() -> None:
    found = counted("-x-xxxxxx-Xfo..f", ONE_IN_SEVEN)

    shown = "".join(mark.value[0] for mark in found.marks.values())
    assert shown == "mdfddddddfdfoccf"  # missed, done, forgiven …, free, open, coming, free
    assert found.marks[MONDAY] is Mark.MISSED
    assert found.marks[MONDAY + timedelta(days=2)] is Mark.FORGIVEN
    assert found.marks[MONDAY + timedelta(days=11)] is Mark.FREE


@pytest.mark.parametrize(
    ("states", "grace", "offset", "spare"),
    [
        ("xxo..", None, 2, False),
        ("xxx..", None, 3, False),
        ("xxxff..", None, 5, False),  # the next that is needed, not the weekend
        ("xxxF..", None, 3, True),  # today, though nothing breaks without it
        ("xxFo..", None, 3, False),  # a free day of before asks for nothing
        ("xox..", None, 1, False),  # first what may still be repaired
        ("xxx..", ONE_IN_SEVEN, 3, True),
        ("x-x..", ONE_IN_SEVEN, 3, False),
        ("x-xxxxxx..", ONE_IN_SEVEN, 8, True),
    ],
)
def test_what_comes_next_says_whether_missing_it_breaks_the_streak(
    states: str, grace: Grace | None, offset: int, spare: bool
) -> None:
    found = counted(states, grace)

    assert found.next is not None
    assert (found.next.day, found.spare) == (MONDAY + timedelta(days=offset), spare)


def test_after_the_last_day_nothing_comes_next() -> None:
    assert counted("xxx").next is None


# A naive model: of every stretch of days, look at every window of the grace's length.

some_grace = some.one_of(
    some.none(),
    some.integers(2, 9).flatmap(lambda n: some.builds(Grace, missed=some.integers(1, n - 1), in_days=some.just(n))),
)
some_states = some.text("xX-f", max_size=24)


def naive(row: Sequence[Day], done: set[date], grace: Grace | None) -> tuple[int, int]:
    """Return the current and the longest streak by trying every stretch of days."""
    missed = {one.day for one in row if one.needed and not one.open and one.day not in done}
    forgiven, within = (grace.missed, grace.in_days) if grace else (0, 1)

    def unbroken(first: int, last: int) -> bool:
        stretch = [one.day for one in row[first : last + 1]]
        windows = (stretch[start : start + within] for start in range(len(stretch)))
        return all(sum(day in missed for day in window) <= forgiven for window in windows)

    def acts(first: int, last: int) -> int:
        return sum(one.day in done for one in row[first : last + 1])

    end = len(row) - 1
    current = max((acts(first, end) for first in range(len(row)) if unbroken(first, end)), default=0)
    stretches = ((first, last) for first in range(len(row)) for last in range(first, len(row)))
    return current, max((acts(*stretch) for stretch in stretches if unbroken(*stretch)), default=0)


@given(some_states, some_grace)
@settings(max_examples=150, deadline=None)
def test_a_streak_agrees_with_a_naive_model(states: str, grace: Grace | None) -> None:
    row, done = days(states)

    found = counted(states, grace)

    assert (found.current, found.longest) == naive(row, done, grace)


@given(some_states.filter(bool), some_grace, some.data())
@settings(max_examples=150, deadline=None)
def test_a_holiday_or_a_late_report_only_ever_helps(states: str, grace: Grace | None, data: some.DataObject) -> None:
    place = data.draw(some.integers(0, len(states) - 1))
    freed = {"x": "X", "-": "f"}.get(states[place], states[place])  # a holiday is announced
    reported = {"-": "x", "f": "X"}.get(states[place], states[place])

    before = counted(states, grace)

    for better in (freed, reported):
        after = counted(states[:place] + better + states[place + 1 :], grace)
        assert after.current >= before.current
        assert after.longest >= before.longest


@given(some_states, some_grace)
@settings(max_examples=50, deadline=None)
def test_more_grace_is_never_less_streak(states: str, grace: Grace | None) -> None:
    strict, kind = counted(states), counted(states, grace)

    assert kind.longest >= strict.longest
    assert kind.current >= strict.current

"""The oldest points are spent first: the sum that the product computes is what a heap of single points would do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backend.rewards import lots
from backend.rewards.lots import Holding, Spent

FIRST, LAST = 2024, 2028


@dataclass
class Heap:
    """A naive member: every point is a thing with its year on it, the oldest lies on top."""

    points: list[int] = field(default_factory=list)
    expired: dict[int, int] = field(default_factory=dict)

    def earn(self, year: int, amount: int) -> None:
        """Put so many points of a year into the heap."""
        self.points = sorted([*self.points, *[year] * amount])

    def spend(self, amount: int) -> int:
        """Take the oldest, as far as they reach, and return how many that were."""
        taken, self.points = self.points[:amount], self.points[amount:]
        return len(taken)

    def end(self, year: int) -> None:
        """Throw away what the end of a year makes worthless."""
        kept = [one for one in self.points if one + lots.GOOD_YEARS > year]
        self.expired[year] = len(self.points) - len(kept)
        self.points = kept


YEARS = st.lists(
    st.lists(st.tuples(st.sampled_from(["earn", "spend"]), st.integers(1, 30)), max_size=5),
    min_size=LAST - FIRST + 1,
    max_size=LAST - FIRST + 1,
)


def live(years: Sequence[Sequence[tuple[str, int]]], *, punctual: bool) -> tuple[Heap, Holding]:
    """Live through years of earning and spending, by the heap and by the sums.

    Whoever is not punctual lets nothing expire until the end: the sums must then have the same to catch up with.
    """
    heap, earned, spent = Heap(), dict[int, int](), list[Spent]()
    for year, doings in enumerate(years, start=FIRST):
        for verb, amount in doings:
            if verb == "earn":
                heap.earn(year, amount)
                earned[year] = earned.get(year, 0) + amount
            else:
                taken = heap.spend(amount)
                spent.append(Spent(date(year, 7, 1), taken))
        heap.end(year)
        if punctual:
            spent.append(Spent(date(year, 12, 31), Holding(earned, spent).due(year)))
    return heap, Holding(earned, spent)


@given(YEARS)
def test_what_expires_each_year_is_what_a_heap_of_points_would_lose(years: Any) -> None:
    heap, holding = live(years, punctual=True)

    counted = {one.day.year: one.amount for one in holding.spent if one.day == date(one.day.year, 12, 31)}
    assert counted == heap.expired
    assert holding.balance == len(heap.points)
    assert {year: left for year, left in holding.left().items() if left} == {
        year: heap.points.count(year) for year in set(heap.points)
    }
    assert holding.overdue(LAST) == {}


@given(YEARS)
def test_a_job_that_comes_years_late_takes_what_it_would_have_taken_in_time(years: Any) -> None:
    heap, holding = live(years, punctual=False)

    assert holding.overdue(LAST) == {year: amount for year, amount in heap.expired.items() if amount}
    assert sum(holding.now(LAST).values()) == len(heap.points)


@given(YEARS, st.integers(FIRST, LAST))
def test_what_expires_is_what_the_lots_due_hold_less_everything_spent_so_far(years: Any, year: int) -> None:
    _, holding = live(years, punctual=False)

    credits_due = sum(amount for lot, amount in holding.earned.items() if lot + lots.GOOD_YEARS <= year)
    gone = sum(one.amount for one in holding.spent if one.day <= date(year, 12, 31))

    assert holding.due(year) == max(0, credits_due - gone)


@given(st.dictionaries(st.integers(FIRST, LAST), st.integers(-50, 50)), st.integers(0, 80))
def test_lots_never_hold_more_than_the_member_does(earned: dict[int, int], gone: int) -> None:
    holding = Holding(earned, [Spent(date(FIRST, 1, 1), gone)])

    left = holding.left()

    assert all(amount >= 0 for amount in left.values())
    assert sum(left.values()) == max(0, holding.balance)


def test_points_can_be_spent_until_the_last_day_of_the_next_year() -> None:
    assert lots.expires_on(2026) == date(2027, 12, 31)
    assert lots.ends_at(2027) == datetime(2027, 12, 31, 16, tzinfo=UTC)
    assert lots.last_year(datetime(2027, 12, 31, 15, 59, tzinfo=UTC)) == 2026
    assert lots.last_year(datetime(2027, 12, 31, 16, 0, tzinfo=UTC)) == 2027

"""Who may decide on whose act, and how fast reviewers are."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.review import pace
from backend.review.pace import Sitting
from backend.review.staff import Decider, may_decide

FINANCE, OFFICE, ELSEWHERE = 1, 2, 3
WU, SUN, ZHOU, HAN = (
    Decider(10, OFFICE),
    Decider(11, ELSEWHERE),
    Decider(12, FINANCE),
    Decider(13, ELSEWHERE),
)
LIN = 50
NOON = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def test_nobody_decides_on_their_own_act() -> None:
    assert not may_decide(WU, [WU], member_id=10, department_id=FINANCE)
    assert may_decide(WU, [WU], member_id=LIN, department_id=FINANCE)


@pytest.mark.parametrize(
    ("others", "may"), [([], True), ([SUN], True), ([SUN, ZHOU], False), ([SUN, SUN, WU], True), ([SUN, HAN], False)]
)
def test_an_own_department_is_left_to_others_where_two_of_them_reach_it(others: list[Decider], may: bool) -> None:
    assert may_decide(WU, [WU, *others], member_id=LIN, department_id=OFFICE) is may


def test_colleagues_of_the_same_department_are_no_others() -> None:
    colleagues = [WU, Decider(20, OFFICE), Decider(21, OFFICE), SUN]

    assert may_decide(WU, colleagues, member_id=LIN, department_id=OFFICE)


def test_an_appeal_goes_to_somebody_else_and_who_refused_is_not_counted_among_the_others() -> None:
    staff = [WU, SUN, ZHOU]

    assert not may_decide(SUN, staff, member_id=LIN, department_id=FINANCE, refused_by=11)
    assert may_decide(WU, staff, member_id=LIN, department_id=OFFICE, refused_by=11)
    assert not may_decide(WU, [*staff, HAN], member_id=LIN, department_id=OFFICE, refused_by=11)


def sittings(*after: int, cases: int = 1, by: int = 10) -> list[Sitting]:
    """Return requests, each so many seconds after the one before."""
    at, made = NOON, []
    for seconds in after:
        at += timedelta(seconds=seconds)
        made.append(Sitting(by, at, cases))
    return made


def test_the_pace_is_the_median_of_what_cases_took() -> None:
    assert pace.seconds_per_case(sittings(0, 10, 12, 14, 30, 200), otherwise=20) == 14
    assert pace.seconds_per_case(sittings(0, 100, 120, 140, 150, 150, cases=10), otherwise=20) == 14


def test_a_pause_is_no_work_and_too_few_requests_tell_nothing() -> None:
    assert pace.seconds_per_case(sittings(0, 10, 3000, 10, 10, 10), otherwise=20) == 20
    assert pace.seconds_per_case([], otherwise=25) == 25


def test_two_reviewers_at_once_are_measured_apart() -> None:
    both = [*sittings(0, 30, 30, 30), *sittings(1, 30, 30, 30, by=11)]

    assert pace.seconds_per_case(both, otherwise=20) == 30


def test_the_pace_stays_within_reason() -> None:
    assert pace.seconds_per_case(sittings(0, 1, 1, 1, 1, 1, 1), otherwise=20) == 5
    assert pace.seconds_per_case(sittings(0, *[590] * 6), otherwise=20) == 300

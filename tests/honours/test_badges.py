"""Badges by their rules: a number or a choice, derived from what counts."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from backend.campaigns.tables import SEALED
from backend.campaigns.theme_sheet import Badge
from backend.honours import queries
from backend.honours.badges import Progress, Tally
from backend.honours.tables import EarnedBadge
from tests.campaigns.city import NOW
from tests.honours.cases import case, days_from, noon, running, tallies

MONDAY = date(2026, 6, 15)
LOW_CARBON_DAY = MONDAY + timedelta(days=2)


def derived(badge: Badge, acts: Sequence[Tally], points: int = 0) -> Progress:
    """Return how far a badge of the energy week is."""
    own = running("energy-week", MONDAY, 14, badges=(badge,))
    (found,) = case(own, acts, noon(MONDAY + timedelta(days=8)), points=points).badges
    return found


TWO_KINDS = [Tally(1, MONDAY, "energy_act", 3), Tally(1, MONDAY, "commute", 2)]
THREE_KINDS = [*TWO_KINDS, Tally(1, MONDAY, "paperless", 1)]
WORKED = [MONDAY + timedelta(days=number) for number in (0, 1, 2, 3, 7)]


@pytest.mark.parametrize(
    ("rule", "acts", "points", "have", "need"),
    [
        ({"acts": 6}, TWO_KINDS, 0, 5, 6),
        ({"acts": 3, "kinds": ("commute",)}, TWO_KINDS, 0, 2, 3),
        ({"days": 2}, [*tallies("commute", MONDAY), *tallies("energy_act", MONDAY)], 0, 1, 2),
        ({"points": 100}, [], 99, 99, 100),
        ({"points": 100}, [], -5, 0, 100),
        ({"streak": 5}, tallies("energy_act", *WORKED), 0, 5, 5),
        ({"special_day": "low-carbon-day"}, tallies("steps", MONDAY), 0, 0, 1),
        ({"special_day": "low-carbon-day"}, tallies("commute", LOW_CARBON_DAY), 0, 1, 1),
        ({"special_day": "low-carbon-day", "kinds": ("commute",)}, tallies("energy_act", LOW_CARBON_DAY), 0, 0, 1),
        ({"all_kinds": True}, THREE_KINDS, 0, 3, 4),
        ({"all_kinds": True, "kinds": ("commute", "steps")}, tallies("commute", MONDAY), 0, 1, 1),
    ],
)
def test_a_badge_counts_what_its_rule_says(
    rule: dict[str, object], acts: Sequence[Tally], points: int, have: int, need: int
) -> None:
    found = derived(Badge(key="tried", **rule), acts, points)  # type: ignore[arg-type]

    assert (found.have, found.need, found.held) == (have, need, have >= need)


def test_steps_that_a_system_feeds_are_never_asked_for() -> None:
    found = derived(Badge(key="tried", all_kinds=True), tallies("steps", *days_from(MONDAY, 5)))

    assert (found.have, found.need) == (0, 4)


def test_acts_of_another_campaign_move_the_habit_and_no_other_badge() -> None:
    week = running("waste-sorting-week", date(2026, 5, 22), 7)
    office = running("green-office", date(2026, 5, 29), 20, number=2)
    elsewhere = tallies("waste_sorting", *days_from(date(2026, 5, 29), 10), campaign=2)
    here = tallies("waste_sorting", *days_from(date(2026, 5, 22), 7))

    found = case(week, [*here, *elsewhere], noon(date(2026, 6, 8)), others=[office])

    assert {one.badge.key: one.have for one in found.badges} == {"habit-21": 17, "five-days": 7, "weighed": 0}


@pytest.mark.parametrize(
    ("state", "lost", "held"),
    [("running", False, False), (SEALED, False, True), (SEALED, True, False)],
)
def test_once_a_result_is_sealed_its_badges_stay(state: str, lost: bool, held: bool) -> None:
    own = running("energy-week", MONDAY, 7, state=state)
    (one, *_) = case(own, [], noon(MONDAY + timedelta(days=30))).badges
    row = EarnedBadge(member_id=1, campaign_id=1, key=one.badge.key, earned_at=NOW, lost_at=NOW if lost else None)

    assert not one.held
    assert queries.holds(own, one, row) is held
    assert not queries.holds(own, one, None)

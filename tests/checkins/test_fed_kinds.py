"""Acts that only a system's feed reports: never declared, growing over the day, giving way to what excludes them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from backend.campaigns import themes
from backend.checkins import errors
from backend.checkins.kind import all_kinds, yielding_to
from backend.checkins.kinds import steps
from backend.checkins.proof import Proof
from backend.core import paths
from tests.checkins.desks import LIN, MONDAY, Scene, act, at, campaign, metro, refused, scene, site, walked

EVENING = at(MONDAY, 20)
TUESDAY = MONDAY + timedelta(days=1)
THEMES = themes.load_all(paths.folder("campaigns"))
WITH_STEPS = sorted(key for key, theme in THEMES.items() if theme.kind_rule("steps"))


def commuting() -> Scene:
    """Return a desk at which Lin takes part in the commuting month."""
    return scene(campaign("green-commute-month"))


@pytest.mark.parametrize("code", [None, "STEPS234"])
def test_steps_cannot_be_declared_whatever_is_shown_beside_them(code: str | None) -> None:
    told = scene(campaign("green-commute-month"), codes=(site("STEPS234", "steps"),))

    found = refused(errors.OnlyFromFeed, told, act("steps", EVENING, 1, code, thousands=5))

    assert "“微信步数”由系统数据自动计入" in found.text("zh-CN")
    assert "'Steps' comes from a system's data alone" in found.text("en")


def test_a_day_of_steps_is_known_from_the_system_and_avoids_no_carbon() -> None:
    told = commuting().tell(walked(MONDAY, 4))

    assert (told.proof, told.points, told.carbon, told.act) == (Proof.SYSTEM, 4, None, (LIN, "steps", MONDAY, "day"))


def test_more_steps_replace_the_award_and_as_many_or_fewer_change_nothing() -> None:
    told = commuting()
    first, second = told.tell(walked(MONDAY, 2)), told.tell(walked(MONDAY, 3))

    for same_or_fewer in (3, 1):
        refused(errors.AlreadyCheckedIn, told, walked(MONDAY, same_or_fewer))

    assert first.replaces is None
    assert second.replaces is not None
    assert [one.points for one in told.standing()] == [3]


def test_steps_on_a_day_with_a_trip_earn_nothing_and_are_told_why() -> None:
    told = commuting()
    told.tell(metro(EVENING))

    found = refused(errors.OtherActCounts, told, walked(MONDAY, 5))

    assert found.text("zh-CN") == "2026-06-15 已记“135”绿色出行，微信步数与它同日只计一项，不再计分。"
    assert "'135 green commuting' counts on 2026-06-15" in found.text("en")
    assert told.tell(walked(TUESDAY, 5)).points == 5


def test_a_trip_ends_the_steps_of_its_day_and_of_no_other() -> None:
    told = commuting()
    told.tell(walked(MONDAY, 5))
    told.tell(walked(TUESDAY, 5))

    trip = told.tell(metro(EVENING))

    assert trip.displaces == ((LIN, "steps", MONDAY, "day"),)
    assert [(one.kind.key, one.act[2]) for one in told.standing()] == [("steps", TUESDAY), ("commute", MONDAY)]
    assert told.tell(metro(EVENING, "from_work")).displaces == ()


def test_steps_and_a_trip_exclude_each_other_across_campaigns() -> None:
    told = scene(campaign("green-commute-month", number=1), campaign("energy-week", number=2))
    told.tell(walked(MONDAY, 5, number=2))

    trip = told.tell(metro(EVENING, number=1))

    assert trip.displaces == ((LIN, "steps", MONDAY, "day"),)
    refused(errors.OtherActCounts, told, walked(MONDAY, 5, number=2))


def test_a_trip_has_the_room_under_the_daily_limit_that_the_steps_leave() -> None:
    told = scene(campaign("energy-week"))
    told.tell(act("paperless", EVENING, sheets=55))
    told.tell(walked(MONDAY, 5))
    assert sum(one.points for one in told.standing()) == 60

    assert told.tell(metro(EVENING)).points == 5
    assert sum(one.points for one in told.standing()) == 60


def test_steps_take_what_room_there_is_and_more_of_it_when_more_is_free() -> None:
    told = scene(campaign("energy-week"))
    sheets = told.tell(act("paperless", EVENING, sheets=57))
    assert told.tell(walked(MONDAY, 5)).points_terms.day_cap == 60

    refused(errors.AlreadyCheckedIn, told, walked(MONDAY, 5))
    told.desk.uncount(sheets.act)

    assert told.tell(walked(MONDAY, 5)).points == 5


def test_a_day_that_has_not_begun_or_is_over_for_good_earns_nothing() -> None:
    told = commuting()
    tomorrow = walked(TUESDAY, 5, now=EVENING)
    until = at(TUESDAY, 0) + timedelta(hours=48)

    refused(errors.ActInFuture, told, tomorrow, EVENING)
    refused(errors.TooLate, told, walked(MONDAY, 5), until)

    assert told.tell(walked(MONDAY, 5), until - timedelta(seconds=1)).points == 5


def test_what_a_feed_tells_of_is_the_day_it_says_whatever_hour_days_begin() -> None:
    told = scene(campaign("green-commute-month", day_cut_hour=4))

    early = told.tell(replace(walked(TUESDAY, 1), acted_at=at(TUESDAY, 4)), at(TUESDAY, 4))

    assert early.act[2] == TUESDAY
    refused(errors.ActInFuture, told, walked(TUESDAY + timedelta(days=1), 1), at(TUESDAY + timedelta(days=1), 3))


def test_only_trips_end_steps() -> None:
    assert {key: yielding_to(kind.act_class) for key, kind in all_kinds().items() if yielding_to(kind.act_class)} == {
        "commute": {"steps"}
    }


@pytest.mark.parametrize(("counted", "expected"), [(0, 0), (999, 0), (1000, 1), (4999, 4), (5000, 5), (88_888, 5)])
def test_whole_thousands_count_up_to_five(counted: int, expected: int) -> None:
    assert steps.thousands(counted) == expected


@pytest.mark.parametrize("key", WITH_STEPS)
def test_telling_of_a_trip_never_costs_the_points_of_steps(key: str) -> None:
    most = replace(walked(MONDAY, steps.MOST_THOUSANDS))
    for day in (MONDAY, MONDAY + timedelta(days=2)):
        told = scene(campaign(key))
        walking = told.tell(replace(most, fed_on=day, acted_at=at(day, 20)))
        trip = told.tell(act("commute", at(day, 20), mode="walk", distance="from_0_5_km", direction="to_work"))
        assert walking.points <= trip.points

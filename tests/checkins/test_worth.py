"""What an accepted act is worth: caps, rounding, special days, factors; without a database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from backend.checkins import errors
from backend.checkins.requests import Item
from tests.checkins.desks import LIN, MONDAY, act, at, campaign, metro, place, refused, scene, site

NOON = at(MONDAY, 12)
TUESDAY = MONDAY + timedelta(days=1)


def plates(day: date, *hours: int) -> list[Item]:
    """Return clear plates of one day."""
    return [act("clear_plate", at(day, hour)) for hour in hours]


def test_the_limit_of_a_day_tells_when_it_opens_again() -> None:
    told = scene(campaign("grain-day"))
    for plate in plates(MONDAY, 7, 12):
        told.tell(plate)

    found = refused(errors.CapReached, told, plates(MONDAY, 18)[0])

    assert found.text("zh-CN") == "“光盘行动”已达上限（2 次），2026-06-16 00:00 起可再次打卡。"
    assert "it opens again at 2026-06-16 00:00 (Beijing time)" in found.text("en")
    assert told.tell(plates(TUESDAY, 7)[0]).points == 5


def test_on_the_last_day_the_limit_says_that_it_was_the_last() -> None:
    told = scene(campaign("grain-day", days=1))
    for plate in plates(MONDAY, 7, 12):
        told.tell(plate)

    assert "最后一天" in refused(errors.CapReached, told, plates(MONDAY, 18)[0]).text("zh-CN")


def test_the_limit_of_a_campaign_counts_earlier_days_too() -> None:
    told = scene(campaign("green-commute-month"))
    told.tell(act("lecture", at(MONDAY, 9)))
    told.desk.earlier[LIN, 1, "lecture"] = 1

    found = refused(errors.CapReached, told, act("lecture", at(TUESDAY, 9)))

    assert found.fields["limit"] == 2
    assert "本次活动中不再计分" in found.text("zh-CN")


def test_a_stronger_proof_is_welcome_although_the_day_is_full() -> None:
    told = scene(campaign("grain-day"), codes=(site("CANTEEN2", "clear_plate"),))
    for plate in plates(MONDAY, 7, 12):
        told.tell(plate)

    assert told.tell(replace(plates(MONDAY, 12)[0], code="canteen2")).points == 8


def test_the_days_points_are_cut_at_the_limit_and_the_cut_is_noted() -> None:
    told = scene(campaign("green-office"))
    told.tell(act("paperless", at(MONDAY, 9), sheets=55))
    told.tell(act("own_cup", at(MONDAY, 9)))

    cut = told.tell(act("own_cup", at(MONDAY, 15)))

    assert [one.points for one in told.verdicts] == [55, 5, 0]
    assert (cut.points_terms.before_cap, cut.points_terms.day_cap) == (5, 60)


# What is it worth?


def test_a_special_day_multiplies_points_and_never_carbon() -> None:
    told = scene(campaign("energy-week"))

    plain, special = told.tell(metro(NOON)), told.tell(metro(at(MONDAY + timedelta(days=2), 8)))

    assert (plain.points, special.points) == (5, 10)
    assert special.points_terms.special_day == "low-carbon-day"
    assert plain.carbon_mg == special.carbon_mg == 180_000


def test_of_two_special_days_on_one_day_the_larger_counts() -> None:
    month = campaign("green-commute-month", date(2026, 9, 1), 30)
    told = scene(month)

    points = [told.tell(metro(at(date(2026, 9, day), 8))).points for day in (20, 21, 22, 23)]

    # 22 September is a Tuesday: bus week (150 %) runs from Monday the 21st, and the car-free day (200 %) lies in it.
    assert points == [5, 8, 10, 8]


def test_half_a_point_is_rounded_to_the_even_one() -> None:
    told = scene(campaign("waste-sorting-week"))

    points = [
        told.tell(act("recyclables", at(MONDAY + timedelta(days=day), 9), material="pet", kilograms=kilograms)).points
        for day, kilograms in enumerate(["0.1", "0.3", "0.5", "0.101"])
    ]

    assert points == [0, 2, 2, 1]  # 0.5, 1.5, 2.5 and 0.505 before rounding


def test_points_by_unit_follow_the_amount() -> None:
    verdict = scene(campaign("green-office")).tell(act("paperless", at(MONDAY, 9), sheets=10))

    assert (verdict.points, verdict.points_terms.units, verdict.points_terms.unit) == (10, "10", "sheet")
    assert verdict.carbon_mg == 26_000


def test_a_units_own_device_earns_nobody_points() -> None:
    told = scene(campaign("e-waste-drive"))
    device: dict[str, Any] = {"category": "laptop", "disposition": "reuse"}

    unit, own = (told.tell(act("ewaste", at(MONDAY, 9), owner=owner, **device)) for owner in ("unit", "personal"))

    assert (unit.points, unit.carbon, own.points) == (0, None, 10)
    assert [one.act[3] for one in told.verdicts] == ["unit-laptop-1", "personal-laptop-1"]


def test_before_a_factor_is_in_force_an_act_earns_points_without_carbon() -> None:
    told = scene(campaign("green-office", date(2024, 6, 3)))
    told.desk.places[LIN] = [replace(place(LIN), starts_on=date(2024, 1, 1))]

    verdict = told.tell(act("paperless", at(date(2024, 6, 3), 9), sheets=10))

    assert (verdict.points, verdict.carbon, verdict.carbon_mg) == (10, None, 0)

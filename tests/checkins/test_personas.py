"""Five people and a week of check-ins each: a change of rules shows as a diff in their totals.

Each line of a diary is a day, an hour, and an act; what it earned stands beside it: points and grams, or the
name of the problem. The theme packs are the shipped ones.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from backend.carbon import method
from backend.checkins.requests import Item
from backend.core.errors import Problem
from tests.checkins.desks import MONDAY, Scene, act, at, campaign, scene, site, walked

YEAR: dict[str, Any] = {"valid_from": at(date(2026, 1, 1), 0), "valid_until": at(date(2027, 1, 1), 0)}
ON_THE_WALL = {"WALL2345": "commute", "CANTEEN2": "clear_plate", "ROOM2345": "lecture"}
CODES = tuple(site(code, kind, **YEAR) for code, kind in ON_THE_WALL.items())
Entry = tuple[int, int, str, dict[str, Any], str]


@dataclass(frozen=True)
class Persona:
    """Somebody with a week behind them."""

    theme: str
    starts_on: date
    diary: list[Entry]
    points: int
    grams: str


def ride(mode: str, distance: str, direction: str, **more: Any) -> dict[str, Any]:
    """Return the details of a trip."""
    return {"mode": mode, "distance": distance, "direction": direction, **more}


COMMUTER = Persona(
    "green-commute-month",
    date(2026, 9, 17),  # a Thursday; bus week begins on the 21st, the car-free day is the 22nd
    [
        (0, 8, "commute", ride("metro", "from_10_km", "to_work", code="WALL2345"), "8, 720 g"),
        (0, 18, "commute", ride("metro", "from_10_km", "from_work"), "5, 360 g"),
        (1, 8, "commute", ride("cycle", "from_3_km", "to_work"), "5, 142.95 g"),
        (1, 9, "commute", ride("bus", "from_5_km", "to_work"), "AlreadyCheckedIn"),
        (1, 9, "commute", ride("cycle", "from_3_km", "to_work", code="WALL2345"), "8, 285.9 g"),
        (1, 18, "commute", ride("walk", "from_5_km", "from_work"), "DetailInvalid"),
        (1, 14, "lecture", {"code": "ROOM2345"}, "16, 0 g"),
        (4, 8, "commute", ride("bus", "from_5_km", "to_work"), "8, 130 g"),
        (5, 8, "commute", ride("walk", "from_1_km", "to_work"), "10, 52 g"),
        (5, 18, "commute", ride("walk", "from_1_km", "from_work", code="wall2345"), "16, 104 g"),
        (6, 14, "lecture", {}, "15, 0 g"),
        (7, 8, "commute", ride("bus", "from_5_km", "to_work"), "OutsideCampaignDays"),
    ],
    86,
    "1651.9",
)
PRINTER = Persona(
    "energy-week",
    MONDAY,  # the third day is low-carbon day
    [
        (0, 9, "paperless", {"sheets": 40}, "40, 104 g"),
        (0, 10, "paperless", {"sheets": 5}, "AlreadyCheckedIn"),
        (0, 12, "energy_act", {"act": "lights_off"}, "5, 0 g"),
        (0, 13, "energy_act", {"act": "stairs"}, "5, 0 g"),
        (0, 13, "energy_act", {"act": "screen_off"}, "5, 0 g"),
        (0, 14, "energy_act", {"act": "unplugged"}, "CapReached"),
        (0, 18, "commute", ride("bus", "from_5_km", "from_work", code="WALL2345"), "5, 260 g"),
        (0, 18, "clear_plate", {"code": "CANTEEN2"}, "0, 0 g"),
        (1, 9, "paperless", {"sheets": 0}, "DetailInvalid"),
        (1, 9, "paperless", {"sheets": 1}, "1, 2.6 g"),
        (2, 9, "paperless", {"sheets": 100}, "60, 260 g"),
        (2, 12, "clear_plate", {"code": "CANTEEN2"}, "0, 0 g"),
        (3, 12, "clear_plate", {"code": "CANTEEN2"}, "8, 0 g"),
        (3, 15, "clear_plate", {}, "OutsideWindow"),
        (4, 12, "clear_plate", {}, "5, 0 g"),
    ],
    134,
    "626.6",
)
SORTER = Persona(
    "waste-sorting-week",
    date(2026, 5, 22),
    [
        (0, 8, "waste_sorting", {"waste_class": "kitchen"}, "5, 0 g"),
        (0, 9, "waste_sorting", {"waste_class": "kitchen"}, "AlreadyCheckedIn"),
        (0, 9, "waste_sorting", {"waste_class": "residual"}, "5, 0 g"),
        (0, 10, "waste_sorting", {"waste_class": "recyclable"}, "CapReached"),
        (1, 8, "recyclables", {"material": "pet", "kilograms": "1.250"}, "6, 0 g"),
        (
            1,
            17,
            "recyclables",
            {"material": "pet", "kilograms": "1.250", "witnessed": True, "slot": "pet"},
            "12, 2062.5 g",
        ),
        (
            2,
            8,
            "recyclables",
            {"material": "glass", "kilograms": "3", "witnessed": True, "slot": "glass"},
            "30, 1738.8 g",
        ),
        (
            2,
            9,
            "recyclables",
            {"material": "paper", "kilograms": "4", "witnessed": True, "slot": "paper"},
            "30, 878.8 g",
        ),
        (2, 10, "recyclables", {"material": "paper", "kilograms": "-4"}, "DetailInvalid"),
        (3, 9, "ewaste", {"category": "phone", "owner": "personal", "data_bearing": True}, "10, 0 g"),
        (3, 9, "ewaste", {"category": "laptop", "owner": "unit", "disposition": "destroyed"}, "0, 0 g"),
        (3, 9, "ewaste", {"category": "battery", "owner": "personal"}, "CapReached"),
        (4, 9, "own_cup", {}, "5, 0 g"),
        (4, 15, "own_cup", {}, "5, 0 g"),
        (5, 9, "clear_plate", {}, "KindNotInCampaign"),
    ],
    102,
    "4680.1",
)
EATER = Persona(
    "grain-safety-week",
    date(2026, 10, 12),  # Friday the 16th is World Food Day
    [
        (0, 9, "food_pledge", {}, "5, 0 g"),
        (0, 10, "food_pledge", {}, "AlreadyCheckedIn"),
        (0, 12, "clear_plate", {}, "5, 0 g"),
        (0, 12, "small_portion", {}, "5, 0 g"),
        (1, 7, "clear_plate", {}, "5, 0 g"),
        (1, 12, "clear_plate", {}, "5, 0 g"),
        (1, 18, "clear_plate", {}, "CapReached"),
        (2, 15, "lecture", {"code": "WRONG234"}, "CodeNotValid"),
        (2, 15, "lecture", {}, "10, 0 g"),
        (4, 9, "food_pledge", {}, "CapReached"),
        (4, 12, "clear_plate", {}, "10, 0 g"),
        (4, 12, "small_portion", {}, "10, 0 g"),
        (4, 18, "clear_plate", {}, "10, 0 g"),
        (4, 18, "small_portion", {}, "10, 0 g"),
        (4, 20, "lecture", {}, "20, 0 g"),
        (5, 9, "lecture", {}, "CapReached"),
    ],
    95,
    "0",
)
WALKER = Persona(
    "green-commute-month",
    date(2026, 9, 17),  # a Thursday; bus week begins on the 21st, the car-free day is the 22nd
    [
        (0, 23, "steps", {"thousands": 3}, "3, 0 g"),
        (0, 23, "steps", {"thousands": 3}, "AlreadyCheckedIn"),
        (0, 23, "steps", {"thousands": 5}, "5, 0 g"),
        (0, 23, "steps", {"thousands": 6}, "DetailInvalid"),
        (1, 18, "commute", ride("walk", "from_1_km", "from_work"), "5, 52 g"),
        (1, 23, "steps", {"thousands": 5}, "OtherActCounts"),
        (4, 23, "steps", {"thousands": 5}, "8, 0 g"),
        (4, 23, "commute", ride("bus", "from_5_km", "to_work"), "8, 130 g"),
        (5, 23, "steps", {"thousands": 4}, "8, 0 g"),
        (7, 23, "steps", {"thousands": 4}, "OutsideCampaignDays"),
    ],
    26,
    "182",
)
PERSONAS = {"commuter": COMMUTER, "printer": PRINTER, "sorter": SORTER, "eater": EATER, "walker": WALKER}


def item(persona: Persona, entry: Entry) -> Item:
    """Return what a line of a diary reports."""
    day, hour, kind, told, _ = entry
    beside = {name: told[name] for name in ("witnessed", "slot") if name in told}
    if kind == "steps":
        return walked(persona.starts_on + timedelta(days=day), told["thousands"])
    details = {name: value for name, value in told.items() if name not in {"code", *beside}}
    reported = act(kind, at(persona.starts_on + timedelta(days=day), hour), 1, told.get("code"), **details)
    return Item(reported.campaign, kind, reported.acted_at, details, reported.code, **beside)


def live(persona: Persona) -> tuple[Scene, list[str]]:
    """Play a diary and return what each line of it earned."""
    told = scene(campaign(persona.theme, persona.starts_on), codes=CODES)
    earned = []
    for entry in persona.diary:
        try:
            verdict = told.tell(item(persona, entry))
        except Problem as problem:
            earned.append(type(problem).__name__)
        else:
            earned.append(f"{verdict.points}, {method.grams(verdict.carbon_mg).normalize():f} g")
    return told, earned


@pytest.mark.parametrize("name", PERSONAS)
def test_each_act_of_a_week_earns_what_the_diary_says(name: str) -> None:
    persona = PERSONAS[name]

    _, earned = live(persona)

    days = [(day, hour, kind) for day, hour, kind, _, _ in persona.diary]
    expected = [entry[-1] for entry in persona.diary]
    assert list(zip(days, earned, strict=True)) == list(zip(days, expected, strict=True))


@pytest.mark.parametrize("name", PERSONAS)
def test_a_week_adds_up_to_its_totals(name: str) -> None:
    persona = PERSONAS[name]

    told, _ = live(persona)

    standing = told.standing()
    assert sum(one.points for one in standing) == persona.points
    assert f"{method.grams(sum(one.carbon_mg for one in standing)).normalize():f}" == persona.grams


@pytest.mark.parametrize("name", PERSONAS)
def test_no_day_of_a_week_earns_more_than_the_days_limit(name: str) -> None:
    told, _ = live(PERSONAS[name])

    by_day: dict[date, int] = {}
    for one in told.standing():
        by_day[one.act[2]] = by_day.get(one.act[2], 0) + one.points

    assert max(by_day.values()) <= 60

"""The shipped data: every pack valid, every factor sourced, every date the same in both places."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backend.campaigns import calendar, themes
from backend.carbon import factors

ROOT = Path(__file__).parents[1] / "campaigns"
KINDS = frozenset(
    {
        "waste_sorting",
        "recyclables",
        "ewaste",
        "food_pledge",
        "clear_plate",
        "small_portion",
        "commute",
        "own_cup",
        "paperless",
        "energy_act",
        "water_act",
        "lecture",
        "steps",
    }
)
EVENTS_OF_THE_SEED = {
    "energy-week",
    "water-week",
    "waste-sorting-week",
    "grain-day",
    "grain-safety-week",
    "green-commute-month",
    "e-waste-drive",
    "green-office",
    "plastic-free",
    "lecture-series",
}
CREDIT_KEYS = {
    "reduction.travel.walk_km": ("0.104", "km"),
    "reduction.travel.cycle_km": ("0.0953", "km"),
    "reduction.travel.bus_km": ("0.052", "km"),
    "reduction.travel.rail_km": ("0.072", "km"),
    "recycle.uk2025.paper": ("0.295", "kg"),
    "recycle.uk2025.mixed_paper": ("0.2197", "kg"),
    "recycle.uk2025.board": ("0.1016", "kg"),
    "recycle.uk2025.plastic_avg": ("1.5971", "kg"),
    "recycle.uk2025.pet": ("1.65", "kg"),
    "recycle.uk2025.hdpe": ("1.3244", "kg"),
    "recycle.uk2025.pp": ("1.265", "kg"),
    "recycle.uk2025.aluminium": ("8.1208", "kg"),
    "recycle.uk2025.steel": ("1.04", "kg"),
    "recycle.uk2025.mixed_cans": ("3.5891", "kg"),
    "recycle.uk2025.scrap_metal": ("1.7667", "kg"),
    "recycle.uk2025.glass": ("0.5796", "kg"),
    "recycle.luzhou2024.clothes": ("1.28", "kg"),
    "office.a4_sheet_uk_recycled": ("0.0052", "sheet"),
    "device.cn.phone_resale": ("25", "unit"),
}


@pytest.fixture(scope="module")
def packs() -> dict[str, themes.Theme]:
    """Give every shipped theme."""
    return themes.load_all(ROOT)


@pytest.fixture(scope="module")
def known() -> factors.FactorSet:
    """Give every shipped factor."""
    return factors.load(ROOT / "factors.toml")


def test_no_shipped_file_has_a_problem() -> None:
    assert themes.problems(ROOT, KINDS) == []
    assert factors.problems(ROOT / "factors.toml") == []
    assert calendar.Calendar.problems(ROOT / "calendar.toml") == []


def test_every_publicity_event_of_the_seed_has_a_theme(packs: dict[str, themes.Theme]) -> None:
    assert set(packs) == EVENTS_OF_THE_SEED


def test_every_kind_of_check_in_is_used_by_a_theme(packs: dict[str, themes.Theme]) -> None:
    assert {rule.kind for theme in packs.values() for rule in theme.kinds} == KINDS


def test_exactly_the_creditable_factors_are_marked_so(known: factors.FactorSet) -> None:
    credit = {one.key: (f"{one.value:f}", one.per_unit) for one in known.factors if one.use == "credit"}

    assert credit == CREDIT_KEYS


def test_no_factor_is_unverified_and_each_has_a_source(known: factors.FactorSet) -> None:
    for one in known.factors:
        assert one.confidence in {"verified", "derived", "second-hand"}
        assert one.source.strip(), one.key
        assert one.note_zh.strip(), one.key
        assert re.match(r"https?://", one.source_url) or one.key.startswith(("elec.",)), one.key


def test_values_without_an_honest_factor_are_not_shipped(known: factors.FactorSet) -> None:
    keys = {one.key for one in known.factors}

    assert not {key for key in keys if key.startswith(("platform.", "market.", "org.", "points.", "meal.", "msw."))}
    assert "device.phone_shred_estimate" not in keys


def test_the_travel_reductions_are_the_differences_they_claim_to_be(known: factors.FactorSet) -> None:
    day = date(2026, 6, 15)
    baseline = known.get("travel.jjj.baseline", day).value

    differences = {
        mode: baseline - known.get(f"travel.jjj.{emission}", day).value
        for mode, emission in (("cycle", "cycling"), ("bus", "bus"), ("rail", "rail"))
    }

    assert baseline == Decimal("0.104")
    assert differences == {mode: known.get(f"reduction.travel.{mode}_km", day).value for mode in differences}


def test_a_newer_electricity_notice_leaves_the_older_value_in_force_before_it(known: factors.FactorSet) -> None:
    assert known.get("elec.tianjin", date(2025, 6, 23)).value == Decimal("0.7041")
    assert known.get("elec.tianjin", date(2026, 6, 15)).value == Decimal("0.6796")


def test_the_calendar_and_the_themes_give_the_same_dates(packs: dict[str, themes.Theme]) -> None:
    events = calendar.Calendar.load(ROOT / "calendar.toml").events
    listed = {(event.theme, event.starts_on, event.ends_on, event.certainty) for event in events}

    missing = [
        (theme.key, dates.starts_on)
        for theme in packs.values()
        for dates in theme.dates
        if dates.year in {2025, 2026} and (theme.key, dates.starts_on, dates.ends_on, dates.certainty) not in listed
    ]

    assert missing == []


def test_every_theme_leaves_the_self_declared_way_open(packs: dict[str, themes.Theme]) -> None:
    assert all(theme.proof_credit.self_declared > 0 for theme in packs.values())


def test_every_privacy_text_says_voluntary_and_not_certified(packs: dict[str, themes.Theme]) -> None:
    for theme in packs.values():
        assert "自愿" in theme.copy_in("zh-CN").privacy
        assert "不是核证减排量" in theme.copy_in("zh-CN").privacy
        assert "voluntary" in theme.copy_in("en").privacy
        assert "not certified reductions" in theme.copy_in("en").privacy


def test_every_pack_fits_into_a_pinned_document(packs: dict[str, themes.Theme]) -> None:
    for theme in packs.values():
        assert themes.Theme.from_json(theme.to_json()) == theme
        assert len(theme.to_json().encode()) < 40_000

"""The sum: exact products, one rounding, the same units on both sides."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backend.carbon import factors, method

SHIPPED = Path(__file__).parents[2] / "campaigns" / "factors.toml"
ON = date(2026, 6, 15)


@pytest.fixture(scope="module")
def known() -> factors.FactorSet:
    """Give the shipped factors."""
    return factors.load(SHIPPED)


@pytest.mark.parametrize(
    ("key", "unit", "quantity", "share_percent", "carbon_mg"),
    [
        ("reduction.travel.walk_km", "km", "1.0", 50, 52_000),
        ("reduction.travel.walk_km", "km", "1", 100, 104_000),
        ("reduction.travel.cycle_km", "km", "3", 100, 285_900),
        ("reduction.travel.bus_km", "km", "5", 100, 260_000),
        ("reduction.travel.rail_km", "km", "5", 100, 360_000),
        ("recycle.uk2025.aluminium", "kg", "0.015", 100, 121_812),
        ("office.a4_sheet_uk_recycled", "sheet", "20", 50, 52_000),
        ("device.cn.phone_resale", "unit", "1", 100, 25_000_000),
    ],
)
def test_known_amounts_are_exact(
    known: factors.FactorSet, *, key: str, unit: str, quantity: str, share_percent: int, carbon_mg: int
) -> None:
    found = method.avoided(Decimal(quantity), unit, known.get(key, ON), share_percent)

    assert found.carbon_mg == carbon_mg


def test_a_calculation_carries_what_explains_it(known: factors.FactorSet) -> None:
    walk = known.get("reduction.travel.walk_km", ON)

    found = method.avoided(Decimal("1.0"), "km", walk, 50)

    assert (found.factor_key, found.factor_version, found.factor_value) == (walk.key, 1, Decimal("0.104"))
    assert (found.source, found.confidence) == (walk.source, "derived")


def test_the_sentence_shows_the_sum_in_both_languages(known: factors.FactorSet) -> None:
    walk = method.avoided(Decimal("1.0"), "km", known.get("reduction.travel.walk_km", ON), 50)
    paper = method.avoided(Decimal(3), "sheet", known.get("office.a4_sheet_uk_recycled", ON), 100)

    assert walk.sentence("en") == "1.0 km × 0.104 kgCO2/km × 50% = 52 g"
    assert walk.sentence("zh-CN") == "1.0 km × 0.104 kgCO2/km × 50% = 52 g"
    assert paper.sentence("en") == "3 sheet × 0.0052 kgCO2e/sheet × 100% = 15.6 g"
    assert paper.sentence("zh-CN") == "3 张 × 0.0052 kgCO2e/张 × 100% = 15.6 g"


def test_a_rounded_sum_says_so(known: factors.FactorSet) -> None:
    found = method.avoided(Decimal("0.001"), "kg", known.get("recycle.uk2025.mixed_paper", ON), 1)

    assert found.carbon_mg == 2
    assert found.sentence("en") == "0.001 kg × 0.2197 kgCO2e/kg × 1% ≈ 0.002 g"


@pytest.mark.parametrize(
    ("value", "rounded"), [("0.5", 0), ("1.5", 2), ("2.5", 2), ("2.5000001", 3), ("2.4999999", 2), ("1e3", 1000)]
)
def test_halves_go_to_the_even_number(value: str, rounded: int) -> None:
    assert method.round_half_even(Decimal(value)) == rounded


def test_large_amounts_are_not_shortened(known: factors.FactorSet) -> None:
    quantity = Decimal("98765432109876543210.12")

    found = method.avoided(quantity, "km", known.get("reduction.travel.cycle_km", ON), 100)

    assert found.carbon_mg == 9876543210987654321012 * 953


def test_grams_are_exact() -> None:
    assert method.grams(285_900) == Decimal("285.9")
    assert method.grams(1) == Decimal("0.001")
    assert method.grams(10**30 + 1) == Decimal("1000000000000000000000000000.001")


@pytest.mark.parametrize(
    ("quantity", "unit", "share_percent", "complaint"),
    [
        ("1", "mile", 100, "reduction.travel.walk_km counts km, not mile"),
        ("-1", "km", 100, "a quantity is not negative"),
        ("NaN", "km", 100, "a quantity is a number"),
        ("Infinity", "km", 100, "a quantity is a number"),
        ("1", "km", 101, "a share is 0 to 100 percent"),
        ("1", "km", -1, "a share is 0 to 100 percent"),
    ],
)
def test_the_impossible_is_refused(
    known: factors.FactorSet, quantity: str, unit: str, share_percent: int, complaint: str
) -> None:
    walk = known.get("reduction.travel.walk_km", ON)

    with pytest.raises(AssertionError, match=complaint):
        method.avoided(Decimal(quantity), unit, walk, share_percent)


def test_a_reference_value_credits_nothing(known: factors.FactorSet) -> None:
    laptop = known.get("device.fr.laptop", ON)

    with pytest.raises(AssertionError, match="is a reference value and credits nothing"):
        method.avoided(Decimal(1), "unit", laptop, 100)


def test_only_a_number_can_be_rounded() -> None:
    with pytest.raises(AssertionError, match="only a number can be rounded"):
        method.round_half_even(Decimal("NaN"))

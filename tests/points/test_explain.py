"""A sum is kept so that it can be told years later, in either language."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.carbon import factors, method
from backend.core import paths
from backend.core.text import Locale
from backend.points import explain
from backend.points.explain import (
    AdjustmentTerms,
    ExpiryTerms,
    PointsTerms,
    RestatedTerms,
    ReversalTerms,
    SpendingTerms,
    Terms,
)
from backend.points.tables import CARBON_MG

WALK = factors.load(paths.folder("campaigns") / "factors.toml").get("reduction.travel.walk_km", date(2026, 6, 15))
ACT = PointsTerms(base=10, units="1", unit="act", proof_percent=50, before_cap=5)
WEIGHED = PointsTerms(base=10, units="2.500", unit="kg", proof_percent=100, before_cap=25)
SPECIAL = PointsTerms(
    base=10, units="1", unit="act", proof_percent=100, day_percent=200, special_day="low-carbon-day", before_cap=20
)
CUT = PointsTerms(base=2, units="40", unit="sheet", proof_percent=100, before_cap=80, day_cap=60)
CARBON = method.avoided(Decimal(1), "km", WALK, 50)
SPENT = PointsTerms(base=10, units="1", unit="act", proof_percent=100, before_cap=10, budget_left=3)
RESTATED = RestatedTerms(2, "补贴调整", before=5, after=8, was=explain.to_json(ACT), now=explain.to_json(SPENT))
ANEW = RestatedTerms(3, "a newer factor", before=0, after=52_000, now=explain.to_json(CARBON))
BY_HAND = AdjustmentTerms("补记一次", proposed_by=3, agreed_by=4)

SENTENCES: list[tuple[Terms, int, Locale, str]] = [
    (ACT, 5, "zh-CN", "10 分 × 50%（凭证） = 5"),
    (ACT, 5, "en", "10 points × 50% (proof) = 5"),
    (WEIGHED, 25, "zh-CN", "10 分 × 2.500 kg × 100%（凭证） = 25"),
    (WEIGHED, 25, "en", "10 points × 2.500 kg × 100% (proof) = 25"),
    (SPECIAL, 20, "zh-CN", "10 分 × 100%（凭证） × 200%（主题日） = 20"),
    (SPECIAL, 20, "en", "10 points × 100% (proof) × 200% (special day) = 20"),
    (CUT, 60, "en", "2 points × 40 sheet × 100% (proof) = 80, cut to 60 by the daily limit of 60"),
    (SPENT, 3, "zh-CN", "10 分 × 100%（凭证） = 10，活动积分预算已用完，计 3"),
    (SPENT, 3, "en", "10 points × 100% (proof) = 10, cut to 3: the campaign's budget is used up"),
    (
        RESTATED,
        3,
        "zh-CN",
        f"按第 2 版规则重算：原 5（{ACT.sentence(5, 'zh-CN')}）；现 8（{SPENT.sentence(8, 'zh-CN')}）。原因：补贴调整",
    ),
    (BY_HAND, 7, "zh-CN", "经两人核准，人工调整 7，原因：补记一次"),
    (BY_HAND, 7, "en", "7 adjusted by hand, agreed by two people: 补记一次"),
    (CARBON, 52_000, "zh-CN", "1 km × 0.104 kgCO2/km × 50% = 52 g"),
    (CARBON, 52_000, "en", "1 km × 0.104 kgCO2/km × 50% = 52 g"),
    (ReversalTerms(reason="称重有误", by_member=3), 5, "zh-CN", "冲回 5，原因：称重有误"),
    (ReversalTerms(reason="wrong scale", by_member=3), 5, "en", "5 taken back: wrong scale"),
    (ReversalTerms(reason="", code="stronger-proof"), 5, "zh-CN", "已由更强的凭证取代，冲回 5"),
    (ReversalTerms(reason="", code="stronger-proof"), 5, "en", "replaced by a stronger proof; 5 taken back"),
    (ReversalTerms(reason="缺货", code="given-back"), 20, "zh-CN", "退回 20，原因：缺货"),
    (ReversalTerms(reason="缺货", reason_en="sold out", code="given-back"), 20, "en", "20 given back: sold out"),
    (SpendingTerms("reward", "帆布袋", "Bag"), 20, "zh-CN", "兑换“帆布袋”，用去 20 积分"),
    (SpendingTerms("reward", "帆布袋", "Bag"), 20, "en", "20 points for 'Bag'"),
    (SpendingTerms("tickets", "节能周", "Energy week"), 9, "zh-CN", "购买“节能周”抽奖券，用去 9 积分"),
    (SpendingTerms("tickets", "节能周", "Energy week"), 9, "en", "9 points for tickets of the draw of 'Energy week'"),
    (ExpiryTerms(2027), 30, "zh-CN", "30 积分于 2027 年底到期失效"),
    (ExpiryTerms(2027), 30, "en", "30 points expired at the end of 2027"),
]


@pytest.mark.parametrize(("terms", "amount", "locale", "told"), SENTENCES)
def test_a_sum_is_told_as_a_sentence(terms: Terms, amount: int, locale: Locale, told: str) -> None:
    assert explain.sentence(terms, amount, locale) == told


KEPT = [ACT, WEIGHED, SPECIAL, CUT, SPENT, RESTATED, ANEW, BY_HAND, CARBON, ReversalTerms("原因 {x}", 3)]


@pytest.mark.parametrize("terms", [*KEPT, SpendingTerms("reward", "袋", "Bag"), ExpiryTerms(2027)])
def test_terms_come_back_from_their_text_unchanged(terms: Terms) -> None:
    again = explain.from_json(explain.to_json(terms))

    assert again == terms
    assert explain.to_json(again) == explain.to_json(terms)


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.integers(0, 100))
def test_every_carbon_sum_comes_back_digit_for_digit(quantity: Decimal, share: int) -> None:
    terms = method.avoided(quantity, "km", WALK, share)

    again = explain.from_json(explain.to_json(terms))

    assert str(again) == str(terms)
    assert "E" not in explain.sentence(again, terms.carbon_mg, "en").replace("kgCO2", "")


def test_a_reason_with_braces_is_told_as_it_was_written() -> None:
    assert explain.sentence(ReversalTerms("{reason}"), 5, "en") == "5 taken back: {reason}"


def test_carbon_that_was_restated_is_told_in_grams() -> None:
    assert explain.sentence(ANEW, 52_000, "en", CARBON_MG) == (
        "Restated by version 3 of the rules: 0 g before, 52 g (1 km × 0.104 kgCO2/km × 50% = 52 g) now. "
        "Reason: a newer factor"
    )


def test_terms_that_were_written_before_there_were_budgets_are_read_and_written_as_they_were() -> None:
    text = explain.to_json(ACT)

    assert "budget_left" not in text
    assert explain.from_json(text) == ACT


def test_carbon_that_was_given_is_told_in_grams_and_as_an_estimate() -> None:
    terms = SpendingTerms("donation", "读书节", "Book day")

    in_english = explain.sentence(terms, 52_000, "en", CARBON_MG)

    assert explain.sentence(terms, 52_000, "zh-CN", CARBON_MG) == "向“读书节”捐赠估算减排量 52 g"
    assert in_english == "an estimated 52 g of avoided carbon given to 'Book day'"

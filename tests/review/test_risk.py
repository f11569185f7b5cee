"""What makes an act doubtful, and how much."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from backend.checkins.proof import Proof
from backend.core.text import LOCALES
from backend.media.tables import HUMAN, PASSED, RISKY
from backend.review import risk
from backend.review.risk import Facts, Mark
from backend.review.tables import HIGH, LOW, MIDDLE

NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def usual(proof: Proof, **more: Any) -> Facts:
    """Return an act of somebody who has done it often and well."""
    return Facts(proof, earlier_of_kind=9, refusals=0, **more)


@pytest.mark.parametrize(
    ("facts", "score", "band"),
    [
        (usual(Proof.CODE), 20, LOW),
        (usual(Proof.STATION), 80, LOW),
        (usual(Proof.SELF_DECLARED), 200, LOW),
        (usual(Proof.PHOTO, moderation=PASSED, taken="today", distance="near"), 100, LOW),
        (usual(Proof.PHOTO, moderation=HUMAN, taken="today"), 200, LOW),
        (Facts(Proof.SELF_DECLARED, earlier_of_kind=2, refusals=0), 260, MIDDLE),
        (Facts(Proof.SELF_DECLARED, earlier_of_kind=9, refusals=1), 350, MIDDLE),
        (usual(Proof.PHOTO, moderation=HUMAN, taken="earlier"), 400, MIDDLE),
        (usual(Proof.PHOTO, moderation=HUMAN, alike=True), 500, HIGH),
        (usual(Proof.PHOTO, moderation=RISKY), 500, HIGH),
        (Facts(Proof.SELF_DECLARED, earlier_of_kind=9, refusals=2), 500, HIGH),
        (usual(Proof.SELF_DECLARED, large=True, burst=True), 500, HIGH),
        (usual(Proof.PHOTO, moderation=PASSED, taken="later", distance="far", edited=True), 550, HIGH),
    ],
)
def test_marks_add_up_to_a_risk_and_a_band(facts: Facts, score: int, band: str) -> None:
    found = risk.score(risk.marks(facts))

    assert (found, risk.band(found)) == (score, band)


def test_the_risk_ends_at_a_thousand() -> None:
    everything = Facts(Proof.PHOTO, 0, 5, RISKY, "earlier", "far", edited=True, alike=True, large=True, burst=True)

    marks = risk.marks(everything)

    assert risk.score(marks) == 1000
    assert [mark.weight for mark in marks] == sorted((mark.weight for mark in marks), reverse=True)


def test_a_mark_has_a_name_of_its_own_and_words_in_both_languages() -> None:
    assert len(Mark.__members__) == len(list(Mark)), "two marks with equal weight and words would be one"
    for mark in Mark:
        assert mark.weight > 0
        assert all(mark.wording.in_(locale) for locale in LOCALES)


def test_an_amount_is_large_at_twice_the_days_usual() -> None:
    usual = [Decimal(one) for one in (5, 5, 6, 7, 12)]

    assert risk.is_large(Decimal(12), usual)
    assert not risk.is_large(Decimal("11.9"), usual)
    assert not risk.is_large(Decimal(100), usual[:4])


def test_four_acts_within_a_minute_are_a_burst() -> None:
    spread = [NOW + timedelta(seconds=seconds) for seconds in (0, 100, 120, 140, 155, 600)]

    assert [risk.in_burst(one, spread) for one in spread] == [False, True, True, True, True, False]

"""The estimate of valid acts: what its interval covers, measured, and when it says nothing or everything."""

from dataclasses import dataclass

import numpy as np
import pytest

from backend.core.text import LOCALES
from backend.review import sampling
from backend.review.share import Share, Stratum, estimate
from backend.review.tables import BANDS, HIGH, LOW, MIDDLE
from backend.review.validity import Validity

TIMES = 1000
COVERED = 0.93


@dataclass(frozen=True)
class Setting:
    """A campaign: days, acts a day and their validity in each band, cases a day, what share of them is decided."""

    days: int
    acts: tuple[int, int, int]
    valid: tuple[float, float, float]
    places: int = 90
    decided: float = 0.8
    bad_days: bool = False  # on every third day validity is far lower and there is twice as much


SETTINGS = {
    "a small unit": Setting(7, (4, 15, 60), (0.85, 0.95, 0.99)),
    "an office": Setting(7, (20, 80, 300), (0.8, 0.96, 0.995)),
    "a busy unit": Setting(14, (60, 300, 1200), (0.7, 0.95, 0.998)),
    "everybody is honest": Setting(7, (20, 80, 300), (1, 1, 1)),
    "nobody is": Setting(7, (20, 80, 300), (0, 0, 0)),
    "mistakes are rare": Setting(7, (20, 80, 300), (0.98, 0.99, 0.9995)),
    "much is wrong": Setting(7, (50, 100, 100), (0.4, 0.7, 0.9)),
    "ten minutes a day": Setting(7, (20, 80, 300), (0.8, 0.96, 0.995), places=30),
    "the first day": Setting(1, (20, 80, 300), (0.8, 0.96, 0.99)),
    "most is left undone": Setting(7, (20, 80, 300), (0.8, 0.96, 0.98), decided=0.3),
    "busy days are worse": Setting(12, (20, 80, 300), (0.8, 0.96, 0.99), bad_days=True),
    "everything is looked at": Setting(5, (5, 10, 20), (0.8, 0.9, 0.95), decided=1),
}


def campaign(setting: Setting, chance: np.random.Generator) -> tuple[list[Stratum], float]:
    """Let a campaign happen and be reviewed; return what is known of it and its true share."""
    strata, acts, valid = [], 0, 0
    for day in range(setting.days):
        bad = setting.bad_days and day % 3 == 0
        counts = [int(chance.poisson(count * chance.uniform(0.5, 1.5) * (2 if bad else 1))) for count in setting.acts]
        good = [
            int(chance.binomial(count, share * (0.8 if bad else 1)))
            for count, share in zip(counts, setting.valid, strict=True)
        ]
        room = sampling.allocate(dict(zip(BANDS, counts, strict=True)), setting.places)
        acts, valid = acts + sum(counts), valid + sum(good)
        for band, count, right in zip(BANDS, counts, good, strict=True):
            decided = int(chance.binomial(room[band], setting.decided))
            found = int(chance.hypergeometric(right, count - right, decided)) if decided else 0
            strata.append(Stratum(band, count, decided, found))
    return strata, valid / acts


@pytest.mark.parametrize("name", SETTINGS)
def test_the_interval_covers_the_truth_as_often_as_it_says(name: str) -> None:
    chance = np.random.default_rng(11)
    covered, told = 0, 0
    for _ in range(TIMES):
        strata, truth = campaign(SETTINGS[name], chance)
        share = estimate(strata)
        if share is not None:
            told += 1
            covered += share.low_permille / 1000 - 1e-9 <= truth <= share.high_permille / 1000 + 1e-9

    assert told > TIMES * 0.95
    assert covered / told >= COVERED, covered / told


def test_a_quarter_for_the_low_band_tells_more_than_a_seventh(monkeypatch: pytest.MonkeyPatch) -> None:
    def width() -> float:
        chance = np.random.default_rng(7)
        shares = [estimate(campaign(SETTINGS["an office"], chance)[0]) for _ in range(200)]
        return sum(one.high_permille - one.low_permille for one in shares if one) / len(shares)

    ours = width()
    monkeypatch.setattr(sampling, "SHARES", {HIGH: 60, MIDDLE: 25, LOW: 15})
    other = width()

    assert ours < other * 0.75


def test_a_band_that_nobody_has_looked_at_makes_no_number() -> None:
    assert estimate([Stratum(HIGH, 10, 10, 9), Stratum(LOW, 200, 0, 0)]) is None
    assert estimate([]) is None
    assert estimate([Stratum(HIGH, 0, 0, 0)]) is None


def test_what_was_looked_at_entirely_is_known() -> None:
    assert estimate([Stratum(HIGH, 10, 10, 9), Stratum(LOW, 10, 10, 10)]) == Share(950, 950, 950)


def test_all_good_and_all_bad_samples_leave_room_for_doubt() -> None:
    good = estimate([Stratum(HIGH, 100, 20, 20), Stratum(LOW, 1000, 20, 20)])
    bad = estimate([Stratum(HIGH, 100, 20, 0), Stratum(LOW, 1000, 20, 0)])

    assert good is not None
    assert bad is not None
    assert (good.permille, good.high_permille) == (1000, 1000)
    assert 800 < good.low_permille < 900
    assert (bad.permille, bad.low_permille) == (0, 0)
    assert bad.high_permille == 1000 - good.low_permille


def test_a_busy_day_counts_as_much_as_it_was() -> None:
    share = estimate([Stratum(LOW, 900, 10, 5), Stratum(LOW, 100, 10, 10)])

    assert share is not None
    assert share.permille == 550


def test_the_estimate_is_told_in_both_languages() -> None:
    known = Validity(10_435, 230, 500, 412, Share(991, 982, 996), few_people=False)
    unknown = Validity(50, 0, 10, 2, None, few_people=False)
    few = Validity(50, 0, 10, 10, None, few_people=True)

    told = [[one.label.in_(locale) for locale in LOCALES] for one in (known, unknown, few)]

    assert told == [
        [
            "99.1%（95% 置信区间 98.2%–99.6%），10,435 次中抽查 412 次",
            "99.1 % (95 %: 98.2–99.6 %), 412 of 10,435 looked at",
        ],
        ["已审核数量不足，暂不作估计；50 次中抽查 2 次", "not enough reviewed yet; 2 of 50 looked at"],
        ["参加人数较少，不作估计", "too few people take part for an estimate"],
    ]

"""Estimate which share of a campaign's acts is valid, from the cases that were decided, with its 95 % interval.

Strata are the bands of each draw. Within a band the draws' shares are weighted by how many acts each had, so that a
busy day counts as much as it was. The effective number of cases is Kish's ("Survey Sampling", 1965, section 11.2C),
or that of the stratified variance (Cochran, "Sampling Techniques", 1977, section 5.4) where it is smaller, as when
busy days are worse days. The finite population is taken into account: what was looked at entirely is known. Over the
bands the interval is the stratified Wilson interval: Yan and Su, "Stratified Wilson and Newcombe Confidence Intervals
for Multiple Binomial Proportions", Statistics in Biopharmaceutical Research 2(3), 2010, with the bands' known weights.
The variances that set its common quantile are those of Wilson's own centre, because p(1 - p)/n is 0 at 0 and 100 %.
What it covers is measured in tests/review/test_share.py.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Stratum:
    """One band of one draw: its acts, how many cases were decided, how many of those were valid."""

    band: str
    population: int
    decided: int
    valid: int


@dataclass(frozen=True)
class Share:
    """Thousandths of the acts that are valid: estimated, and from where to where with 95 % confidence."""

    permille: int
    low_permille: int
    high_permille: int


@dataclass(frozen=True)
class _Band:
    weight: float
    share: float
    cases: float  # effective; infinite when everything was looked at

    @property
    def deviation(self) -> float:
        """The standard error of the share at Wilson's centre."""
        if math.isinf(self.cases):
            return 0.0
        squared = Z_95 * Z_95
        centre = (self.share * self.cases + squared / 2) / (self.cases + squared)
        return math.sqrt(centre * (1 - centre) / (self.cases + squared))

    def limits(self, quantile: float) -> tuple[float, float]:
        """Return Wilson's limits at this quantile."""
        if math.isinf(self.cases):
            return self.share, self.share
        ratio = quantile * quantile / self.cases
        centre = self.share + ratio / 2
        reach = quantile * math.sqrt(self.share * (1 - self.share) / self.cases + ratio / self.cases / 4)
        return (centre - reach) / (1 + ratio), (centre + reach) / (1 + ratio)


def estimate(strata: Sequence[Stratum]) -> Share | None:
    """Return the share that is valid, or None where a band that has acts has no decided case."""
    drawn = [one for one in strata if one.population]
    total = sum(one.population for one in drawn)
    bands = [_band((one for one in drawn if one.band == band), total) for band in {one.band for one in drawn}]
    known = [band for band in bands if band is not None]
    if not known or len(known) < len(bands):
        return None
    spread = sum(band.weight * band.deviation for band in known)
    apart = math.sqrt(sum((band.weight * band.deviation) ** 2 for band in known))
    quantile = Z_95 * apart / spread if spread else 0.0
    limits = [(band.weight, *band.limits(quantile)) for band in known]
    return Share(
        permille=round(1000 * sum(band.weight * band.share for band in known)),
        low_permille=max(0, math.floor(1000 * sum(weight * low for weight, low, _ in limits) + _ROUNDING)),
        high_permille=min(1000, math.ceil(1000 * sum(weight * high for weight, _, high in limits) - _ROUNDING)),
    )


_ROUNDING = 1e-6  # what binary fractions add to a limit that is a whole number


def _band(strata: Iterable[Stratum], total: int) -> _Band | None:
    """Put a band's draws together; a draw without a decided case is spoken for by the others."""
    every = list(strata)
    decided = [one for one in every if one.decided]
    if not decided:
        return None
    population, cases = sum(one.population for one in every), sum(one.decided for one in every)
    covered = sum(one.population for one in decided)
    share = sum(one.population * one.valid / one.decided for one in decided) / covered
    left = population - cases
    return _Band(
        weight=population / total,
        share=share,
        cases=_effective(decided, covered, share) * (population - 1) / left if left > 0 else math.inf,
    )


def _effective(decided: Sequence[Stratum], covered: int, share: float) -> float:
    """Return how many cases of a simple random sample tell as much as these, drawn at other rates on other days."""
    squared = [(one.population / covered) ** 2 for one in decided]
    by_weights = 1 / sum(weight / one.decided for weight, one in zip(squared, decided, strict=True))
    spread = share * (1 - share)
    by_spread = sum(weight * _variance(one, spread) for weight, one in zip(squared, decided, strict=True))
    return min(by_weights, spread / by_spread) if by_spread else by_weights


def _variance(one: Stratum, otherwise: float) -> float:
    """Return the variance of a draw's share; a single case tells none, so the whole band's spread stands for it."""
    if one.decided == 1:
        return otherwise
    own = one.valid / one.decided
    return own * (1 - own) / (one.decided - 1)

"""The one method of counting: quantity x factor x share, exact until one named rounding."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation

from backend.carbon import factors
from backend.core import text

MILLIGRAMS_PER_KILOGRAM = 1_000_000
WHOLE_PERCENT = 100

# A product that does not fit is a fault, not a silently shortened number: both traps raise.
EXACT = Context(prec=100, traps=[Inexact, InvalidOperation])

UNIT_WORDS: dict[text.Locale, dict[str, str]] = {
    "zh-CN": {
        "sheet": "张",
        "unit": "台",
        "trip": "次",
        "person-km": "人公里",
        "person-meal": "人次餐",
        "thousand-steps": "千步",
    },
    "en": {"thousand-steps": "thousand steps"},
}


@dataclass(frozen=True)
class Calculation:
    """How one amount of avoided carbon came about; enough to do the sum again by hand."""

    quantity: Decimal
    unit: str
    factor_key: str
    factor_version: int
    factor_value: Decimal
    factor_unit: str
    share_percent: int
    carbon_mg: int
    source: str
    confidence: factors.Confidence

    def sentence(self, locale: text.Locale) -> str:
        """Write the sum for a member: `1.0 km × 0.104 kgCO2/km × 50% = 52 g`.

        The sign is `≈` when the product had to be rounded to a whole milligram.
        """
        words = UNIT_WORDS[locale]
        mass, _, per_unit = self.factor_unit.partition("/")
        sign = "=" if self._exact_mg() == self.carbon_mg else "≈"
        return (
            f"{self.quantity:f} {words.get(self.unit, self.unit)} × "
            f"{self.factor_value:f} {mass}/{words.get(per_unit, per_unit)} × "
            f"{self.share_percent}% {sign} {_plain(grams(self.carbon_mg))} g"
        )

    def _exact_mg(self) -> Decimal:
        return milligrams(self.quantity, self.factor_value, self.share_percent)


def avoided(quantity: Decimal, unit: str, factor: factors.Factor, share_percent: int) -> Calculation:
    """Count the carbon that a quantity avoids, in whole milligrams of CO2e.

    `share_percent` is what the proof of the act is worth, 0 to 100. The formula is that of
    DB11/T 3043-2024 for one act: (baseline factor - activity factor) x quantity; the difference
    is the factor, and the share is never more than the whole.
    """
    assert quantity.is_finite(), f"a quantity is a number (got {quantity})"
    assert quantity >= 0, f"a quantity is not negative (got {quantity})"
    assert unit == factor.per_unit, f"{factor.key} counts {factor.per_unit}, not {unit}"
    assert factor.use == "credit", f"{factor.key} is a reference value and credits nothing"
    assert 0 <= share_percent <= WHOLE_PERCENT, f"a share is 0 to 100 percent (got {share_percent})"

    return Calculation(
        quantity=quantity,
        unit=unit,
        factor_key=factor.key,
        factor_version=factor.version,
        factor_value=factor.value,
        factor_unit=factor.unit,
        share_percent=share_percent,
        carbon_mg=round_half_even(milligrams(quantity, factor.value, share_percent)),
        source=factor.source,
        confidence=factor.confidence,
    )


def milligrams(quantity: Decimal, kilograms_per_unit: Decimal, share_percent: int) -> Decimal:
    """Multiply exactly; the result may still have a fraction of a milligram."""
    whole = EXACT.multiply(quantity, kilograms_per_unit)
    return EXACT.multiply(whole, Decimal(MILLIGRAMS_PER_KILOGRAM // WHOLE_PERCENT * share_percent))


def round_half_even(value: Decimal) -> int:
    """Round to the nearest whole number, halves to the even one: the only rounding there is."""
    assert value.is_finite(), f"only a number can be rounded (got {value})"
    return int(value.to_integral_value(rounding=ROUND_HALF_EVEN))


def ratio(amount: int, people: int) -> Decimal:
    """Divide a whole amount among people, to forty digits: enough for one rounding to come out right."""
    assert people > 0, "nobody to share among"
    return Context(prec=40).divide(Decimal(amount), Decimal(people))


def grams(carbon_mg: int) -> Decimal:
    """Turn milligrams into grams, exactly."""
    return Decimal(carbon_mg).scaleb(-3, EXACT)


def _plain(value: Decimal) -> str:
    """Write a number without trailing zeros and without an exponent."""
    digits = f"{value:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits

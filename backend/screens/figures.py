"""Write numbers as people in a canteen read them. Nothing is rounded up: an estimate is never told as more."""

from backend.core.text import Locale

_GRAM, _KILOGRAM, _TONNE = 1000, 1_000_000, 1_000_000_000  # milligrams
_UNITS: dict[Locale, tuple[str, str, str]] = {"zh-CN": ("克", "千克", "吨"), "en": ("g", "kg", "t")}


def whole(number: int) -> str:
    """Return a whole number with its thousands parted."""
    return f"{number:,}"


def tenths(number: int) -> str:
    """Return a number of tenths: 123 is 12.3, and from a hundred on whole."""
    return whole(number // 10) if number >= 1000 or number % 10 == 0 else f"{number // 10}.{number % 10}"  # noqa: PLR2004 - a hundred in tenths


def carbon(milligrams: int, locale: Locale) -> tuple[str, str]:
    """Return an amount of carbon and its unit: grams, kilograms or tonnes."""
    grams, kilograms, tonnes = _UNITS[locale]
    if milligrams >= _TONNE:
        return tenths(milligrams * 10 // _TONNE), tonnes
    if milligrams >= _KILOGRAM:
        return tenths(milligrams * 10 // _KILOGRAM), kilograms
    return whole(milligrams // _GRAM), grams

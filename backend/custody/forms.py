"""Read what people type: codes, serial numbers, weights, numbers of documents; say what is wrong with them."""

import unicodedata
from enum import StrEnum
from typing import TypeVar

from backend.core import short_codes
from backend.core.errors import InvalidValue
from backend.core.text import Text

W = TypeVar("W", bound=StrEnum)
_HAND_OVER_LENGTH, _SEAL_LENGTH = 8, 10
MOST_GRAMS = 200_000
_SEAL = Text("封签号须为 6–32 个字母、数字或“-”", "a trace code has 6 to 32 letters, digits or '-'")
_SERIAL = Text("序列号须为 5–40 个字母或数字", "a serial number has 5 to 40 letters or digits")
_NUMBER = Text("须为 4–40 个字符", "it has 4 to 40 characters")
_REASON = Text("须为 2–200 个字符", "it has 2 to 200 characters")
_GRAMS = Text(f"重量须为 1 至 {MOST_GRAMS} 的整数（克）", f"a weight is 1 to {MOST_GRAMS} whole grams")


def choice(words: type[W], text: str, field: str) -> W:
    """Return the word of that name; raises InvalidValue, which lists those there are."""
    try:
        return words(text)
    except ValueError:
        known = ", ".join(one.value for one in words)
        reason = Text(f"只能是：{known}", f"it must be one of: {known}")
        raise InvalidValue(field=field, reason=reason) from None


def new_hand_over_code() -> str:
    """Make the code that an owner shows when they hand over."""
    return short_codes.new(_HAND_OVER_LENGTH)


def new_seal_code() -> str:
    """Make a trace code, for who has no printed seals."""
    return short_codes.new(_SEAL_LENGTH)


def seal_code(text: str | None) -> str:
    """Return a trace code as it is kept, a new one where none is given; raises InvalidValue."""
    if text is None or not text.strip():
        return new_seal_code()
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if not 6 <= len(code) <= 32 or not code.isascii() or not code.replace("-", "").isalnum():  # noqa: PLR2004 - as told
        raise InvalidValue(field="sealCode", reason=_SEAL)
    return code


def serial(text: str | None) -> str | None:
    """Return a serial number or IMEI in its one form, None where none is given; raises InvalidValue."""
    if text is None or not text.strip():
        return None
    number = short_codes.plain(text)
    if not 5 <= len(number) <= 40 or not number.isascii() or not number.isalnum():  # noqa: PLR2004 - as told
        raise InvalidValue(field="serial", reason=_SERIAL)
    return number


def document_number(text: str, field: str) -> str:
    """Return the number of an approval or a certificate; raises InvalidValue."""
    number = text.strip()
    if not 4 <= len(number) <= 40 or not number.isprintable():  # noqa: PLR2004 - as told
        raise InvalidValue(field=field, reason=_NUMBER)
    return number


def reason(text: str | None) -> str:
    """Return a reason that somebody will read; raises InvalidValue."""
    clean = (text or "").strip()
    if not 2 <= len(clean) <= 200 or not clean.isprintable():  # noqa: PLR2004 - as told
        raise InvalidValue(field="reason", reason=_REASON)
    return clean


def grams(weight: int) -> int:
    """Return a weight in whole grams; raises InvalidValue."""
    if not 1 <= weight <= MOST_GRAMS:
        raise InvalidValue(field="grams", reason=_GRAMS)
    return weight

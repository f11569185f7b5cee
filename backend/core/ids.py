"""Opaque ids: what clients hold instead of row numbers.

An id is a short prefix that names what it identifies and the row number in base 32. It grants nothing:
every look-up still asks whether the caller may see the row.
"""

from collections.abc import Iterable

from backend.core.errors import NotFound

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_VALUES = {letter: value for value, letter in enumerate(_ALPHABET)}
_LARGEST = 2**63 - 1
_MOST_DIGITS = 13  # of base 32, for 63 bits


def encode(prefix: str, number: int) -> str:
    """Return the opaque id of row `number` of the thing that `prefix` names."""
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 32)
        digits = _ALPHABET[digit] + digits
    return f"{prefix}_{digits}"


def decode(prefix: str, opaque: str) -> int:
    """Return the row number, or raise NotFound for anything that `encode` did not make."""
    number = find(prefix, opaque)
    if number is None:
        raise NotFound(what=opaque[:40])
    return number


def find(prefix: str, opaque: str) -> int | None:
    """Return the row number, or None for anything that `encode` did not make."""
    head, _, digits = opaque.partition("_")
    if head != prefix or not digits or len(digits) > _MOST_DIGITS or any(letter not in _VALUES for letter in digits):
        return None
    number = 0
    for letter in digits:
        number = number * 32 + _VALUES[letter]
    return number if number <= _LARGEST and encode(prefix, number) == opaque else None


def found(prefix: str, named: Iterable[str]) -> list[int]:
    """Return the row numbers of these ids, each once and in order, leaving out what `encode` did not make."""
    return sorted({number for opaque in named if (number := find(prefix, opaque)) is not None})

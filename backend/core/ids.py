"""Opaque ids: what clients hold instead of row numbers.

An id is a short prefix that names what it identifies and the row number in base 32. It grants nothing:
every look-up still asks whether the caller may see the row.
"""

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
    head, _, digits = opaque.partition("_")
    if head != prefix or not digits or len(digits) > _MOST_DIGITS or any(letter not in _VALUES for letter in digits):
        raise NotFound(what=opaque[:40])
    number = 0
    for letter in digits:
        number = number * 32 + _VALUES[letter]
    if number > _LARGEST or encode(prefix, number) != opaque:
        raise NotFound(what=opaque[:40])
    return number

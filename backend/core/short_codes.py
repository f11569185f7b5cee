"""Codes that people read from a screen or from paper and type: short, of letters that nobody mistakes."""

import secrets
import unicodedata

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L


def new(length: int) -> str:
    """Make a code that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def derived(digest: str, length: int) -> str:
    """Return the code that a digest (64 hex digits) stands for: the same digest, the same code."""
    number, letters = int(digest, 16), ""
    for _ in range(length):
        number, letter = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[letter]
    return letters


def can_be(text: str, length: int) -> bool:
    """Tell whether this, in plain letters, could be a code of so many."""
    return len(text) == length and all(letter in _ALPHABET for letter in text)


def plain(text: str) -> str:
    """Return letters and digits as one types them: half-width capitals, without spaces and dashes between."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text).upper() if not letter.isspace() and letter not in "-–—"
    )

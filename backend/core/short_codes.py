"""Codes that people read from a screen or from paper and type: short, of letters that nobody mistakes."""

import secrets
import unicodedata

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L


def new(length: int) -> str:
    """Make a code that nobody guesses."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def plain(text: str) -> str:
    """Return letters and digits as one types them: half-width capitals, without spaces and dashes between."""
    return "".join(
        letter for letter in unicodedata.normalize("NFKC", text).upper() if not letter.isspace() and letter not in "-–—"
    )

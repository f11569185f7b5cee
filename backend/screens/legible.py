"""What of a text can be shown: what our fonts have. The page and the picture then read alike on every device."""

import unicodedata

from backend.media.paper import coverage

NOTHING_LEFT = "＊＊"  # a name of which the fonts have no letter


def legible(text: str) -> str:
    """Return a text without the characters that our fonts lack, and without those that turn the direction."""
    composed = unicodedata.normalize("NFC", text).translate(coverage.STANDING_IN)
    kept = (" " if letter.isspace() else letter for letter in composed if letter.isspace() or _is_shown(letter))
    return " ".join("".join(kept).split())


def _is_shown(letter: str) -> bool:
    # Marks that stand on letters go with the letters: without them they would stand on somebody else's.
    return letter.isprintable() and coverage.has(letter) and not unicodedata.category(letter).startswith("M")


def named(name: str) -> str:
    """Return a name as it is shown; one that has no letter left is shown as two stars."""
    shown = legible(name)
    return shown if any(letter.isalnum() or letter == "*" for letter in shown) or shown == name else NOTHING_LEFT

"""What can be printed: the characters that the fonts have, and what stands in for a few that they lack."""

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

from backend.media.errors import GlyphMissing

FONTS = Path(__file__).parent.parent / "fonts"
# Noto Sans SC has no lowered digits: CO₂e is printed CO2e, as it is written everywhere else in the product.
STANDING_IN = str.maketrans(
    {chr(0x2080 + digit): str(digit) for digit in range(10)} | {"\u00a0": " ", "\u2011": "-", "☐": "□", "☑": "✓"}
)


@cache
def _ranges() -> tuple[list[int], list[int]]:
    lines = (FONTS / "coverage.txt").read_text(encoding="ascii").split()
    pairs = [line.split("-") for line in lines]
    return [int(first, 16) for first, _ in pairs], [int(last, 16) for _, last in pairs]


def has(character: str) -> bool:
    """Tell whether the fonts have a character."""
    firsts, lasts = _ranges()
    found = bisect_right(firsts, ord(character)) - 1
    return found >= 0 and ord(character) <= lasts[found]


def printable(text: str) -> str:
    """Return a text as it is printed; raises GlyphMissing naming the first character that the fonts lack."""
    composed = unicodedata.normalize("NFC", text).translate(STANDING_IN)
    for character in composed:
        if character != "\n" and not has(character):
            code = f"U+{ord(character):04X}"
            shown = character if character.isprintable() else code
            raise GlyphMissing(character=shown, code=code, where=text[:40])
    return composed

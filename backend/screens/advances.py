"""How wide letters are, without opening a font: processes that serve have no drawing library in their memory.

The widths are those of Noto Sans SC, our own font, in thousandths of its size. `widths.txt` lists what differs from
a full square; `python -m backend.screens.advances` writes it from the fonts.
"""

from functools import cache
from pathlib import Path
from typing import Literal

_FILE = Path(__file__).parent / "widths.txt"
_FULL = 1000
LAST = 0x2E80  # letters from here on, Chinese ones among them, are full squares, or we say they are


@cache
def _known(weight: Literal["Regular", "Bold"]) -> dict[str, int]:
    lines = (line.split() for line in _FILE.read_text(encoding="ascii").splitlines())
    return {chr(int(code, 16)): int(regular if weight == "Regular" else bold) for code, regular, bold in lines}


def advance(letter: str, *, bold: bool = False) -> int:
    """Return the width of a letter in thousandths of its size; what the font lacks counts as a full square."""
    return _known("Bold" if bold else "Regular").get(letter, _FULL)


def measured() -> str:
    """Return the lines of `widths.txt`, read from the fonts; needs Pillow."""
    from backend.media.paper import coverage, fonts  # noqa: PLC0415 - Pillow is for making the file alone

    regular, bold = fonts.opened("Regular", _FULL), fonts.opened("Bold", _FULL)
    lines = []
    for code in (*range(0x20, LAST), *range(0xFF00, 0xFFF0)):
        if coverage.has(chr(code)):
            one, other = round(regular.getlength(chr(code))), round(bold.getlength(chr(code)))
            if (one, other) != (_FULL, _FULL):
                lines.append(f"{code:x} {one} {other}\n")
    return "".join(lines)


if __name__ == "__main__":
    _FILE.write_text(measured(), encoding="ascii")

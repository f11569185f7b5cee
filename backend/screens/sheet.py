"""Lay out one sheet: a scene puts its texts and areas here, in units, and each text is made to fit its box."""

import unicodedata
from functools import lru_cache, partial
from typing import Literal

from backend.media.paper import wrapping
from backend.screens.advances import advance
from backend.screens.boxes import LINE, Align, Area, Box, Live, Picture, Square, Tag, Words
from backend.screens.inks import INKS
from backend.screens.shapes import Shape

_SLACK = 0.97  # of the width: the fonts of televisions differ a little from ours
_STEPS = 12


class Sheet:
    """The boxes of one sheet, in the order in which they are painted."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.boxes: list[Box] = []

    def area(self, x: int, y: int, w: int, h: int, ink: str, *, radius: int = 0, row: str | None = None) -> None:
        """Fill a rectangle."""
        assert ink in INKS, ink
        self.boxes.append(Area(x, y, w, h, ink, radius, row))

    def picture(self, x: int, y: int, w: int, h: int, path: str, *, radius: int = 0) -> None:
        """Show a theme's picture, which fills the rectangle."""
        self.boxes.append(Picture(x, y, w, h, path, radius))

    def square(
        self, x: int, y: int, side: int, modules: tuple[str, ...], *, says: str, live: Live | None = None
    ) -> None:
        """Show a square code; `modules` are made by `codes.modules`, and empty where it is live."""
        self.boxes.append(Square(x, y, side, side, modules, says, live))

    def text(
        self,
        text: str,
        x: int,
        y: int,
        w: int,
        h: int,
        *,
        size: int,
        least: int,
        ink: str = "ink",
        on: str = "ground",
        bold: bool = False,
        align: Align = "left",
        middle: bool = False,
        tag: Tag = "p",
        live: Live | None = None,
        row: str | None = None,
        balanced: bool = False,
    ) -> int:
        """Write a text into a box, as large as it fits between `size` and `least`; return how high it is.

        What does not fit at the least size ends in an ellipsis: a wall has no other page to go on. `middle` puts the
        lines in the middle of the box's height.
        """
        assert ink in INKS and on in INKS, (ink, on)  # noqa: PT018 - one rule about two colours
        size, lines = _fitted(text, int(w * _SLACK), h, size, least, bold=bold, is_balanced=balanced)
        high = round(len(lines) * size * LINE)
        top = y + (h - high) // 2 if middle else y
        self.boxes.append(Words(x, top, w, high, tuple(lines), size, ink, on, bold, align, tag, live, row))
        return high


def width(text: str, size: int, *, bold: bool = False) -> float:
    """Return how wide a line of text is, in units, when its letters have this size."""
    return sum(advance(letter, bold=bold) for letter in text) * size / 1000


@lru_cache(maxsize=4096)
def _fitted(
    text: str, wide: int, high: int, size: int, least: int, *, bold: bool, is_balanced: bool
) -> tuple[int, list[str]]:
    broken = wrapping.balanced if is_balanced else wrapping.broken
    lines: list[str] = []
    for step in range(_STEPS + 1):
        tried = size - (size - least) * step // _STEPS
        lines = broken(text, wide, partial(width, size=tried, bold=bold))
        if len(lines) * tried * LINE <= high + 1:
            return tried, lines
    room = max(1, int(high / (least * LINE)))
    return least, [*lines[: room - 1], _cut(_after(text, lines[: room - 1]), wide, least, bold=bold)]


def _after(text: str, lines: list[str]) -> str:
    """Return what of a text comes after its first lines."""
    flat, at = " ".join(text.split()), 0
    for line in lines:
        at = flat.index(line.strip(), at) + len(line.strip())
    return flat[at:].strip()


def _cut(text: str, wide: int, size: int, *, bold: bool) -> str:
    """Return as much of a text as fits into a line with an ellipsis behind it; no letter is parted from its marks."""
    kept = text
    while kept and width(kept + "…", size, bold=bold) > wide:
        kept = kept[:-1]
        while kept and unicodedata.combining(text[len(kept)]):
            kept = kept[:-1]
    return kept.rstrip() + "…"


Medal = Literal["gold", "silver", "bronze", "plain"]


def medal(rank: int) -> Medal:
    """Return the colour behind a rank."""
    return {1: "gold", 2: "silver", 3: "bronze"}.get(rank, "plain")  # type: ignore[return-value]

"""What a sheet is made of: text, areas, pictures and square codes, each at its place in units of the shape.

A scene is laid out once, here; the page and the picture painter only put these boxes where they say. So both look
alike, whoever checks what a screen tells reads it in one place, and the page needs no layout that a television of
2018 would not know.
"""

from dataclasses import dataclass
from typing import Any, Literal

Align = Literal["left", "center", "right"]
Tag = Literal["h1", "h2", "p", "b", "small"]
# What is only known when it is shown: the hour, by the server's clock; where the screen hangs; the code of the moment.
Live = Literal["clock", "place", "code", "code-title"]

LINE = 1.3  # the height of a line, in the size of its letters
BASELINE = 1.086  # where letters stand in it, from its top: (1.3 - 1.448) / 2 + 1.16, by the font's ascent and descent


@dataclass(frozen=True)
class Words:
    """Lines of text, broken already; the first one begins at the top of the box, each is `LINE` x `size` high.

    What is wider than the box (another font than ours) is made narrower by whoever paints it, never cut.
    """

    x: int
    y: int
    w: int
    h: int
    lines: tuple[str, ...]
    size: int
    ink: str
    on: str  # the colour behind it, for the contrast
    bold: bool = False
    align: Align = "left"
    tag: Tag = "p"
    live: Live | None = None
    row: str | None = None  # boxes of one row are a line of a list, and move together

    def told(self) -> dict[str, Any]:
        """Return it as it is written into a document."""
        return _without_empty(
            k="t", b=[self.x, self.y, self.w, self.h], l=list(self.lines), s=self.size, c=self.ink, f=int(self.bold),
            a={"left": "", "center": "c", "right": "r"}[self.align], t=self.tag, v=self.live, r=self.row,
        )  # fmt: skip


@dataclass(frozen=True)
class Area:
    """A filled rectangle."""

    x: int
    y: int
    w: int
    h: int
    ink: str
    radius: int = 0
    row: str | None = None

    def told(self) -> dict[str, Any]:
        """Return it as it is written into a document."""
        return _without_empty(k="a", b=[self.x, self.y, self.w, self.h], c=self.ink, q=self.radius, r=self.row)


@dataclass(frozen=True)
class Picture:
    """A theme's picture, by its path; it fills the box, what does not fit is cut off evenly."""

    x: int
    y: int
    w: int
    h: int
    path: str  # /art/<hash of the theme>/cover.svg
    radius: int = 0

    def told(self) -> dict[str, Any]:
        """Return it as it is written into a document."""
        return _without_empty(k="p", b=[self.x, self.y, self.w, self.h], u=self.path, q=self.radius)


@dataclass(frozen=True)
class Square:
    """A square code: its modules as rows of 0 and 1, quiet zone included; black on white."""

    x: int
    y: int
    w: int
    h: int
    modules: tuple[str, ...]
    says: str  # for who cannot see it, and for whoever checks what a screen tells
    live: Live | None = None

    def told(self) -> dict[str, Any]:
        """Return it as it is written into a document."""
        return _without_empty(k="s", b=[self.x, self.y, self.w, self.h], m=list(self.modules), n=self.says, v=self.live)


Box = Words | Area | Picture | Square


def _without_empty(**told: Any) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value not in (None, 0, "", [])}

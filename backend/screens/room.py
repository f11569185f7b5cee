"""Divide the room that a sheet has, and say how large each kind of text is on a shape."""

from dataclasses import dataclass

from backend.screens.shapes import NOTE, PRIMARY, SECONDARY, STRIP_LEAST, ShapeName


@dataclass(frozen=True)
class Room:
    """A rectangle in units."""

    x: int
    y: int
    w: int
    h: int

    @property
    def right(self) -> int:
        """Where it ends on the right."""
        return self.x + self.w

    @property
    def bottom(self) -> int:
        """Where it ends below."""
        return self.y + self.h

    def inset(self, across: int, down: int | None = None) -> "Room":
        """Return what is left inside a margin."""
        down = across if down is None else down
        return Room(self.x + across, self.y + down, self.w - 2 * across, self.h - 2 * down)

    def top(self, high: int) -> "Room":
        """Return so much of its top."""
        return Room(self.x, self.y, self.w, high)

    def below(self, high: int) -> "Room":
        """Return what is left under so much of its top."""
        return Room(self.x, self.y + high, self.w, self.h - high)

    def foot(self, high: int) -> "Room":
        """Return so much of its bottom."""
        return Room(self.x, self.bottom - high, self.w, high)

    def above(self, high: int) -> "Room":
        """Return what is left over so much of its bottom."""
        return Room(self.x, self.y, self.w, self.h - high)

    def left(self, wide: int) -> "Room":
        """Return so much of its left side."""
        return Room(self.x, self.y, wide, self.h)

    def beside(self, wide: int) -> "Room":
        """Return what is left to the right of so much of its left side."""
        return Room(self.x + wide, self.y, self.w - wide, self.h)

    def columns(self, count: int, gap: int) -> list["Room"]:
        """Part it into equal columns."""
        wide = (self.w - gap * (count - 1)) // count
        return [Room(self.x + number * (wide + gap), self.y, wide, self.h) for number in range(count)]

    def rows(self, count: int, gap: int) -> list["Room"]:
        """Part it into equal rows."""
        high = (self.h - gap * (count - 1)) // count
        return [Room(self.x, self.y + number * (high + gap), self.w, high) for number in range(count)]


@dataclass(frozen=True)
class Sizes:
    """How large texts are on a shape; the three last ones are the least of each kind, by the rule in `shapes`."""

    figure: int  # a number that stands for itself
    title: int
    heading: int
    name: int
    text: int
    note: int
    gap: int
    primary: int = PRIMARY
    secondary: int = SECONDARY
    least: int = NOTE


_USUAL = Sizes(figure=190, title=104, heading=72, name=64, text=44, note=30, gap=28)
_STRIP = Sizes(
    figure=280, title=150, heading=124, name=116, text=108, note=100, gap=40,
    primary=STRIP_LEAST, secondary=STRIP_LEAST, least=STRIP_LEAST,
)  # fmt: skip
SIZES: dict[ShapeName, Sizes] = {
    "landscape": _USUAL,
    "portrait": Sizes(figure=190, title=96, heading=72, name=62, text=42, note=30, gap=28),
    "wide": _USUAL,
    "strip": _STRIP,
}

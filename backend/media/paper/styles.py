"""How things look on paper: inks, boxes in millimetres, and how text is set."""

from dataclasses import dataclass, replace
from typing import Literal, Self

Ink = tuple[int, int, int]
BLACK: Ink = (28, 30, 29)
GREY: Ink = (104, 110, 107)
RULE: Ink = (176, 186, 180)
GREEN: Ink = (18, 94, 60)
PALE: Ink = (236, 244, 238)
WHITE: Ink = (255, 255, 255)

Weight = Literal["Regular", "Bold"]
Side = Literal["left", "centre", "right"]

MM_PER_INCH, POINTS_PER_INCH = 25.4, 72
MM_PER_POINT = MM_PER_INCH / POINTS_PER_INCH


@dataclass(frozen=True)
class Box:
    """A place on the page, in millimetres from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.height

    def inside(self, margin: float) -> "Box":
        """Return what is left of it within a margin on every side."""
        return Box(self.x + margin, self.y + margin, self.width - 2 * margin, self.height - 2 * margin)


@dataclass(frozen=True)
class Style:
    """How a text is set: size in points, the distance of its lines as a multiple of it, extra space between letters."""

    points: float
    weight: Weight = "Regular"
    ink: Ink = BLACK
    side: Side = "left"
    leading: float = 1.5
    tracking: float = 0.0  # after each letter, as a share of the size

    @property
    def line_mm(self) -> float:
        """How far apart lines stand."""
        return self.points * self.leading * MM_PER_POINT

    def at(self, points: float) -> Self:
        """Return the same style at another size."""
        return replace(self, points=points)

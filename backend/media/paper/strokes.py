"""Turn a stroked outline into areas: a quadrilateral for each stretch, and what fills its joints and ends."""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from backend.media.paper.outlines import Outline, Point

_MITER_LIMIT = 4  # SVG's default: a sharper corner is cut off
_ROUND_SIDES = 32


@dataclass(frozen=True)
class Stroke:
    """How a line is drawn."""

    width: float
    cap: str = "butt"
    join: str = "miter"


def areas(outline: Outline, stroke: Stroke) -> Iterator[list[Point]]:
    """Give areas that together are the stroke; they overlap."""
    points = [one for one, before in zip(outline.points, [None, *outline.points], strict=False) if one != before]
    if outline.closed and points[0] != points[-1]:
        points.append(points[0])
    half = stroke.width / 2
    stretches = list(itertools.pairwise(points))
    for number, (start, end) in enumerate(stretches):
        yield _stretch(start, end, half)
        following = stretches[number + 1] if number + 1 < len(stretches) else stretches[0] if outline.closed else None
        if following is not None:
            yield from _joint(start, end, following[1], half, stroke.join)
    if not outline.closed and stretches:
        yield from _end(stretches[0][1], stretches[0][0], half, stroke.cap)
        yield from _end(stretches[-1][0], stretches[-1][1], half, stroke.cap)


def disc(centre: Point, radius: float) -> list[Point]:
    """Return a circle as a polygon."""
    return ellipse(centre, radius, radius)


def ellipse(centre: Point, wide: float, high: float, sides: int = _ROUND_SIDES) -> list[Point]:
    """Return an ellipse as a polygon."""
    angles = [math.tau * side / sides for side in range(sides)]
    return [(centre[0] + wide * math.cos(one), centre[1] + high * math.sin(one)) for one in angles]


def _normal(start: Point, end: Point, half: float) -> Point:
    length = math.hypot(end[0] - start[0], end[1] - start[1])
    return -(end[1] - start[1]) / length * half, (end[0] - start[0]) / length * half


def _stretch(start: Point, end: Point, half: float) -> list[Point]:
    x, y = _normal(start, end, half)
    return [
        (start[0] + x, start[1] + y),
        (end[0] + x, end[1] + y),
        (end[0] - x, end[1] - y),
        (start[0] - x, start[1] - y),
    ]


def _joint(before: Point, corner: Point, after: Point, half: float, join: str) -> Iterator[list[Point]]:
    if join == "round":
        yield disc(corner, half)
        return
    first, second = _normal(before, corner, half), _normal(corner, after, half)
    turns = first[0] * second[1] - first[1] * second[0]
    side = -1 if turns > 0 else 1  # the outer side of the corner
    one = (corner[0] + side * first[0], corner[1] + side * first[1])
    two = (corner[0] + side * second[0], corner[1] + side * second[1])
    middle = (first[0] + second[0], first[1] + second[1])
    share = (middle[0] ** 2 + middle[1] ** 2) / (2 * half**2)
    if join == "miter" and share > 2 / _MITER_LIMIT**2:
        tip = (corner[0] + side * middle[0] / share, corner[1] + side * middle[1] / share)
        yield [corner, one, tip, two]
    else:
        yield [corner, one, two]


def _end(inner: Point, end: Point, half: float, cap: str) -> Iterator[list[Point]]:
    if cap == "round":
        yield disc(end, half)
    elif cap == "square":
        x, y = _normal(inner, end, half)
        yield _stretch(end, (end[0] + y, end[1] - x), half)

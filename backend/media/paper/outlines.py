"""Read the data of SVG paths and flatten them to points (SVG 2, 9.3; arcs by its appendix B.2.4)."""

import itertools
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Point = tuple[float, float]

_TOKENS = re.compile(r"([MmZzLlHhVvCcSsQqTtAa])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|[\s,]+|(.)", re.DOTALL)
# How many numbers each command takes.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_CURVE_STEPS = 24
_ARC_STEP = math.radians(6)


class Undrawable(ValueError):
    """A drawing uses something that is not drawn here."""


@dataclass
class Outline:
    """One stretch of a path: its points, and whether it returns to the first."""

    points: list[Point] = field(default_factory=list)
    closed: bool = False


def of(path: str) -> list[Outline]:
    """Return the outlines of a path's data; raises Undrawable."""
    pen = _Pen()
    for command, numbers in _commands(path):
        pen.draw(command, numbers)
    return [one for one in pen.outlines if len(one.points) > 1]


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    command, numbers = "", list[float]()
    for letter, number, other in _TOKENS.findall(path):
        if other or (number and not command):
            raise Undrawable(path[:40])
        if letter:
            yield from _repeated(command, numbers)
            command, numbers = letter, []
        elif number:
            numbers.append(float(number))
    yield from _repeated(command, numbers)


def _repeated(command: str, numbers: list[float]) -> Iterator[tuple[str, list[float]]]:
    takes = _TAKES.get(command.upper(), 0)
    if not command or not takes:
        if command:
            yield command, []
        return
    if not numbers or len(numbers) % takes:
        raise Undrawable(command)
    for place in range(0, len(numbers), takes):
        yield command, numbers[place : place + takes]
        # More pairs after a move are lines.
        command = {"M": "L", "m": "l"}.get(command, command)


class _Pen:
    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self.at: Point = (0.0, 0.0)
        self._handle: Point | None = None  # the last control point, which S and T mirror
        self._before = ""

    def draw(self, command: str, numbers: list[float]) -> None:
        name = command.upper()
        origin = self.at if command.islower() else (0.0, 0.0)
        if name == "M":
            self.outlines.append(Outline([_moved(origin, numbers)]))
            self.at = self.outlines[-1].points[0]
        elif name == "Z":
            self.outlines[-1].closed = True
            self.at = self.outlines[-1].points[0]
            self.outlines.append(Outline([self.at]))
        else:
            if not self.outlines:
                raise Undrawable(command)
            self._line(name, origin, numbers)
        self._before = name

    def _line(self, name: str, origin: Point, numbers: list[float]) -> None:
        handle = None
        if name == "H":
            self._to((origin[0] + numbers[0], self.at[1]))
        elif name == "V":
            self._to((self.at[0], origin[1] + numbers[0]))
        elif name == "A":
            self._arc(numbers, _moved(origin, numbers[5:]))
        else:
            points = [_moved(origin, numbers[place : place + 2]) for place in range(0, len(numbers), 2)]
            if name in "ST":
                points.insert(0, self._mirrored("CS" if name == "S" else "QT"))
            handle = points[-2] if len(points) > 1 else None
            self._curve([self.at, *points])
        self._handle = handle

    def _mirrored(self, after: str) -> Point:
        if self._handle is None or self._before not in after:
            return self.at
        return 2 * self.at[0] - self._handle[0], 2 * self.at[1] - self._handle[1]

    def _to(self, point: Point) -> None:
        self.outlines[-1].points.append(point)
        self.at = point

    def _curve(self, points: list[Point]) -> None:
        steps = 1 if len(points) == 2 else _CURVE_STEPS  # noqa: PLR2004 - two points are a line
        for step in range(1, steps + 1):
            self.outlines[-1].points.append(_on_curve(points, step / steps))
        self.at = points[-1]

    def _arc(self, numbers: list[float], end: Point) -> None:
        for point in _arc(self.at, numbers, end):
            self.outlines[-1].points.append(point)
        self.at = end


def _moved(origin: Point, by: list[float]) -> Point:
    return origin[0] + by[0], origin[1] + by[1]


def _on_curve(points: list[Point], share: float) -> Point:
    while len(points) > 1:  # de Casteljau
        points = [
            (x + (next_x - x) * share, y + (next_y - y) * share)
            for (x, y), (next_x, next_y) in itertools.pairwise(points)
        ]
    return points[0]


def _arc(start: Point, numbers: list[float], end: Point) -> list[Point]:
    wide, high, turned = abs(numbers[0]), abs(numbers[1]), math.radians(numbers[2])
    is_large, is_clockwise = bool(numbers[3]), bool(numbers[4])
    if not wide or not high or start == end:
        return [end]
    back = _turn(-turned)
    half = back(((start[0] - end[0]) / 2, (start[1] - end[1]) / 2))
    larger = math.sqrt(max(1.0, (half[0] / wide) ** 2 + (half[1] / high) ** 2))
    wide, high = wide * larger, high * larger
    rest = (wide * high) ** 2 - (wide * half[1]) ** 2 - (high * half[0]) ** 2
    far = math.sqrt(max(0.0, rest) / ((wide * half[1]) ** 2 + (high * half[0]) ** 2))
    far = -far if is_large == is_clockwise else far
    inner = (far * wide * half[1] / high, -far * high * half[0] / wide)
    turn = _turn(turned)
    centre = turn(inner)
    centre = (centre[0] + (start[0] + end[0]) / 2, centre[1] + (start[1] + end[1]) / 2)
    begins = math.atan2((half[1] - inner[1]) / high, (half[0] - inner[0]) / wide)
    ends = math.atan2((-half[1] - inner[1]) / high, (-half[0] - inner[0]) / wide)
    sweep = (ends - begins) % math.tau if is_clockwise else -((begins - ends) % math.tau)
    steps = max(1, math.ceil(abs(sweep) / _ARC_STEP))
    found = []
    for step in range(1, steps + 1):
        angle = begins + sweep * step / steps
        x, y = turn((wide * math.cos(angle), high * math.sin(angle)))
        found.append((centre[0] + x, centre[1] + y))
    return [*found[:-1], end]


def _turn(angle: float) -> Callable[[Point], Point]:
    cosine, sine = math.cos(angle), math.sin(angle)
    return lambda point: (point[0] * cosine - point[1] * sine, point[0] * sine + point[1] * cosine)

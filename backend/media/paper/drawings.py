"""Draw the vector pictures of themes: shapes, strokes and linear gradients, which is what their art is made of.

Pillow reads no SVG, and a library for all of it is larger than this service. What is not understood raises
`Undrawable`, and who asked does without the picture; nothing is drawn by halves.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self
from xml.etree import ElementTree as ET

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from backend.media.paper import outlines, strokes
from backend.media.paper.outlines import Outline, Point, Undrawable
from backend.media.paper.strokes import Stroke

_LEVELS = 1000  # of a gradient
_FINER = 3  # shapes are drawn so many times as large and reduced: Pillow's own edges have steps
_NUMBERS = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_TRANSFORM = re.compile(r"\s*([a-zA-Z]+)\s*\(([^)]*)\)[\s,]*")
_REFERENCE = re.compile(r"url\(#([\w-]+)\)")
_INHERITED = {
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap"),
    *("stroke-linejoin", "color"),
}
_GEOMETRY = {
    *("id", "d", "transform", "opacity", "x", "y", "width", "height", "rx", "ry", "cx", "cy", "r"),
    *("x1", "y1", "x2", "y2", "points", "viewBox", "version"),
}
_GRADIENT = {"id", "x1", "y1", "x2", "y2", "gradientUnits"}
_STOP = {"id", "offset", "stop-color", "stop-opacity"}
_SILENT = {"title", "desc", "metadata", "defs"}

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True)
class _Look:
    matrix: Matrix
    opacity: float = 1.0
    said: dict[str, str] = field(default_factory=dict)

    def of(self, element: ET.Element) -> Self:
        _known(element, _INHERITED | _GEOMETRY)
        own = {key: value for key, value in element.attrib.items() if key in _INHERITED}
        return replace(
            self,
            matrix=_times(self.matrix, _transform(element.get("transform", ""))),
            opacity=self.opacity * float(element.get("opacity", "1")),
            said=self.said | own,
        )

    def number(self, name: str, otherwise: float = 1.0) -> float:
        return float(self.said.get(name, otherwise))


def drawn(svg: str, size: tuple[int, int], window: tuple[float, float, float, float] | None = None) -> Image.Image:
    """Return what a drawing shows within a window (x, y, width, height in its own units; all), as so many pixels.

    What lies outside of the shapes is white. Raises Undrawable.
    """
    root = ET.fromstring(svg)  # noqa: S314 - art was checked when its theme was read: it has no entities
    try:
        x, y, width, height = window or _numbers(root.get("viewBox", ""), 4)
        canvas = _Canvas(Image.new("RGB", size, (255, 255, 255)), _gradients(root))
        scale_x, scale_y = size[0] / width, size[1] / height
        canvas.children(root, _Look((scale_x, 0, 0, scale_y, -x * scale_x, -y * scale_y)).of(root))
    except (ArithmeticError, LookupError, RecursionError, ValueError) as fault:
        # A number that is none or too large, "100%" or "2px", too few of them; or groups too deep in groups.
        raise Undrawable(str(fault)) from fault
    return canvas.picture


@dataclass(frozen=True)
class _Gradient:
    ends: tuple[float, float, float, float]
    stops: list[tuple[float, tuple[int, ...], float]]

    def over(self, width: int, height: int) -> tuple[Image.Image, Image.Image]:
        """Return colours and opacities (0 to 255) over a shape's own box."""
        x1, y1, x2, y2 = self.ends
        length = (x2 - x1) ** 2 + (y2 - y1) ** 2 or 1.0
        across = ((np.arange(width, dtype=np.float32) + 0.5) / width - x1) * (x2 - x1) / length
        down = ((np.arange(height, dtype=np.float32) + 0.5) / height - y1) * (y2 - y1) / length
        # Looked up among a thousand: to work each pixel out takes seconds for a poster.
        level = np.clip((across[None, :] + down[:, None]) * _LEVELS, 0, _LEVELS).astype(np.uint16)
        places, shares = [stop[0] for stop in self.stops], np.arange(_LEVELS + 1) / _LEVELS
        bands = [np.interp(shares, places, [stop[1][band] for stop in self.stops]) for band in range(3)]
        bands.append(np.interp(shares, places, [stop[2] * 255 for stop in self.stops]))
        found = np.stack(bands, axis=-1).round().astype(np.uint8)[level]
        return Image.fromarray(found[..., :3].copy(), "RGB"), Image.fromarray(found[..., 3].copy(), "L")


class _Canvas:
    def __init__(self, picture: Image.Image, gradients: dict[str, _Gradient]) -> None:
        self.picture = picture
        self._gradients = gradients

    def children(self, element: ET.Element, look: _Look) -> None:
        for child in element:
            name = child.tag.rpartition("}")[2]
            if name in _SILENT:
                continue
            if name == "g":
                self.children(child, look.of(child))
            elif name != "linearGradient":
                self._shape(name, child, look.of(child))

    def _shape(self, name: str, element: ET.Element, look: _Look) -> None:
        shape = _outlines(name, element)
        if (fill := look.said.get("fill", "black")) != "none":
            rule = look.said.get("fill-rule", "nonzero")
            self._paint([one.points for one in shape], fill, look, look.number("fill-opacity"), rule)
        if (ink := look.said.get("stroke", "none")) != "none":
            stroke = Stroke(
                look.number("stroke-width"),
                look.said.get("stroke-linecap", "butt"),
                look.said.get("stroke-linejoin", "miter"),
            )
            areas = [area for one in shape for area in strokes.areas(one, stroke)]
            self._paint(areas, ink, look, look.number("stroke-opacity"), "union")

    def _paint(self, areas: list[list[Point]], ink: str, look: _Look, opacity: float, rule: str) -> None:
        placed = [[_apply(look.matrix, point) for point in area] for area in areas if len(area) > 2]  # noqa: PLR2004
        if not placed:
            return
        across = [x for area in placed for x, _ in area]
        down = [y for area in placed for _, y in area]
        left, top = max(0, math.floor(min(across))), max(0, math.floor(min(down)))
        right, bottom = min(self.picture.width, math.ceil(max(across))), min(self.picture.height, math.ceil(max(down)))
        if right <= left or bottom <= top:
            return
        mask = _mask(placed, (left, top, right - left, bottom - top), rule)
        mask = mask.point([round(value * opacity * look.opacity) for value in range(256)])
        if reference := _REFERENCE.fullmatch(ink):
            box = (max(across) - min(across), max(down) - min(down))
            shift = (left - math.floor(min(across)), top - math.floor(min(down)))
            colours, opacities = self._gradient(reference[1]).over(max(1, round(box[0])), max(1, round(box[1])))
            window = (*shift, shift[0] + mask.width, shift[1] + mask.height)
            shown = Image.fromarray(np.asarray(mask, np.uint16) * np.asarray(opacities.crop(window)) // 255)
            self.picture.paste(colours.crop(window), (left, top), shown.convert("L"))
        else:
            self.picture.paste(_colour(ink), (left, top), mask)

    def _gradient(self, name: str) -> _Gradient:
        if name not in self._gradients:
            raise Undrawable(name)
        return self._gradients[name]


def _mask(areas: list[list[Point]], box: tuple[int, int, int, int], rule: str) -> Image.Image:
    left, top, width, height = box
    size = (width * _FINER, height * _FINER)
    finer = [[((x - left) * _FINER, (y - top) * _FINER) for x, y in area] for area in areas]
    whole = Image.new("L", size, 0)
    if rule == "union" or len(finer) == 1:
        for area in finer:
            ImageDraw.Draw(whole).polygon(area, fill=255)
    else:
        turns = np.zeros((size[1], size[0]), np.int16)
        for area in finer:
            one = Image.new("1", size, 0)
            ImageDraw.Draw(one).polygon(area, fill=1)
            turns += np.asarray(one, np.int16) * (1 if rule == "evenodd" or _is_clockwise(area) else -1)
        filled = turns % 2 if rule == "evenodd" else turns != 0
        whole = Image.fromarray((filled * 255).astype(np.uint8), "L")
    return whole.reduce(_FINER)


def _is_clockwise(area: list[Point]) -> bool:
    return sum(x * after[1] - after[0] * y for (x, y), after in zip(area, [*area[1:], area[0]], strict=True)) > 0


def _outlines(name: str, element: ET.Element) -> list[Outline]:
    def number(key: str, otherwise: float = 0.0) -> float:
        return float(element.get(key, otherwise))

    if name == "path":
        return outlines.of(element.get("d", ""))
    if name in ("circle", "ellipse"):
        wide, high = (number("r"),) * 2 if name == "circle" else (number("rx"), number("ry"))
        return [Outline(strokes.ellipse((number("cx"), number("cy")), wide, high, 96), closed=True)]
    if name == "rect":
        return [Outline(list(_rounded(number)), closed=True)]
    if name == "line":
        return [Outline([(number("x1"), number("y1")), (number("x2"), number("y2"))])]
    if name in ("polygon", "polyline"):
        flat = [float(one) for one in _NUMBERS.findall(element.get("points", ""))]
        return [Outline(list(zip(flat[::2], flat[1::2], strict=True)), closed=name == "polygon")]
    raise Undrawable(name)


def _rounded(number: Callable[..., float]) -> Iterator[Point]:
    x, y, width, height = number("x"), number("y"), number("width"), number("height")
    across = min(number("rx", number("ry")), width / 2)
    down = min(number("ry", number("rx")), height / 2)
    corners = ((x + width - across, y + down), (x + width - across, y + height - down),
               (x + across, y + height - down), (x + across, y + down))  # fmt: skip
    for quarter, (centre_x, centre_y) in enumerate(corners, start=-1):
        for step in range(9):
            angle = math.pi / 2 * (quarter + step / 8)
            yield centre_x + across * math.cos(angle), centre_y + down * math.sin(angle)


def _known(element: ET.Element, attributes: set[str]) -> None:
    unknown = {key.rpartition("}")[2] for key in element.attrib} - attributes
    if unknown:
        raise Undrawable(min(unknown))


def _gradients(root: ET.Element) -> dict[str, _Gradient]:
    found = {}
    for element in root.iter("{http://www.w3.org/2000/svg}linearGradient"):
        _known(element, _GRADIENT)
        if element.get("gradientUnits", "objectBoundingBox") != "objectBoundingBox":
            raise Undrawable("gradientUnits")
        ends = tuple(
            _share(element.get(key, other)) for key, other in (("x1", "0"), ("y1", "0"), ("x2", "1"), ("y2", "0"))
        )
        stops = [_stop(one) for one in element]
        found[element.get("id", "")] = _Gradient(ends, stops)  # type: ignore[arg-type]
    return found


def _stop(element: ET.Element) -> tuple[float, tuple[int, ...], float]:
    _known(element, _STOP)
    colour = _colour(element.get("stop-color", "black"))
    return _share(element.get("offset", "0")), colour, float(element.get("stop-opacity", 1))


def _share(text: str) -> float:
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def _colour(text: str) -> tuple[int, ...]:
    found = ImageColor.getrgb(text)
    if len(found) > 3:  # noqa: PLR2004 - the fourth is how much of it is seen, for which there are attributes
        raise Undrawable(text)
    return found


def _numbers(text: str, count: int) -> list[float]:
    found = [float(one) for one in _NUMBERS.findall(text)]
    if len(found) != count:
        raise Undrawable(text)
    return found


def _apply(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _times(one: Matrix, two: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = two
    return a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f


def _transform(text: str) -> Matrix:
    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    if _TRANSFORM.sub("", text):
        raise Undrawable(text)
    for name, inner in _TRANSFORM.findall(text):
        matrix = _times(matrix, _step(name, [float(one) for one in _NUMBERS.findall(inner)]))
    return matrix


def _step(name: str, given: list[float]) -> Matrix:
    if name == "translate":
        return 1, 0, 0, 1, given[0], given[1] if len(given) > 1 else 0
    if name == "scale":
        return given[0], 0, 0, given[1] if len(given) > 1 else given[0], 0, 0
    if name == "rotate":
        cosine, sine = math.cos(math.radians(given[0])), math.sin(math.radians(given[0]))
        about = given[1:] or [0.0, 0.0]
        turned: Matrix = (cosine, sine, -sine, cosine, 0, 0)
        return _times(_times((1, 0, 0, 1, about[0], about[1]), turned), (1, 0, 0, 1, -about[0], -about[1]))
    if name == "matrix" and len(given) == 6:  # noqa: PLR2004 - a matrix has six numbers
        return given[0], given[1], given[2], given[3], given[4], given[5]
    raise Undrawable(name)

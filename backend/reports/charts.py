"""Charts of a printed report, made of a page's lines and areas: bars that lie, columns over days, a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.media.errors import TextTooLong
from backend.media.paper.page import Page
from backend.media.paper.styles import GREEN, GREY, RULE, Box, Ink, Style

SAGE: Ink = (152, 190, 168)
BAR_MM = 7.0
_SMALL = Style(8.5, ink=GREY, leading=1.2)
_NAME = Style(8.5, leading=1.15)
_NAME_SHARE, _VALUE_MM = 0.36, 30.0
_TICKS = 4
_AXIS_MM, _FOOT_MM = 14.0, 6.0
_LABEL_MM = 11.0


@dataclass(frozen=True)
class Bar:
    """One bar: what it is, how long, and the number as it is told."""

    name: str
    value: float
    told: str


def bars(page: Page, box: Box, drawn: Sequence[Bar], longest: float) -> float:
    """Draw bars below each other, `longest` as long as there is room; return where they end."""
    name_width = box.width * _NAME_SHARE
    room = box.width - name_width - _VALUE_MM
    for number, bar in enumerate(drawn):
        top = box.y + number * BAR_MM
        name = Box(box.x, top, name_width - 3, BAR_MM - 0.6)
        _fitted(page, bar.name, name)
        length = max(0.0, room * bar.value / longest) if longest > 0 else 0.0
        if length > 0:
            page.fill(Box(box.x + name_width, top + 1.3, max(length, 0.4), BAR_MM - 2.6), GREEN)
        page.text(bar.told, Box(box.x + name_width + length + 2, top, _VALUE_MM, BAR_MM), _SMALL, middle=True)
    page.upright(box.x + name_width, box.y, len(drawn) * BAR_MM)
    return box.y + len(drawn) * BAR_MM


def _fitted(page: Page, text: str, box: Box) -> None:
    """Set a name in its place, smaller if it must be, and shortened when even that is too much."""
    try:
        page.fitted(text, box, _NAME, 6.5)
    except TextTooLong:
        _fitted(page, text[: len(text) * 3 // 4].rstrip("…") + "…", box)


def columns(page: Page, box: Box, names: Sequence[str], values: Sequence[float], unit: str) -> None:
    """Draw a column for each name, with a scale at the left."""
    plot = _scaled(page, box, names, max(values, default=0), unit)
    step = plot.width / max(1, len(values))
    most = _ceiling(max(values, default=0))
    for number, value in enumerate(values):
        height = plot.height * value / most
        if height > 0:
            left = plot.x + number * step + step * 0.18
            page.fill(Box(left, plot.bottom - height, step * 0.64, height), GREEN)


def line(page: Page, box: Box, names: Sequence[str], values: Sequence[float], unit: str) -> None:
    """Draw a line through the values, with a scale at the left."""
    plot = _scaled(page, box, names, max(values, default=0), unit)
    step, most = plot.width / max(1, len(values)), _ceiling(max(values, default=0))
    points = [
        (plot.x + (number + 0.5) * step, plot.bottom - plot.height * value / most)
        for number, value in enumerate(values)
    ]
    if len(points) > 1:
        page.stroke(points, GREEN, thickness=0.7)
    for x, y in points:
        page.disc(Box(x - 0.8, y - 0.8, 1.6, 1.6), GREEN)


def pairs(page: Page, box: Box, drawn: Sequence[tuple[Bar, Bar]], names: tuple[str, str]) -> float:
    """Draw two bars for each thing, the second one pale, each pair to a scale of its own; return where they end."""
    name_width, top = box.width * _NAME_SHARE, box.y
    room = box.width - name_width - _VALUE_MM
    for name, ink, left in zip(names, (GREEN, SAGE), (0.0, 30.0), strict=True):
        page.fill(Box(box.x + name_width + left, top + 1, 3, 3), ink)
        page.text(name, Box(box.x + name_width + left + 5, top, 24, 5), _SMALL, middle=True)
    top += 7
    for now, before in drawn:
        _fitted(page, now.name, Box(box.x, top, name_width - 3, BAR_MM * 1.4))
        longest = max(now.value, before.value)
        for bar, ink, down in ((now, GREEN, 0.0), (before, SAGE, BAR_MM * 0.7)):
            length = room * bar.value / longest if longest > 0 else 0
            if length > 0:
                page.fill(Box(box.x + name_width, top + down + 0.5, max(length, 0.4), BAR_MM * 0.6), ink)
            where = Box(box.x + name_width + length + 2, top + down, _VALUE_MM, BAR_MM * 0.7)
            page.text(bar.told, where, _SMALL, middle=True)
        top += BAR_MM * 1.4 + 2
    return top


def _scaled(page: Page, box: Box, names: Sequence[str], largest: float, unit: str) -> Box:
    """Draw the scale and the names, and return the place for what is measured by them."""
    plot = Box(box.x + _AXIS_MM, box.y + 5, box.width - _AXIS_MM, box.height - 5 - _FOOT_MM)
    page.text(unit, Box(box.x, box.y, box.width, 5), _SMALL)
    most = _ceiling(largest)
    right = Style(8.5, ink=GREY, leading=1.2, side="right")
    for tick in range(_TICKS + 1):
        y = plot.bottom - plot.height * tick / _TICKS
        page.rule(plot.x, y, plot.width, ink=RULE, thickness=0.15)
        told = f"{most * tick / _TICKS:,.10g}"
        page.text(told, Box(box.x, y - 2, _AXIS_MM - 2, 4), right, middle=True)
    step = plot.width / max(1, len(names))
    every = max(1, -(-round(_LABEL_MM * 10) // max(1, round(step * 10))))
    centre = Style(8.5, ink=GREY, leading=1.2, side="centre")
    for number in range(0, len(names), every):
        middle = plot.x + (number + 0.5) * step
        page.text(names[number], Box(middle - _LABEL_MM, plot.bottom + 1, _LABEL_MM * 2, 5), centre)
    return plot


def _ceiling(largest: float) -> float:
    """Return a round number that is at least as large, and splits into four parts that read well."""
    power = 1.0
    while power * 100 < largest:
        power *= 10
    while power > largest * 10 and power > 1e-6:  # noqa: PLR2004 - a thousandth of a gram
        power /= 10
    for factor in (4, 8, 12, 20, 40, 60, 80, 100):
        if power * factor >= largest:
            return power * factor
    return power * 100

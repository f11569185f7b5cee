"""Ruled tables: cells wrap, rows grow, and what does not fit on this page is left for the next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.media.errors import TextTooLong
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, PALE, RULE, Box, Side, Style

PADDING_MM = (1.5, 1.0)  # beside and above


@dataclass(frozen=True)
class Column:
    """One column: its title, its share of the table's width, and to which side its cells are set."""

    title: str
    share: float
    side: Side = "left"


@dataclass(frozen=True)
class Drawn:
    """How far down a table came, and how many of its rows are on the page."""

    bottom: float
    rows: int


def ruled(
    page: Page, box: Box, columns: Sequence[Column], rows: Sequence[Sequence[str]], style: Style | None = None
) -> Drawn:
    """Draw a table from the top of a box, every cell ruled, and as many rows as it has room for.

    Columns without any title have no head. Raises GlyphMissing, and TextTooLong when a row is higher than the box.
    """
    style = style or Style(10, leading=1.3)
    widths = [box.width * column.share / sum(one.share for one in columns) for column in columns]
    places = [Box(box.x + sum(widths[:number]), 0, width, 0) for number, width in enumerate(widths)]
    titles = [column.title for column in columns]
    top = box.y
    page.rule(box.x, top, box.width, ink=RULE)
    if any(titles):
        head = replace(style, weight="Bold", ink=BLACK)
        heads = [replace(head, side=column.side) for column in columns]
        height = _height(page, titles, places, head)
        page.fill(Box(box.x, top, box.width, height), PALE)
        _row(page, titles, [replace(place, y=top, height=height) for place in places], heads)
        top += height
        page.rule(box.x, top, box.width, ink=RULE)
    styles = [replace(style, side=column.side) for column in columns]
    done = 0
    for cells in rows:
        height = _height(page, cells, places, style)
        if top + height > box.bottom:
            break
        _row(page, cells, [replace(place, y=top, height=height) for place in places], styles)
        top, done = top + height, done + 1
        page.rule(box.x, top, box.width, ink=RULE)
    if rows and not done:
        raise TextTooLong(text=max(rows[0], key=len)[:40])
    for place in [*places, Box(box.right, 0, 0, 0)]:
        page.upright(place.x, box.y, top - box.y, ink=RULE)
    return Drawn(top, done)


def _height(page: Page, cells: Sequence[str], places: Sequence[Box], style: Style) -> float:
    beside, above = PADDING_MM
    most = max(
        len(page.lines(cell, place.width - 2 * beside, style)) for cell, place in zip(cells, places, strict=True)
    )
    return most * style.line_mm + 2 * above


def _row(page: Page, cells: Sequence[str], places: Sequence[Box], styles: Sequence[Style]) -> None:
    beside, above = PADDING_MM
    for cell, place, style in zip(cells, places, styles, strict=True):
        inner = Box(place.x + beside, place.y + above, place.width - 2 * beside, place.height - 2 * above)
        page.text(cell, inner, style, middle=True)

"""Lay out the slip of a hand-over: a table over as many pages as it needs, each with its code and its signatures."""

from collections.abc import Sequence

from backend.custody import slip as words
from backend.custody.slip import Row, Slip
from backend.media.paper import pdf, tables
from backend.media.paper.page import Page
from backend.media.paper.styles import GREEN, GREY, PALE, Box, Style
from backend.media.paper.tables import Column
from backend.media.paper.wrapping import punctuated

_LEFT, _WIDTH = 14.0, 182.0
_TITLE = Box(_LEFT, 13, 142, 13)
_FACTS = Box(_LEFT, 28, 142, 26)
_SQUARE = Box(160, 12, 36, 36)
_SCAN = Box(156, 48.5, 44, 5)
_TABLE = Box(_LEFT, 58, _WIDTH, 160)
_SIGNATURES = Box(_LEFT, 223, _WIDTH, 24)
_NOTICES = Box(_LEFT, 250, _WIDTH, 32)
_FOOT = Box(_LEFT, 284, _WIDTH, 5)
_TITLE_COLUMN = 22.0
_SHARES = (10.0, 30.0, 30.0, 38.0, 13.0, 17.0, 22.0, 18.0)


def drawn(slip: Slip) -> bytes:
    """Return the slip as PDF."""
    parts = _parts(slip)
    pages = []
    for number, (first, rows) in enumerate(parts, start=1):
        page = Page()
        lay_out(page, slip, rows, first, (number, len(parts)))
        pages.append(page.png())
    return pdf.bound(pages, Page(dpi=10).size_mm, f"{words.TITLE.in_(slip.locale)} · {slip.institution}")


def _parts(slip: Slip) -> list[tuple[int, Sequence[Row]]]:
    """Return which rows stand on which page, with the number of the first of each."""
    parts: list[tuple[int, Sequence[Row]]] = []
    first = 0
    while first < len(slip.rows):
        rest = slip.rows[first:]
        done = _table(Page(), slip, rest, first)
        parts.append((first, rest[:done]))
        first += done
    return parts


def lay_out(page: Page, slip: Slip, rows: Sequence[Row], first: int, place: tuple[int, int]) -> None:
    """Draw one page of the slip on an empty A4."""
    locale = slip.locale
    page.fitted(words.TITLE.in_(locale), _TITLE, Style(22, "Bold", GREEN, leading=1.2), 14)
    _facts(page, slip)
    # Capitals, digits, dashes and spaces are what QR codes hold most densely.
    if codes := " ".join(row.seal_code for row in rows if row.seal_code):
        page.square(codes, _SQUARE, "m")
        page.text(words.SCAN.in_(locale), _SCAN, Style(8, ink=GREY, side="centre", leading=1.3))
    _table(page, slip, rows, first)
    _signatures(page, slip)
    _notices(page, slip)
    told = words.PAGE.in_(locale, page=place[0], pages=place[1])
    page.text(told, _FOOT, Style(8, ink=GREY, side="right", leading=1.3))


def _facts(page: Page, slip: Slip) -> None:
    height = _FACTS.height / len(slip.facts)
    for number, (title, told) in enumerate(slip.facts):
        top = _FACTS.y + number * height
        page.text(title, Box(_FACTS.x, top, _TITLE_COLUMN, height), Style(10, "Bold", GREEN, leading=1.3), middle=True)
        rest = Box(_FACTS.x + _TITLE_COLUMN, top, _FACTS.width - _TITLE_COLUMN, height)
        page.fitted(punctuated(told, slip.locale), rest, Style(11, leading=1.2), 6)


def _table(page: Page, slip: Slip, rows: Sequence[Row], first: int) -> int:
    titles = [title.in_(slip.locale) for title in words.COLUMNS]
    columns = [Column(title, share) for title, share in zip(titles, _SHARES, strict=True)]
    unsealed = words.NOT_SEALED.in_(slip.locale)
    cells = [
        (str(number), row.seal_code or unsealed, row.category, row.owner, row.data, row.weight, row.erasure, row.check)
        for number, row in enumerate(rows, start=first + 1)
    ]
    return tables.ruled(page, _TABLE, columns, cells, Style(8.5, leading=1.25)).rows


def _signatures(page: Page, slip: Slip) -> None:
    width = _SIGNATURES.width / len(words.SIGNATURES)
    heading, small = Style(10, "Bold", leading=1.3), Style(9, ink=GREY, leading=1.3)
    for number, title in enumerate(words.SIGNATURES):
        left = _SIGNATURES.x + number * width
        page.text(title.in_(slip.locale), Box(left, _SIGNATURES.y, width - 4, 6), heading)
        page.rule(left, _SIGNATURES.y + 16, width - 6, thickness=0.3)
        page.text(words.DAY.in_(slip.locale), Box(left, _SIGNATURES.y + 17.5, width - 4, 5), small)


def _notices(page: Page, slip: Slip) -> None:
    page.fill(_NOTICES, PALE, radius=2)
    inside = _NOTICES.inside(2.5)
    title = Style(9, "Bold", GREEN, leading=1.3)
    page.text(words.NOTICES_TITLE.in_(slip.locale), Box(inside.x, inside.y, inside.width, 5), title)
    told = "\n".join(f"{number}. {one.in_(slip.locale)}" for number, one in enumerate(words.NOTICES, start=1))
    rest = Box(inside.x, inside.y + 5, inside.width, inside.height - 5)
    style = Style(8.5, leading=1.4)
    page.text(told, rest, style.at(page.points(told, rest, style, 6)))

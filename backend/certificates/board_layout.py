"""Lay out a board for a phone's screen: 1080 pixels wide, ten to the millimetre of this page."""

from dataclasses import replace

from backend.certificates import board_picture, colours, ornaments
from backend.certificates.board_picture import BoardPicture
from backend.certificates.colours import Palette, mixed
from backend.leaderboards.boards import Row
from backend.media.paper import pictures
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, GREY, WHITE, Box, Ink, Style
from backend.media.paper.wrapping import punctuated

DPI = 254  # ten pixels to the millimetre
HEIGHTS = {"standard": 144.0, "tall": 192.0}
_MOST_ROWS = {"standard": 10, "tall": 12}  # what is longer is cut there: names must be read on a phone
_BANNER = {"standard": 0.0, "tall": 46.0}  # of the theme's art, above the heading
_WIDTH, _LEFT = 108.0, 6.0
_INNER = _WIDTH - 2 * _LEFT
_HEAD = 38.0
_FOOT = 27.0
_HIGHEST_ROW = 12.5
_VALUE = 34.0
_MEDALS: tuple[tuple[Ink, Ink], ...] = (
    ((242, 182, 50), (74, 51, 0)),
    ((185, 198, 207), (34, 49, 58)),
    ((217, 154, 99), (67, 36, 10)),
)


def drawn(told: BoardPicture, size: str) -> bytes:
    """Return the picture."""
    page = Page((_WIDTH, HEIGHTS[size]), DPI)
    lay_out(page, told, size)
    return page.png()


def lay_out(page: Page, told: BoardPicture, size: str) -> None:
    """Draw the board on an empty page of that size."""
    palette, top = colours.of(told.art), _BANNER[size]
    page.fill(page.box, palette.paper)
    if top:
        ornaments.cover(page, told.art, Box(0, 0, _WIDTH, top), palette)
    _head(page, told, palette, top)
    begins = top + _HEAD + 3
    shown = replace(told, rows=told.rows[: _MOST_ROWS[size]])
    _rows(page, shown, palette, Box(_LEFT, begins, _INNER, page.box.height - begins - _FOOT - 3))
    _foot(page, told, palette, Box(0, page.box.height - _FOOT, _WIDTH, _FOOT))


def _head(page: Page, told: BoardPicture, palette: Palette, top: float) -> None:
    page.fill(Box(0, top, _WIDTH, _HEAD), palette.deep)
    width = _INNER
    if not top:
        ornaments.medal(page, told.art, Box(_WIDTH - 25, 5, 19.5, 19.5), palette)
        width -= 24
    campaign = punctuated(f"{told.institution} · {told.campaign}", told.locale)
    page.fitted(campaign, Box(_LEFT, top + 4, width, 7.5), Style(9.5, "Regular", WHITE, leading=1.2), 5.5)
    title = Style(24, "Bold", WHITE, leading=1.15)
    page.fitted(punctuated(told.title, told.locale), Box(_LEFT, top + 11.5, width, 12), title, 11)
    page.fitted(told.over, Box(_LEFT, top + 25, _INNER, 5), Style(8.5, "Regular", WHITE, leading=1.2), 6)
    badge = Style(8.5, "Bold", palette.deep, "centre", leading=1.2)
    place = Box(_LEFT, top + 31, min(_INNER * 0.5, page.length(told.standing, badge) + 5), 5)
    page.fill(place, WHITE, radius=2.5)
    page.fitted(told.standing, Box(place.x + 1, place.y, place.width - 2, place.height), badge, 6)
    rest = Box(place.right + 2.5, top + 31, _LEFT + _INNER - place.right - 2.5, 5)
    page.fitted(told.fresh, rest, Style(7.5, "Regular", WHITE, leading=1.15), 5)


def _rows(page: Page, told: BoardPicture, palette: Palette, box: Box) -> None:
    if not told.rows:
        middle = box.y + box.height / 2
        page.text(
            board_picture.NOBODY.in_(told.locale),
            Box(box.x, middle - 11, box.width, 10),
            Style(15, "Bold", palette.deep, "centre", 1.3),
        )
        why = told.hidden or board_picture.NOBODY_BECAUSE.in_(told.locale)
        page.fitted(why, Box(box.x + 8, middle, box.width - 16, 14), Style(9, "Regular", GREY, "centre", 1.4), 7)
        return
    height = min(_HIGHEST_ROW, box.height / len(told.rows))
    largest = max(row.value for row in told.rows) or 1
    value = Style(13, "Bold", palette.deep, "right", leading=1.1)
    widest = max(page.length(row.label, value) for row in told.rows)
    value = value.at(min(value.points, int(value.points * _VALUE / widest * 2) / 2))
    for number, row in enumerate(told.rows):
        place = Box(box.x, box.y + number * height, box.width, height - 1.2)
        page.fill(place, WHITE, radius=1.6)
        if row.value > 0:
            bar = Box(place.x, place.y, max(4.0, place.width * row.value / largest), place.height)
            page.fill(bar, palette.light, radius=1.6)
        _row(page, row, place, palette, value)


def _row(page: Page, row: Row, place: Box, palette: Palette, value: Style) -> None:
    side = min(7.5, place.height - 1)
    mark = Box(place.x + 1.4, place.y + (place.height - side) / 2, side, side)
    ground, ink = (
        _MEDALS[row.rank - 1] if row.rank <= len(_MEDALS) else (mixed(palette.light, WHITE, 0.6), palette.deep)
    )
    page.disc(mark, ground)
    page.fitted(str(row.rank), mark.inside(0.8), Style(11, "Bold", ink, "centre", leading=1.0), 5)
    right = place.right - 2
    taken = page.length(row.label, value) + 0.5
    page.text(row.label, Box(right - taken, place.y, taken, place.height), value, middle=True)
    name = Box(mark.right + 2, place.y, right - taken - 2.5 - mark.right - 2, place.height)
    page.fitted(row.name, name, Style(13, "Bold" if row.rank <= len(_MEDALS) else "Regular", BLACK, leading=1.12), 5)


def _foot(page: Page, told: BoardPicture, palette: Palette, box: Box) -> None:
    page.rule(_LEFT, box.y, _INNER, ink=palette.strong, thickness=0.3)
    code = Box(_WIDTH - _LEFT - 19, box.y + 2, 19, 19)
    page.fill(code, WHITE, radius=1)
    mini_code = pictures.opened(told.mini_code)
    if mini_code is not None:
        page.picture(mini_code, code)
    else:
        page.square(told.address, code, "m")
    scan = Style(7, "Bold", palette.deep, "centre", leading=1.2)
    page.fitted(told.scan, Box(code.x, code.bottom + 0.4, code.width, 4), scan, 5)
    words = Box(_LEFT, box.y + 1.8, _INNER - 22, 7.5)
    sums = Style(8.5, "Bold", palette.deep, leading=1.2)
    ends = page.text(told.sums, words, sums.at(page.points(told.sums, words, sums, 5.5)))
    rest = Box(_LEFT, ends + 1.2, words.width, box.bottom - ends - 3)
    told_notes, style = "\n".join(told.notes), Style(7, ink=GREY, leading=1.45)
    page.text(told_notes, rest, style.at(page.points(told_notes, rest, style, 5)))

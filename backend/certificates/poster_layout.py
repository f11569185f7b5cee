"""Lay out the poster: read from across the corridor, scanned from one metre."""

from backend.certificates import colours, ornaments, poster
from backend.certificates.colours import Palette
from backend.certificates.poster import Poster
from backend.media.paper import pdf, pictures
from backend.media.paper.page import A4, Page
from backend.media.paper.styles import BLACK, GREY, WHITE, Box, Style
from backend.media.paper.wrapping import punctuated

_A3 = (297.0, 420.0)
_COVER = Box(0, 0, 210, 112)
_TITLE = Box(14, 117, 182, 25)
_SLOGAN = Box(14, 143, 182, 17)
_DAYS = Box(14, 163, 182, 12)
_HOW = Box(14, 184, 112, 9)
_STEPS = Box(14, 194.5, 112, 51)
_CODE = Box(134, 182, 62, 62)
_CALL = Box(134, 245.5, 62, 8)
_PRIVACY = Box(14, 256, 182, 14)
_BAND = Box(0, 273, 210, 24)


def drawn(told: Poster, form: str, size: str) -> bytes:
    """Return the poster as `png` or `pdf`."""
    page = Page()
    lay_out(page, told)
    png = page.png()
    return png if form == "png" else pdf.bound([png], _A3 if size == "a3" else A4, f"{told.title} · {told.institution}")


def lay_out(page: Page, told: Poster) -> None:
    """Draw the poster on an empty A4."""
    palette = colours.of(told.art)
    ornaments.cover(page, told.art, _COVER, palette)
    _headings(page, told, palette)
    _steps(page, told, palette)
    _code(page, told, palette)
    _small_print(page, told, palette)


def _headings(page: Page, told: Poster, palette: Palette) -> None:
    is_chinese = told.locale == "zh-CN"
    title = Style(66, "Bold", palette.deep, "centre", leading=1.1, tracking=0.08 if is_chinese else 0)
    page.fitted(punctuated(told.title, told.locale), _TITLE, title, 16)
    slogan = Style(26, "Regular", BLACK, "centre", leading=1.2)
    page.fitted(punctuated(told.slogan, told.locale), _SLOGAN, slogan, 13)
    page.fill(_DAYS, palette.deep, radius=_DAYS.height / 2)
    days = f"{poster.DAYS.in_(told.locale)}  {told.days}"
    page.fitted(
        days, Box(_DAYS.x + 8, _DAYS.y, _DAYS.width - 16, _DAYS.height), Style(19, "Bold", WHITE, "centre", 1.2), 11
    )


def _steps(page: Page, told: Poster, palette: Palette) -> None:
    page.text(poster.HOW.in_(told.locale), _HOW, Style(18, "Bold", palette.deep, leading=1.2), middle=True)
    height = _STEPS.height / len(told.how)
    places = [Box(_STEPS.x, _STEPS.y + number * height, _STEPS.width, height) for number in range(len(told.how))]
    words = [Box(place.x + 17, place.y + 1, place.width - 18, place.height - 2) for place in places]
    steps = [punctuated(step, told.locale) for step in told.how]
    style = Style(16, leading=1.3)
    style = style.at(min(page.points(step, box, style, 8) for step, box in zip(steps, words, strict=True)))
    for number, (step, place, box) in enumerate(zip(steps, places, words, strict=True), start=1):
        mark = Box(place.x, place.y + (height - 12) / 2, 12, 12)
        page.disc(mark, palette.strong)
        page.text(str(number), mark, Style(20, "Bold", WHITE, "centre", leading=1.0), middle=True)
        page.text(step, box, style, middle=True)


def _code(page: Page, told: Poster, palette: Palette) -> None:
    mini_code = pictures.opened(told.mini_code)
    page.frame(_CODE, palette.deep, thickness=1, radius=3)
    if mini_code is not None:
        page.picture(mini_code, _CODE.inside(3))
    else:
        page.square(told.address, _CODE.inside(1.5), "q")
    call = poster.CALL if mini_code is None else poster.CALL_OF_WECHAT
    page.fitted(call.in_(told.locale), _CALL, Style(17, "Bold", palette.deep, "centre", leading=1.2), 10)


def _small_print(page: Page, told: Poster, palette: Palette) -> None:
    page.fitted(punctuated(told.privacy, told.locale), _PRIVACY, Style(11, ink=GREY, side="centre", leading=1.35), 7)
    page.fill(_BAND, palette.deep)
    width = _BAND.width - 28
    lines = (
        (
            punctuated(told.institution, told.locale),
            Box(14, _BAND.y + 1.5, width, 9),
            Style(16, "Bold", WHITE, "centre", 1.15),
            7,
        ),
        (
            poster.VOLUNTARY.in_(told.locale),
            Box(14, _BAND.y + 10.3, width, 5),
            Style(11, "Bold", WHITE, "centre", 1.2),
            8,
        ),
        (told.voice, Box(14, _BAND.y + 15.3, width, 4.5), Style(9.5, "Regular", WHITE, "centre", 1.2), 7),
    )
    for text, box, style, least in lines:
        page.fitted(text, box, style, least)

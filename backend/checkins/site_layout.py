"""Lay out the sheet of a printed code: read from five metres, scanned from one, explained from half."""

from collections.abc import Sequence

from PIL import Image

from backend.checkins import site_sheet
from backend.checkins.site_sheet import SiteSheet
from backend.media.paper import pdf, pictures
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, GREEN, GREY, PALE, WHITE, Box, Style
from backend.media.paper.wrapping import punctuated

_LEFT, _WIDTH = 14.0, 182.0
_BAND = Box(_LEFT, 14, _WIDTH, 58)
_PLACE = Box(_LEFT, 75, _WIDTH, 21)
_LIMIT = Box(55, 96.5, 100, 9)
_CODE = Box(55.5, 99.5, 99, 99)
_CODE_BELOW_LIMIT = Box(59, 107, 92, 92)
_CALL = Box(_LEFT, 200.5, _WIDTH, 9)
_TYPED = Box(48, 212, 114, 21)
_STEPS = Box(_LEFT, 237, _WIDTH, 15)
_PRINT = Box(_LEFT, 255.5, _WIDTH, 29)
_TITLE_COLUMN = 32.0


def drawn(sheet: SiteSheet, form: str) -> bytes:
    """Return the sheet as `png` or `pdf`."""
    page = Page()
    lay_out(page, sheet)
    png = page.png()
    return png if form == "png" else pdf.bound([png], page.size_mm, f"{sheet.kind} · {sheet.place}")


def lay_out(page: Page, sheet: SiteSheet) -> None:
    """Draw the sheet on an empty A4."""
    mini_code = pictures.opened(sheet.mini_code)  # without one the plain code serves as well
    _band(page, sheet)
    _place(page, sheet)
    _code(page, sheet, mini_code)
    _typed(page, sheet)
    _steps(page, sheet, of_wechat=mini_code is not None)
    _small_print(page, sheet)


def _band(page: Page, sheet: SiteSheet) -> None:
    page.fill(_BAND, GREEN, radius=3)
    inside = _BAND.inside(8)
    institution = Style(16, ink=WHITE, side="centre", leading=1.3)
    page.fitted(
        punctuated(sheet.institution, sheet.locale), Box(inside.x, inside.y - 3, inside.width, 12), institution, 8
    )
    title = Style(60, "Bold", WHITE, "centre", leading=1.15, tracking=0.06 if sheet.locale == "zh-CN" else 0)
    page.fitted(sheet.kind, Box(inside.x, inside.y + 9, inside.width, 26), title, 24)
    heading = Style(12, ink=PALE, side="centre", tracking=0.3 if sheet.locale == "zh-CN" else 0.05)
    page.text(site_sheet.HEADING.in_(sheet.locale), Box(inside.x, inside.bottom - 6, inside.width, 9), heading)


def _place(page: Page, sheet: SiteSheet) -> None:
    style = Style(34, "Bold", BLACK, "centre", leading=1.2)
    page.fitted(punctuated(sheet.place, sheet.locale), _PLACE, style, 16)
    if sheet.limit:
        page.fill(_LIMIT, PALE, radius=_LIMIT.height / 2)
        words = Box(_LIMIT.x + 4, _LIMIT.y, _LIMIT.width - 8, _LIMIT.height)
        page.fitted(sheet.limit, words, Style(16, "Bold", GREEN, "centre", leading=1.2), 9)


def _code(page: Page, sheet: SiteSheet, mini_code: Image.Image | None) -> None:
    box = _CODE_BELOW_LIMIT if sheet.limit else _CODE
    page.frame(box, GREEN, thickness=1, radius=3)
    if mini_code is not None:
        page.picture(mini_code, box.inside(4))
    else:
        page.square(sheet.code, box.inside(1.5))
    call = site_sheet.CALL if mini_code is None else site_sheet.CALL_OF_WECHAT
    page.fitted(call.in_(sheet.locale), _CALL, Style(18, "Bold", GREEN, "centre", leading=1.2), 12)


def _typed(page: Page, sheet: SiteSheet) -> None:
    page.fill(_TYPED, PALE, radius=2)
    hint = Style(10, ink=GREY, side="centre", leading=1.3)
    page.text(site_sheet.TYPED.in_(sheet.locale), Box(_TYPED.x, _TYPED.y + 1.6, _TYPED.width, 6), hint)
    code = Style(34, "Bold", BLACK, "centre", leading=1.05, tracking=0.1)
    page.text(sheet.grouped, Box(_TYPED.x, _TYPED.y + 7, _TYPED.width, 13), code)


def _steps(page: Page, sheet: SiteSheet, *, of_wechat: bool) -> None:
    steps = [step.in_(sheet.locale) for step in (site_sheet.STEPS_OF_WECHAT if of_wechat else site_sheet.STEPS)]
    width = _STEPS.width / len(steps)
    places = [Box(_STEPS.x + number * width, _STEPS.y, width, _STEPS.height) for number in range(len(steps))]
    words = [Box(place.x + 13, place.y, width - 15, place.height) for place in places]
    style = _alike(page, steps, words, Style(12, leading=1.35), least=8)
    for number, (step, place, rest) in enumerate(zip(steps, places, words, strict=True), start=1):
        mark = Box(place.x + 1, place.y + 3, 9, 9)
        page.disc(mark, GREEN)
        page.text(str(number), mark, Style(16, "Bold", WHITE, "centre", leading=1.0), middle=True)
        page.text(step, rest, style, middle=True)


def _small_print(page: Page, sheet: SiteSheet) -> None:
    titles, texts = zip(*sheet.rows, strict=True)
    height = _PRINT.height / len(texts)
    places = [Box(_PRINT.x, _PRINT.y + number * height, _PRINT.width, height) for number in range(len(texts))]
    rest = [Box(one.x + _TITLE_COLUMN, one.y + 0.2, one.width - _TITLE_COLUMN, height - 0.4) for one in places]
    heading = Style(10, "Bold", GREEN, leading=1.3)
    style = _alike(page, texts, rest, Style(10, leading=1.25), least=6)
    for title, text, place, words in zip(titles, texts, places, rest, strict=True):
        page.rule(place.x, place.y, place.width)
        page.text(title, Box(place.x, place.y, _TITLE_COLUMN, height), heading, middle=True)
        page.text(text, words, style, middle=True)
    page.rule(_PRINT.x, _PRINT.bottom, _PRINT.width)


def _alike(page: Page, texts: Sequence[str], boxes: Sequence[Box], style: Style, least: float) -> Style:
    """Return the style at the largest size at which every text fits into its box."""
    return style.at(min(page.points(text, box, style, least) for text, box in zip(texts, boxes, strict=True)))

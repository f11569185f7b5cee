"""Lay out the certificate: an A4 sheet across, to be handed over on a stage and hung on a wall."""

from backend.certificates import certificate, colours, ornaments
from backend.certificates.certificate import Certificate
from backend.certificates.colours import GOLD, Palette
from backend.certificates.neutral import NeutralPaper
from backend.media.paper import pdf
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, GREY, Box, Style
from backend.media.paper.wrapping import punctuated

ACROSS = (297.0, 210.0)
_FRAME = Box(8, 8, 281, 194)
_GROUND = Box(13.7, 166, 269.6, 30.3)
_MEDAL = Box(131.5, 19, 34, 34)
_TITLE = Box(38, 55, 221, 19)
_AWARDED = Box(38, 76, 221, 6)
_NAME = Box(43, 82.5, 211, 17.5)
_UNIT = Box(43, 101.5, 211, 7)
_TEXT = Box(46, 110.5, 205, 15.5)
_FIGURES = Box(46, 129, 205, 17)
_CODE = Box(25, 150.5, 31, 31)
_SCAN = Box(25, 182, 31, 5)
_PROOF = Box(60, 153.5, 92, 25)
_ISSUER = Box(168, 155.5, 104, 14)
_DATED = Box(168, 171, 104, 8)
_NOTICE = Box(60, 183, 210, 8.7)  # three lines at the least size


def drawn(told: Certificate | NeutralPaper, form: str) -> bytes:
    """Return the certificate as `png` or `pdf`."""
    page = Page(ACROSS)
    lay_out(page, told)
    png = page.png()
    return png if form == "png" else pdf.bound([png], page.size_mm, f"{told.title} · {told.campaign}")


def lay_out(page: Page, told: Certificate | NeutralPaper) -> None:
    """Draw the certificate on an empty sheet."""
    palette = colours.of(told.art)
    page.fill(page.box, (255, 255, 255))
    page.fill(_FRAME, palette.paper)
    ornaments.hills(page, _GROUND, palette)
    ornaments.frame(page, _FRAME, palette)
    ornaments.medal(page, told.art, _MEDAL, palette)
    _heading(page, told, palette)
    _holder(page, told, palette)
    _figures(page, told, palette)
    _proof(page, told, palette)


def _heading(page: Page, told: Certificate | NeutralPaper, palette: Palette) -> None:
    is_chinese = told.locale == "zh-CN"
    title = Style(46 if is_chinese else 36, "Bold", palette.deep, "centre", 1.15, tracking=0.22 if is_chinese else 0.01)
    page.fitted(told.title, _TITLE, title, 20)
    awarded = Style(12.5, ink=GREY, side="centre", leading=1.3, tracking=0.25 if is_chinese else 0)
    page.text(certificate.AWARDED.in_(told.locale), _AWARDED, awarded, middle=True)


def _holder(page: Page, told: Certificate | NeutralPaper, palette: Palette) -> None:
    name = Style(38, "Bold", BLACK, "centre", leading=1.2)
    page.fitted(told.name, _NAME, name, 13)
    page.rule(_NAME.x + 25, _NAME.bottom + 0.6, _NAME.width - 50, ink=GOLD, thickness=0.5)
    if told.unit:
        unit = Style(14, ink=palette.deep, side="centre", leading=1.25)
        page.fitted(punctuated(told.unit, told.locale), _UNIT, unit, 7)
    text = Style(14.5, ink=BLACK, side="centre", leading=1.5)
    page.fitted(punctuated(told.text, told.locale), _TEXT, text, 9)


def _figures(page: Page, told: Certificate | NeutralPaper, palette: Palette) -> None:
    width = _FIGURES.width / len(told.figures)
    inner = [Box(_FIGURES.x + number * width + 3, _FIGURES.y, width - 6, 17) for number in range(len(told.figures))]
    values = [Box(box.x, box.y, box.width, 10.5) for box in inner]
    value = Style(23, "Bold", palette.deep, "centre", leading=1.2)
    least = min(page.points(text, box, value, 9) for (_, text), box in zip(told.figures, values, strict=True))
    labels = [Box(box.x, place.bottom, box.width, 6) for box, place in zip(inner, values, strict=True)]
    label = Style(10.5, ink=GREY, side="centre", leading=1.3)
    small = min(page.points(title, box, label, 7) for (title, _), box in zip(told.figures, labels, strict=True))
    for (title, text), box, place, below in zip(told.figures, inner, values, labels, strict=True):
        page.text(text, place, value.at(least), middle=True)
        page.text(title, below, label.at(small), middle=True)
        if box is not inner[0]:
            page.upright(box.x - 3, box.y + 2, 13, ink=GOLD, thickness=0.25)


def _proof(page: Page, told: Certificate | NeutralPaper, palette: Palette) -> None:
    page.fill(_CODE, (255, 255, 255), radius=2)
    page.frame(_CODE, palette.deep, thickness=0.5, radius=2)
    page.square(told.address, _CODE.inside(0.6), "m")
    scan = Style(9.5, "Bold", palette.deep, "centre", leading=1.2)
    page.text(certificate.SCAN.in_(told.locale), _SCAN, scan, middle=True)
    page.fitted("\n".join(told.proof), _PROOF, Style(9.5, ink=BLACK, leading=1.55), 7)
    page.fitted(punctuated(told.issuer, told.locale), _ISSUER, Style(15, "Bold", BLACK, "centre", leading=1.25), 8)
    page.text(told.dated, _DATED, Style(12.5, ink=BLACK, side="centre", leading=1.3), middle=True)
    page.fitted(told.notice, _NOTICE, Style(7.5, ink=BLACK, leading=1.35), 6)

"""The sheet that hangs at a site: complete, legible to scanners from paper and from a photo, without a single box."""

import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from backend.checkins import site_layout, site_sheet
from backend.checkins.kind import all_kinds
from backend.checkins.site_sheet import SiteSheet
from backend.core.text import LOCALES, Locale
from backend.media.errors import GlyphMissing
from backend.media.paper.page import Page
from backend.media.paper.styles import Box, Style
from demo.wechat_sandbox import codes as wechat_codes
from tests.media.paper.marks import WEIGHTS, characters, photographed, scanned

CODE = "K7QM2XPA"
# Forty characters, with names that small fonts do not have, marks of both widths and a dot.
LONG_PLACE = "喆堃翀赟行政中心(综合办公楼)三号楼〇层·职工食堂东北侧“餐具回收处”旁分类站点"
LONG_NAME = "海河市滨河区机关事务服务中心（滨河区公共机构节能管理办公室）" * 3 + "某某某某某某某某某某"


def sheet(locale: Locale = "zh-CN", **more: Any) -> SiteSheet:
    """Return a sheet of a canteen."""
    told: dict[str, Any] = {
        "locale": locale,
        "kind": all_kinds()["clear_plate"].title.in_(locale),
        "institution": "滨河区档案馆",
        "place": "一层食堂东门",
        "code": CODE,
        "valid_from": datetime(2026, 6, 15, 4, tzinfo=UTC),
        "valid_until": datetime(2026, 6, 30, 10, tzinfo=UTC),
    }
    return SiteSheet(**(told | more))


@dataclass
class Line:
    """One line as it was set."""

    text: str
    weight: str
    points: float
    left: float
    right: float
    top: float
    bottom: float


@dataclass
class Proof(Page):
    """A page that remembers its lines."""

    set: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(dpi=150)

    def _line(self, line: str, box: Box, top: float, style: Style) -> None:
        super()._line(line, box, top, style)
        width = self.length(line, style)
        left = box.x + {"left": 0, "centre": (box.width - width) / 2, "right": box.width - width}[style.side]
        self.set.append(Line(line, style.weight, style.points, left, left + width, top, top + style.line_mm))


def proof_of(told: SiteSheet) -> list[Line]:
    """Return the lines of a sheet."""
    page = Proof()
    site_layout.lay_out(page, told)
    return page.set


def text_of(told: SiteSheet) -> str:
    """Return everything that a sheet says."""
    return "\n".join(line.text for line in proof_of(told))


def rendered(told: SiteSheet) -> Image.Image:
    """Return the sheet as it is printed."""
    return Image.open(io.BytesIO(site_sheet.draw(told, "png"))).convert("RGB")


@pytest.mark.parametrize("locale", LOCALES)
def test_a_sheet_is_drawn_of_characters_that_the_fonts_have(locale: Locale) -> None:
    lines = proof_of(sheet(locale, place=LONG_PLACE, limit="午餐 11:00–14:00", contact="节能处 022-1"))

    assert {line.weight for line in lines} == set(WEIGHTS)
    assert [one for line in lines for one in line.text if ord(one) not in characters(line.weight)] == []


def test_what_kinds_and_their_meals_and_sessions_are_called_can_be_printed_in_both_weights() -> None:
    titles = [title for kind in all_kinds().values() for title in (kind.title, *kind.code_slots().values())]
    letters = {letter for title in titles for locale in LOCALES for letter in title.in_(locale)}

    assert len(letters) > 50
    assert [one for one in sorted(letters) for weight in WEIGHTS if ord(one) not in characters(weight)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_names_stay_on_the_page_apart_and_readable(locale: Locale) -> None:
    place = (LONG_PLACE * 2)[:60]
    assert (len(LONG_PLACE), len(place), len(LONG_NAME)) == (40, 60, 100)
    told = sheet(locale, institution=LONG_NAME, place=place, limit="午餐 11:00–14:00", contact="节" * 40)

    lines = proof_of(told)

    assert min(min(line.left, line.top) for line in lines) >= 14
    assert max(line.right for line in lines) <= 196.5
    assert max(line.bottom for line in lines) <= 285
    assert min(line.points for line in lines) >= 7
    for one in lines:
        across = [two for two in lines if two is not one and one.left < two.right and two.left < one.right]
        assert [two for two in across if one.top + 0.3 < two.bottom and two.top + 0.3 < one.bottom] == [], one


def test_a_sheet_says_what_where_how_long_what_for_and_that_nobody_must() -> None:
    told = text_of(sheet(limit="限午餐 11:00–14:00使用", contact="办公室 022-12345678"))
    english = text_of(sheet("en")).replace("\n", " ")

    for words in (
        *("滨河区档案馆", "光盘行动", "一层食堂东门", "K7QM 2XPA", "限午餐 11:00–14:00使用"),
        *(
            "2026年6月15日12:00至6月30日18:00",
            "只证明到场",
            "与照片同等计分",
            "打卡自愿",
            "自行申报",
            "办公室 022-12345678",
        ),
    ):
        assert words in told
    for words in ("Clear plate", "15 Jun 2026 12:00 to 30 Jun 2026 18:00 (Beijing time)", "usually earns what a photo"):
        assert words in english
    assert "without a code" in english
    assert "organisers" in english


@pytest.mark.parametrize(
    ("until", "shown"),
    [
        (timedelta(hours=2), "2026年6月15日12:00至14:00"),
        (timedelta(days=1), "2026年6月15日12:00至6月16日12:00"),
        (timedelta(days=220), "2026年6月15日12:00至2027年1月21日12:00"),
    ],
)
def test_a_period_is_told_in_beijing_time_and_no_longer_than_needed(until: timedelta, shown: str) -> None:
    whole = sheet()

    assert replace(whole, valid_until=whole.valid_from + until).period == shown


@pytest.mark.parametrize(("locale", "limit"), [("zh-CN", None), ("en", "lunch 11:00–14:00")])
def test_the_code_is_read_from_the_sheet_and_from_a_photo_of_it(locale: Locale, limit: str | None) -> None:
    page = rendered(sheet(locale, limit=limit))

    assert scanned(page) == [CODE]
    for degrees in (-8, 12):
        assert scanned(photographed(page, degrees)) == [CODE]


def test_a_mini_program_code_takes_the_place_of_the_plain_one() -> None:
    picture = wechat_codes.picture({"scene": f"s={CODE}", "page": "pages/scan/scan", "width": 1280})
    told = sheet(mini_code=picture)

    assert scanned(photographed(rendered(told))) == [f"pages/scan/scan?scene=s%3D{CODE}"]
    assert "微信扫一扫" in text_of(told)


@pytest.mark.parametrize("picture", [b"", b"<html>", b"\x89PNG\r\n\x1a\n"])
def test_a_picture_that_cannot_be_read_gives_way_to_the_plain_code(picture: bytes) -> None:
    assert scanned(rendered(sheet(mini_code=picture))) == [CODE]


def test_the_pdf_is_one_a4_page_and_its_code_is_read() -> None:
    document = pypdfium2.PdfDocument(site_sheet.draw(sheet(), "pdf"))

    assert len(document) == 1
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    assert document.get_metadata_dict()["Title"] == "光盘行动 · 一层食堂东门"
    assert scanned(document[0].render(scale=2).to_pil()) == [CODE]


def test_a_sheet_is_small_enough_for_a_bad_network() -> None:
    assert len(site_sheet.draw(sheet(), "png")) < 250_000
    assert len(site_sheet.draw(sheet(), "pdf")) < 250_000


def test_a_place_that_cannot_be_printed_is_refused_rather_than_printed_as_a_box() -> None:
    with pytest.raises(GlyphMissing):
        site_sheet.draw(sheet(place="食堂🍚"), "png")

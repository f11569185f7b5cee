"""The printed report: everything is on its pages, in place, in characters that the fonts have, however long it gets."""

import io
import re
from dataclasses import replace

import pypdfium2
import pytest
from PIL import Image, ImageChops

from backend.core.text import LOCALES, Locale
from backend.media.errors import GlyphMissing
from backend.media.paper.styles import GREEN, Box
from backend.reports import charts, paper, sections, words
from backend.reports.content import Content
from backend.reports.figures import Figures, Group, Groups, Total
from backend.reports.paper import Case, Paper
from tests.media.paper.marks import WEIGHTS, characters
from tests.reports.examples import LONG, compared, counts, figures
from tests.reports.play import Read, read, words_of

BOTTOM_MM, RIGHT_MM = 290, 193


def content_of(told: Figures | None = None, locale: Locale = "zh-CN") -> Content:
    """Return what a report says."""
    return sections.content_of(told or figures(), locale)


def picture(width: int = 640, height: int = 480) -> bytes:
    """Return a photo as it is kept."""
    written = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(written, "WEBP")
    return written.getvalue()


CASES = (
    Case("每天走楼梯", "七楼以下不坐电梯，" * 20, "林小满，滨河区档案馆", picture()),
    Case("自带水杯", "会议室不再摆瓶装水。" * 40, "一位参与者", None),
    Case("标题" * 15, "走路上班，" * 80, "立夏，滨河区档案馆", picture(300, 900)),
)


def stands_in_place(pages: list[Read]) -> None:
    """Assert that nothing leaves the page and nothing is too small to be read."""
    lines = [one for page in pages for one in page.lines_set]
    assert max(bottom for _, bottom, _, _ in lines) <= BOTTOM_MM
    assert max(right for _, _, _, right in lines) <= RIGHT_MM
    assert min(points for _, _, points, _ in lines) >= 6.5
    known = characters(WEIGHTS[0]) & characters(WEIGHTS[1])
    assert [one for line, *_ in lines for one in line if ord(one) not in known] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_every_section_is_told_with_its_numbers_sources_and_seal(locale: Locale) -> None:
    content = content_of(locale=locale)

    pages = read(Paper(content, CASES))

    stands_in_place(pages)
    told = words_of(pages)
    bare = told.replace(" ", "")
    for section in content.sections:
        for note in section.notes:
            assert note.replace(" ", "") in bare
    for wanted in ("2,468", "18,000", "155.554", "94.0", "reduction.travel.bus_km@2", "5ea1" * 4, "出行因子更新"):
        assert wanted in bare
    for title in (words.PARTICIPATION, words.EVIDENCE, words.CASES):
        assert title.in_(locale) in told
    assert "林小满" in told
    assert "核证" not in told
    assert "estimated" in told.lower()
    assert re.findall(words.PAGE.in_(locale, page=r"(\d+)"), told) == [str(n + 1) for n in range(len(pages))]


@pytest.mark.parametrize("locale", LOCALES)
def test_the_longest_names_and_forty_departments_find_their_place(locale: Locale) -> None:
    groups = tuple(Group(f"{LONG}{n}", 5 + n, Total(50, 400, 3_000_000)) for n in range(40))
    told = figures(counts=counts(days=90))
    assert told.counts is not None
    scope = replace(told.scope, name=LONG + "处")
    told = replace(told, scope=scope, counts=replace(told.counts, groups=Groups(groups, 0)))

    pages = read(Paper(content_of(told, locale), CASES))

    stands_in_place(pages)
    assert words_of(pages).count("监督检查处") > 40
    assert 8 <= len(pages) <= 20


def test_a_handful_and_nobody_leave_two_pages_that_say_so() -> None:
    told = figures(counts=None, sealed=None, deletion=None, budget=None)

    pages = read(Paper(content_of(told)))

    stands_in_place(pages)
    assert len(pages) == 2
    assert "参加人数少于 5 人" in words_of(pages)
    assert "复算" not in words_of(pages)


def test_one_day_without_any_act_is_drawn() -> None:
    bare = counts(groups=0, days=1, kinds=(), proofs=(), methods=(), comparison=None, corrections=None)

    pages = read(Paper(content_of(figures(counts=replace(bare, days=(replace(bare.days[0], total=Total()),))))))

    stands_in_place(pages)


def test_last_year_with_nothing_counted_is_compared_without_a_change() -> None:
    empty = replace(compared(2025), total=Total(), people=0)
    both = counts().comparison
    assert both is not None
    told = figures(counts=counts(comparison=replace(both, before=empty)))

    section = content_of(told).section("comparison")

    assert section is not None
    assert [row[3] for row in section.rows[3:]] == [None] * 5
    stands_in_place(read(Paper(content_of(told))))


def test_the_charts_are_drawn_to_scale() -> None:
    page = Read()
    charts.bars(page, Box(10, 10, 180, 14), [charts.Bar("甲", 10, "10"), charts.Bar("乙", 5, "5")], 10)
    green = [_run(page, 10 + 3.5 + 7 * row, GREEN) for row in (0, 1)]
    charts.columns(page, Box(10, 50, 180, 60), ["06-15", "06-16"], [40, 20], "次")
    tall = [_run(page, x, GREEN, upright=True) for x in (70, 140)]

    assert green[0] == pytest.approx(green[1] * 2, abs=2)
    assert tall[0] == pytest.approx(tall[1] * 2, abs=2)
    assert [line for line, *_ in page.lines_set][-8:] == ["次", "0", "10", "20", "30", "40", "06-15", "06-16"]


def _run(page: Read, mm: float, ink: tuple[int, int, int], *, upright: bool = False) -> int:
    """Count the pixels of an ink along a line across the page."""
    image, at = page._image, page._px(mm)
    along = range(page._px(50), image.height) if upright else range(image.width)
    return sum(image.getpixel((at, one) if upright else (one, at)) == ink for one in along)


def test_a_photo_of_a_case_is_on_its_page() -> None:
    with_photo = read(Paper(content_of(), CASES[:1]))
    without = read(Paper(content_of(), (replace(CASES[0], photo=None),)))

    differing = [
        ImageChops.difference(one._image, other._image).getbbox() is not None
        for one, other in zip(with_photo, without, strict=True)
    ]
    assert differing.count(True) >= 1


def test_a_pdf_of_a4_pages_comes_out_named() -> None:
    written = paper.draw(Paper(content_of(), CASES[:1]))

    document = pypdfium2.PdfDocument(written)

    assert document.get_metadata_dict()["Title"] == "节能宣传周 · 滨河区档案馆 · 活动总结报告"
    assert {tuple(round(side / 72 * 25.4) for side in page.get_size()) for page in document} == {(210, 297)}
    assert len(document) >= 7
    assert len(written) < 1_500_000


def test_a_name_that_cannot_be_printed_is_named() -> None:
    groups = Groups((Group("处📱", 6, Total(1, 2, 3)),), 0)

    with pytest.raises(GlyphMissing):
        read(Paper(content_of(figures(counts=replace(counts(), groups=groups)))))

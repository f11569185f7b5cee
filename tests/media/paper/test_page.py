"""Pages: what is drawn lies where it was put, is sharp, fits or says so, and leaves as PNG and as PDF."""

import io

import pypdfium2
import pytest
from PIL import Image

from backend.media.errors import GlyphMissing, TextTooLong
from backend.media.paper import pdf, squares
from backend.media.paper.page import A4, Page
from backend.media.paper.styles import BLACK, GREEN, PALE, WHITE, Box, Style
from backend.media.paper.tables import Column, ruled
from tests.media.paper.marks import photographed, scanned

LONG = "滨河区行政中心综合办公楼三号楼地下一层职工食堂东北侧餐具回收处旁垃圾分类投放站点"


def opened(page: Page) -> Image.Image:
    """Return the page as whoever gets it sees it."""
    return Image.open(io.BytesIO(page.png())).convert("RGB")


def ink_in(page: Page, box: Box) -> Box | None:
    """Return the smallest box, within a box of a white page, that holds everything drawn there."""
    pixels = [round(side / 25.4 * page.dpi) for side in (box.x, box.y, box.right, box.bottom)]
    found = (
        opened(page).crop((pixels[0], pixels[1], pixels[2], pixels[3])).convert("L").point(lambda v: 255 * (v < 250))
    )
    edges = found.getbbox()
    if edges is None:
        return None
    left, top, right, bottom = (side * 25.4 / page.dpi for side in edges)
    return Box(box.x + left, box.y + top, right - left, bottom - top)


@pytest.mark.parametrize(("dpi", "pixels"), [(300, (2480, 3508)), (150, (1240, 1754))])
def test_a_page_is_a4_at_its_resolution(dpi: int, pixels: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(Page(dpi=dpi).png()))

    assert image.size == pixels
    assert [round(one) for one in image.info["dpi"]] == [dpi, dpi]


def test_text_stands_in_its_box_at_its_side() -> None:
    box = Box(60, 100, 90, 30)
    for side in ("left", "centre", "right"):
        page = Page(dpi=150)

        page.text("一层食堂东门", box, Style(20, "Bold", side=side), middle=True)

        ink = ink_in(page, page.box)
        assert ink is not None
        assert box.y < ink.y < ink.bottom < box.bottom
        spare = {"left": ink.x - box.x, "centre": abs(ink.x + ink.width / 2 - 105), "right": box.right - ink.right}[
            side
        ]
        assert abs(spare) < 1.2
        assert abs(ink.y + ink.height / 2 - 115) < 1.2


def test_text_shrinks_until_it_fits_and_never_leaves_its_box() -> None:
    box = Box(20, 20, 170, 22)
    for text in ("食堂", LONG, LONG * 2):
        page = Page(dpi=150)

        page.fitted(text, box, Style(34, "Bold", side="centre", leading=1.2), 8)

        ink = ink_in(page, page.box)
        assert ink is not None
        assert box.x <= ink.x
        assert ink.right <= box.right
        assert box.y <= ink.y
        assert ink.bottom <= box.bottom


def test_text_that_does_not_fit_even_at_its_least_size_is_named_and_nothing_is_drawn() -> None:
    page = Page(dpi=150)

    with pytest.raises(TextTooLong) as caught:
        page.fitted(LONG * 5, Box(20, 20, 100, 10), Style(20), 10)

    assert "过长" in caught.value.text("zh-CN")
    assert "too long" in caught.value.text("en")
    assert LONG[:10] in caught.value.text("en")
    assert ink_in(page, page.box) is None


def test_a_text_with_a_character_that_cannot_be_printed_is_not_drawn() -> None:
    page = Page(dpi=150)

    with pytest.raises(GlyphMissing):
        page.text("食堂🍚", page.box, Style(20))

    assert ink_in(page, page.box) is None


def test_plain_areas_keep_their_ink_exactly_for_a_printer_dots_what_is_nearly_white() -> None:
    page = Page(dpi=150)
    page.fill(Box(10, 10, 100, 50), GREEN)
    page.fill(Box(10, 70, 100, 50), PALE)
    page.text("白字", Box(20, 20, 80, 30), Style(40, "Bold", WHITE))
    page.text("黑字", Box(20, 80, 80, 30), Style(40, "Bold", BLACK))

    colours = sorted(opened(page).getcolors(1 << 24) or [], reverse=True)

    assert {colour for _, colour in colours[:4]} == {WHITE, GREEN, PALE, BLACK}
    assert len(colours) > 20  # letters have soft edges


def test_a_photo_on_a_page_keeps_its_colours() -> None:
    page = Page(dpi=150)
    page.picture(Image.linear_gradient("L").convert("RGB"), Box(20, 20, 50, 80))

    image = opened(page)

    assert len(image.getcolors(1 << 24) or []) > 200
    ink = ink_in(page, page.box)
    assert ink is not None
    assert abs(ink.width - 50) < 1
    assert abs(ink.y + ink.height / 2 - 60) < 1


def test_a_qr_code_has_whole_pixels_a_quiet_zone_and_the_module_that_is_told() -> None:
    code = squares.drawn("K7QM2XPA", 1000)

    assert code.modules == 21
    assert code.module_pixels == 1000 // (21 + 8)
    assert code.picture.size == (29 * code.module_pixels,) * 2
    quiet = 4 * code.module_pixels
    assert code.picture.point(lambda light: not light, "1").getbbox() == (
        quiet,
        quiet,
        25 * code.module_pixels,
        25 * code.module_pixels,
    )
    small = code.picture.resize((29, 29), Image.Resampling.NEAREST)
    assert small.resize(code.picture.size, Image.Resampling.NEAREST).tobytes() == code.picture.tobytes()


def test_a_qr_code_says_how_wide_its_modules_are_on_paper_and_is_read_from_a_photo() -> None:
    page = Page()

    module = page.square("K7QM2XPA", Box(60, 100, 90, 90))

    assert 3 < module < 3.2
    assert scanned(opened(page)) == ["K7QM2XPA"]
    assert scanned(photographed(opened(page))) == ["K7QM2XPA"]


def test_a_pdf_has_the_pages_of_the_pngs_pixel_by_pixel() -> None:
    pages = []
    for number in range(2):
        page = Page(dpi=150)
        page.fill(Box(20, 20, 60, 30), GREEN)
        page.text(f"第{number + 1}页", Box(20, 60, 100, 40), Style(40, "Bold"))
        pages.append(page)
    coloured = Page(dpi=150)
    coloured.picture(Image.linear_gradient("L").convert("RGB"), Box(20, 20, 50, 80))
    pngs = [page.png() for page in (*pages, coloured)]

    document = pypdfium2.PdfDocument(pdf.bound(pngs, A4, "点位码"))

    assert len(document) == 3
    assert document.get_metadata_dict()["Title"] == "点位码"
    for number, png in enumerate(pngs):
        width, height = document[number].get_size()
        assert (round(width), round(height)) == (595, 842)
        (image,) = document[number].get_objects()
        assert isinstance(image, pypdfium2.PdfImage)
        assert (
            image.get_bitmap().to_pil().convert("RGB").tobytes() == Image.open(io.BytesIO(png)).convert("RGB").tobytes()
        )


def test_a_table_wraps_its_cells_and_leaves_for_the_next_page_what_does_not_fit() -> None:
    columns = [Column("序号", 1, "centre"), Column("说明", 4), Column("数量", 1, "right")]
    rows = [(str(number), LONG[: number * 6], "3 台") for number in range(1, 8)]
    page = Page(dpi=150)

    drawn = ruled(page, Box(20, 20, 120, 50), columns, rows)

    assert 0 < drawn.rows < 7
    assert drawn.bottom <= 70
    ink = ink_in(page, page.box)
    assert ink is not None
    assert abs(ink.bottom - drawn.bottom) < 0.5
    assert ruled(Page(dpi=150), Box(20, 20, 120, 200), columns, rows).rows == 7


def test_a_row_higher_than_the_page_is_named() -> None:
    with pytest.raises(TextTooLong):
        ruled(Page(dpi=150), Box(20, 20, 40, 20), [Column("", 1)], [[LONG * 3]])

"""Two pictures are alike when only the edges of their letters differ, and not when anything else does."""

import pytest
from PIL import Image, ImageDraw

from backend.media.paper import fonts
from backend.screens.inks import INKS
from tests.browser import likeness
from tests.browser.test_pictures import MEAN, WORST

SIZES = ((1920, 1080), (1280, 720), (1080, 1920), (3840, 1080), (1920, 360))
ROWS = ("1 节能监察处 4321 分", "2 办公室 3934 分", "3 后勤服务中心 3547 分", "4 Green Office 3160 分")


def drawn(
    size: tuple[int, int],
    *,
    finer: int = 1,
    moved: float = 0,
    rows: tuple[str, ...] = ROWS,
    ink: str = "bar",
    text: float = 0,
) -> Image.Image:
    """Return a head and a list; `finer` draws letters large and reduces them, as another program would smooth them."""
    width, height = size[0] * finer, size[1] * finer
    # A strip has letters twice as large; that is all that matters here.
    unit = min(width, height) / (500 if width > 5 * height else 1000)
    picture = Image.new("RGB", (width, height), INKS["ground"])
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, 0, width, 158 * unit], INKS["band"])
    font = fonts.opened("Bold", round(57 * unit))
    draw.text(((60 + text) * unit, 110 * unit), "节能新起点 低碳向未来", INKS["light"], font=font, anchor="ls")
    for number, row in enumerate(rows[: 2 if size[0] > 5 * size[1] else 4]):
        top = (200 + 130 * number + (moved if number == 1 else 0)) * unit
        right = (900 - 150 * number) * unit
        draw.rounded_rectangle(
            [56 * unit, top, right, top + 100 * unit], 20 * unit, INKS[ink if number == 1 else "bar"]
        )
        at = (90 + text) * unit, top + 72 * unit
        draw.text(at, row, INKS["ink"], font=fonts.opened("Regular", round(57 * unit)), anchor="ls")
    return picture.resize(size, Image.Resampling.BOX)


@pytest.mark.parametrize("size", SIZES)
def test_letters_that_another_program_has_smoothed_are_alike(size: tuple[int, int]) -> None:
    plain = drawn(size)

    finer = likeness.compared(plain, drawn(size, finer=3))
    aside = likeness.compared(plain, drawn(size, text=1))  # a unit: a pixel at 1080p
    same = likeness.compared(plain, plain)

    assert finer.within(MEAN, WORST), finer
    assert aside.within(MEAN, WORST), aside
    assert (same.mean, same.worst) == (0, 0)


@pytest.mark.parametrize("size", SIZES)
def test_a_moved_box_a_missing_row_another_colour_and_another_name_are_not_alike(size: tuple[int, int]) -> None:
    plain = drawn(size)

    planted = {
        "moved by a fiftieth": drawn(size, moved=20),
        "a missing row": drawn(size, rows=ROWS[:1]),
        "another colour": drawn(size, ink="moved"),
        "another name": drawn(size, rows=(ROWS[0], "2 老干部处 3934 分", *ROWS[2:])),
    }

    alike = {name: likeness.compared(plain, other) for name, other in planted.items()}
    assert {name: str(found) for name, found in alike.items() if found.within(MEAN, WORST)} == {}


def test_where_pictures_differ_most_is_told() -> None:
    plain, size = drawn((1920, 1080)), (1920, 1080)

    told = likeness.compared(plain, drawn(size, ink="moved"))
    shown = likeness.beside(plain, drawn(size, ink="moved"))

    assert 330 * 1.08 < told.at[1] < 430 * 1.08
    assert shown.size == (1920, 3240)
    with pytest.raises(AssertionError, match="cannot be alike"):
        likeness.compared(plain, plain.resize((100, 100)))

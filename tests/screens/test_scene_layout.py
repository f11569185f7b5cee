"""Every scene on every shape, in both languages, with whatever is hard to lay out: nothing overlaps, nothing is cut."""

import itertools
import re
from collections.abc import Iterator

import pytest

from backend.core.text import LOCALES, Locale
from backend.media.paper import coverage
from backend.screens import frame
from backend.screens.boxes import LINE, Area, Box, Picture, Square, Words
from backend.screens.inks import contrast
from backend.screens.scene import all_scenes
from backend.screens.scenes import ORDER
from backend.screens.shapes import NOTE, PRIMARY, SECONDARY, SHAPES, STRIP_LEAST, Shape
from backend.screens.sheet import width
from tests.screens import scenery
from tests.screens.facts import Case, cases

CASES = cases()
LEAST = {"h1": PRIMARY, "h2": PRIMARY, "b": PRIMARY, "p": SECONDARY, "small": NOTE}
LEGIBLE = 4.5  # to one: WCAG 2.2, 1.4.3


async def sheets(case: Case, locale: Locale, shape: Shape) -> list[list[Box]]:
    """Return the sheets of a case; none where there is nothing to say."""
    wall = case.wall(locale)
    told = await case.gathered(wall)
    return [one.boxes for one in all_scenes()[case.scene].lay(told, wall, shape)] if told is not None else []


@pytest.fixture(params=list(SHAPES.values()), ids=list(SHAPES))
def shape(request: pytest.FixtureRequest) -> Shape:
    """Give each shape in turn."""
    found: Shape = request.param
    return found


def rows_of(boxes: list[Box]) -> set[str]:
    """Return the rows of a sheet."""
    return {box.row for box in boxes if isinstance(box, Words | Area) and box.row}


def faults(boxes: list[Box], shape: Shape) -> Iterator[str]:
    """Find what breaks a rule that can be measured."""
    words = [box for box in boxes if isinstance(box, Words)]
    for box in boxes:
        inside = box.x >= 0 and box.y >= 0 and box.x + box.w <= shape.width and box.y + box.h <= shape.height
        if not inside or box.w <= 0 or box.h <= 0:
            yield f"outside of the sheet: {box}"
        if isinstance(box, Area) and box.radius * 2 > min(box.w, box.h) + 1:
            yield f"rounder than it is wide: {box}"
    for one in words:
        yield from (f"{fault}: {one}" for fault in _faults_of(one, boxes, shape))
    solid = [box for box in boxes if isinstance(box, Words | Square | Picture)]
    for box, other in itertools.combinations(solid, 2):
        if not _apart(box, other):
            yield f"one over the other: {box} {other}"


def _faults_of(one: Words, boxes: list[Box], shape: Shape) -> Iterator[str]:
    if one.size < (STRIP_LEAST if shape.name == "strip" else LEAST[one.tag]):
        yield "too small"
    if len(one.lines) * one.size * LINE > one.h + 1:
        yield "higher than its box"
    if any(width(line, one.size, bold=one.bold) > one.w for line in one.lines):
        yield "wider than its box"
    if not all(coverage.has(letter) for line in one.lines for letter in line):
        yield "not in the font"
    if re.match(r"[\d,./%]+…", "".join(one.lines)):
        yield "a number that is cut"
    for colour in {one.on, *behind(one, boxes)}:
        if (ratio := contrast(one.ink, colour)) < LEGIBLE:
            yield f"{ratio:.1f} to one on {colour}"


def _apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.w <= other.x or other.x + other.w <= one.x or one.y + one.h <= other.y or other.y + other.h <= one.y
    )


def behind(words: Words, boxes: list[Box]) -> set[str]:
    """Return the colours that lie behind a text: of the areas painted before it that it touches."""
    before = boxes[: boxes.index(words)]
    whole = [
        place
        for place, box in enumerate(before)
        if isinstance(box, Area) and box.x <= words.x and box.y <= words.y and box.x + box.w >= words.x + words.w
        and box.y + box.h >= words.y + words.h
    ]  # fmt: skip
    first = whole[-1] if whole else None
    found = {"ground"} if first is None else {before[first].ink}  # type: ignore[union-attr]
    later = before[0 if first is None else first + 1 :]
    return found | {box.ink for box in later if isinstance(box, Area) and not _apart(box, words)}


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_scene_keeps_the_rules_of_size_contrast_and_place(locale: Locale, shape: Shape) -> None:
    found = []
    for case in CASES:
        wall = case.wall(locale)
        around = frame.lay(wall, shape, wall.now).boxes
        for number, boxes in enumerate(await sheets(case, locale, shape)):
            found += [f"{case.scene}, {case.name}, {number}: {one}" for one in faults([*around, *boxes], shape)]

    assert found == []


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_frame_says_whose_it_is_how_old_it_is_and_that_it_is_voluntary(locale: Locale, shape: Shape) -> None:
    wall = scenery.wall(locale)

    boxes = [box for box in frame.lay(wall, shape, wall.now).boxes if isinstance(box, Words)]
    between = [box for box in frame.lay(scenery.wall(between=True), shape, wall.now).boxes if isinstance(box, Words)]

    texts = [" ".join(box.lines) for box in boxes]
    assert {box.live for box in boxes} == {None, "clock", "place"}
    assert [box.tag for box in boxes].count("h1") == [box.tag for box in between].count("h1") == 1
    assert {"滨河区档案馆", "节能宣传周" if locale == "zh-CN" else "Energy Saving Week"} <= set(texts)
    assert ("最近更新 6月17日 12:00" if locale == "zh-CN" else "Last updated 17 Jun 12:00") in texts
    words = ("自愿参加", "估算") if locale == "zh-CN" else ("oluntary", "estimates")
    assert any(all(word in text for word in words) for text in texts)
    assert [box.lines for box in between if box.tag == "h1"] == [("滨河区档案馆",)]
    assert frame.content(shape).right <= shape.width
    assert frame.content(shape).bottom <= min(
        box.y for box in boxes if "最近更新" in box.lines[0] or "Last updated" in box.lines[0]
    )


def test_every_scene_of_the_order_is_laid_out_here() -> None:
    assert list(all_scenes()) == list(ORDER)
    assert {case.scene for case in CASES} == set(ORDER)


async def test_what_is_too_long_ends_in_an_ellipsis_and_what_is_not_stands_whole(shape: Shape) -> None:
    for case in (one for one in CASES if one.scene == "departments" and one.name in ("plain", "hard")):
        shown = [
            "".join(box.lines)
            for boxes in await sheets(case, "zh-CN", shape)
            for box in boxes
            if isinstance(box, Words) and box.row and box.tag == "b"
        ]
        wanted = [row.name for row in case.wall("zh-CN").boards["department"].rows]
        if case.name == "plain":
            assert set(wanted) <= set(shown)
            assert not any("…" in text for text in shown)
        else:
            assert any(text.endswith("…") and wanted[0].startswith(text[:-1]) for text in shown)


async def test_a_board_of_ten_stands_on_one_sheet_or_on_two_alike(shape: Shape) -> None:
    (case,) = [one for one in CASES if one.scene == "departments" and one.name == "plain"]
    made = await sheets(case, "zh-CN", shape)

    each = [len(rows_of(boxes)) for boxes in made]

    assert each in ([10], [5, 5])


async def test_of_five_thousand_departments_the_first_are_shown(shape: Shape) -> None:
    (case,) = [one for one in CASES if one.scene == "departments" and one.name == "many"]
    made = await sheets(case, "zh-CN", shape)

    rows = {row for boxes in made for row in rows_of(boxes)}

    assert len(made) <= 2
    assert rows == {f"第 {number} 处 1" for number in range(12)}


async def test_lines_of_one_name_are_told_apart_and_bear_no_number_of_a_member() -> None:
    (case,) = [one for one in CASES if one.scene == "persons" and one.name == "hard"]
    (boxes,) = await sheets(case, "zh-CN", SHAPES["wide"])

    rows = rows_of(boxes)

    assert {"林** 1", "林** 2", "＊＊ 1", "＊＊ 2", "绿色先锋 1", "7 1", "反写 1", "égalité 1"} <= rows

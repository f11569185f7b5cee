"""Parts that several scenes are laid out of: headings, panels with a number, notes, a square code with words."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.screens import codes
from backend.screens.boxes import BASELINE, LINE
from backend.screens.room import SIZES, Room
from backend.screens.sheet import Sheet, width

_FULL = 0.96  # of a width: what texts are broken at, and a little
_LOOSE = 1.05  # how much wider a box is than its number


@dataclass(frozen=True)
class Figure:
    """A number with its unit and what it counts."""

    number: str
    unit: str
    label: str


def line(size: int) -> int:
    """Return how high a line of this size is."""
    return -(-int(size * LINE * 100) // 100)


def heading(sheet: Sheet, room: Room, text: str, aside: str = "") -> Room:
    """Write a scene's heading, and what the numbers under it are: at its right, or below where it is long.

    Returns the room under both.
    """
    sizes = SIZES[sheet.shape.name]
    high, small = line(sizes.heading), line(sizes.text)
    wide = min(room.w // 2, round(width(aside, sizes.text) * 1.06) + 2) if aside else 0
    taken = wide + sizes.gap if aside else 0
    is_long = width(text, sizes.primary, bold=True) > (room.w - taken) * _FULL
    if aside and is_long and sheet.shape.name != "strip":
        top, under, taken = room.y + high, high + small + sizes.gap // 3, 0
    else:
        top, under = room.y + (high - small) * 4 // 5, high + sizes.gap * 2 // 3
    sheet.text(
        text, room.x, room.y, room.w - taken, high, size=sizes.heading, least=sizes.primary, ink="green", bold=True,
        tag="h2",
    )  # fmt: skip
    if aside:
        sheet.text(
            aside, room.right - wide, top, wide, small, size=sizes.text, least=sizes.secondary, ink="soft",
            align="right",
        )  # fmt: skip
    return room.below(under)


def notes(sheet: Sheet, room: Room, said: Sequence[str], *, lines: int = 2) -> Room:
    """Write footnotes at the bottom of a room; return the room above them."""
    text = " ".join(said)
    if not text:
        return room
    sizes = SIZES[sheet.shape.name]
    if sheet.shape.name == "strip":
        lines = 1
    needed = 1 if width(text, sizes.note) < room.w * _FULL else lines
    foot = room.foot(line(sizes.note) * needed + 2)
    sheet.text(text, foot.x, foot.y, foot.w, foot.h, size=sizes.note, least=sizes.least, ink="soft", tag="small")
    return room.above(foot.h + sizes.gap // 2)


def notice(sheet: Sheet, room: Room, text: str, *, size: int | None = None, least: int | None = None) -> None:
    """Say that something is not as usual, on a panel that fills the room."""
    sizes = SIZES[sheet.shape.name]
    sheet.area(room.x, room.y, room.w, room.h, "notice", radius=20)
    inner = room.inset(sizes.gap, sizes.gap // 4)
    sheet.text(
        text, inner.x, inner.y, inner.w, inner.h, size=size or sizes.name, least=least or sizes.secondary,
        ink="warning", on="notice", middle=True, bold=True, balanced=True,
    )  # fmt: skip


def tiles(sheet: Sheet, rooms: Sequence[Room], figures: Sequence[Figure], *, size: int | None = None) -> None:
    """Show numbers on panels: large, the unit behind, what it counts above; all in the sizes that suit all."""
    sizes = SIZES[sheet.shape.name]
    wanted = size or sizes.title
    pairs = [(room.inset(sizes.gap, sizes.gap // 4), figure) for room, figure in zip(rooms, figures, strict=True)]
    largest = sizes.text if wanted < sizes.figure else sizes.name
    label = min(_fitting(figure.label, inner.w, largest, sizes.secondary) for inner, figure in pairs)
    numbers = min(_largest(sheet, inner.w, inner.h - line(label), figure, wanted)[0] for inner, figure in pairs)
    for room, (inner, figure) in zip(rooms, pairs, strict=True):
        sheet.area(room.x, room.y, room.w, room.h, "paper", radius=20)
        top = inner.y + max(0, inner.h - line(label) - line(numbers)) // 2
        sheet.text(
            figure.label, inner.x, top, inner.w, line(label), size=label, least=sizes.secondary, ink="soft", on="paper"
        )
        number(sheet, Room(inner.x, top + line(label), inner.w, line(numbers)), figure, size=numbers)


def _fitting(text: str, wide: int, size: int, least: int) -> int:
    """Return the largest size in which a text fits into one line, or the least."""
    while size > least and width(text, size) > wide * _FULL:
        size -= 1
    return size


def number(sheet: Sheet, room: Room, figure: Figure, *, size: int, ink: str = "green", on: str = "paper") -> None:
    """Write a number as large as fits and its unit behind it, on one line with it.

    A number is never cut, which would make it another one: where there is no room for both the unit is left out.
    """
    sizes = SIZES[sheet.shape.name]
    largest, small = _largest(sheet, room.w, room.h, figure, size)
    unit = _unit(figure, small)
    wide = min(room.w - unit, round(width(figure.number, largest, bold=True) * _LOOSE) + 2)
    sheet.text(
        figure.number, room.x, room.y, wide, line(largest), size=largest, least=sizes.primary, ink=ink, on=on,
        bold=True, tag="b",
    )  # fmt: skip
    if unit:
        sheet.text(
            figure.unit, room.x + wide + small // 3, room.y + round((largest - small) * BASELINE), unit - small // 3,
            line(small), size=small, least=sizes.secondary, ink="soft" if on == "paper" else ink, on=on,
        )  # fmt: skip


def _largest(sheet: Sheet, wide: int, high: int, figure: Figure, size: int) -> tuple[int, int]:
    """Return how large number and unit may be in a room; 0 for the unit where it has no place."""
    sizes = SIZES[sheet.shape.name]
    least = width(figure.number, sizes.primary, bold=True) * _LOOSE
    small = max(sizes.secondary, min(sizes.name, size // 2))
    if least > wide - _unit(figure, small):
        small = sizes.secondary if least <= wide - _unit(figure, sizes.secondary) else 0
    left = wide - _unit(figure, small)
    largest = max(sizes.primary, min(size, int(high / LINE)))
    while largest > sizes.primary and width(figure.number, largest, bold=True) * _LOOSE > left:
        largest -= 1
    return largest, small


def _unit(figure: Figure, size: int) -> int:
    """Return how wide a unit is, with the space before it."""
    return round(width(figure.unit, size) * 1.1) + size // 3 + 2 if figure.unit and size else 0


def listed(sheet: Sheet, rooms: Sequence[Room], figures: Sequence[Figure]) -> None:
    """Show numbers one below the other: what it counts at the left, the number at the right."""
    sizes = SIZES[sheet.shape.name]
    for room, figure in zip(rooms, figures, strict=False):
        sheet.area(room.x, room.y, room.w, room.h, "paper", radius=20)
        inner = room.inset(sizes.gap, 0)
        shown = f"{figure.number} {figure.unit}".strip()
        size = max(sizes.name, min(sizes.title, room.h * 2 // 5))
        wide = min(inner.w * 7 // 10, round(width(shown, size, bold=True) * 1.06) + 2)
        sheet.text(
            figure.label, inner.x, inner.y, inner.w - wide - sizes.gap // 2, inner.h, size=max(sizes.text, size // 2),
            least=sizes.secondary, ink="soft", on="paper", middle=True,
        )  # fmt: skip
        sheet.text(
            shown, inner.right - wide, inner.y, wide, inner.h, size=size, least=sizes.primary, ink="green",
            on="paper", bold=True, align="right", middle=True, tag="b",
        )  # fmt: skip


def square(sheet: Sheet, room: Room, address: str, says: str) -> Room:
    """Show a square code as large as the room's height; return the room beside it."""
    sizes = SIZES[sheet.shape.name]
    side = min(room.w, room.h)
    sheet.area(room.x, room.y, side, side, "paper", radius=20)
    sheet.square(room.x + 8, room.y + 8, side - 16, codes.modules(address), says=says)
    return room.beside(side + sizes.gap)


def empty(sheet: Sheet, room: Room, text: str) -> None:
    """Say in large letters why there is nothing to show."""
    sizes = SIZES[sheet.shape.name]
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=20)
    inner = room.inset(sizes.gap, sizes.gap // 2)
    sheet.text(
        text, inner.x, inner.y, inner.w, inner.h, size=sizes.heading, least=sizes.primary, ink="soft", on="paper",
        align="center", middle=True, balanced=True, tag="b",
    )  # fmt: skip

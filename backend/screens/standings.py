"""A board on a wall: which lines it shows, what stands beside them, and how they are laid out."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.campaigns.tables import PAUSED, RUNNING
from backend.core.text import Text
from backend.leaderboards.boards import Board
from backend.leaderboards.boards import Row as BoardRow
from backend.screens import frame, panels
from backend.screens.legible import legible, named
from backend.screens.room import SIZES, Room
from backend.screens.scene import Wall
from backend.screens.shapes import Shape, ShapeName
from backend.screens.sheet import Sheet, medal, width

_MEDALS = ("gold", "silver", "bronze")
MOST_LINES = 12  # on two sheets at most: what is below is not read in passing

MEASURES = {
    "points": Text("积分", "Points"),
    "carbon": Text("估算减排量", "Estimated reduction"),
    "points_per_head": Text("人均积分", "Points a head"),
    "carbon_per_head": Text("人均估算减排量", "Estimated reduction a head"),
}
TAKING_PART = Text("{count} 人参与", "{count} taking part")
CORRECTED = Text("更正 {by}", "corr. {by}")
NOTHING = Text("这次活动没有可以列出的名次", "This campaign has no standings that could be listed")
NOBODY = Text("还没有上榜的记录，第一条等你来打卡", "Nothing on the board yet: the first check-in may be yours")

# How many lines of one height, and of those that leave room for a name on two lines, a column has; how many columns.
_COLUMNS: dict[ShapeName, int] = {"landscape": 1, "portrait": 1, "wide": 2, "strip": 2}
_LEAST_PITCH: dict[ShapeName, int] = {"landscape": 92, "portrait": 96, "wide": 92, "strip": 148}
_TALL_PITCH: dict[ShapeName, int] = {"landscape": 0, "portrait": 176, "wide": 0, "strip": 0}  # 0: no room for them
_MOST_PITCH: dict[ShapeName, int] = {"landscape": 132, "portrait": 196, "wide": 132, "strip": 190}


@dataclass(frozen=True)
class Line:
    """One line of a board; `row` stays the same while its name does, so that it can move to another place."""

    row: str
    rank: int  # 0: it has none
    name: str
    value: int
    number: str
    beside: str = ""  # what stands before the number where there is the room
    correction: str = ""


@dataclass(frozen=True)
class Standings:
    """What a board scene says."""

    title: str
    measured: str
    lines: tuple[Line, ...]
    notice: str
    notes: tuple[str, ...]
    nobody: str
    top: int = 0  # the value of a full bar; 0: the largest of the lines


def of(board: Board, wall: Wall, nobody: str | None = None) -> Standings:
    """Gather what a wall says of a board."""
    shown = board.rows[:MOST_LINES]
    units = {row.label.partition(" ")[2] for row in shown}
    unit = units.pop() if len(units) == 1 else ""
    lines = numbered([_line(row, wall, unit) for row in shown])
    measured = MEASURES[board.measure].in_(wall.locale)
    notes = [board.ties] if len({row.rank for row in shown}) < len(shown) else []
    return Standings(
        title=legible(board.title),
        measured=f"{measured} · {unit}" if unit and "carbon" in board.measure else measured,
        lines=tuple(lines),
        notice=legible(board.notice or ""),
        notes=(*notes, *([board.hidden] if board.hidden else [])),
        nobody=_nobody(board, wall, nobody),
    )


def _nobody(board: Board, wall: Wall, nobody: str | None) -> str:
    """Say why there are no lines."""
    if board.state not in (RUNNING, PAUSED):
        return wall.say(NOTHING)
    return nobody or board.hidden or wall.say(NOBODY)


def numbered(lines: Sequence[Line]) -> list[Line]:
    """Name the rows of a list by what they show; who is shown alike is counted."""
    counted: Counter[str] = Counter()
    named_lines = []
    for one in lines:
        counted[one.name] += 1
        named_lines.append(replace(one, row=f"{one.name} {counted[one.name]}"))
    return named_lines


def _line(row: BoardRow, wall: Wall, unit: str) -> Line:
    corrected = row.correction_label
    return Line(
        row="",
        rank=row.rank,
        name=named(row.name),
        value=row.value,
        number=row.label.removesuffix(f" {unit}") if unit else row.label,
        beside=wall.say(TAKING_PART, count=row.participants) if row.participants > 1 else "",
        correction=wall.say(CORRECTED, by=corrected.partition(" ")[0] if unit else corrected) if corrected else "",
    )


def parted(lines: Sequence[Line], most: int) -> list[Sequence[Line]]:
    """Part lines into sheets of much the same length, none longer than `most`."""
    count = -(-len(lines) // most)
    each = -(-len(lines) // count)
    return [lines[start : start + each] for start in range(0, len(lines), each)]


def lay(said: Standings, shape: Shape) -> list[Sheet]:
    """Lay a board out, on as many sheets as it needs."""
    if not said.lines:
        sheet = Sheet(shape)
        room = panels.heading(sheet, frame.content(shape), said.title)
        panels.empty(sheet, _noticed(sheet, room, said.notice), said.nobody)
        return [sheet]
    if shape.name == "strip":
        return _on_a_strip(said, shape)
    sheets: list[Sheet] = []
    rest: list[Sequence[Line]] = [said.lines]
    while rest:
        sheet = Sheet(shape)
        room = panels.heading(sheet, frame.content(shape), said.title, said.measured)
        room = panels.notes(sheet, _noticed(sheet, room, said.notice), said.notes)
        pitch = _pitch(said.lines, room, shape)
        if not sheets:
            rest = parted(said.lines, _COLUMNS[shape.name] * max(1, room.h // pitch))
        _table(sheet, room, rest.pop(0), said, pitch)
        sheets.append(sheet)
    return sheets


def _on_a_strip(said: Standings, shape: Shape) -> list[Sheet]:
    """Lay a board out for a strip: there is one line for what is to be noted, so notes take turns with the sheets."""
    notes = [note for note in (_short(said.notice), *said.notes) if note]
    pitch = _LEAST_PITCH[shape.name]
    sheets: list[Sheet] = []
    parts: list[Sequence[Line]] = []
    while not sheets or len(sheets) < max(len(parts), len(notes)):
        sheet = Sheet(shape)
        room = panels.heading(sheet, frame.content(shape), said.title, said.measured)
        room = panels.notes(sheet, room, notes[len(sheets) % len(notes) :][:1] if notes else [])
        parts = parts or parted(said.lines, _COLUMNS[shape.name] * (room.h // pitch))
        _table(sheet, room, parts[len(sheets) % len(parts)], said, pitch)
        sheets.append(sheet)
    return sheets


def _short(notice: str) -> str:
    """Return the first clause of a sentence: the rest of it has no room on a strip."""
    return re.split("[，；;,]", notice)[0].rstrip("。.")


def _noticed(sheet: Sheet, room: Room, text: str) -> Room:
    """Say above the lines that the board is not as usual, if it is not; return the room that is left."""
    if not text:
        return room
    sizes = SIZES[sheet.shape.name]
    high = panels.line(sizes.text) + sizes.gap // 2
    wide = width(text, sizes.text, bold=True) * 1.04 > room.w - 2 * sizes.gap
    if wide and sheet.shape.name == "portrait":
        high += panels.line(sizes.text)
    panels.notice(sheet, room.top(high), text, size=sizes.text, least=sizes.secondary)
    return room.below(high + sizes.gap // 2)


def _pitch(lines: Sequence[Line], room: Room, shape: Shape) -> int:
    """Return how high lines are at least: higher where a name needs two lines and there is the room."""
    tall = _TALL_PITCH[shape.name]
    if tall and any(width(one.name, SIZES[shape.name].primary) > _named(lines, room.w, shape) * 0.96 for one in lines):
        return tall
    return _LEAST_PITCH[shape.name]


def _parts(lines: Sequence[Line], shape: Shape) -> tuple[int, int, int, int]:
    """Return how wide rank, participants, correction and value are, over all sheets: columns stay in their places."""
    sizes = SIZES[shape.name]
    value = max(round(width(one.number, sizes.name, bold=True) * 1.06) + 2 for one in lines)
    beside = correction = 0
    if shape.name in ("landscape", "wide"):
        beside = max(round(width(one.beside, sizes.secondary) * 1.08) + sizes.gap if one.beside else 0 for one in lines)
    correction = max(
        round(width(one.correction, sizes.secondary, bold=True) * 1.08) + sizes.gap if one.correction else 0
        for one in lines
    )
    rank = round(sizes.name * 1.75) if any(one.rank for one in lines) else sizes.gap // 2
    return rank, beside, correction, value


def _named(lines: Sequence[Line], wide: int, shape: Shape) -> int:
    """Return how much of a line is left for a name."""
    gap = SIZES[shape.name].gap
    column = (wide - gap * (_COLUMNS[shape.name] - 1)) // _COLUMNS[shape.name]
    return column - sum(_parts(lines, shape)) - 2 * gap


def _table(sheet: Sheet, room: Room, own: Sequence[Line], said: Standings, least: int) -> None:
    shape = sheet.shape
    columns = _COLUMNS[shape.name]
    each = -(-len(own) // columns) if len(own) > 2 else len(own)  # noqa: PLR2004 - two lines need no second column
    fits = max(1, room.h // least)
    pitch = min(_MOST_PITCH[shape.name], room.h // max(each, min(fits, 5)))
    top = said.top or max(one.value for one in said.lines)
    rooms = room.columns(columns, SIZES[shape.name].gap)
    for place, one in enumerate(own):
        column = rooms[min(place // each, columns - 1)]
        at = Room(column.x, column.y + (place % each) * pitch, column.w, pitch - max(8, pitch // 10))
        _row(sheet, at, one, said.lines, top)


def _row(sheet: Sheet, room: Room, one: Line, everyone: Sequence[Line], top: int) -> None:
    sizes, shape = SIZES[sheet.shape.name], sheet.shape
    rank, beside, correction, value = _parts(everyone, shape)
    radius = min(20, room.h // 4)
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=radius, row=one.row)
    filled = min(room.w, room.w * one.value // top) if top > 0 else 0
    if filled >= 2 * radius:
        sheet.area(room.x, room.y, filled, room.h, "bar", radius=radius, row=one.row)
    if one.rank:
        _ranked(sheet, room, one, rank - 8)
    left = Room(room.x + rank + sizes.gap // 2, room.y, room.w - rank - 2 * sizes.gap, room.h)
    names = left.left(left.w - beside - correction - value)
    sheet.text(
        one.name, names.x, names.y, names.w, names.h, size=sizes.name, least=sizes.primary, on="bar", middle=True,
        tag="b", row=one.row,
    )  # fmt: skip
    edge = left.right - value
    for text, wide, ink, bold in ((one.correction, correction, "warning", True), (one.beside, beside, "soft", False)):
        if wide and text:
            sheet.text(
                text, edge - wide, room.y, wide - sizes.gap // 2, room.h, size=sizes.secondary,
                least=sizes.secondary, ink=ink, on="bar", bold=bold, align="right", middle=True, row=one.row,
            )  # fmt: skip
        edge -= wide
    sheet.text(
        one.number, left.right - value, room.y, value, room.h, size=sizes.name, least=sizes.primary, ink="green",
        on="bar", bold=True, align="right", middle=True, tag="b", row=one.row,
    )  # fmt: skip


def _ranked(sheet: Sheet, room: Room, one: Line, wide: int) -> None:
    """Write the rank, on a medal for the first three."""
    sizes = SIZES[sheet.shape.name]
    across = min(room.h - 12, wide)
    disc = Room(room.x + 8, room.y + (room.h - across) // 2, across, across)
    if one.rank <= len(_MEDALS):
        sheet.area(disc.x, disc.y, disc.w, disc.h, medal(one.rank), radius=across // 2, row=one.row)
    sheet.text(
        str(one.rank), disc.x, room.y, disc.w, room.h, size=max(sizes.primary, min(sizes.name, across * 2 // 3)),
        least=sizes.primary, on=medal(one.rank) if one.rank <= len(_MEDALS) else "bar", bold=True, align="center",
        middle=True, tag="b", row=one.row,
    )  # fmt: skip

"""The sealed result: who stands on the podium, by which seal, and what was corrected since."""

from dataclasses import dataclass, replace

from backend.core.text import Text
from backend.leaderboards.boards import Board
from backend.screens import dates, frame, panels, standings
from backend.screens.queries import RESULT_SHOWN
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet, medal, width
from backend.screens.standings import Line, Standings

TITLE = Text("最终结果", "Result")
SEALED = Text("{at} 封存 · 指纹 {digest}", "Sealed {at} · digest {digest}")
CORRECTIONS = Text("封存后的更正另行标明，名次不变。", "Corrections since the seal are named beside it; no rank moves.")
_DIGEST_LETTERS = 16  # as on certificates
PODIUM = 3


@dataclass(frozen=True)
class Result:
    """The lines on the podium and the seal; with more than three, for ranks are shared, it is a list."""

    said: Standings
    seal: str


class ResultScene(Scene[Result]):
    key = "result"
    title = Text("最终结果", "The final result")
    seconds = 20

    async def facts(self, wall: Wall) -> Result | None:
        campaign = wall.running.campaign if wall.running else None
        if campaign is None or campaign.sealed_at is None or wall.now >= campaign.sealed_at + RESULT_SHOWN:
            return None
        board = _board(wall)
        if board is None:
            return None
        said = standings.of(board, wall)
        first = tuple(one for one in said.lines if one.rank <= PODIUM)
        digest = (campaign.seal_digest or "")[:_DIGEST_LETTERS].upper()
        seal = wall.say(SEALED, at=dates.instant(campaign.sealed_at, wall.locale), digest=digest)
        notes = (wall.say(CORRECTIONS),) if any(one.correction for one in first) else ()
        if not first:
            return None
        title = f"{wall.say(TITLE)} · {said.title}"
        return Result(replace(said, title=title, lines=first, notice=seal, notes=notes), seal)

    def lay(self, facts: Result, wall: Wall, shape: Shape) -> list[Sheet]:
        if len(facts.said.lines) > PODIUM:
            return standings.lay(facts.said, shape)
        sheet, sizes = Sheet(shape), SIZES[shape.name]
        room = panels.heading(sheet, frame.content(shape), facts.said.title, facts.said.measured)
        room = panels.notes(sheet, room, [] if shape.name == "strip" else facts.said.notes)
        high = panels.line(sizes.text)
        sheet.text(
            facts.seal, room.x, room.bottom - high, room.w, high, size=sizes.text, least=sizes.secondary, ink="soft"
        )
        _podium(sheet, room.above(high + sizes.gap // 2), facts.said.lines)
        return [sheet]


SCENE = ResultScene()


def _board(wall: Wall) -> Board | None:
    """Return the institutions of a campaign over several, else the departments."""
    places = wall.boards.get("institution")
    return places if places and len(places.rows) > 1 else wall.boards.get("department")


def _podium(sheet: Sheet, room: Room, lines: tuple[Line, ...]) -> None:
    gap = SIZES[sheet.shape.name].gap
    if sheet.shape.is_upright:
        rooms = room.rows(PODIUM, gap)
        for part, one in zip(rooms, lines, strict=False):
            _step(sheet, part, one)
        return
    columns = room.columns(PODIUM, gap)
    # The first in the middle and highest, as everybody knows it; on a strip all are alike, for want of height.
    is_flat = sheet.shape.name == "strip"
    places = (0, 1, 2) if is_flat else (1, 0, 2)
    for place, one in zip(places, lines, strict=False):
        lower = 0 if is_flat else (one.rank - 1) * room.h // 12
        _step(sheet, columns[place].below(lower), one)


def _step(sheet: Sheet, room: Room, one: Line) -> None:
    sizes = SIZES[sheet.shape.name]
    is_flat = sheet.shape.is_upright or sheet.shape.name == "strip"
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=24, row=one.row)
    disc = min(room.h * 2 // 5, sizes.title)
    inner = room.inset(sizes.gap, sizes.gap // 2 if sheet.shape.name != "strip" else sizes.gap // 4)
    if is_flat:
        at = Room(inner.x, room.y + (room.h - disc) // 2, disc, disc)
        rest = inner.beside(disc + sizes.gap)
    else:
        at = Room(room.x + (room.w - disc) // 2, inner.y, disc, disc)
        rest = inner.below(disc + sizes.gap // 4)
    sheet.area(at.x, at.y, disc, disc, medal(one.rank), radius=disc // 2, row=one.row)
    sheet.text(
        str(one.rank), at.x, at.y, disc, disc, size=max(sizes.primary, disc * 3 // 5), least=sizes.primary,
        on=medal(one.rank), bold=True, align="center", middle=True, tag="b", row=one.row,
    )  # fmt: skip
    high = panels.line(sizes.name)
    names = rest.above(high)
    sheet.text(
        one.name, names.x, names.y, names.w, names.h, size=sizes.heading, least=sizes.primary, on="paper", bold=True,
        align="left" if is_flat else "center", middle=True, balanced=True, tag="b", row=one.row,
    )  # fmt: skip
    _value(sheet, rest.foot(high), one, is_centred=not is_flat)


def _value(sheet: Sheet, room: Room, one: Line, *, is_centred: bool) -> None:
    """Write the value, and what was corrected since behind it."""
    sizes = SIZES[sheet.shape.name]
    value = round(width(one.number, sizes.name, bold=True) * 1.06) + 2
    correction = round(width(one.correction, sizes.secondary, bold=True) * 1.06) + 2 if one.correction else 0
    gap = sizes.gap if correction else 0
    left = room.x + max(0, room.w - value - gap - correction) // 2 if is_centred else room.x
    sheet.text(
        one.number, left, room.y, value, room.h, size=sizes.name, least=sizes.primary, ink="green", on="paper",
        bold=True, tag="b", row=one.row,
    )  # fmt: skip
    if correction:
        at = left + value + gap
        sheet.text(
            one.correction, at, room.y, min(correction, room.right - at), room.h, size=sizes.secondary,
            least=sizes.secondary, ink="warning", on="paper", bold=True, middle=True, row=one.row,
        )  # fmt: skip

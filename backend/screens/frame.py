"""What surrounds every scene: whose screen it is and where, the hour, the campaign, and how old the figures are."""

from datetime import datetime

from backend.core.text import Text
from backend.screens import dates
from backend.screens.legible import legible, named
from backend.screens.room import Room
from backend.screens.scene import Wall
from backend.screens.shapes import PRIMARY, SECONDARY, STRIP_LEAST, Shape, ShapeName
from backend.screens.sheet import Sheet, width

AS_OF = Text("最近更新 {at}", "Last updated {at}")
VOLUNTARY = Text("自愿参加 · 减排量为估算值", "Taking part is voluntary · Reductions are estimates")
VOLUNTARY_SHORT = Text("自愿参加 · 减排量为估算值", "Voluntary · Reductions are estimates")

_ROOMS: dict[ShapeName, Room] = {
    "landscape": Room(56, 186, 1666, 724),
    "portrait": Room(44, 276, 912, 1366),
    "wide": Room(56, 186, 3444, 724),
    "strip": Room(1470, 40, 3793, 800),
}


def content(shape: Shape) -> Room:
    """Return the room that scenes have on a shape."""
    return _ROOMS[shape.name]


def lay(wall: Wall, shape: Shape, as_of: datetime) -> Sheet:
    """Lay the frame out."""
    sheet = Sheet(shape)
    {"portrait": _upright, "strip": _strip}.get(shape.name, _level)(sheet, wall)
    at = wall.say(AS_OF, at=dates.instant(as_of, wall.locale))
    if shape.name == "portrait":
        sheet.text(at, 44, 1662, 912, 48, size=36, least=SECONDARY, ink="soft")
        sheet.text(wall.say(VOLUNTARY), 44, 1712, 912, 48, size=36, least=SECONDARY, ink="soft")
    elif shape.name == "strip":
        _foot(sheet, at, wall.say(VOLUNTARY_SHORT), Room(1470, 862, 3793, 131), STRIP_LEAST)
    else:
        _foot(sheet, at, wall.say(VOLUNTARY), Room(56, 934, shape.width - 112, 48), SECONDARY)
    return sheet


def _foot(sheet: Sheet, at: str, voluntary: str, room: Room, size: int) -> None:
    parted = min(room.w * 2 // 5, round(width(at, size) * 1.1))
    left, right = room.left(parted), room.beside(parted + size)
    sheet.text(at, left.x, left.y, left.w, left.h, size=size, least=size, ink="soft")
    sheet.text(voluntary, right.x, right.y, right.w, right.h, size=size, least=size, ink="soft", align="right")


def _titles(wall: Wall) -> tuple[str, str]:
    """Return what the head says in large letters, and what under it: the campaign and whose screen it is."""
    institution = named(wall.institution.name)
    if wall.running is None:
        return institution, ""
    return legible(wall.running.rules.title.in_(wall.locale)), institution


def _level(sheet: Sheet, wall: Wall) -> None:
    shape = sheet.shape
    sheet.area(0, 0, shape.width, 158, "band")
    title, under = _titles(wall)
    wide = shape.width - 112 - 300
    sheet.text(
        title, 56, 14, wide, 84, size=64, least=PRIMARY, ink="light", on="band", bold=True, middle=True, tag="h1"
    )
    _whose(sheet, under, Room(56, 99, wide, 53), 40)
    sheet.text(
        "", shape.width - 56 - 280, 20, 280, 122, size=92, least=PRIMARY, ink="light", on="band", bold=True,
        align="right", live="clock",
    )  # fmt: skip


def _whose(sheet: Sheet, institution: str, room: Room, size: int) -> None:
    """Name the institution, if the title does not, and behind it the place, which only the screen itself knows."""
    taken = 0
    if institution:
        wide = min(room.w * 2 // 3, round(width(institution, size) * 1.06) + 2)
        sheet.text(institution, room.x, room.y, wide, room.h, size=size, least=size, ink="pale", on="band")
        taken = wide + size * 3 // 4
    left = room.beside(taken)
    sheet.text("", left.x, left.y, left.w, left.h, size=size, least=size, ink="pale", on="band", live="place")


def _upright(sheet: Sheet, wall: Wall) -> None:
    sheet.area(0, 0, sheet.shape.width, 248, "band")
    title, under = _titles(wall)
    if under:
        sheet.text(under, 44, 20, 620, 53, size=40, least=SECONDARY, ink="pale", on="band")
    sheet.text(
        "", 44, 74 if under else 46, 620, 53, size=40, least=SECONDARY, ink="pale", on="band", live="place"
    )  # fmt: skip
    sheet.text(
        "", 684, 16, 272, 122, size=92, least=PRIMARY, ink="light", on="band", bold=True, align="right", live="clock"
    )
    sheet.text(
        title, 44, 140, 912, 92, size=68, least=PRIMARY, ink="light", on="band", bold=True, middle=True, tag="h1"
    )


def _strip(sheet: Sheet, wall: Wall) -> None:
    sheet.area(0, 0, 1400, 1000, "band")
    title, under = _titles(wall)
    y = 30 + sheet.text(
        title, 70, 30, 1260, 290, size=140, least=STRIP_LEAST, ink="light", on="band", bold=True, tag="h1"
    )
    if under:
        y += 8 + sheet.text(under, 70, y + 8, 1260, 262, size=104, least=STRIP_LEAST, ink="pale", on="band")
    sheet.text("", 70, y + 8, 1260, 131, size=STRIP_LEAST, least=STRIP_LEAST, ink="pale", on="band", live="place")
    sheet.text(
        "", 70, 722, 1260, 260, size=200, least=STRIP_LEAST, ink="light", on="band", bold=True, live="clock"
    )  # fmt: skip

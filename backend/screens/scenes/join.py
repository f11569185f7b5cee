"""How to take part: the code of the campaign's page, three steps, and that it is everybody's own choice."""

from dataclasses import dataclass

from backend.campaigns.tables import RUNNING
from backend.core.text import Text
from backend.screens import frame, panels
from backend.screens.legible import legible
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

TITLE = Text("扫码参加", "Scan to take part")
OWN_CHOICE = Text("参加与否由你决定，随时可以退出。", "Your own choice: leave at any time.")


@dataclass(frozen=True)
class Way:
    """Where the code leads, and what is said beside it."""

    address: str
    title: str
    slogan: str
    steps: tuple[str, ...]
    own_choice: str


class Join(Scene[Way]):
    key = "join"
    title = Text("怎样参加", "How to join")

    async def facts(self, wall: Wall) -> Way | None:
        if wall.running is None or wall.join_path is None or wall.running.campaign.state != RUNNING:
            return None
        theme = wall.running.rules.theme
        return Way(
            address=wall.base + wall.join_path,
            title=wall.say(TITLE),
            slogan=legible(theme.slogan_in(wall.running.campaign.starts_on.year).in_(wall.locale)),
            steps=tuple(legible(step) for step in theme.copy_in(wall.locale).how),
            own_choice=wall.say(OWN_CHOICE),
        )

    def lay(self, facts: Way, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes, room = Sheet(shape), SIZES[shape.name], frame.content(shape)
        if shape.is_upright:
            side = 560
            panels.square(sheet, Room(room.x + (room.w - side) // 2, room.y, side, side), facts.address, facts.address)
            rest = room.below(side + sizes.gap)
        else:
            rest = panels.square(sheet, room, facts.address, facts.address).beside(sizes.gap)
        if shape.name == "strip":
            _short(sheet, rest, facts)
        else:
            _said(sheet, rest, facts)
        return [sheet]


SCENE = Join()


def _said(sheet: Sheet, room: Room, facts: Way) -> None:
    sizes = SIZES[sheet.shape.name]
    room = panels.heading(sheet, room, facts.title)
    own = panels.line(sizes.text)
    sheet.text(
        facts.own_choice, room.x, room.bottom - own, room.w, own, size=sizes.text, least=sizes.secondary, ink="soft"
    )
    room = room.above(own + sizes.gap // 2)
    slogan = panels.line(sizes.name) * (2 if room.w < 1200 else 1)  # noqa: PLR2004 - what an English slogan needs
    used = sheet.text(
        facts.slogan, room.x, room.y, room.w, slogan, size=sizes.name, least=sizes.primary, tag="b", balanced=True
    )
    steps = room.below(used + sizes.gap).rows(len(facts.steps), sizes.gap // 2)
    for place, (part, step) in enumerate(zip(steps, facts.steps, strict=True), start=1):
        across = min(part.h, 100)
        middle = part.y + (part.h - across) // 2
        sheet.area(part.x, middle, across, across, "band", radius=across // 2)
        sheet.text(
            str(place), part.x, part.y, across, part.h, size=sizes.primary, least=sizes.primary, ink="light",
            on="band", bold=True, align="center", middle=True, tag="b",
        )  # fmt: skip
        words = part.beside(across + sizes.gap)
        sheet.text(
            step, words.x, words.y, words.w, words.h, size=sizes.name, least=sizes.secondary, middle=True
        )  # fmt: skip


def _short(sheet: Sheet, room: Room, facts: Way) -> None:
    """Say it on a strip, where steps have no room."""
    sizes = SIZES[sheet.shape.name]
    room = panels.heading(sheet, room, facts.title)
    own = panels.line(sizes.text) * 2
    used = sheet.text(
        facts.slogan, room.x, room.y, room.w, room.h - own - sizes.gap, size=sizes.title, least=sizes.primary,
        tag="b", balanced=True,
    )  # fmt: skip
    room = room.below(used + sizes.gap)
    sheet.text(
        facts.own_choice, room.x, room.y, room.w, room.h, size=sizes.text, least=sizes.secondary, ink="soft"
    )  # fmt: skip

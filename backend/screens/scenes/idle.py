"""What always can be shown: whose screen this is, and a friendly sentence."""

from dataclasses import dataclass

from backend.core.text import Text
from backend.screens import frame
from backend.screens.legible import named
from backend.screens.room import SIZES
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

SENTENCE = Text("随手一件小事，都是节约。", "Small things add up. Thank you for saving.")


@dataclass(frozen=True)
class Quiet:
    """The institution and the sentence."""

    institution: str
    sentence: str


class Idle(Scene[Quiet]):
    key = "idle"
    title = Text("待机", "Idle")
    in_default = False  # it stands when nothing else does, whatever the playlist says
    wants = "day"

    async def facts(self, wall: Wall) -> Quiet | None:
        return Quiet(named(wall.institution.name), wall.say(SENTENCE))

    def lay(self, facts: Quiet, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes, room = Sheet(shape), SIZES[shape.name], frame.content(shape)
        sheet.area(room.x, room.y, room.w, room.h, "paper", radius=28)
        inner = room.inset(sizes.gap * 3, sizes.gap)
        half = inner.h * 11 // 20
        sheet.text(
            facts.sentence, inner.x, inner.y, inner.w, half, size=sizes.title, least=sizes.primary, ink="green",
            on="paper", bold=True, align="center", middle=True, balanced=True, tag="h2",
        )  # fmt: skip
        under = inner.below(half)
        sheet.text(
            facts.institution, under.x, under.y, under.w, under.h, size=sizes.name, least=sizes.primary, ink="soft",
            on="paper", align="center", balanced=True, tag="b",
        )  # fmt: skip
        return [sheet]


SCENE = Idle()

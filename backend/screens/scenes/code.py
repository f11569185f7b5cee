"""The changing check-in code: the page and the picture fill in which one; a playlist says of which site."""

from dataclasses import dataclass

from backend.core.text import Text
from backend.screens import frame, panels
from backend.screens.boxes import Align
from backend.screens.room import SIZES
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

TITLE = Text("扫码打卡", "Scan to check in")
STEPS = Text(
    "用小程序里的“扫一扫”对准二维码，看到积分就成了。二维码每 20 秒更换一次，拍下来的旧码无效。",
    "Open the mini-program's scanner and point it here; it is done when you see your points. "
    "The code changes every 20 seconds: a photo of an old one is worth nothing.",
)
SAYS = Text("打卡二维码，每 20 秒更换", "Check-in code, changes every 20 seconds")


@dataclass(frozen=True)
class HowTo:
    """What stands beside the code."""

    title: str
    steps: str
    says: str


class Code(Scene[HowTo]):
    key = "code"
    title = Text("打卡码", "Check-in code")
    seconds = 30
    in_default = False  # which site it is of, only a playlist says
    wants = "day"

    async def facts(self, wall: Wall) -> HowTo | None:
        return HowTo(wall.say(TITLE), wall.say(STEPS), wall.say(SAYS))

    def lay(self, facts: HowTo, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes, room = Sheet(shape), SIZES[shape.name], frame.content(shape)
        side = min(room.w, room.h, 880)
        square = room.top(side) if shape.is_upright else room.left(side)
        left = square.x + (square.w - side) // 2
        sheet.area(left, square.y, side, side, "paper", radius=24)
        sheet.square(left + 12, square.y + 12, side - 24, (), says=facts.says, live="code")
        rest = room.below(side + sizes.gap) if shape.is_upright else room.beside(side + 2 * sizes.gap)
        align: Align = "center" if shape.is_upright else "left"
        high = panels.line(sizes.heading)
        sheet.text(
            facts.title, rest.x, rest.y, rest.w, high, size=sizes.heading, least=sizes.primary, ink="green",
            bold=True, tag="h2", align=align,
        )  # fmt: skip
        site = rest.below(high + sizes.gap // 2)
        sheet.text(
            "", site.x, site.y, site.w, panels.line(sizes.name), size=sizes.name, least=sizes.primary, tag="b",
            align=align, live="code-title",
        )  # fmt: skip
        steps = site.below(panels.line(sizes.name) + sizes.gap // 2)
        size = sizes.text if shape.is_upright else sizes.name
        sheet.text(
            facts.steps, steps.x, steps.y, steps.w, steps.h, size=size, least=sizes.secondary, ink="soft",
            align=align,
        )  # fmt: skip
        return [sheet]


SCENE = Code()

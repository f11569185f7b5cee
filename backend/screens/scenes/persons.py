"""The board of the institution's people: the top only, by the names that they chose, masked where they chose none."""

from backend.core.text import Text
from backend.screens import standings
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet
from backend.screens.standings import Standings

NOBODY = Text(
    "参加的人满 {threshold} 位后，这里显示前几名的昵称",
    "Once {threshold} people take part, the first of them are named here",
)


class Persons(Scene[Standings]):
    key = "persons"
    title = Text("个人榜", "People")
    seconds = 20

    async def facts(self, wall: Wall) -> Standings | None:
        board = wall.boards.get("person")
        return standings.of(board, wall, wall.say(NOBODY, threshold=wall.threshold)) if board else None

    def lay(self, facts: Standings, wall: Wall, shape: Shape) -> list[Sheet]:
        return standings.lay(facts, shape)


SCENE = Persons()

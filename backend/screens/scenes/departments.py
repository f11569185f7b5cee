"""The board of the institution's departments."""

from backend.core.text import Text
from backend.screens import standings
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet
from backend.screens.standings import Standings


class Departments(Scene[Standings]):
    key = "departments"
    title = Text("部门榜", "Departments")
    seconds = 20

    async def facts(self, wall: Wall) -> Standings | None:
        board = wall.boards.get("department")
        return standings.of(board, wall) if board else None

    def lay(self, facts: Standings, wall: Wall, shape: Shape) -> list[Sheet]:
        return standings.lay(facts, shape)


SCENE = Departments()

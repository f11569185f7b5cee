"""The board of the institutions, where a campaign has several."""

from backend.core.text import Text
from backend.screens import standings
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet
from backend.screens.standings import Standings


class Institutions(Scene[Standings]):
    key = "institutions"
    title = Text("单位榜", "Institutions")
    seconds = 20

    async def facts(self, wall: Wall) -> Standings | None:
        board = wall.boards.get("institution")
        if board is None or wall.running is None or wall.running.campaign.institution_id == wall.institution.id:
            return None
        return standings.of(board, wall)

    def lay(self, facts: Standings, wall: Wall, shape: Shape) -> list[Sheet]:
        return standings.lay(facts, shape)


SCENE = Institutions()

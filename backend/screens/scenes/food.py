"""What was left on the plates today, in grams a head, by meal: as the canteen has weighed it."""

from collections.abc import Sequence
from dataclasses import dataclass

from backend.core.text import Text
from backend.meals import queries as meals
from backend.meals.queries import MealWaste
from backend.screens import dates, figures, frame, panels
from backend.screens.panels import Figure
from backend.screens.room import SIZES
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

TITLE = Text("今天每人剩下多少", "Left over today, per head")
MEALS = {
    "breakfast": Text("早餐 · {diners} 人用餐", "Breakfast · {diners} ate"),
    "lunch": Text("午餐 · {diners} 人用餐", "Lunch · {diners} ate"),
    "dinner": Text("晚餐 · {diners} 人用餐", "Dinner · {diners} ate"),
}
GRAMS = Text("克/人", "g a head")
SENTENCE = Text("按需取餐，小份先取，不够再添", "Take what you need, start small, come back for more")


@dataclass(frozen=True)
class Left:
    """The day and its meals."""

    day: str
    meals: tuple[Figure, ...]


class Food(Scene[Left]):
    key = "food"
    title = Text("今日餐厨垃圾", "Food waste today")
    wants = "day"

    async def facts(self, wall: Wall) -> Left | None:
        async with wall.database.read() as session:
            weighed = await meals.today(session, wall.institution.id or 0, wall.today, wall.threshold)
        return left(weighed, wall)

    def lay(self, facts: Left, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes = Sheet(shape), SIZES[shape.name]
        room = panels.heading(sheet, frame.content(shape), wall.say(TITLE), facts.day)
        if shape.name != "strip":
            high = panels.line(sizes.name)
            if shape.is_upright:
                high *= 2
            foot = room.foot(high)
            sheet.text(
                wall.say(SENTENCE), foot.x, foot.y, foot.w, foot.h, size=sizes.name, least=sizes.primary, ink="green",
                middle=True, tag="b",
            )  # fmt: skip
            room = room.above(high + sizes.gap)
        count = len(facts.meals)
        rooms = room.rows(count, sizes.gap) if shape.is_upright else room.columns(count, sizes.gap)
        panels.tiles(sheet, rooms, facts.meals, size=sizes.figure)
        return [sheet]


SCENE = Food()


def left(weighed: Sequence[MealWaste], wall: Wall) -> Left | None:
    """Return what may be told of the meals: nothing of one at which fewer ate than the threshold."""
    meals = tuple(
        Figure(
            figures.tenths(_per_head(one)),
            wall.say(GRAMS),
            wall.say(MEALS[one.meal], diners=figures.whole(one.diners)),
        )
        for one in weighed
        if one.diners >= wall.threshold
    )
    return Left(dates.day(wall.today, wall.locale), meals) if meals else None


def _per_head(one: MealWaste) -> int:
    """Return tenths of a gram a head, a half up, as the canteen's own log rounds."""
    return (20 * one.waste_grams + one.diners) // (2 * one.diners)

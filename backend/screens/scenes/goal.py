"""The goal that departments or the whole institution share: how far each is that the boards list."""

from dataclasses import dataclass, replace

from backend.core.text import Text
from backend.honours import goals
from backend.honours.goals import GoalProgress
from backend.screens import figures, frame, panels, standings
from backend.screens.legible import legible, named
from backend.screens.panels import Figure
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet, width
from backend.screens.standings import Line, Standings

OF_TARGET = Text("{have} / {target}", "{have} / {target}")
REACHED, PERCENT = Text("已达成", "reached"), Text("{percent}%", "{percent} %")
MEASURED = Text("已完成 / 目标 · {unit}", "done / target, {unit}")
UNITS = {"acts": Text("次", "acts"), "points": Text("分", "points")}
SO_FAR = Text("目标 {target}，已完成 {have}", "{have} of {target}")


@dataclass(frozen=True)
class Shared:
    """The goal's title, and the lines of its groups; one alone is shown large."""

    said: Standings
    lone: Figure | None
    percent: int
    so_far: str


class Goal(Scene[Shared]):
    key = "goal"
    title = Text("共同目标", "Shared goal")
    wants = "day"

    async def facts(self, wall: Wall) -> Shared | None:
        if wall.running is None:
            return None
        copy = wall.running.rules.theme.copy_in(wall.locale).goal
        async with wall.database.read() as session:
            found = await goals.on_screens(
                session,
                wall.running,
                institution_id=wall.institution.id or 0,
                day=min(wall.today, wall.running.campaign.ends_on),
                threshold=wall.threshold,
            )
        if not found or copy is None:
            return None
        return shared(found, legible(copy.title), wall)

    def lay(self, facts: Shared, wall: Wall, shape: Shape) -> list[Sheet]:
        return [_alone(facts, facts.lone, shape)] if facts.lone else standings.lay(facts.said, shape)


SCENE = Goal()


def shared(found: list[GoalProgress], title: str, wall: Wall) -> Shared:
    """Return what is told of these groups: who is nearest to the goal comes first."""
    found = sorted(found, key=lambda one: (-one.percent, -one.have, one.name))[: standings.MOST_LINES]
    lines = [_line(one, wall) for one in found]
    unit = UNITS.get(found[0].measure)
    said = Standings(
        title=title,
        measured=wall.say(MEASURED, unit=wall.say(unit)) if unit else "",
        lines=tuple(standings.numbered(lines)),
        notice="",
        notes=(),
        nobody="",
        top=100,
    )
    lone = Figure(str(found[0].percent), "%", lines[0].name) if len(found) == 1 else None
    have, target = _amounts(found[0], wall)
    so_far = wall.say(SO_FAR, have=have, target=f"{target} {wall.say(unit)}" if unit else target)
    return Shared(said, lone, found[0].percent, so_far)


def _line(one: GoalProgress, wall: Wall) -> Line:
    have, target = _amounts(one, wall)
    return Line(
        row="",
        rank=0,
        name=named(one.name),
        value=one.percent,
        number=wall.say(OF_TARGET, have=have, target=target),
        beside=wall.say(REACHED) if one.have >= one.target else "",
    )


def _amounts(one: GoalProgress, wall: Wall) -> tuple[str, str]:
    if one.measure == "carbon_grams":
        return tuple(" ".join(figures.carbon(grams * 1000, wall.locale)) for grams in (one.have, one.target))  # type: ignore[return-value]
    return figures.whole(one.have), figures.whole(one.target)


def _alone(facts: Shared, lone: Figure, shape: Shape) -> Sheet:
    """Show one group's progress large: the number, and beside or below it name, bar and amounts."""
    sheet, sizes = Sheet(shape), SIZES[shape.name]
    room = panels.heading(sheet, frame.content(shape), facts.said.title)
    high = panels.line(sizes.name)
    told = 2 * high + 2 * sizes.gap + 72
    if shape.is_upright:
        room = room.top(panels.line(sizes.figure) + told + 4 * sizes.gap)
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=24)
    inner = room.inset(sizes.gap * 2, sizes.gap)
    if shape.is_upright or shape.name == "landscape":
        figure, rest = inner.above(told + sizes.gap // 2), inner.foot(told)
    else:
        wide = round(width("100", sizes.figure, bold=True) + width(" %", sizes.name)) + 2 * sizes.gap
        figure, rest = inner.left(wide), inner.beside(wide + sizes.gap)
        rest = Room(rest.x, rest.y + (rest.h - told) // 2, rest.w, told)
    numbers = panels.line(sizes.figure)
    figure = Room(figure.x, figure.y + max(0, figure.h - numbers) // 2, figure.w, min(numbers, figure.h))
    panels.number(sheet, figure, replace(lone, label=""), size=sizes.figure)
    sheet.text(
        lone.label, rest.x, rest.y, rest.w, high, size=sizes.name, least=sizes.primary, on="paper", bold=True, tag="b"
    )
    bar = Room(rest.x, rest.y + high + sizes.gap, rest.w, 72)
    sheet.area(bar.x, bar.y, bar.w, bar.h, "plain", radius=bar.h // 2)
    filled = bar.w * facts.percent // 100
    if filled >= bar.h:
        sheet.area(bar.x, bar.y, filled, bar.h, "green", radius=bar.h // 2)
    sheet.text(
        facts.so_far, rest.x, bar.bottom + sizes.gap, rest.w, high, size=sizes.name, least=sizes.primary, ink="soft",
        on="paper", tag="b",
    )  # fmt: skip
    return sheet

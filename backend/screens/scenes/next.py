"""What comes next: campaigns that are scheduled, and themes with their days, which may be no more than expected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import PAUSED, RUNNING, SCHEDULED
from backend.core.text import Text
from backend.planning import plan
from backend.planning.plan import Entry
from backend.screens import dates, frame, panels
from backend.screens.legible import legible
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape, ShapeName
from backend.screens.sheet import Sheet, width

TITLE = Text("接下来的活动", "Coming up")
SURE = {
    "scheduled": Text("已排定", "scheduled"),
    "confirmed": Text("已确定", "confirmed"),
    "verified": Text("已公布", "published"),
    "second-hand": Text("据转载", "as reported"),
    "predicted": Text("预计", "expected"),
}
_AHEAD = timedelta(days=240)
_MOST: dict[ShapeName, int] = {"landscape": 5, "portrait": 6, "wide": 8, "strip": 3}


@dataclass(frozen=True)
class Coming:
    """One thing to come."""

    title: str
    days: str
    certainty: str


@dataclass(frozen=True)
class Ahead:
    """What is to come, the next one first."""

    coming: tuple[Coming, ...]


class Next(Scene[Ahead]):
    key = "next"
    title = Text("接下来", "Coming up")
    wants = "day"

    async def facts(self, wall: Wall) -> Ahead | None:
        if wall.running is not None and wall.running.campaign.state in (RUNNING, PAUSED):
            return None
        found: list[tuple[date, date, Coming]] = []
        async with wall.database.read() as session:
            for one in await campaigns.covering(session, wall.institution.path, wall.now):
                if one.campaign.state == SCHEDULED:
                    days = one.campaign.starts_on, one.campaign.ends_on
                    found.append((*days, _coming(one.rules.title, *days, "scheduled", wall)))
            if wall.shelf:
                for year in sorted({wall.today.year, (wall.today + _AHEAD).year}):
                    found += _planned(await plan.of_year(session, wall.shelf, wall.institution, year), wall)
        shown = sorted(found, key=lambda one: (one[0], one[1], one[2].title))
        return Ahead(tuple(one for *_, one in shown[: max(_MOST.values())])) if shown else None

    def lay(self, facts: Ahead, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes = Sheet(shape), SIZES[shape.name]
        room = panels.heading(sheet, frame.content(shape), wall.say(TITLE))
        shown = facts.coming[: _MOST[shape.name]]
        columns = 2 if shape.name == "wide" and len(shown) > _MOST["strip"] else 1
        each = -(-len(shown) // columns)
        high = min({"portrait": 220, "strip": 200}.get(shape.name, 136), (room.h + sizes.gap // 2) // each)
        for place, one in enumerate(shown):
            column = room.columns(columns, sizes.gap)[place // each]
            at = Room(column.x, column.y + place % each * high, column.w, high - sizes.gap // 2)
            _row(sheet, at, one, shown)
        return [sheet]


SCENE = Next()


def _planned(entries: Sequence[Entry], wall: Wall) -> list[tuple[date, date, Coming]]:
    """Return the themes whose days are known or expected soon, and for which no campaign stands yet."""
    found = []
    for entry in entries:
        days = entry.days
        if days and not entry.campaigns and wall.today < days[0] <= wall.today + _AHEAD:
            title = Text(entry.theme.copy_in("zh-CN").title, entry.theme.copy_in("en").title)
            found.append((*days, _coming(title, *days, entry.certainty or "predicted", wall)))
    return found


def _coming(title: Text, first: date, last: date, certainty: str, wall: Wall) -> Coming:
    return Coming(
        legible(title.in_(wall.locale)),
        dates.days(first, last, wall.locale, wall.today.year),
        wall.say(SURE[certainty]),
    )


def _row(sheet: Sheet, room: Room, one: Coming, shown: Sequence[Coming]) -> None:
    sizes = SIZES[sheet.shape.name]
    days = max(round(width(each.days, sizes.primary, bold=True) * 1.06) + 2 for each in shown)
    small = sizes.secondary if sheet.shape.is_upright else sizes.text
    sure = max(round(width(each.certainty, small) * 1.06) + 2 for each in shown)
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=20)
    inner = room.inset(sizes.gap, 0)
    if sheet.shape.is_upright:
        title, under = inner.rows(2, 0)
        days = min(days, under.w - sure - 4)
        dated, certain = under, Room(under.right - sure, under.y, sure, under.h)
    else:
        title = inner.left(inner.w - days - sure - 2 * sizes.gap)
        dated = Room(title.right + sizes.gap, inner.y, days, inner.h)
        certain = Room(inner.right - sure, inner.y, sure, inner.h)
    sheet.text(
        one.title, title.x, title.y, title.w, title.h, size=sizes.name, least=sizes.primary, on="paper", bold=True,
        middle=True, tag="b",
    )  # fmt: skip
    sheet.text(
        one.days, dated.x, dated.y, days, dated.h, size=sizes.primary, least=sizes.primary, ink="green", on="paper",
        bold=True, middle=True, tag="b",
    )  # fmt: skip
    sheet.text(
        one.certainty, certain.x, certain.y, certain.w, certain.h, size=small, least=sizes.secondary, ink="soft",
        on="paper", align="right", middle=True,
    )  # fmt: skip

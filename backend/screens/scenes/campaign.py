"""The campaign: what it is called and says, how long it goes on, what everybody here has reached."""

from dataclasses import dataclass
from datetime import timedelta

from backend.campaigns.queries import Running
from backend.campaigns.tables import PAUSED, RUNNING
from backend.core.text import Text
from backend.screens import dates, figures, frame, panels
from backend.screens.legible import legible
from backend.screens.panels import Figure
from backend.screens.room import SIZES, Room
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet, width
from backend.screens.showing import PAUSED_FOR

DAYS_LEFT, LAST_DAY = Text("活动还有", "Still to go"), Text("最后一天，还有", "Last day")
DAYS, DAY = Text("天", "days"), Text("天", "day")
HOURS, HOUR = Text("小时", "hours"), Text("小时", "hour")
LATE = Text("活动日已结束，{at} 前可补报", "The days are over; late reports until {at}")
PEOPLE, PERSONS = Text("本单位参与", "Taking part"), Text("人", "people")
POINTS, POINT = Text("共得积分", "Points"), Text("分", "")
CARBON = Text("估算减排", "Est. reduction")
FEW = Text(
    "参加的人满 {threshold} 位后，这里显示大家一起做到的",
    "Once {threshold} people take part, what they reached together is shown here",
)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Told:
    """What the scene says. Either a countdown or a notice stands beside the title."""

    title: str
    slogan: str
    cover: str
    countdown: Figure | None
    notice: str
    sums: tuple[Figure, ...]
    few: str


class Campaign(Scene[Told]):
    key = "campaign"
    title = Text("活动", "Campaign")
    seconds = 15

    async def facts(self, wall: Wall) -> Told | None:
        if wall.running is None:
            return None
        running = wall.running
        sums = _sums(wall)
        return Told(
            title=legible(running.rules.title.in_(wall.locale)),
            slogan=legible(running.rules.theme.slogan_in(running.campaign.starts_on.year).in_(wall.locale)),
            cover=f"/art/{running.campaign.theme_hash}/cover.svg",
            countdown=_countdown(running, wall),
            notice=legible(_notice(running, wall)),
            sums=sums,
            few="" if sums else wall.say(FEW, threshold=wall.threshold),
        )

    def lay(self, facts: Told, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, room = Sheet(shape), frame.content(shape)
        {"landscape": _landscape, "portrait": _portrait, "wide": _wide, "strip": _wide}[shape.name](sheet, room, facts)
        return [sheet]


SCENE = Campaign()


def _sums(wall: Wall) -> tuple[Figure, ...]:
    """Return what this institution's people reached together: nothing while they are few."""
    board = wall.boards.get("person")
    if board is None or board.participants < wall.threshold:
        return ()
    carbon, unit = figures.carbon(board.carbon_mg, wall.locale)
    reached = (
        Figure(figures.whole(board.participants), wall.say(PERSONS), wall.say(PEOPLE)),
        Figure(figures.whole(board.points), wall.say(POINT), wall.say(POINTS)),
    )
    # Where no act has an honest factor there is nothing to say of carbon, not even nought.
    return (*reached, Figure(carbon, unit, wall.say(CARBON))) if board.carbon_mg > 0 else reached


def _countdown(running: Running, wall: Wall) -> Figure | None:
    campaign = running.campaign
    if campaign.state != RUNNING:
        return None
    today = running.today(wall.now)
    if today < campaign.ends_on:
        days = (campaign.ends_on - today).days + 1
        return Figure(str(days), wall.say(DAYS), wall.say(DAYS_LEFT))
    left = running.began_at(campaign.ends_on + timedelta(days=1)) - wall.now
    if left <= timedelta(0):
        return None
    hours = -(-left // _HOUR)
    return Figure(str(hours), wall.say(HOUR if hours == 1 else HOURS), wall.say(LAST_DAY))


def _notice(running: Running, wall: Wall) -> str:
    campaign = running.campaign
    if campaign.state == PAUSED:
        return wall.say(PAUSED_FOR, reason=campaign.state_reason or "")
    boards = [board.notice for board in wall.boards.values() if board.notice]
    if boards:
        return boards[0]
    if campaign.state == RUNNING and running.today(wall.now) > campaign.ends_on:
        return wall.say(LATE, at=dates.instant(campaign.closes_at, wall.locale))
    return ""


def _landscape(sheet: Sheet, room: Room, facts: Told) -> None:
    gap = SIZES[sheet.shape.name].gap
    upper = room.above(196 + gap)
    sheet.picture(upper.x, upper.y, 800, upper.h, facts.cover, radius=24)
    _said(sheet, upper.beside(800 + 2 * gap), facts)
    _together(sheet, room.foot(196), facts, is_stacked=False)


def _portrait(sheet: Sheet, room: Room, facts: Told) -> None:
    gap = SIZES[sheet.shape.name].gap
    sheet.picture(room.x, room.y, room.w, 450, facts.cover, radius=24)
    rest = room.below(450 + gap)
    _together(sheet, rest.foot(372), facts, is_stacked=True)
    _said(sheet, rest.above(372 + gap), facts)


def _wide(sheet: Sheet, room: Room, facts: Told) -> None:
    gap = SIZES[sheet.shape.name].gap
    picture = room.w * 2 // 5 if sheet.shape.name == "wide" else room.w // 5
    sheet.picture(room.x, room.y, picture, room.h, facts.cover, radius=24)
    said, together = room.beside(picture + 2 * gap).columns(2, 2 * gap)
    _said(sheet, said, facts)
    _together(sheet, together, facts, is_stacked=True)


def _said(sheet: Sheet, room: Room, facts: Told) -> None:
    """Write title and slogan, and under them the countdown or the notice."""
    sizes = SIZES[sheet.shape.name]
    label = panels.line(sizes.text)
    below = 0
    if facts.notice:
        below = 2 * panels.line(sizes.primary) + 30 if sheet.shape.name == "strip" else room.h * 9 // 20
    elif facts.countdown and sheet.shape.name == "strip":
        below = panels.line(sizes.figure * 2 // 3)
    elif facts.countdown:
        below = min(label + panels.line(sizes.figure), room.h * 9 // 20)
    texts = room.above(below + (sizes.gap if below else 0))
    slogans = min(2, 1 + int(width(facts.slogan, sizes.primary) > texts.w * 0.96)) * panels.line(sizes.primary)
    used = sheet.text(
        facts.title, texts.x, texts.y, texts.w, max(panels.line(sizes.primary), texts.h - slogans - sizes.gap // 3),
        size=sizes.title, least=sizes.primary, ink="green", bold=True, tag="h2", balanced=True,
    )  # fmt: skip
    slogan = texts.below(used + sizes.gap // 3)
    sheet.text(
        facts.slogan, slogan.x, slogan.y, slogan.w, slogan.h, size=sizes.name, least=sizes.primary, tag="b",
        balanced=True,
    )  # fmt: skip
    foot = room.foot(below)
    if facts.notice:
        panels.notice(sheet, foot, facts.notice)
    elif facts.countdown:
        _count(sheet, foot, facts.countdown)


def _count(sheet: Sheet, room: Room, left: Figure) -> None:
    """Write how long it goes on: under its label, or on a strip behind it."""
    sizes = SIZES[sheet.shape.name]
    high = panels.line(sizes.text)
    if sheet.shape.name == "strip":
        wide = round(width(left.label, sizes.text) * 1.06) + 2
        sheet.text(
            left.label, room.x, room.bottom - high - 24, wide, high, size=sizes.text, least=sizes.secondary, ink="soft"
        )
        rest = room.beside(wide + sizes.gap)
    else:
        sheet.text(left.label, room.x, room.y, room.w, high, size=sizes.text, least=sizes.secondary, ink="soft")
        rest = room.below(high)
    panels.number(sheet, rest, left, size=sizes.figure, ink="ink", on="ground")


def _together(sheet: Sheet, room: Room, facts: Told, *, is_stacked: bool) -> None:
    gap = SIZES[sheet.shape.name].gap
    if not facts.sums:
        panels.empty(sheet, room, facts.few)
    elif is_stacked:
        panels.listed(sheet, room.rows(len(facts.sums), gap * 2 // 3), facts.sums)
    else:
        panels.tiles(sheet, room.columns(len(facts.sums), gap), facts.sums)

"""What the institution's people have reached in the calendar year, over all its campaigns."""

from dataclasses import dataclass

from sqlalchemy import BigInteger, cast, func
from sqlalchemy import select as columns
from sqlmodel import col

from backend.campaigns.tables import PAUSED, RUNNING, Participation
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.leaderboards import periods
from backend.leaderboards.tables import BoardPin, PinnedStanding, Score
from backend.planning import queries as planning
from backend.screens import figures, frame, panels
from backend.screens.panels import Figure
from backend.screens.room import SIZES
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet

TITLE = Text("{year} 年，我们一起做到", "{year}: reached together")
CAMPAIGNS, CAMPAIGNS_UNIT = Text("参加活动", "Campaigns"), Text("场", "")
JOINED, JOINED_UNIT = Text("参与", "Taking part"), Text("人次", "times")
POINTS, POINTS_UNIT = Text("积分", "Points"), Text("分", "")
CARBON = Text("估算减排", "Est. reduction")


@dataclass(frozen=True)
class Part:
    """What the institution has in one campaign."""

    participants: int
    points: int
    carbon_mg: int


@dataclass(frozen=True)
class Reached:
    """The year and its sums."""

    title: str
    sums: tuple[Figure, ...]


class Year(Scene[Reached]):
    key = "year"
    title = Text("年度累计", "The year so far")
    wants = "day"

    async def facts(self, wall: Wall) -> Reached | None:
        async with wall.database.read() as session:
            parts = [one for one in await parts_of(session, wall) if one.participants >= wall.threshold]
        # Beside a campaign it would say the same again, until there is another one to add.
        is_on = wall.running is not None and wall.running.campaign.state in (RUNNING, PAUSED)
        return reached(parts, wall) if len(parts) > is_on else None

    def lay(self, facts: Reached, wall: Wall, shape: Shape) -> list[Sheet]:
        sheet, sizes = Sheet(shape), SIZES[shape.name]
        gap = sizes.gap
        size = sizes.figure if shape.name == "wide" else sizes.title * 5 // 4
        room = panels.heading(sheet, frame.content(shape), facts.title)
        if shape.is_upright:
            rooms = room.rows(len(facts.sums), gap)
        elif shape.name == "landscape":
            rooms = [part for row in room.rows(2, gap) for part in row.columns(2, gap)]
        else:
            rooms = room.columns(len(facts.sums), gap)
        panels.tiles(sheet, rooms, facts.sums, size=size)
        return [sheet]


SCENE = Year()


def reached(parts: list[Part], wall: Wall) -> Reached:
    """Return the sums of what may be told."""
    carbon, unit = figures.carbon(sum(one.carbon_mg for one in parts), wall.locale)
    return Reached(
        wall.say(TITLE, year=wall.today.year),
        (
            Figure(figures.whole(len(parts)), wall.say(CAMPAIGNS_UNIT), wall.say(CAMPAIGNS)),
            Figure(figures.whole(sum(one.participants for one in parts)), wall.say(JOINED_UNIT), wall.say(JOINED)),
            Figure(figures.whole(sum(one.points for one in parts)), wall.say(POINTS_UNIT), wall.say(POINTS)),
            Figure(carbon, unit, wall.say(CARBON)),
        ),
    )


async def parts_of(session: ReadSession, wall: Wall) -> list[Part]:
    """Return what the institution has in each campaign that began this year; as pinned where boards stand still."""
    place, year = wall.institution.id or 0, wall.today.year
    found = await planning.standing(session, wall.institution.path, year)
    campaigns = [one.id for one in found if one.campaign.starts_on.year == year]
    if not campaigns:
        return []
    connection = await session.connection()
    still = columns(col(BoardPin.campaign_id)).where(col(BoardPin.campaign_id).in_(campaigns))
    pins = set((await connection.execute(still)).scalars())
    pinned = columns(col(PinnedStanding.participants), col(PinnedStanding.points), col(PinnedStanding.carbon_mg)).where(
        col(PinnedStanding.campaign_id).in_(pins),
        col(PinnedStanding.level) == "institution",
        col(PinnedStanding.period) == periods.CAMPAIGN,
        col(PinnedStanding.subject_id) == place,
    )
    moving = (
        columns(
            func.count(func.distinct(Score.member_id)),
            cast(func.sum(Score.points), BigInteger),
            cast(func.sum(Score.carbon_mg), BigInteger),
        )
        .join(
            Participation,
            (col(Participation.campaign_id) == col(Score.campaign_id))
            & (col(Participation.member_id) == col(Score.member_id)),
        )
        .where(
            col(Score.campaign_id).in_([one for one in campaigns if one not in pins]),
            col(Score.period) == periods.CAMPAIGN,
            col(Score.institution_id) == place,
            col(Participation.left_at).is_(None),
            (col(Score.points) > 0) | (col(Score.carbon_mg) > 0),
        )
        .group_by(col(Score.campaign_id))
    )
    rows = [*(await connection.execute(pinned)), *(await connection.execute(moving))]
    return [Part(int(people), int(points), int(carbon)) for people, points, carbon in rows]

"""GraphQL: boards, one's own place, and its neighbours."""

from datetime import date, datetime
from enum import Enum
from typing import get_args

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns.queries import Running
from backend.core.api import Asked, Carbon, Context, Info, Long, OfCampaign, carbon
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity import sessions
from backend.leaderboards import boards, periods
from backend.leaderboards.boards import Boards, Made
from backend.leaderboards.queries import Measure, Scope, Standing

NEIGHBOURS = 2


@strawberry.enum(description="Who stands on a board.")
class BoardLevel(Enum):
    PERSON = "person"
    DEPARTMENT = "department"
    INSTITUTION = "institution"


@strawberry.enum(description="Over which time a board counts.")
class BoardPeriod(Enum):
    CAMPAIGN = "campaign"
    WEEK = "week"
    DAY = "day"


@strawberry.enum(description="What a board counts.")
class BoardMeasure(Enum):
    POINTS = "points"
    CARBON = "carbon"
    POINTS_PER_HEAD = "points_per_head"
    CARBON_PER_HEAD = "carbon_per_head"


@strawberry.type(description="One line of a board.")
class BoardRow:
    rank: int = strawberry.field(description="Equal values share a rank.")
    name: str = strawberry.field(description="A chosen display name, a masked name, or a group's name.")
    value: Long = strawberry.field(description="Points, milligrams, hundredths of a point a head, milligrams a head.")
    label: str = strawberry.field(description="The value with its unit, ready to show.")
    participants: int = strawberry.field(description="How many people are behind the line.")
    correction: Long | None = strawberry.field(
        description="What corrections since the seal make of the value, as a difference; null: not sealed, or a person."
    )
    correction_label: str | None = strawberry.field(description="The same, ready to show; null: nothing to show.")


@strawberry.type(description="A place on a board, without a name.")
class BoardPlace:
    rank: int = strawberry.field(description="Equal values share a rank.")
    value: Long = strawberry.field(description="As on the board.")
    label: str = strawberry.field(description="The value with its unit, ready to show.")
    mine: bool = strawberry.field(description="Whether it is the caller's own.")
    correction: Long | None = strawberry.field(description="As on the board.")


@strawberry.type(description="Standings of a campaign, at one level, over one period, by one measure.")
class Board:
    title: str = strawberry.field(description="The board's title.")
    level: BoardLevel = strawberry.field(description="Who stands on it.")
    period: str = strawberry.field(description="campaign, an ISO week, or a campaign day.")
    measure: BoardMeasure = strawberry.field(description="What it counts.")
    rows: list[BoardRow] = strawberry.field(description="The top.")
    participants: int = strawberry.field(description="How many people are behind all lines, listed or not.")
    points: Long = strawberry.field(description="Their points.")
    carbon: Carbon = strawberry.field(description="Their avoided carbon, estimated.")
    ties: str = strawberry.field(description="How equal values are ordered.")
    hidden: str | None = strawberry.field(description="Why some groups are not listed; null: all are.")
    version: Long = strawberry.field(description="Grows with every change of the scores.")
    as_of: datetime = strawberry.field(description="The ledger is followed up to here.")
    starts_on: date = strawberry.field(description="The campaign's first day.")
    ends_on: date = strawberry.field(description="The campaign's last day.")
    frozen_at: datetime | None = strawberry.field(description="Since when the board stands still; null: it moves.")
    sealed_at: datetime | None = strawberry.field(description="When it was sealed for good; null: it was not.")
    notice: str | None = strawberry.field(
        description="That it is frozen, sealed, or not final yet, ready to show; null: none of these."
    )


@strawberry.type(description="The caller's own place, which only they see.")
class MyPlace:
    place: BoardPlace | None = strawberry.field(
        description="Null while nothing has been earned, or the group is too small."
    )
    neighbours: list[BoardPlace] = strawberry.field(description="Two above and two below, the own place among them.")


def face(made: Made) -> Board:
    """Return a board as clients see it."""
    board = made.board
    return Board(
        title=board.title,
        level=BoardLevel(board.level),
        period=board.period,
        measure=BoardMeasure(board.measure),
        rows=[
            BoardRow(
                rank=row.rank,
                name=row.name,
                value=Long(row.value),
                label=row.label,
                participants=row.participants,
                correction=_long(row.correction),
                correction_label=row.correction_label,
            )
            for row in board.rows
        ],
        participants=board.participants,
        points=Long(board.points),
        carbon=carbon(board.carbon_mg),
        ties=board.ties,
        hidden=board.hidden,
        version=Long(board.version),
        as_of=board.as_of,
        starts_on=board.starts_on,
        ends_on=board.ends_on,
        frozen_at=board.frozen_at,
        sealed_at=board.sealed_at,
        notice=board.notice,
    )


def _long(number: int | None) -> Long | None:
    return None if number is None else Long(number)


def refuse_per_head(level: BoardLevel, measure: BoardMeasure) -> None:
    """Raise InvalidValue for a board of persons by head."""
    if level is BoardLevel.PERSON and measure.value.endswith("per_head"):
        reason = Text("个人榜没有人均", "a person has no per-head value")
        raise InvalidValue(field="measure", reason=reason)


async def made_for(
    context: Context,
    running: Running,
    institution_id: int,
    *,
    level: BoardLevel,
    period: BoardPeriod,
    measure: BoardMeasure,
) -> Made:
    """Return the board of a campaign as an institution sees it."""
    refuse_per_head(level, measure)
    day = min(running.today(context.now), running.campaign.ends_on)
    kind: Measure = measure.value
    assert kind in get_args(Measure)
    scope = Scope(running.id, level.value, periods.named(period.value, day), kind, institution_id)
    return await context.use(Boards).get(scope, running, day, context.locale, context.now)


def _places(made: Made, subject_id: int, context: Context) -> MyPlace:
    own = made.places.get(subject_id)
    if own is None:
        return MyPlace(place=None, neighbours=[])
    at = made.order.index(own)
    around = made.order[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
    return MyPlace(
        place=_place(own, made, context, mine=True),
        neighbours=[_place(one, made, context, mine=one is own) for one in around],
    )


def _place(standing: Standing, made: Made, context: Context, *, mine: bool) -> BoardPlace:
    shown = boards.label(standing.value, made.board.measure, context.locale)
    is_theirs_alone = made.board.level == "person" and not mine
    return BoardPlace(
        rank=standing.rank,
        value=Long(standing.value),
        label=shown,
        mine=mine,
        correction=None if is_theirs_alone else _long(standing.correction),
    )


@strawberry.type(description="A board, and where the caller stands on it.")
class BoardView:
    board: Board = strawberry.field(description="The board.")
    me: MyPlace = strawberry.field(description="The caller's (or their group's) place.")


@strawberry.type
class LeaderboardsViewer:
    @strawberry.field(description="A board of a campaign as the caller's institution sees it.")
    async def board(
        self,
        info: Info,
        campaign_id: OfCampaign,
        level: Asked[BoardLevel] = BoardLevel.INSTITUTION,
        period: Asked[BoardPeriod] = BoardPeriod.CAMPAIGN,
        measure: Asked[BoardMeasure] = BoardMeasure.POINTS,
    ) -> BoardView:
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            running = await campaigns_api.visible(context, session, campaign_id, member_id)
            place = await identity.place_of(session, member_id, sessions.today(context))
        assert place is not None, "a campaign is visible only to who belongs somewhere today"
        institution_id = place.institution_id
        made = await made_for(context, running, institution_id, level=level, period=period, measure=measure)
        own = {"person": member_id, "department": place.department_id, "institution": institution_id}
        return BoardView(board=face(made), me=_places(made, own[level.value], context))

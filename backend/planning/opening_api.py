"""GraphQL for the office: open campaigns for one unit or a whole subtree, and clone last year's."""

from datetime import date
from enum import Enum
from typing import Annotated

import strawberry

from backend.campaigns import queries as campaigns
from backend.campaigns.api import Campaign, campaign
from backend.campaigns.office_api import CampaignDaysInvalid, ThemeUnknown, managed
from backend.campaigns.service import Plan
from backend.campaigns.shelf import Shelf
from backend.campaigns.tables import OBJECTION_PERIOD, REVIEW_PERIOD
from backend.core.api import (
    Answered,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    Long,
    NotFound,
    ProblemFace,
    RequestIdInvalid,
    RequestReused,
    face_of,
)
from backend.core.db import ReadSession
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.planning import errors, opening, queries
from backend.planning.api import check_year
from backend.planning.opening import Answer

REQUEST_ID = "8 to 64 letters, digits, '-' or '_'; keep it for every retry."
INHERITED = (
    Text("主题和单位", "theme and institution"),
    Text("活动天数，以及与官方宣传日期的相对位置", "how many days, and where they lie to the official ones"),
    Text("审核天数、公示天数和积分预算", "days of review and for objections, budget of points"),
)
RESET = (
    Text("规则、系数和文案按现行主题包", "rules, factors and texts: those of the theme pack today"),
    Text("年度口号", "the year's slogan"),
    Text("参加人员、打卡、积分和榜单从零开始", "who takes part, check-ins, points and boards: from nothing"),
    Text("中途的规则调整、暂停和延长不带入", "changes of rules, pauses and extensions of last time"),
)


@strawberry.enum(description="Whether one campaign covers everybody, or each unit below has its own.")
class OpeningScope(Enum):
    ONE_FOR_ALL = "one_for_all"
    ONE_FOR_EACH = "one_for_each"


@face_of(errors.UnitCannotOpen)
class UnitCannotOpen(ProblemFace):
    institution: str = strawberry.field(description="The unit that cannot have it.")


@face_of(errors.NoUnitsBelow)
class NoUnitsBelow(ProblemFace):
    pass


@face_of(errors.TooManyUnits)
class TooManyUnits(ProblemFace):
    limit: int = strawberry.field(description="The most units of one request.")
    count: int = strawberry.field(description="How many there are.")


@strawberry.type(description="A campaign of one institution.")
class UnitCampaign:
    institution: str = strawberry.field(description="Whose it is.")
    campaign: Campaign = strawberry.field(description="The campaign, as it stands now.")
    stood: bool = strawberry.field(description="Whether it had been opened before this request.")


@strawberry.type(description="Campaigns are scheduled and will open by themselves.")
class CampaignsOpened(Answered):
    opened: list[UnitCampaign] = strawberry.field(description="One for each institution, from the top down.")


@strawberry.type(description="A campaign of an earlier year is scheduled again.")
class CampaignCloned(Answered):
    campaign: Campaign = strawberry.field(description="The new campaign, as it stands now.")
    stood: bool = strawberry.field(description="Whether it had been opened before this request.")
    dates_from: str = strawberry.field(
        description="Where its days come from: confirmed, verified, second-hand, predicted, or same_weekdays."
    )
    inherited: list[str] = strawberry.field(description="What it has from the earlier one.")
    reset: list[str] = strawberry.field(description="What begins anew.")


OpenCampaignsResult = Annotated[
    CampaignsOpened
    | ThemeUnknown
    | CampaignDaysInvalid
    | InvalidValue
    | UnitCannotOpen
    | NoUnitsBelow
    | TooManyUnits
    | RequestIdInvalid
    | RequestReused,
    strawberry.union("OpenCampaignsResult", description="The campaigns, or why none was opened."),
]
CloneCampaignResult = Annotated[
    CampaignCloned | NotFound | ThemeUnknown | CampaignDaysInvalid | InvalidValue | RequestIdInvalid | RequestReused,
    strawberry.union("CloneCampaignResult", description="The new campaign, or why there is none."),
]


@strawberry.input(description="A theme, days, and for whom.")
class OpenCampaignsInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    theme: str = strawberry.field(description="The theme's key.")
    institution_id: strawberry.ID = strawberry.field(description="The institution, or the top of a subtree.")
    scope: OpeningScope = strawberry.field(description="One for all, or one for each unit below.")
    starts_on: date = strawberry.field(description="The first campaign day.")
    ends_on: date = strawberry.field(description="The last campaign day, included.")
    review_days: int = strawberry.field(
        default=REVIEW_PERIOD.days, description="1 to 14: from closing to review's end."
    )
    objection_days: int = strawberry.field(
        default=OBJECTION_PERIOD.days, description="0 to 14: from review's end to the seal."
    )
    budget_points: Long | None = strawberry.field(
        default=None, description="The most points that each may issue; null: no limit."
    )


@strawberry.input(description="A campaign, and the year in which it is to be held again.")
class CloneCampaignInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    year: int = strawberry.field(description="The year.")
    same_weekdays: bool = strawberry.field(
        default=False, description="Keep weekdays instead of following the theme's dates of that year."
    )


async def _shown(context: Context, session: ReadSession, answer: Answer) -> list[UnitCampaign]:
    found = await campaigns.running(session, [one.campaign_id for one in answer.opened])
    places = await queries.names(session, {one.institution_id for one in answer.opened})
    return [
        UnitCampaign(
            institution=places[one.institution_id].name,
            campaign=campaign(found[one.campaign_id], context),
            stood=one.stood,
        )
        for one in answer.opened
    ]


@strawberry.type
class PlanningOpeningMutation:
    @strawberry.mutation(
        description="Schedule a theme for an institution or for each unit of a subtree, all or none (managers).",
        extensions=[AnswersProblems()],
    )
    async def open_campaigns(self, info: Info, input: Asked[OpenCampaignsInput]) -> OpenCampaignsResult:  # noqa: A002
        context, shelf = info.context, info.context.use(Shelf)
        scope = opening.Scope(input.scope.value)
        windows = (input.review_days, input.objection_days, input.budget_points)
        async with context.database.write() as session:
            top = await identity_api.managed_institution(context, session, input.institution_id)
            content = (input.theme, top.id, scope, input.starts_on, input.ends_on, *windows)
            order = Order(await sessions.member_id(context, session), input.request_id, "open", content)
            answer = await opening.open_for(
                session,
                order,
                planned=lambda: Plan(shelf.theme(input.theme), shelf.factors, input.starts_on, input.ends_on, *windows),
                top=top,
                scope=scope,
                now=context.now,
            )
            opened = await _shown(context, session, answer)
        return CampaignsOpened(request_id=input.request_id, replayed=answer.replayed, opened=opened)

    @strawberry.mutation(
        description="Hold a campaign again in a later year (those who may open it).", extensions=[AnswersProblems()]
    )
    async def clone_campaign(self, info: Info, input: Asked[CloneCampaignInput]) -> CloneCampaignResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            by_member, source = await managed(context, session, input.campaign_id)
            check_year(input.year)
            content = (source.id, input.year, input.same_weekdays)
            answer = await opening.clone(
                session,
                Order(by_member, input.request_id, "clone", content),
                shelf=context.use(Shelf),
                source=source,
                year=input.year,
                by_plan=not input.same_weekdays,
                now=context.now,
            )
            (opened,) = await _shown(context, session, answer)
        return CampaignCloned(
            request_id=input.request_id,
            replayed=answer.replayed,
            campaign=opened.campaign,
            stood=opened.stood,
            dates_from=answer.dates_from or opening.SAME_WEEKDAYS,
            inherited=[context.say(one) for one in INHERITED],
            reset=[context.say(one) for one in RESET],
        )

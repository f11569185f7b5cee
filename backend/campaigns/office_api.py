"""GraphQL for the office: the theme packs, opening a campaign from one, taking it back, which there are."""

from datetime import date
from typing import Annotated

import strawberry

from backend.campaigns import errors, lifecycle, queries, service
from backend.campaigns.api import CAMPAIGN_ID, Campaign, CampaignInput, campaign
from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.campaigns.themes import Theme
from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Context, Info, NotFound, OfInstitution, ProblemFace, face_of
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.identity.roles import MANAGERS


@face_of(errors.ThemeUnknown)
class ThemeUnknown(ProblemFace):
    pass


@face_of(errors.CampaignDaysInvalid)
class CampaignDaysInvalid(ProblemFace):
    pass


@face_of(errors.CampaignUnderWay)
class CampaignUnderWay(ProblemFace):
    pass


@strawberry.type(description="A campaign is scheduled and will open by itself.")
class CampaignOpened:
    campaign: Campaign = strawberry.field(description="The campaign.")


OpenCampaignResult = Annotated[
    CampaignOpened | ThemeUnknown | CampaignDaysInvalid,
    strawberry.union("OpenCampaignResult", description="The campaign, or why it was not opened."),
]


async def managed(context: Context, session: ReadSession, campaign_id: str) -> tuple[int, Running]:
    """Return the caller and a campaign that they manage; raises NotFound for any other."""
    await sessions.caller(context, session)  # who is nobody learns not even which ids are well formed
    found = await queries.one(session, ids.decode(CAMPAIGN_ID, campaign_id))
    missing = NotFoundProblem(what=Text("活动", "campaign"))
    by_member = await sessions.require_role_at(context, session, MANAGERS, found.path if found else None, missing)
    assert found is not None, "what there is not cannot be managed"
    return by_member, found


@strawberry.type(description="A campaign was cancelled; what was earned in it stays.")
class CampaignCancelled:
    campaign: Campaign = strawberry.field(description="The campaign.")


CancelCampaignResult = Annotated[
    CampaignCancelled | NotFound | CampaignUnderWay,
    strawberry.union("CancelCampaignResult", description="The campaign, or why it stands."),
]


@strawberry.input(description="A theme, an institution, and two campaign days.")
class OpenCampaignInput:
    theme: str = strawberry.field(description="The theme's key.")
    institution_id: strawberry.ID = strawberry.field(description="It runs for this institution and all below it.")
    starts_on: date = strawberry.field(description="The first campaign day.")
    ends_on: date = strawberry.field(description="The last campaign day, included.")


@strawberry.type(description="A theme pack that a campaign can be opened from.")
class ThemePack:
    key: str = strawberry.field(description="The theme's key.")
    title: str = strawberry.field(description="Its title.")
    summary: str = strawberry.field(description="What it is about.")
    starts_on: date | None = strawberry.field(description="This year's first day; null: not known and not predictable.")
    ends_on: date | None = strawberry.field(description="This year's last day; null as for the first.")
    certainty: str | None = strawberry.field(description="verified, second-hand or predicted; null without dates.")


def _pack(theme: Theme, context: Context) -> ThemePack:
    copy, dates = theme.copy_in(context.locale), theme.dates_in(sessions.today(context).year)
    return ThemePack(
        key=theme.key,
        title=copy.title,
        summary=copy.summary,
        starts_on=dates.starts_on if dates else None,
        ends_on=dates.ends_on if dates else None,
        certainty=dates.certainty if dates else None,
    )


@strawberry.type
class CampaignsOfficeQuery:
    @strawberry.field(description="The theme packs on the shelf.")
    async def themes(self, info: Info) -> list[ThemePack]:
        await sessions.caller(info.context)
        return [_pack(theme, info.context) for theme in info.context.use(Shelf).themes.values()]

    @strawberry.field(
        description="The campaigns that an institution and those below it run or take part in, newest first (managers)."
    )
    async def managed_campaigns(self, info: Info, institution_id: OfInstitution) -> list[Campaign]:
        async with info.context.database.read() as session:
            row = await identity_api.managed_institution(info.context, session, institution_id)
            found = await queries.around(session, row.path)
        return [campaign(one, info.context) for one in found]


@strawberry.type
class CampaignsOfficeMutation:
    @strawberry.mutation(
        description="Schedule a theme for an institution and all below it (its organisers, or supervisors above).",
        extensions=[AnswersProblems()],
    )
    async def open_campaign(self, info: Info, input: Asked[OpenCampaignInput]) -> OpenCampaignResult:  # noqa: A002
        context = info.context
        shelf = context.use(Shelf)
        async with context.database.write() as session:
            row = await identity_api.managed_institution(context, session, input.institution_id)
            opened = await service.open_campaign(
                session,
                theme=shelf.theme(input.theme),
                factors=shelf.factors,
                institution_id=row.id or 0,
                starts_on=input.starts_on,
                ends_on=input.ends_on,
                opened_by=await sessions.member_id(context, session),
                now=context.now,
            )
            found = await queries.one(session, opened.id or 0)
        assert found is not None, "it has just been opened"
        return CampaignOpened(campaign=campaign(found, context))

    @strawberry.mutation(
        description="Take back a campaign that has not started, without a reason; `callOffCampaign` gives one.",
        extensions=[AnswersProblems()],
    )
    async def cancel_campaign(self, info: Info, input: Asked[CampaignInput]) -> CancelCampaignResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            by_member, found = await managed(context, session, input.campaign_id)
            found = await lifecycle.take_back(session, found.id, by_member, context.now)
        return CampaignCancelled(campaign=campaign(found, context))

"""GraphQL for members: how campaigns that have ended stand, and objecting to a provisional result."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.campaigns.api import Campaign
from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import check_request
from backend.core.text import Text
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity import texts as content
from backend.review import texts
from backend.settlement import faces, objections, queries
from backend.settlement.objections import OBJECTION_ID
from backend.settlement.tables import ResultObjection as ObjectionRow


@strawberry.type(description="What a member says against a provisional result.")
class ResultObjection:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    text: str = strawberry.field(description="What the member says.")
    made_at: datetime = strawberry.field(description="When.")
    answer: str | None = strawberry.field(description="What an organiser answers; null: nothing yet.")
    answered_at: datetime | None = strawberry.field(description="When it was answered; null: it was not.")


@strawberry.type(description="A campaign that has ended, as its members see it.")
class CampaignResult:
    campaign: Campaign = strawberry.field(description="The campaign, with the state of its result.")
    objections: list[ResultObjection] = strawberry.field(description="The caller's own, in order.")


@strawberry.type(description="An objection was taken; the seal waits until it is answered.")
class ObjectionMade:
    objection: ResultObjection = strawberry.field(description="The objection.")


ObjectToResultResult = Annotated[
    ObjectionMade
    | NotFound
    | InvalidValue
    | faces.ObjectionsClosed
    | faces.TooManyObjections
    | RequestReused
    | RequestIdInvalid
    | identity_faces.TextRefused
    | identity_faces.NotOpenedLately
    | identity_faces.WeChatBlocked
    | identity_faces.WeChatTooOften
    | identity_faces.NotOnRoster,
    strawberry.union("ObjectToResultResult", description="The objection, or why it was not taken."),
]


@strawberry.input(description="An objection to a provisional result.")
class ObjectToResultInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    text: str = strawberry.field(description="2 to 300 characters, which an organiser reads.")


def objection(row: ObjectionRow) -> ResultObjection:
    """Return an objection as clients see it."""
    return ResultObjection(
        id=strawberry.ID(ids.encode(OBJECTION_ID, row.id or 0)),
        text=row.text,
        made_at=row.made_at,
        answer=row.answer,
        answered_at=row.answered_at,
    )


@strawberry.type
class SettlementViewer:
    @strawberry.field(description="The latest campaigns of the caller's institution that have ended, newest first.")
    async def results(self, info: Info) -> list[CampaignResult]:
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.read() as session:
            place = await identity.place_of(session, member_id, sessions.today(context))
            found = await queries.ended_around(session, place.institution_path) if place else []
            joined = await campaigns.joined(session, [one.id for one in found], [member_id])
            own = await objections.of_member(session, [one.id for one in found], member_id)
        return [
            CampaignResult(
                campaign=campaigns_api.campaign(one, context, joined=(one.id, member_id) in joined),
                objections=[objection(row) for row in own if row.campaign_id == one.id],
            )
            for one in found
        ]


@strawberry.type
class SettlementMutation:
    @strawberry.mutation(
        description="Object to a provisional result that one took part in. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def object_to_result(self, info: Info, input: Asked[ObjectToResultInput]) -> ObjectToResultResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        check_request(input.request_id)
        text = texts.clean(input.text, "text", least=2, most=300)
        if not await _known(context, member_id, input.request_id):
            await content.check(context, text)
        async with context.database.write() as session:
            running = await campaigns_api.visible(context, session, input.campaign_id, member_id)
            if (running.id, member_id) not in await campaigns.joined(session, [running.id], [member_id]):
                raise NotFoundProblem(what=Text("活动", "campaign"))
            made = await objections.object_to(
                session, running, member_id=member_id, request_id=input.request_id, text=text, now=context.now
            )
        return ObjectionMade(objection=objection(made))


async def _known(context: Context, member_id: int, request_id: str) -> bool:
    async with context.database.read() as session:
        return await objections.under_request(session, member_id, request_id) is not None

"""GraphQL for members: offering a case for the report of a campaign, and taking it back."""

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns.api import CAMPAIGN_ID
from backend.checkins import faces as act_faces
from backend.core import ids
from backend.core.api import (
    Answered,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.receipts import Order, check_request
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.identity import texts as content
from backend.media import faces as media_faces
from backend.reports import cases, faces, service
from backend.reports.cases import NameForm
from backend.reports.service import CASE_ID, Offer
from backend.reports.tables import CaseReceipt, TypicalCase


@strawberry.enum(name="CaseName", description="Under which name a case is told.")
class CaseName(Enum):
    REAL = "real"
    DISPLAY = "display"
    ANONYMOUS = "anonymous"


@strawberry.type(description="What was done with a case; the same requestId gives the same answer.")
class CaseStep(Answered):
    case_id: strawberry.ID = strawberry.field(description="The case.")
    state: str = strawberry.field(description="offered, withdrawn, chosen or left_out.")
    at: datetime = strawberry.field(description="When.")


@strawberry.type(description="A case that the caller offered.")
class MyCase:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="For which campaign.")
    title: str = strawberry.field(description="Its title; empty once it is withdrawn.")
    text: str = strawberry.field(description="What is told; empty once it is withdrawn.")
    name: CaseName = strawberry.field(description="Under which name.")
    has_photo: bool = strawberry.field(description="Whether a photo belongs to it.")
    consented_at: datetime = strawberry.field(description="When the caller agreed.")
    withdrawn_at: datetime | None = strawberry.field(description="When the caller took it back; null: it stands.")
    appears: bool = strawberry.field(description="Whether reports tell it.")


OfferCaseResult = Annotated[
    CaseStep
    | NotFound
    | InvalidValue
    | faces.ConsentMissing
    | faces.TooManyCases
    | act_faces.NotJoined
    | act_faces.PhotoUnknown
    | act_faces.PhotoRefused
    | act_faces.PhotoUsed
    | act_faces.PhotoCopied
    | RequestReused
    | RequestIdInvalid
    | media_faces.GlyphMissing
    | identity_faces.TextRefused
    | identity_faces.NotOpenedLately
    | identity_faces.WeChatBlocked
    | identity_faces.WeChatTooOften
    | identity_faces.NotOnRoster,
    strawberry.union("OfferCaseResult", description="The case, or why it was not taken."),
]
WithdrawCaseResult = Annotated[
    CaseStep | NotFound | RequestReused | RequestIdInvalid | identity_faces.NotOnRoster,
    strawberry.union("WithdrawCaseResult", description="What was withdrawn, or why nothing was."),
]


@strawberry.input(description="A case for the report of a campaign. Nobody is asked for one, and no photo is needed.")
class OfferCaseInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    campaign_id: strawberry.ID = strawberry.field(description="A campaign in which the caller takes part.")
    title: str = strawberry.field(description="2 to 30 characters.")
    text: str = strawberry.field(description="20 to 400 characters.")
    name: CaseName = strawberry.field(description="Under which name it is told.")
    consents: bool = strawberry.field(description="That the caller agrees to it being told in the campaign's report.")
    photo_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload of the caller's that nothing has used."
    )


@strawberry.input(description="Which case to take back.")
class WithdrawCaseInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    case_id: strawberry.ID = strawberry.field(description="A case of the caller's.")


def step(kept: CaseReceipt, *, replayed: bool) -> CaseStep:
    """Return a kept answer as clients see it."""
    return CaseStep(
        request_id=kept.request_id,
        replayed=replayed,
        case_id=strawberry.ID(ids.encode(CASE_ID, kept.case_id)),
        state=kept.state,
        at=kept.at,
    )


async def asked_by(context: Context, request_id: str, *told: object) -> Order:
    """Return who asks for what under which id; raises NotOnRoster, RequestIdInvalid."""
    by_member = await sessions.member_id(context)
    check_request(request_id)
    return Order(by_member, request_id, None, told)


def _mine(case: TypicalCase) -> MyCase:
    return MyCase(
        id=strawberry.ID(ids.encode(CASE_ID, case.id or 0)),
        campaign_id=strawberry.ID(ids.encode(CAMPAIGN_ID, case.campaign_id)),
        title=case.title,
        text=case.text,
        name=CaseName(case.name_form),
        has_photo=case.photo_id is not None and case.withdrawn_at is None,
        consented_at=case.consented_at,
        withdrawn_at=case.withdrawn_at,
        appears=case.chosen_at is not None,
    )


@strawberry.type
class ReportsViewer:
    @strawberry.field(description="The cases that the caller offered, newest first.")
    async def cases(self, info: Info) -> list[MyCase]:
        member_id = await sessions.member_id(info.context)
        async with info.context.database.read() as session:
            found = await cases.of_member(session, member_id)
        return [_mine(case) for case in found]


@strawberry.type
class ReportsMutation:
    @strawberry.mutation(
        description="Offer a case for a campaign's report, with consent. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def offer_case(self, info: Info, input: Asked[OfferCaseInput]) -> OfferCaseResult:  # noqa: A002
        context = info.context
        offer = Offer(
            input.campaign_id, input.title, input.text, NameForm(input.name.value), input.consents, input.photo_id
        )
        asked = await asked_by(context, input.request_id, *vars(offer).values())
        async with context.database.read() as session:
            known = await service.repeated(session, asked)
            running = await campaigns_api.visible(context, session, offer.campaign, asked.by_member)
        if known is not None:
            return step(known, replayed=True)
        # WeChat looks at it before anybody else reads it; what is wrong with it anyway is said without asking.
        service.check(offer)
        await content.check(context, f"{offer.title}\n{offer.text}")
        async with context.database.write() as session:
            await service.lock(session, asked.by_member)
            known = await service.repeated(session, asked)
            if known is not None:
                return step(known, replayed=True)
            kept = await service.offer(
                session, asked, offer, running=running, day=sessions.today(context), now=context.now
            )
        return step(kept, replayed=False)

    @strawberry.mutation(
        description="Take a case back: no report tells it any more, and its photo is deleted.",
        extensions=[AnswersProblems()],
    )
    async def withdraw_case(self, info: Info, input: Asked[WithdrawCaseInput]) -> WithdrawCaseResult:  # noqa: A002
        context = info.context
        asked = await asked_by(context, input.request_id, "withdraw", input.case_id)
        async with context.database.write() as session:
            await service.lock(session, asked.by_member)
            known = await service.repeated(session, asked)
            kept = known or await service.withdraw(session, asked, input.case_id, context.now)
        return step(kept, replayed=known is not None)

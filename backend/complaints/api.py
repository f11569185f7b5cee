"""GraphQL for members: complain or suggest, see what became of it, pass it up, close it."""

from enum import Enum
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns.shelf import Shelf
from backend.complaints import faces, queries, service, shown
from backend.complaints.asking import COMPLAINT_ID, once, opaque
from backend.complaints.service import Filing
from backend.complaints.tables import Complaint
from backend.core import ids
from backend.core.api import (
    After,
    AnswersProblems,
    Asked,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import WriteSession
from backend.identity import faces as identity_faces
from backend.identity import sessions


@strawberry.enum(description="What a member has to say.")
class ComplaintKind(Enum):
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"


FileComplaintResult = Annotated[
    shown.ComplaintStep
    | NotFound
    | InvalidValue
    | faces.TooManyComplaints
    | RequestReused
    | RequestIdInvalid
    | identity_faces.TextRefused
    | identity_faces.NotOpenedLately
    | identity_faces.WeChatBlocked
    | identity_faces.WeChatTooOften
    | identity_faces.NotOnRoster,
    strawberry.union("FileComplaintResult", description="That it was taken, or why not."),
]
ForwardComplaintResult = Annotated[
    shown.ComplaintStep
    | NotFound
    | faces.CannotForward
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("ForwardComplaintResult", description="That it is with the level above, or why not."),
]
CloseComplaintResult = Annotated[
    shown.ComplaintStep | NotFound | RequestReused | RequestIdInvalid | identity_faces.NotOnRoster,
    strawberry.union("CloseComplaintResult", description="That it is closed, or why not."),
]


@strawberry.input(description="A complaint or a suggestion.")
class FileComplaintInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    kind: ComplaintKind = strawberry.field(description="Which of the two.")
    text: str = strawberry.field(description="5 to 500 characters.")
    campaign_id: strawberry.ID | None = strawberry.field(
        default=None, description="What it is about; null: no campaign."
    )
    anonymous: bool = strawberry.field(
        default=False, description="Whether who answers is not told who said it; the answer comes all the same."
    )
    about_organiser: bool = strawberry.field(
        default=False, description="Whether it is about who manages the institution: the level above answers then."
    )


@strawberry.input(description="A complaint of the caller's.")
class ComplaintInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    complaint_id: strawberry.ID = strawberry.field(description="Which one.")


@strawberry.type
class ComplaintsViewer:
    @strawberry.field(description="What the caller complained of or suggested, newest first.")
    async def complaints(self, info: Info, after: After = None) -> shown.MyComplaintPage:
        context = info.context
        member_id = await sessions.member_id(context)
        before = ids.decode(COMPLAINT_ID, after) if after else None
        async with context.database.read() as session:
            rows = await queries.of_member(session, member_id, before)
            page = rows[: queries.PAGE]
            known = await shown.around(session, page, named=False)
        more = opaque(page[-1].id or 0) if len(rows) > queries.PAGE else None
        return shown.MyComplaintPage(items=[shown.mine(row, known, context) for row in page], next=more)


@strawberry.type
class ComplaintsMutation:
    @strawberry.mutation(
        description="Complain or suggest. The same requestId gives the same answer.", extensions=[AnswersProblems()]
    )
    async def file_complaint(self, info: Info, input: Asked[FileComplaintInput]) -> FileComplaintResult:  # noqa: A002
        context, asked = info.context, input
        said = service.clean(asked.text, "text")

        async def work(session: WriteSession, by_member: int) -> Complaint:
            about = None
            if asked.campaign_id is not None:
                about = (await campaigns_api.visible(context, session, asked.campaign_id, by_member)).id
            filing = Filing(asked.kind.value, said, about, asked.anonymous, asked.about_organiser)
            return await service.file(session, by_member, filing, context.use(Shelf).calendar, context.now)

        content = (asked.kind.value, said, asked.campaign_id, asked.anonymous, asked.about_organiser)
        return shown.step(
            await once(context, asked.request_id, "file", *content, work=work, said=said), asked.request_id
        )

    @strawberry.mutation(
        description="Pass a complaint to the level above, once: unanswered in time, or not content with the answer. The"
        " same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def forward_complaint(self, info: Info, input: Asked[ComplaintInput]) -> ForwardComplaintResult:  # noqa: A002
        context, asked = info.context, input

        async def work(session: WriteSession, by_member: int) -> Complaint:
            number = ids.decode(COMPLAINT_ID, asked.complaint_id)
            return await service.forward(session, number, by_member, context.use(Shelf).calendar, context.now)

        return shown.step(
            await once(context, asked.request_id, "forward", asked.complaint_id, work=work), asked.request_id
        )

    @strawberry.mutation(
        description="Say that nothing more is wanted. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def close_complaint(self, info: Info, input: Asked[ComplaintInput]) -> CloseComplaintResult:  # noqa: A002
        context, asked = info.context, input

        async def work(session: WriteSession, by_member: int) -> Complaint:
            return await service.close(session, ids.decode(COMPLAINT_ID, asked.complaint_id), by_member, context.now)

        return shown.step(
            await once(context, asked.request_id, "close", asked.complaint_id, work=work), asked.request_id
        )

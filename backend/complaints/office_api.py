"""GraphQL for the office: what waits for an answer, what is overdue, answering."""

from enum import Enum
from typing import Annotated

import strawberry

from backend.complaints import faces, queries, service, shown
from backend.complaints.asking import COMPLAINT_ID, once, opaque
from backend.complaints.queries import Which
from backend.complaints.tables import Complaint
from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    Info,
    InvalidValue,
    NotFound,
    OfInstitution,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import WriteSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.identity import api as identity_api
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import MANAGERS


@strawberry.enum(description="Which complaints are looked at.")
class ComplaintsShown(Enum):
    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE = "done"


AnswerComplaintResult = Annotated[
    shown.ComplaintStep
    | NotFound
    | InvalidValue
    | faces.ComplaintAnswered
    | faces.AnswererExcluded
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("AnswerComplaintResult", description="That it is answered, or why not."),
]


@strawberry.input(description="An answer to a complaint or suggestion.")
class AnswerComplaintInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    complaint_id: strawberry.ID = strawberry.field(description="Which one.")
    text: str = strawberry.field(description="5 to 500 characters, which its member reads.")


Shown = Annotated[ComplaintsShown, strawberry.argument(description="Which.")]
DueAfter = Annotated[
    strawberry.ID | None, strawberry.argument(description="Where the last page ended; null: begin with the first due.")
]


@strawberry.type
class ComplaintsOfficeQuery:
    @strawberry.field(description="Complaints that are answered at an institution or below it (its managers).")
    async def complaints(
        self,
        info: Info,
        institution_id: OfInstitution,
        which: Shown = ComplaintsShown.WAITING,
        after: DueAfter = None,
    ) -> shown.OfficeComplaintPage:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id)
            reader = await sessions.member_id(context, session)
            last = ids.decode(COMPLAINT_ID, after) if after else None
            rows = await queries.of_office(
                session, row.path, reader, Which(which.value), today=sessions.today(context), after=last
            )
            page = rows[: queries.PAGE]
            known = await shown.around(session, page, named=True)
        more = opaque(page[-1].id or 0) if len(rows) > queries.PAGE else None
        return shown.OfficeComplaintPage(items=[shown.office(one, known, context) for one in page], next=more)


@strawberry.type
class ComplaintsOfficeMutation:
    @strawberry.mutation(
        description="Answer a complaint (managers of where it is answered). The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def answer_complaint(self, info: Info, input: Asked[AnswerComplaintInput]) -> AnswerComplaintResult:  # noqa: A002
        context, asked = info.context, input
        said = service.clean(asked.text, "text")

        async def work(session: WriteSession, by_member: int) -> Complaint:
            number = ids.decode(COMPLAINT_ID, asked.complaint_id)
            found = await queries.one(session, number)
            at = await identity.institution(session, found.answering_institution_id) if found else None
            missing = NotFoundProblem(what=service.UNKNOWN)
            await sessions.require_role_at(context, session, MANAGERS, at.path if at else None, missing)
            answering = at.id if at and at.id else 0
            return await service.answer(session, number, by_member, said, at=answering, now=context.now)

        done = await once(context, asked.request_id, "answer", asked.complaint_id, said, work=work)
        return shown.step(done, asked.request_id)

"""GraphQL: object to what an organiser undid, and decide on it as somebody else."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import strawberry

from backend.amendments import faces, objections, queries
from backend.amendments.office_api import REQUEST_ID
from backend.amendments.receipts import Done
from backend.amendments.tables import Objection as ObjectionRow
from backend.checkins import queries as check_ins
from backend.checkins.api import CHECK_IN_ID, CheckIn, stored
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import Answered, AnswersProblems, Asked, Context, Info, OfInstitution
from backend.core.db import ReadSession
from backend.core.receipts import Order
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.identity.roles import DECIDERS

OBJECTION_ID = "obj"


@strawberry.type(description="A member's word against the undoing of their act.")
class Objection:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    check_in: CheckIn = strawberry.field(description="The act.")
    text: str = strawberry.field(description="What the member says.")
    state: str = strawberry.field(description="proposed, upheld or dismissed.")
    made_at: datetime = strawberry.field(description="When.")
    decided_at: datetime | None = strawberry.field(description="When it was decided; null: not yet.")
    note: str | None = strawberry.field(description="Why it was decided so; null: not yet.")


@strawberry.type(description="An objection after a request.")
class ObjectionReceipt(Answered):
    state: str = strawberry.field(description="How it stood after the request.")
    objection: Objection = strawberry.field(description="The objection as it stands.")


ObjectToUndoingResult = Annotated[
    ObjectionReceipt | faces.ANY | faces.ObjectionClosed,
    strawberry.union("ObjectToUndoingResult", description="The objection, or why it was not taken."),
]
DecideObjectionResult = Annotated[
    ObjectionReceipt | faces.ANY | faces.ObjectionClosed,
    strawberry.union("DecideObjectionResult", description="The objection, or why nothing was decided."),
]


@strawberry.input(description="Which act should count after all, and why.")
class ObjectToUndoingInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    check_in_id: strawberry.ID = strawberry.field(description="The act.")
    text: str = strawberry.field(description="2 to 500 characters that staff read.")


@strawberry.input(description="What somebody else makes of an objection.")
class DecideObjectionInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    objection_id: strawberry.ID = strawberry.field(description="The objection.")
    upheld: bool = strawberry.field(description="Whether the member is right: the act counts again.")
    note: str = strawberry.field(description="2 to 200 characters that the member reads.")


async def _objections(session: ReadSession, rows: Sequence[ObjectionRow], context: Context) -> list[Objection]:
    acts = await check_ins.check_ins(session, [row.act_id for row in rows])
    return [
        Objection(
            id=strawberry.ID(ids.encode(OBJECTION_ID, row.id or 0)),
            check_in=stored(acts[row.act_id], {}, context),
            text=row.text,
            state=row.state,
            made_at=row.made_at,
            decided_at=row.decided_at,
            note=row.note,
        )
        for row in rows
    ]


async def _receipt(context: Context, request_id: str, done: Done) -> ObjectionReceipt:
    async with context.database.read() as session:
        found = await queries.objection(session, done.subject_id)
        assert found is not None, "it has just been written"
        (shown,) = await _objections(session, [found[0]], context)
    return ObjectionReceipt(request_id=request_id, replayed=done.replayed, state=done.state, objection=shown)


@strawberry.type
class ObjectionsViewer:
    @strawberry.field(description="The caller's objections, newest first.")
    async def objections(self, info: Info) -> list[Objection]:
        member_id = await sessions.member_id(info.context)
        async with info.context.database.read() as session:
            rows = await queries.own_objections(session, member_id)
            return await _objections(session, rows, info.context)


@strawberry.type
class ObjectionsQuery:
    @strawberry.field(description="The objections that wait in an institution, the oldest first (its deciders).")
    async def objections(self, info: Info, institution_id: OfInstitution) -> list[Objection]:
        async with info.context.database.read() as session:
            row = await identity_api.managed_institution(info.context, session, institution_id, DECIDERS)
            rows = await queries.objections(session, row.id or 0)
            return await _objections(session, rows, info.context)


@strawberry.type
class ObjectionsMutation:
    @strawberry.mutation(
        description="Object to the undoing of one's own act by an organiser, within a week.",
        extensions=[AnswersProblems()],
    )
    async def object_to_undoing(self, info: Info, input: Asked[ObjectToUndoingInput]) -> ObjectToUndoingResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        order = Order(member_id, input.request_id, "object", vars(input))
        async with context.database.write() as session:
            number = ids.decode(CHECK_IN_ID, input.check_in_id)
            done = await objections.object_to(session, order, number, input.text, context.now)
        return await _receipt(context, input.request_id, done)

    @strawberry.mutation(
        description="Decide on an objection, as somebody else than who undid the act (deciders).",
        extensions=[AnswersProblems()],
    )
    async def decide_objection(self, info: Info, input: Asked[DecideObjectionInput]) -> DecideObjectionResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            number = ids.find(OBJECTION_ID, input.objection_id)
            found = await queries.objection(session, number) if number is not None else None
            missing = core_errors.NotFound(what=input.objection_id[:40])
            by_member = await sessions.require_role_at(context, session, DECIDERS, found[1] if found else None, missing)
            order = Order(by_member, input.request_id, "decide", vars(input))
            done = await objections.decide(session, order, number or 0, input.note, context.now, upheld=input.upheld)
        return await _receipt(context, input.request_id, done)

"""GraphQL for the office: see what a unit's members reported, confirm it, undo it."""

from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins import causes, decisions, errors, faces, queries
from backend.checkins.api import CHECK_IN_ID, CheckIn, CheckInPage, page_of, stored
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import (
    After,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    OfCampaign,
    OfInstitution,
    ProblemFace,
    face_of,
)
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS
from backend.points import api as points_api
from backend.points import errors as points_errors
from backend.points import queries as points_queries


@face_of(errors.NotOwnAct)
class NotOwnAct(ProblemFace):
    pass


@face_of(errors.NotCounted)
class NotCounted(ProblemFace):
    pass


@face_of(errors.ProofNotStronger)
class ProofNotStronger(ProblemFace):
    pass


@strawberry.type(description="An act and its transfers, points and carbon, were undone.")
class TransferReversed:
    check_in: CheckIn = strawberry.field(description="The act, which counts no more.")


@strawberry.type(description="Staff have confirmed an act.")
class CheckInConfirmed:
    check_in: CheckIn = strawberry.field(description="The act with its full credit.")


ReverseTransferResult = Annotated[
    TransferReversed
    | NotFound
    | InvalidValue
    | points_api.ReasonMissing
    | points_api.ReversalNotReversible
    | NotOwnAct
    | NotCounted,
    strawberry.union("ReverseTransferResult", description="The act, or why its transfers stand."),
]
ConfirmCheckInResult = Annotated[
    CheckInConfirmed
    | NotFound
    | NotOwnAct
    | NotCounted
    | ProofNotStronger
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | faces.DoneDuringPause
    | campaigns_api.CampaignNotOpen
    | identity_faces.NotOnRoster
    | faces.NotJoined
    | faces.OutsideCampaignDays
    | faces.KindNotInCampaign
    | faces.DetailInvalid
    | faces.CapReached,
    strawberry.union("ConfirmCheckInResult", description="The act, or why it was not confirmed."),
]


@strawberry.input(description="Which act, named by one of its transfers or by itself, and why.")
class ReverseTransferInput:
    entry_id: strawberry.ID | None = strawberry.field(
        default=None, description="A ledger entry of the act, of points or of carbon."
    )
    check_in_id: strawberry.ID | None = strawberry.field(
        default=None, description="The act itself: one that earned nothing has no ledger entry."
    )
    reason: str = strawberry.field(description="2 to 200 characters that the member will read.")


@strawberry.input(description="Which act.")
class ConfirmCheckInInput:
    check_in_id: strawberry.ID = strawberry.field(description="The act.")


async def _act_behind(context: Context, session: ReadSession, entry_id: str) -> tuple[int, int]:
    await sessions.caller(context, session)
    row = await points_queries.transfer(session, ids.decode(points_api.TRANSFER_ID, entry_id))
    by_member = await _decider(context, session, row.institution_id if row else None, entry_id)
    assert row is not None, "nobody decides on an entry that does not exist"
    if row.reverses_id is not None:
        raise points_errors.ReversalNotReversible
    return causes.act_behind(row.cause), by_member


async def _named(context: Context, session: ReadSession, asked: ReverseTransferInput) -> tuple[int, int]:
    if asked.entry_id is not None and asked.check_in_id is None:
        return await _act_behind(context, session, asked.entry_id)
    if asked.check_in_id is not None and asked.entry_id is None:
        return await _decidable(context, session, asked.check_in_id)
    reason = Text("与 checkInId 二者须且只须填一个", "give either this or checkInId")
    raise core_errors.InvalidValue(field="entryId", reason=reason)


async def _decidable(context: Context, session: ReadSession, check_in_id: str) -> tuple[int, int]:
    await sessions.caller(context, session)
    row = await queries.check_in(session, ids.decode(CHECK_IN_ID, check_in_id))
    by_member = await _decider(context, session, row.institution_id if row else None, check_in_id)
    assert row is not None, "nobody decides on an act that does not exist"
    return row.id, by_member


async def _decider(context: Context, session: ReadSession, institution_id: int | None, named: str) -> int:
    """Return who asks, if they decide there; what lies elsewhere and what does not exist get one answer."""
    where = await identity.institution(session, institution_id) if institution_id is not None else None
    missing = core_errors.NotFound(what=named[:40])
    return await sessions.require_role_at(context, session, DECIDERS, where.path if where else None, missing)


def _reason(text: str) -> str:
    clean = text.strip()
    if not 2 <= len(clean) <= 200 or not clean.isprintable():  # noqa: PLR2004 - what the problem's text says
        raise points_errors.ReasonMissing
    return clean


@strawberry.type
class CheckInsOfficeQuery:
    @strawberry.field(description="The acts of an institution's members in a campaign, newest first (its deciders).")
    async def reported_check_ins(
        self, info: Info, institution_id: OfInstitution, campaign_id: OfCampaign, after: After = None
    ) -> CheckInPage:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, DECIDERS)
            campaign = ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id)
            before = ids.decode(CHECK_IN_ID, after) if after else None
            rows = await queries.of_institution(session, row.id or 0, campaign, before)
            return await page_of(rows, session, context)


@strawberry.type
class CheckInsOfficeMutation:
    @strawberry.mutation(
        description="Undo the act behind a transfer, with a reason that the member reads (organisers).",
        extensions=[AnswersProblems()],
    )
    async def reverse_transfer(self, info: Info, input: Asked[ReverseTransferInput]) -> ReverseTransferResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            number, by_member = await _named(context, session, input)
            row = await decisions.reverse(session, number, by_member, _reason(input.reason), context.now)
        return TransferReversed(check_in=stored(row, {}, context))

    @strawberry.mutation(description="Confirm an act: full credit (organisers).", extensions=[AnswersProblems()])
    async def confirm_check_in(self, info: Info, input: Asked[ConfirmCheckInInput]) -> ConfirmCheckInResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            number, by_member = await _decidable(context, session, input.check_in_id)
            act = await decisions.confirm(session, number, by_member, context.now)
            entries = await points_queries.numbers_of_causes(session, causes.awards_of(act.id))
        return CheckInConfirmed(check_in=stored(act, entries, context))

"""GraphQL: checking in, the receipt for a request, what was reported, and what organisers decide."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins import causes, faces, queries
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.recorder import Recorder
from backend.checkins.requests import Accepted as AcceptedAct
from backend.checkins.requests import Answer, Item, Request
from backend.checkins.tables import CheckIn as CheckInRow
from backend.core import ids
from backend.core.api import (
    ActDetails,
    After,
    Answered,
    AnswersProblems,
    Asked,
    BatchTooLarge,
    Carbon,
    Context,
    Info,
    InvalidValue,
    Long,
    NotFound,
    RequestIdInvalid,
    RequestReused,
    carbon,
    faced,
)
from backend.core.db import ReadSession
from backend.core.receipts import check_request
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.points import api as points_api
from backend.points import queries as points_queries
from backend.points.tables import CARBON_MG, POINTS

CHECK_IN_ID = "chk"
MOST_ITEMS = 1000


@strawberry.type(description="An act that counts (or counted, until it was reversed or proved better).")
class CheckIn:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign it counts in.")
    kind: str = strawberry.field(description="The kind's key.")
    title: str = strawberry.field(description="The kind's title.")
    day: date = strawberry.field(description="The campaign day.")
    slot: str = strawberry.field(description="Which of the day's acts of this kind.")
    proof: str = strawberry.field(description="self_declared, photo, station, code, confirmed or system.")
    proof_title: str = strawberry.field(description="The proof, to show.")
    points: Long = strawberry.field(description="Points that it earned.")
    carbon: Carbon = strawberry.field(description="Carbon that it avoided, estimated.")
    counted: bool = strawberry.field(description="Whether it still counts.")
    points_entry: strawberry.ID | None = strawberry.field(description="The points' ledger entry; null: no points.")
    carbon_entry: strawberry.ID | None = strawberry.field(description="The carbon's ledger entry; null: no carbon.")


@strawberry.type(description="An act that was accepted.")
class Accepted:
    check_in: CheckIn = strawberry.field(description="The act.")
    upgraded: bool = strawberry.field(description="Whether it replaced the same act with a weaker proof.")
    day_cap: int | None = strawberry.field(description="The daily limit, where it cut the points; else null.")


ItemOutcome = Annotated[
    Accepted
    | NotFound
    | identity_faces.NotOnRoster
    | faces.NotJoined
    | campaigns_api.CampaignNotOpen
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | faces.DoneDuringPause
    | faces.OutsideCampaignDays
    | faces.ActInFuture
    | faces.TooLate
    | faces.KindNotInCampaign
    | faces.DetailInvalid
    | faces.OutsideWindow
    | faces.CapReached
    | faces.AlreadyCheckedIn
    | faces.OnlyFromFeed
    | faces.OtherActCounts
    | faces.CodeNotValid
    | faces.CodeExpired
    | faces.PhoneClockWrong
    | faces.PhotoUnknown
    | faces.PhotoRefused
    | faces.PhotoUsed
    | faces.PhotoCopied,
    strawberry.union("ItemOutcome", description="An accepted act, or why it was not accepted."),
]


@strawberry.type(description="The answer to a request, kept so that asking again gives it again.")
class CheckInReceipt(Answered):
    outcomes: list[ItemOutcome] = strawberry.field(description="One for each item, in the order sent.")
    points: Long = strawberry.field(description="Points earned by the whole request.")
    carbon: Carbon = strawberry.field(description="Carbon avoided by the whole request, estimated.")


RecordCheckInsResult = Annotated[
    CheckInReceipt | RequestReused | BatchTooLarge | RequestIdInvalid | InvalidValue | identity_faces.NotOnRoster,
    strawberry.union("RecordCheckInsResult", description="The receipt, or why nothing was recorded."),
]


@strawberry.input(description="One act.")
class CheckInInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign it is reported for.")
    kind: str = strawberry.field(description="The kind's key.")
    acted_at: datetime = strawberry.field(description="When it was done, with its offset from UTC.")
    details: ActDetails = strawberry.field(description="What the kind asks; see `kinds`.")
    code: str | None = strawberry.field(
        default=None, description="A code seen on site; without one the act is self-declared."
    )
    photo_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload of the caller's that shows the act; never needed."
    )


@strawberry.input(description="Acts under a request id that the client made before its first try.")
class RecordCheckInsInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    items: list[CheckInInput] = strawberry.field(description="1 to 1,000 acts; a bad one does not disturb the others.")


@strawberry.type(description="A page of acts, newest first.")
class CheckInPage:
    items: list[CheckIn] = strawberry.field(description="At most fifty acts.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


def _opaque(prefix: str, number: int | None) -> strawberry.ID | None:
    return strawberry.ID(ids.encode(prefix, number)) if number is not None else None


def accepted(act: AcceptedAct, context: Context) -> Accepted:
    """Return an act that has just been accepted as clients see it."""
    return Accepted(
        check_in=CheckIn(
            id=strawberry.ID(ids.encode(CHECK_IN_ID, act.check_in_id)),
            campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, act.campaign_id)),
            kind=act.kind,
            title=context.say(all_kinds()[act.kind].title),
            day=act.day,
            slot=act.slot,
            proof=act.proof,
            proof_title=context.say(Proof(act.proof).wording),
            points=Long(act.points),
            carbon=carbon(act.carbon_mg),
            counted=True,
            points_entry=_opaque(points_api.TRANSFER_ID, act.points_transfer),
            carbon_entry=_opaque(points_api.TRANSFER_ID, act.carbon_transfer),
        ),
        upgraded=act.replaces_id is not None,
        day_cap=act.day_cap,
    )


def stored(row: CheckInRow, entries: dict[str, dict[str, int]], context: Context) -> CheckIn:
    """Return an act as clients see it; `entries` are the ledger's numbers by cause and ledger."""
    own = entries.get(causes.of_disposition(row.id), {}) | entries.get(causes.of_act(row.id), {})
    return CheckIn(
        id=strawberry.ID(ids.encode(CHECK_IN_ID, row.id)),
        campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, row.campaign_id)),
        kind=row.kind,
        title=context.say(all_kinds()[row.kind].title),
        day=row.day,
        slot=row.slot,
        proof=row.proof,
        proof_title=context.say(Proof(row.proof).wording),
        points=Long(row.points),
        carbon=carbon(row.carbon_mg),
        counted=row.counted,
        points_entry=_opaque(points_api.TRANSFER_ID, own.get(POINTS)),
        carbon_entry=_opaque(points_api.TRANSFER_ID, own.get(CARBON_MG)),
    )


def receipt(answer: Answer, context: Context) -> CheckInReceipt:
    """Return an answer as clients see it, each problem in the caller's language."""
    outcomes: list[Any] = [
        accepted(outcome, context) if isinstance(outcome, AcceptedAct) else faced(outcome, context.locale)
        for outcome in answer.outcomes
    ]
    return CheckInReceipt(
        request_id=answer.request_id,
        replayed=answer.replayed,
        outcomes=outcomes,
        points=Long(sum(act.points for act in answer.accepted)),
        carbon=carbon(sum(act.carbon_mg for act in answer.accepted)),
    )


def _request(member_id: int, asked: RecordCheckInsInput) -> Request:
    check_request(asked.request_id, len(asked.items), MOST_ITEMS)
    items = tuple(
        Item(item.campaign_id, item.kind, item.acted_at, dict(item.details), item.code, item.photo_id)
        for item in asked.items
    )
    return Request(member_id, asked.request_id, items)


async def page_of(rows: Sequence[CheckInRow], session: ReadSession, context: Context) -> CheckInPage:
    """Return a page of acts (`rows` has one more than a page when there are more)."""
    page = rows[: queries.PAGE]
    entries = await points_queries.numbers_of_causes(
        session, [cause for row in page for cause in causes.awards_of(row.id)]
    )
    more = _opaque(CHECK_IN_ID, page[-1].id) if len(rows) > queries.PAGE else None
    return CheckInPage(items=[stored(row, entries, context) for row in page], next=more)


@strawberry.type(description="What the caller has done today in one campaign.")
class TodayInCampaign:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    points: Long = strawberry.field(description="Points of the day so far.")
    carbon: Carbon = strawberry.field(description="Carbon avoided today, estimated.")
    check_ins: list[CheckIn] = strawberry.field(description="The acts that count today.")


@strawberry.type
class CheckInsViewer:
    @strawberry.field(description="What the caller has done today, by campaign; campaigns without an act are left out.")
    async def today(self, info: Info) -> list[TodayInCampaign]:
        context = info.context
        member_id = await sessions.member_id_if_bound(context)
        if member_id is None:
            return []
        async with context.database.read() as session:
            rows = await queries.on_day(session, member_id, sessions.today(context))
        by_campaign: dict[int, list[CheckInRow]] = {}
        for row in rows:
            by_campaign.setdefault(row.campaign_id, []).append(row)
        return [
            TodayInCampaign(
                campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, campaign_id)),
                points=Long(sum(row.points for row in acts)),
                carbon=carbon(sum(row.carbon_mg for row in acts)),
                check_ins=[stored(row, {}, context) for row in acts],
            )
            for campaign_id, acts in by_campaign.items()
        ]

    @strawberry.field(description="The caller's acts, newest first.")
    async def check_ins(self, info: Info, after: After = None) -> CheckInPage:
        member_id = await sessions.member_id(info.context)
        before = ids.decode(CHECK_IN_ID, after) if after else None
        async with info.context.database.read() as session:
            rows = await queries.of_member(session, member_id, before)
            return await page_of(rows, session, info.context)

    @strawberry.field(description="The answer kept for a request; null when nothing was recorded under its id.")
    async def receipt(self, info: Info, request_id: Asked[str]) -> CheckInReceipt | None:
        member_id = await sessions.member_id(info.context)
        async with info.context.database.read() as session:
            answer = await queries.receipt(session, member_id, request_id)
        return receipt(answer, info.context) if answer else None


@strawberry.type
class CheckInsMutation:
    @strawberry.mutation(
        description="Record acts. The same requestId and items give the same answer, marked `replayed`.",
        extensions=[AnswersProblems()],
    )
    async def record_check_ins(self, info: Info, input: Asked[RecordCheckInsInput]) -> RecordCheckInsResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        answer = await context.use(Recorder).submit(_request(member_id, input))
        return receipt(answer, context)

"""GraphQL for managers: adjust a member's points by two people, and set what a campaign may issue."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.amendments import adjustments, budgets, faces, proposals, queries
from backend.amendments.adjustments import Wanted
from backend.amendments.office_api import REQUEST_ID, ProposalVerdict, managed_campaign
from backend.amendments.receipts import Done
from backend.amendments.tables import EXPIRED
from backend.amendments.tables import Adjustment as AdjustmentRow
from backend.campaigns import api as campaigns_api
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import After, Answered, AnswersProblems, Asked, Context, Info, Long, OfCampaign, OfInstitution
from backend.core.db import WriteSession
from backend.core.receipts import Order
from backend.identity import api as identity_api
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import MANAGERS

ADJUSTMENT_ID = "adj"


@strawberry.type(description="Points that are given to a member, or taken, by two people.")
class Adjustment:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    member: str = strawberry.field(description="Whose points.")
    points: Long = strawberry.field(description="Signed.")
    day: date = strawberry.field(description="The campaign day on which they count.")
    reason: str = strawberry.field(description="Why, for the member to read.")
    state: str = strawberry.field(description="proposed, agreed, declined, withdrawn or expired.")
    proposed_by: str = strawberry.field(description="Who proposed it.")
    proposed_at: datetime = strawberry.field(description="When.")
    decided_by: str | None = strawberry.field(description="Who agreed, declined or took it back; null: nobody yet.")
    decided_at: datetime | None = strawberry.field(description="When; null: not yet.")
    note: str | None = strawberry.field(description="Why it was declined; null: it was not.")


@strawberry.type(description="An adjustment after a request.")
class AdjustmentReceipt(Answered):
    state: str = strawberry.field(description="How it stood after the request.")
    adjustment: Adjustment = strawberry.field(description="The adjustment as it stands.")


@strawberry.type(description="A page of adjustments, newest first.")
class AdjustmentPage:
    items: list[Adjustment] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="What a campaign may issue in points, and has.")
class CampaignBudget:
    request_id: str | None = strawberry.field(description="The request that set it; null when it was asked for.")
    replayed: bool = strawberry.field(description="Whether the answer had been given before.")
    points: Long | None = strawberry.field(description="The most that it may issue; null: no limit.")
    issued: Long | None = strawberry.field(
        description="What it has issued, less what came back; null: not counted without a limit."
    )


ProposeAdjustmentResult = Annotated[
    AdjustmentReceipt | faces.ANY,
    strawberry.union("ProposeAdjustmentResult", description="The adjustment, or why it was not proposed."),
]
DecideAdjustmentResult = Annotated[
    AdjustmentReceipt | faces.ANY,
    strawberry.union("DecideAdjustmentResult", description="The adjustment, or why nothing was decided."),
]
SetBudgetResult = Annotated[
    CampaignBudget | faces.ANY, strawberry.union("SetBudgetResult", description="The budget, or why it was not set.")
]


@strawberry.input(description="Points for a member, or fewer, under a request id.")
class ProposeAdjustmentInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    institution_id: strawberry.ID = strawberry.field(description="The member's institution.")
    staff_number: str = strawberry.field(description="The member's number on its roster.")
    points: Long = strawberry.field(description="1 to 1000, or as many less.")
    reason: str = strawberry.field(description="2 to 200 characters that the member reads.")


@strawberry.input(description="A verdict on an adjustment.")
class DecideAdjustmentInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    adjustment_id: strawberry.ID = strawberry.field(description="The adjustment.")
    verdict: ProposalVerdict = strawberry.field(description="AGREE or DECLINE, or WITHDRAW one's own.")
    note: str | None = strawberry.field(default=None, description="2 to 200 characters; needed to decline.")


@strawberry.input(description="What a campaign may issue.")
class SetBudgetInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    points: Long | None = strawberry.field(description="The most points; null: no limit.")


def _adjustment(row: AdjustmentRow, names: dict[int | None, str], context: Context) -> Adjustment:
    return Adjustment(
        id=strawberry.ID(ids.encode(ADJUSTMENT_ID, row.id or 0)),
        campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, row.campaign_id)),
        member=names.get(row.member_id, ""),
        points=Long(row.points),
        day=row.day,
        reason=row.reason,
        state=EXPIRED if proposals.is_overdue(row, context.now) else row.state,
        proposed_by=names.get(row.proposed_by, ""),
        proposed_at=row.proposed_at,
        decided_by=names.get(row.decided_by) if row.decided_by else None,
        decided_at=row.decided_at,
        note=row.note,
    )


def _people(row: AdjustmentRow) -> set[int | None]:
    return {row.member_id, row.proposed_by, row.decided_by}


async def _receipt(context: Context, request_id: str, done: Done) -> AdjustmentReceipt:
    async with context.database.read() as session:
        found = await queries.adjustment(session, done.subject_id)
        assert found is not None, "it has just been written"
        names = await queries.names(session, _people(found[0]))
    shown = _adjustment(found[0], names, context)
    return AdjustmentReceipt(request_id=request_id, replayed=done.replayed, state=done.state, adjustment=shown)


@strawberry.type
class AdjustmentsQuery:
    @strawberry.field(description="What was adjusted in a campaign for an institution and those below it (managers).")
    async def adjustments(
        self, info: Info, institution_id: OfInstitution, campaign_id: OfCampaign, after: After = None
    ) -> AdjustmentPage:
        context = info.context
        before = ids.decode(ADJUSTMENT_ID, after) if after else None
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id)
            campaign = ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id)
            rows = await queries.adjustments(session, row.path, campaign, before)
            page = rows[: queries.PAGE]
            names = await queries.names(session, {one for row in page for one in _people(row)})
        more = strawberry.ID(ids.encode(ADJUSTMENT_ID, page[-1].id or 0)) if len(rows) > queries.PAGE else None
        return AdjustmentPage(items=[_adjustment(row, names, context) for row in page], next=more)

    @strawberry.field(description="What a campaign may issue in points, and has (its managers).")
    async def campaign_budget(self, info: Info, campaign_id: OfCampaign) -> CampaignBudget:
        context = info.context
        async with context.database.read() as session:
            running = await managed_campaign(context, session, ids.find(campaigns_api.CAMPAIGN_ID, campaign_id))
            issued = await queries.issued(session, running.id)
        return _budget(running.campaign.budget_points, issued)


def _budget(
    points: int | None, issued: int | None, request_id: str | None = None, *, replayed: bool = False
) -> CampaignBudget:
    return CampaignBudget(
        request_id=request_id,
        replayed=replayed,
        points=Long(points) if points is not None else None,
        issued=Long(issued) if issued is not None else None,
    )


@strawberry.type
class AdjustmentsMutation:
    @strawberry.mutation(
        description="Propose to give a member points, or to take some; another person agrees (managers).",
        extensions=[AnswersProblems()],
    )
    async def propose_adjustment(self, info: Info, input: Asked[ProposeAdjustmentInput]) -> ProposeAdjustmentResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            row = await identity_api.managed_institution(context, session, input.institution_id)
            by_member = await sessions.member_id(context, session)
            member_id = await identity.member_by_staff_number(session, row.id or 0, input.staff_number)
            if member_id is None:
                raise core_errors.NotFound(what=input.staff_number[:40])
            campaign = ids.decode(campaigns_api.CAMPAIGN_ID, input.campaign_id)
            wanted = Wanted(campaign, member_id, input.points, input.reason)
            order = Order(by_member, input.request_id, "adjust", asdict(wanted))
            done = await adjustments.propose(session, order, wanted, context.now)
        return await _receipt(context, input.request_id, done)

    @strawberry.mutation(
        description="Agree to an adjustment, decline it, or take back one's own (managers of the member's unit).",
        extensions=[AnswersProblems()],
    )
    async def decide_adjustment(self, info: Info, input: Asked[DecideAdjustmentInput]) -> DecideAdjustmentResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            number = ids.find(ADJUSTMENT_ID, input.adjustment_id)
            found = await queries.adjustment(session, number) if number is not None else None
            missing = core_errors.NotFound(what=input.adjustment_id[:40])
            by_member = await sessions.require_role_at(context, session, MANAGERS, found[1] if found else None, missing)
            content = {**vars(input), "verdict": input.verdict.value}
            order = Order(by_member, input.request_id, "decide", content)
            done = await _decide(session, order, number or 0, input, context.now)
        return await _receipt(context, input.request_id, done)

    @strawberry.mutation(
        description="Set the most points that a campaign may issue (its managers).", extensions=[AnswersProblems()]
    )
    async def set_budget(self, info: Info, input: Asked[SetBudgetInput]) -> SetBudgetResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            running = await managed_campaign(context, session, ids.find(campaigns_api.CAMPAIGN_ID, input.campaign_id))
            by_member = await sessions.member_id(context, session)
            order = Order(by_member, input.request_id, "budget", vars(input))
            done = await budgets.set_budget(session, order, running.id, input.points, context.now)
            issued = await queries.issued(session, running.id)
        return _budget(input.points, issued, input.request_id, replayed=done.replayed)


async def _decide(
    session: WriteSession, order: Order, number: int, asked: DecideAdjustmentInput, now: datetime
) -> Done:
    if asked.verdict is ProposalVerdict.AGREE:
        return await adjustments.agree(session, order, number, now)
    if asked.verdict is ProposalVerdict.DECLINE:
        return await proposals.decline(session, order, AdjustmentRow, number, now, note=asked.note or "")
    return await proposals.withdraw(session, order, AdjustmentRow, number, now)

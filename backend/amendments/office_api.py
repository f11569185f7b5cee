"""GraphQL for managers: preview a change of rules, propose it, decide on another's."""

from datetime import date
from enum import Enum
from typing import Annotated

import strawberry

from backend.amendments import faces, figures, foresight, proposals, queries, receipts, service
from backend.amendments.changes import Change, KindChange
from backend.amendments.foresight import Foreseen, Proposal
from backend.amendments.receipts import Done
from backend.amendments.shown import AMENDMENT_ID, Amendment, ChangeFigures, amendment
from backend.amendments.shown import figures as figures_face
from backend.amendments.tables import PROPOSED
from backend.amendments.tables import Amendment as AmendmentRow
from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import After, Answered, AnswersProblems, Asked, Context, Info, InvalidValue, NotFound, OfCampaign
from backend.core.db import ReadSession, WriteSession
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import sessions
from backend.identity.roles import MANAGERS
from backend.settings import Settings

REQUEST_ID = "8 to 64 letters, digits, '-' or '_'; keep it for every retry."


@strawberry.enum(description="What is done with a proposal.")
class ProposalVerdict(Enum):
    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@strawberry.input(description="New numbers of one kind; what is null stays.")
class KindChangeInput:
    kind: str = strawberry.field(description="The kind's key.")
    points: int | None = strawberry.field(default=None, description="Points for an act.")
    points_per_unit: int | None = strawberry.field(default=None, description="Points for a unit.")
    per_day: int | None = strawberry.field(default=None, description="How many acts count on a day, from now on.")
    per_campaign: int | None = strawberry.field(
        default=None, description="How many count in the campaign, from now on; 0: no limit."
    )


@strawberry.input(description="A percent, by what it is of.")
class PercentInput:
    key: str = strawberry.field(description="The proof, or the special day's key.")
    percent: int = strawberry.field(description="Whole percent.")


@strawberry.input(description="What is to change of a campaign's rules, from when, and why.")
class RuleChangeInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    from_day: date = strawberry.field(description="The first campaign day on which the new rules hold.")
    restates: bool = strawberry.field(
        default=False, description="Whether what was recorded since that day is restated; else it is today or later."
    )
    reason: str = strawberry.field(description="2 to 200 characters that members read.")
    kinds: list[KindChangeInput] = strawberry.field(default_factory=list, description="Kinds.")
    points_per_day: int | None = strawberry.field(default=None, description="The most points of one day.")
    proof_credit: list[PercentInput] = strawberry.field(default_factory=list, description="By proof.")
    special_days: list[PercentInput] = strawberry.field(default_factory=list, description="By special day.")
    factors: list[str] = strawberry.field(
        default_factory=list, description="Keys of factors whose versions on the shelf are taken over."
    )
    pack: bool = strawberry.field(default=False, description="Take over the numbers of the theme pack as it is now.")

    def proposal(self) -> Proposal:
        """Return what is asked for."""
        return Proposal(
            ids.decode(campaigns_api.CAMPAIGN_ID, self.campaign_id),
            Change(
                kinds=tuple(KindChange(**vars(one)) for one in self.kinds),
                points_per_day=self.points_per_day,
                proof_credit={one.key: one.percent for one in self.proof_credit},
                special_days={one.key: one.percent for one in self.special_days},
                factors=tuple(self.factors),
                pack=self.pack,
            ),
            self.from_day,
            self.restates,
            self.reason,
        )


@strawberry.input(description="A change of rules under a request id that the client made before its first try.")
class ProposeRuleChangeInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    change: RuleChangeInput = strawberry.field(description="The change.")


@strawberry.input(description="A verdict on a change of rules.")
class DecideRuleChangeInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    amendment_id: strawberry.ID = strawberry.field(description="The change.")
    verdict: ProposalVerdict = strawberry.field(description="AGREE or DECLINE, or WITHDRAW one's own.")
    basis: str | None = strawberry.field(default=None, description="Which figures were seen; needed to agree.")
    note: str | None = strawberry.field(default=None, description="2 to 200 characters; needed to decline.")


@strawberry.type(description="What a change would do; nothing was written.")
class RuleChangePreview:
    changes: list[str] = strawberry.field(description="What changes, one sentence for each number.")
    figures: ChangeFigures = strawberry.field(description="What it would do to what stands.")


@strawberry.type(description="A change of rules after a request.")
class RuleChangeReceipt(Answered):
    state: str = strawberry.field(description="How the change stood after the request.")
    amendment: Amendment = strawberry.field(description="The change as it stands.")


@strawberry.type(description="A page of changes, newest first.")
class AmendmentPage:
    items: list[Amendment] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


PreviewRuleChangeResult = Annotated[
    RuleChangePreview | NotFound | InvalidValue | faces.ResultStands | faces.BudgetExceeded,
    strawberry.union("PreviewRuleChangeResult", description="What it would do, or why it cannot be proposed."),
]
ProposeRuleChangeResult = Annotated[
    RuleChangeReceipt | faces.ANY | faces.AmendmentOpen | faces.FiguresChanged,
    strawberry.union("ProposeRuleChangeResult", description="The change, or why it was not proposed."),
]
DecideRuleChangeResult = Annotated[
    RuleChangeReceipt | faces.ANY | faces.AmendmentOpen | faces.FiguresChanged,
    strawberry.union("DecideRuleChangeResult", description="The change, or why nothing was decided."),
]


async def managed_campaign(context: Context, session: ReadSession, number: int | None) -> Running:
    """Return a campaign that the caller manages; what lies elsewhere and what does not exist get one answer."""
    found = await campaigns.one(session, number) if number is not None else None
    missing = core_errors.NotFound(what=Text("活动", "campaign"))
    await sessions.require_role_at(context, session, MANAGERS, found.path if found else None, missing)
    assert found is not None, "nobody manages what does not exist"
    return found


async def _foreseen(context: Context, session: ReadSession, asked: Proposal) -> Foreseen:
    running = await managed_campaign(context, session, asked.campaign_id)
    threshold = context.use(Settings).suppression_threshold
    return await foresight.foresee(
        session, running, asked, shelf=context.use(Shelf), now=context.now, threshold=threshold
    )


async def _managed(context: Context, session: ReadSession, amendment_id: str) -> tuple[AmendmentRow, int]:
    number = ids.find(AMENDMENT_ID, amendment_id)
    found = await queries.amendment(session, number) if number is not None else None
    missing = core_errors.NotFound(what=amendment_id[:40])
    by_member = await sessions.require_role_at(context, session, MANAGERS, found[1] if found else None, missing)
    assert found is not None, "nobody manages what does not exist"
    return found[0], by_member


async def _receipt(context: Context, request_id: str, done: Done) -> RuleChangeReceipt:
    async with context.database.read() as session:
        found = await queries.amendment(session, done.subject_id)
        assert found is not None, "it has just been written"
        row = found[0]
        names = await queries.names(session, {row.proposed_by, row.decided_by})
    shown = amendment(row, names, context)
    return RuleChangeReceipt(request_id=request_id, replayed=done.replayed, state=done.state, amendment=shown)


@strawberry.type
class AmendmentsQuery:
    @strawberry.field(
        description="What a change of a campaign's rules would do (its managers).", extensions=[AnswersProblems()]
    )
    async def preview_rule_change(self, info: Info, change: Asked[RuleChangeInput]) -> PreviewRuleChangeResult:
        context = info.context
        async with context.database.read() as session:
            found = await _foreseen(context, session, change.proposal())
        told = [context.say(one) for one in found.told]
        return RuleChangePreview(changes=told, figures=figures_face(found.preview.figures))

    @strawberry.field(description="The changes of a campaign's rules, newest first (its managers).")
    async def rule_changes(self, info: Info, campaign_id: OfCampaign, after: After = None) -> AmendmentPage:
        context = info.context
        before = ids.decode(AMENDMENT_ID, after) if after else None
        async with context.database.read() as session:
            running = await managed_campaign(context, session, ids.find(campaigns_api.CAMPAIGN_ID, campaign_id))
            rows = await queries.amendments(session, running.id, before)
            page = rows[: queries.PAGE]
            names = await queries.names(session, {one for row in page for one in (row.proposed_by, row.decided_by)})
        more = strawberry.ID(ids.encode(AMENDMENT_ID, page[-1].id or 0)) if len(rows) > queries.PAGE else None
        return AmendmentPage(items=[amendment(row, names, context) for row in page], next=more)


@strawberry.type
class AmendmentsMutation:
    @strawberry.mutation(
        description="Propose a change of a campaign's rules; another person agrees (its managers).",
        extensions=[AnswersProblems()],
    )
    async def propose_rule_change(self, info: Info, input: Asked[ProposeRuleChangeInput]) -> ProposeRuleChangeResult:  # noqa: A002
        context, asked = info.context, input.change.proposal()
        by_member = await sessions.member_id(context)
        order = Order(by_member, input.request_id, "propose", strawberry.asdict(input.change))
        async with context.database.read() as session:
            # Computed before anything is locked: it may take seconds.
            known = await receipts.look(session, order)
            foreseen = None if known else await _foreseen(context, session, asked)
        if foreseen is not None:
            async with context.database.write() as session:
                known = await service.propose(session, order, asked, foreseen, context.now)
        assert known is not None, "it was answered before, or has just been"
        return await _receipt(context, input.request_id, known)

    @strawberry.mutation(
        description="Agree to a change of rules, decline it, or take back one's own (managers of the campaign).",
        extensions=[AnswersProblems()],
    )
    async def decide_rule_change(self, info: Info, input: Asked[DecideRuleChangeInput]) -> DecideRuleChangeResult:  # noqa: A002
        context = info.context
        async with context.database.read() as session:
            row, by_member = await _managed(context, session, input.amendment_id)
            content = {**vars(input), "verdict": input.verdict.value}
            order = Order(by_member, input.request_id, "decide", content)
            known = await receipts.look(session, order)
        if known is None and input.verdict is ProposalVerdict.AGREE:
            await _look_again(context, row, by_member, input.basis or "")
        async with context.database.write() as session:
            done = await _decide(session, order, row.id or 0, input, context)
        return await _receipt(context, input.request_id, done)


async def _look_again(context: Context, row: AmendmentRow, by_member: int, basis: str) -> None:
    """Raise FiguresChanged, and keep the new ones, where others hold than those that were seen."""
    if row.state != PROPOSED or by_member == row.proposed_by:
        return  # the verb says why not
    has_seen_them = basis == row.basis
    if has_seen_them and foresight.is_fresh(row, context.now):
        return
    threshold = context.use(Settings).suppression_threshold
    async with context.database.read() as session:
        # Computed before anything is locked: it may take seconds.
        fresh = await foresight.figured_again(session, row, context.now, threshold)
    seen = figures.Figures.from_json(row.figures)
    if has_seen_them and fresh.figures == seen:
        return
    async with context.database.write() as session:
        await service.refresh(session, row.id or 0, fresh, context.now)
    raise foresight.figures_changed(seen, fresh.figures)


async def _decide(
    session: WriteSession, order: Order, number: int, asked: DecideRuleChangeInput, context: Context
) -> Done:
    if asked.verdict is ProposalVerdict.AGREE:
        return await service.agree(session, order, number, asked.basis or "", context.now)
    if asked.verdict is ProposalVerdict.DECLINE:
        return await proposals.decline(session, order, AmendmentRow, number, context.now, note=asked.note or "")
    return await proposals.withdraw(session, order, AmendmentRow, number, context.now)

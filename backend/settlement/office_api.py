"""GraphQL for organisers: how a result stands, ending review, freezing boards, objections, corrections, the file."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.campaigns.api import CAMPAIGN_ID, Campaign, CampaignInput
from backend.campaigns.queries import Running
from backend.campaigns.tables import CLOSED, PROVISIONAL, REVIEWED
from backend.core import ids
from backend.core.api import After, AnswersProblems, Asked, Context, Info, InvalidValue, Long, NotFound, OfCampaign
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import sessions
from backend.identity.roles import MANAGERS
from backend.leaderboards import pins
from backend.leaderboards.tables import BoardPin
from backend.media import links
from backend.points import explain
from backend.points.api import TRANSFER_ID
from backend.review import texts
from backend.settlement import faces, files, freezing, objections, queries, service, waiting
from backend.settlement.api import ResultObjection, objection
from backend.settlement.objections import OBJECTION_ID
from backend.settlement.queries import Correction as Corrected


@strawberry.type(description="The boards of a campaign stand still.")
class Freeze:
    since: datetime = strawberry.field(description="Since when.")
    reason: str | None = strawberry.field(description="Why, as the organiser gave it; null for a seal.")
    sealed: bool = strawberry.field(description="Whether by the seal, for good.")


@strawberry.type(description="How the result of a campaign stands.")
class Settlement:
    campaign: Campaign = strawberry.field(description="The campaign.")
    next: str | None = strawberry.field(description="The state that comes next; null: none by itself.")
    due_at: datetime | None = strawberry.field(description="When, at the latest, if nothing is open; null: not known.")
    waits_for: list[str] = strawberry.field(description="What is open and holds the next step up, to show.")
    freeze: Freeze | None = strawberry.field(description="By what its boards stand still; null: they move.")


@strawberry.type(description="What was moved after the seal: it stands beside the result.")
class Correction:
    id: strawberry.ID = strawberry.field(description="Opaque id of the ledger's entry.")
    ledger: str = strawberry.field(description="points or carbon_mg.")
    amount: Long = strawberry.field(description="Points or milligrams, as the member has them: may be negative.")
    day: date = strawberry.field(description="The campaign day that it concerns.")
    recorded_at: datetime = strawberry.field(description="When it was moved.")
    reason: str = strawberry.field(description="Why, as it is told to the member.")


@strawberry.type(description="A page of corrections, newest first.")
class CorrectionPage:
    items: list[Correction] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="A page of objections, newest first; they name nobody.")
class ResultObjectionPage:
    items: list[ResultObjection] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="The file of a seal, which `python -m backend seal check` checks.")
class SealFile:
    path: str = strawberry.field(description="Where it is, until then.")
    expires_at: datetime = strawberry.field(description="Until when the path is good.")


@strawberry.type(description="A step was taken.")
class SettlementMoved:
    settlement: Settlement = strawberry.field(description="How the result stands since.")


@strawberry.type(description="An objection was answered.")
class ObjectionAnswer:
    objection: ResultObjection = strawberry.field(description="The objection.")


EndReviewResult = Annotated[
    SettlementMoved | NotFound | InvalidValue | faces.StepRefused,
    strawberry.union("EndReviewResult", description="How the result stands, or why the review goes on."),
]
FreezeBoardsResult = Annotated[
    SettlementMoved | NotFound | InvalidValue | faces.StepRefused,
    strawberry.union("FreezeBoardsResult", description="How the result stands, or why the boards move."),
]
UnfreezeBoardsResult = Annotated[
    SettlementMoved | NotFound | InvalidValue | faces.StepRefused,
    strawberry.union("UnfreezeBoardsResult", description="How the result stands, or why the boards stand still."),
]
AnswerObjectionResult = Annotated[
    ObjectionAnswer | NotFound | InvalidValue | faces.ObjectionAnswered,
    strawberry.union("AnswerObjectionResult", description="The objection, or why it was not answered."),
]


@strawberry.input(description="A campaign, and why.")
class SettlementInput(CampaignInput):
    reason: str = strawberry.field(description="2 to 200 characters, which the campaign's trail keeps.")


@strawberry.input(description="An answer to an objection.")
class AnswerObjectionInput:
    objection_id: strawberry.ID = strawberry.field(description="The objection.")
    answer: str = strawberry.field(description="2 to 300 characters, which its member reads.")


async def managed(context: Context, session: ReadSession, campaign_id: str) -> tuple[Running, int]:
    """Return a campaign that the caller manages as a whole, and who the caller is; else NotFound."""
    await sessions.caller(context, session)
    running = await campaigns.one(session, ids.find(CAMPAIGN_ID, campaign_id) or 0)
    missing = NotFoundProblem(what=Text("活动", "campaign"))
    path = running.path if running else None
    member_id = await sessions.require_role_at(context, session, MANAGERS, path, missing)
    assert running is not None, "nobody has a role at a campaign that does not exist"
    return running, member_id


async def _settlement(context: Context, session: ReadSession, running: Running) -> Settlement:
    campaign = running.campaign
    upcoming: dict[str, tuple[str, datetime]] = {
        CLOSED: ("reviewed", campaign.review_ends_at),
        REVIEWED: ("provisional", campaign.review_ends_at + waiting.APPEAL_DAYS),
        PROVISIONAL: ("sealed", campaign.seals_at),
    }
    following, due_at = upcoming.get(campaign.state, (None, None))
    open_ones: list[Text] = []
    if campaign.state == CLOSED:
        open_ones = await waiting.for_review(session, campaign, context.now)
    elif campaign.state == REVIEWED:
        open_ones = await waiting.for_result(session, campaign, context.now)
    elif campaign.state == PROVISIONAL:
        open_ones = await context.use(waiting.Openings).of(session, campaign)
    return Settlement(
        campaign=campaigns_api.campaign(running, context),
        next=following,
        due_at=due_at,
        waits_for=[context.say(one) for one in open_ones],
        freeze=_freeze(await pins.of(session, running.id)),
    )


def _freeze(pin: BoardPin | None) -> Freeze | None:
    return Freeze(since=pin.pinned_at, reason=pin.reason, sealed=pin.is_seal) if pin else None


async def _moved(context: Context, session: ReadSession, running: Running) -> SettlementMoved:
    found = await campaigns.one(session, running.id)
    assert found is not None, "it was there a moment ago"
    return SettlementMoved(settlement=await _settlement(context, session, found))


def _correction(one: Corrected, context: Context) -> Correction:
    row = one.transfer
    terms = explain.from_json(row.explanation)
    return Correction(
        id=strawberry.ID(ids.encode(TRANSFER_ID, row.id)),
        ledger=row.ledger,
        amount=Long(one.amount),
        day=row.day,
        recorded_at=row.recorded_at,
        reason=explain.sentence(terms, row.amount, context.locale, row.ledger),
    )


@strawberry.type
class SettlementQuery:
    @strawberry.field(description="How the result of a campaign stands, and what it waits for (its managers).")
    async def settlement(self, info: Info, campaign_id: OfCampaign) -> Settlement:
        async with info.context.database.read() as session:
            running, _ = await managed(info.context, session, campaign_id)
            return await _settlement(info.context, session, running)

    @strawberry.field(description="What members said against a provisional result (the campaign's managers).")
    async def result_objections(self, info: Info, campaign_id: OfCampaign, after: After = None) -> ResultObjectionPage:
        before = ids.decode(OBJECTION_ID, after) if after else None
        async with info.context.database.read() as session:
            running, _ = await managed(info.context, session, campaign_id)
            rows = await objections.of_campaign(session, running.id, before)
        page = [objection(row) for row in rows[: objections.PAGE]]
        return ResultObjectionPage(items=page, next=page[-1].id if len(rows) > objections.PAGE else None)

    @strawberry.field(description="What was corrected since the seal, with reasons (the campaign's managers).")
    async def corrections(self, info: Info, campaign_id: OfCampaign, after: After = None) -> CorrectionPage:
        context, before = info.context, ids.decode(TRANSFER_ID, after) if after else None
        async with context.database.read() as session:
            running, _ = await managed(context, session, campaign_id)
            seal = await queries.seal_of(session, running.id)
            rows = await queries.corrections(session, seal, before) if seal else []
        page = [_correction(one, context) for one in rows[: queries.PAGE]]
        return CorrectionPage(items=page, next=page[-1].id if len(rows) > queries.PAGE else None)

    @strawberry.field(description="The seal of a campaign as a file, good for ten minutes (its managers).")
    async def seal_file(self, info: Info, campaign_id: OfCampaign) -> SealFile:
        context = info.context
        async with context.database.read() as session:
            running, _ = await managed(context, session, campaign_id)
            if await queries.seal_of(session, running.id) is None:
                raise NotFoundProblem(what=Text("结果封存", "seal"))
        until = context.now + links.LIFE
        return SealFile(path=files.path(context.use(Vault), running.id, until), expires_at=until)


@strawberry.type
class SettlementOfficeMutation:
    @strawberry.mutation(
        description="End the review of a closed campaign early, when nothing waits for it (its managers).",
        extensions=[AnswersProblems()],
    )
    async def end_review(self, info: Info, input: Asked[SettlementInput]) -> EndReviewResult:  # noqa: A002
        context = info.context
        reason = texts.clean(input.reason, "reason", least=2, most=200)
        async with context.database.write() as session:
            running, member_id = await managed(context, session, input.campaign_id)
            await service.end_review(session, running, member_id, reason, context.now)
            return await _moved(context, session, running)

    @strawberry.mutation(
        description="Let everybody see the boards as they stand now, until they are unfrozen or sealed (managers).",
        extensions=[AnswersProblems()],
    )
    async def freeze_boards(self, info: Info, input: Asked[SettlementInput]) -> FreezeBoardsResult:  # noqa: A002
        context = info.context
        reason = texts.clean(input.reason, "reason", least=2, most=200)
        async with context.database.read() as session:
            running, member_id = await managed(context, session, input.campaign_id)
            if await freezing.standing(session, running) is not None:
                return await _moved(context, session, running)
            day = min(running.today(context.now), running.campaign.ends_on)
            rows = await pins.taken(session, running.id, day)
        async with context.database.write() as session:
            await freezing.freeze(session, running, rows, by_member=member_id, reason=reason, now=context.now)
            return await _moved(context, session, running)

    @strawberry.mutation(
        description="Let frozen boards move again (the campaign's managers).", extensions=[AnswersProblems()]
    )
    async def unfreeze_boards(self, info: Info, input: Asked[SettlementInput]) -> UnfreezeBoardsResult:  # noqa: A002
        context = info.context
        reason = texts.clean(input.reason, "reason", least=2, most=200)
        async with context.database.write() as session:
            running, member_id = await managed(context, session, input.campaign_id)
            await freezing.unfreeze(session, running, member_id, reason, context.now)
            return await _moved(context, session, running)

    @strawberry.mutation(
        description="Answer an objection, once; nobody answers their own (the campaign's managers).",
        extensions=[AnswersProblems()],
    )
    async def answer_objection(self, info: Info, input: Asked[AnswerObjectionInput]) -> AnswerObjectionResult:  # noqa: A002
        context = info.context
        said = texts.clean(input.answer, "answer", least=2, most=300)
        async with context.database.write() as session:
            known = await objections.one(session, ids.decode(OBJECTION_ID, input.objection_id))
            campaign = ids.encode(CAMPAIGN_ID, known.campaign_id) if known else ""
            _, member_id = await managed(context, session, campaign)
            assert known is not None, "nobody manages a campaign that does not exist"
            made = await objections.answer(session, known.id or 0, member_id, said, context.now)
        return ObjectionAnswer(objection=objection(made))

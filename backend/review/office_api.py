"""GraphQL for reviewers: what waits, deciding, taking back, appeals; the time there is; how valid acts are."""

from enum import Enum
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns import queries as campaigns
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    BatchTooLarge,
    Context,
    Info,
    InvalidValue,
    NotFound,
    OfCampaign,
    OfInstitution,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.identity.roles import DECIDERS
from backend.review import budget as budgets
from backend.review import faces, queries, validity
from backend.review.api import submit
from backend.review.reasons import Reason
from backend.review.requests import Item, Verdict
from backend.review.shown import (
    OpenAppeal,
    ReviewQueue,
    ReviewReceipt,
    ReviewSettings,
    ReviewStep,
    ValidShare,
    entry,
    open_appeal,
    receipt,
    step,
)
from backend.settings import Settings

MOST_ENTRIES = 50


@strawberry.enum(description="What a reviewer does with a case.")
class ReviewVerdict(Enum):
    APPROVE = "approve"
    REFUSE = "refuse"
    ASK = "ask"


DecideReviewsResult = Annotated[
    ReviewReceipt | RequestReused | BatchTooLarge | RequestIdInvalid | identity_faces.NotOnRoster,
    strawberry.union("DecideReviewsResult", description="The receipt, or why nothing was decided."),
]
UndoReviewsResult = Annotated[
    ReviewReceipt | RequestReused | BatchTooLarge | RequestIdInvalid | identity_faces.NotOnRoster,
    strawberry.union("UndoReviewsResult", description="The receipt, or why nothing was decided."),
]
DecideAppealResult = Annotated[
    ReviewStep
    | NotFound
    | InvalidValue
    | faces.AlreadyReviewed
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("DecideAppealResult", description="The case, or why its appeal was not decided."),
]
SetReviewMinutesResult = Annotated[
    ReviewSettings | InvalidValue,
    strawberry.union("SetReviewMinutesResult", description="What holds from the next draw on, or what is wrong."),
]


@strawberry.input(description="A verdict on one case.")
class ReviewInput:
    review_id: strawberry.ID = strawberry.field(description="The case.")
    verdict: ReviewVerdict = strawberry.field(description="What to do with it.")
    reason: Reason | None = strawberry.field(default=None, description="Why it is refused; needed to refuse.")
    note: str | None = strawberry.field(
        default=None,
        description="2 to 200 characters that the member reads: beside a reason (needed with OTHER), or the question.",
    )


@strawberry.input(description="Verdicts under a request id that the client made before its first try.")
class DecideReviewsInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    items: list[ReviewInput] = strawberry.field(description="1 to 100 verdicts; a bad one does not disturb the others.")


@strawberry.input(description="Cases whose verdict the caller takes back.")
class UndoReviewsInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    review_ids: list[strawberry.ID] = strawberry.field(description="1 to 100 cases.")


@strawberry.input(description="What a second reviewer makes of an appeal.")
class DecideAppealInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    review_id: strawberry.ID = strawberry.field(description="The case.")
    upheld: bool = strawberry.field(description="Whether the member is right: the act counts again.")
    note: str | None = strawberry.field(
        default=None, description="2 to 200 characters that the member reads; needed to dismiss."
    )


@strawberry.input(description="How much time an institution gives to review.")
class SetReviewMinutesInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution.")
    minutes_a_day: int = strawberry.field(description="0 to 240; 0 draws nothing.")
    seconds_per_case: int | None = strawberry.field(
        default=None, description="5 to 300, until it is measured; null leaves it."
    )


Limit = Annotated[int, strawberry.argument(description="How many cases, 1 to 50.")]
OfAnyCampaign = Annotated[
    strawberry.ID | None, strawberry.argument(description="Only cases of this campaign; null: of all.")
]
OfOneOrAll = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="In which institution; null: in all, for who decides over the whole campaign."),
]


@strawberry.type
class ReviewOfficeQuery:
    @strawberry.field(description="What the caller may review in an institution (its deciders); blind.")
    async def review_queue(
        self, info: Info, institution_id: OfInstitution, campaign_id: OfAnyCampaign = None, limit: Limit = 20
    ) -> ReviewQueue:
        context = info.context
        if not 1 <= limit <= MOST_ENTRIES:
            raise core_errors.InvalidValue(field="limit", reason=Text("须为 1 至 50", "it is 1 to 50"))
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, DECIDERS)
            reviewer = await sessions.member_id(context, session)
            campaign = ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id) if campaign_id else None
            found = await queries.queue(
                session, row.id or 0, reviewer, campaign_id=campaign, limit=limit, now=context.now
            )
            time = await budgets.of(session, row.id or 0, context.now)
        return ReviewQueue(
            items=[entry(one, context) for one in found.entries],
            waiting=found.waiting,
            minutes_a_day=time.minutes_a_day,
            minutes_left=time.minutes_left,
            seconds_per_case=time.seconds_per_case,
        )

    @strawberry.field(description="Open appeals that the caller may decide on, oldest first (deciders); blind.")
    async def appeals(self, info: Info, institution_id: OfInstitution) -> list[OpenAppeal]:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, DECIDERS)
            reviewer = await sessions.member_id(context, session)
            found = await queries.appeals(session, row.id or 0, reviewer, context.now)
        return [open_appeal(one, context) for one in found]

    @strawberry.field(description="How much time an institution gives to review (its deciders).")
    async def review_settings(self, info: Info, institution_id: OfInstitution) -> ReviewSettings:
        context = info.context
        async with context.database.read() as session:
            row = await identity_api.managed_institution(context, session, institution_id, DECIDERS)
            return _settings(await budgets.of(session, row.id or 0, context.now))

    @strawberry.field(description="The estimated share of valid acts in a campaign (deciders).")
    async def valid_share(self, info: Info, campaign_id: OfCampaign, institution_id: OfOneOrAll = None) -> ValidShare:
        context = info.context
        async with context.database.read() as session:
            campaign, institution = await _rated(context, session, campaign_id, institution_id)
            fewest = context.use(Settings).suppression_threshold
            found = await validity.of_campaign(session, campaign, institution, fewest)
        share = found.share
        return ValidShare(
            label=context.say(found.label),
            share_permille=share.permille if share else None,
            low_permille=share.low_permille if share else None,
            high_permille=share.high_permille if share else None,
            population=found.population,
            sampled=found.sampled,
            decided=found.decided,
            known=found.known,
        )


def _settings(time: budgets.Budget) -> ReviewSettings:
    return ReviewSettings(
        minutes_a_day=time.minutes_a_day, seconds_per_case=time.seconds_set, measured_seconds=time.seconds_per_case
    )


async def _rated(
    context: Context, session: ReadSession, campaign_id: str, institution_id: str | None
) -> tuple[int, int | None]:
    """Return which campaign and institution are asked for, if the caller decides there; all else is not found."""
    await sessions.caller(context, session)
    found = await campaigns.one(session, ids.decode(campaigns_api.CAMPAIGN_ID, campaign_id))
    missing = core_errors.NotFound(what=Text("活动", "campaign"))
    if institution_id is None:
        await sessions.require_role_at(context, session, DECIDERS, found.path if found else None, missing)
        assert found is not None, "nobody has a role at a campaign that does not exist"
        return found.id, None
    row = await identity_api.managed_institution(context, session, institution_id, DECIDERS)
    if found is None or not row.path.startswith(found.path):
        raise missing
    return found.id, row.id or 0


@strawberry.type
class ReviewOfficeMutation:
    @strawberry.mutation(
        description="Approve, refuse or ask for more, each apart (deciders). The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def decide_reviews(self, info: Info, input: Asked[DecideReviewsInput]) -> DecideReviewsResult:  # noqa: A002
        items = [Item(one.review_id, Verdict(one.verdict.value), one.reason, one.note) for one in input.items]
        return receipt(await submit(info.context, input.request_id, items), info.context)

    @strawberry.mutation(
        description="Take back own verdicts of the last hour (deciders). The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def undo_reviews(self, info: Info, input: Asked[UndoReviewsInput]) -> UndoReviewsResult:  # noqa: A002
        items = [Item(one, Verdict.UNDO) for one in input.review_ids]
        return receipt(await submit(info.context, input.request_id, items), info.context)

    @strawberry.mutation(
        description="Decide an appeal that somebody else's refusal led to. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def decide_appeal(self, info: Info, input: Asked[DecideAppealInput]) -> DecideAppealResult:  # noqa: A002
        item = Item(input.review_id, Verdict.UPHOLD if input.upheld else Verdict.DISMISS, text=input.note)
        return step((await submit(info.context, input.request_id, [item])).only)

    @strawberry.mutation(
        description="Say how much time an institution gives to review (its managers).", extensions=[AnswersProblems()]
    )
    async def set_review_minutes(self, info: Info, input: Asked[SetReviewMinutesInput]) -> SetReviewMinutesResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            row = await identity_api.managed_institution(context, session, input.institution_id)
            by_member = await sessions.member_id(context, session)
            await budgets.set_minutes(
                session,
                row.id or 0,
                input.minutes_a_day,
                input.seconds_per_case,
                by_member=by_member,
                now=context.now,
            )
            return _settings(await budgets.of(session, row.id or 0, context.now))

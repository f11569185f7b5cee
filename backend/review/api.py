"""GraphQL for members: which of their acts were refused or asked about, answering, appealing."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.checkins import faces as check_in_faces
from backend.checkins.kind import all_kinds
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.api import (
    After,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.receipts import check_request
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.identity import texts as content
from backend.review import appeals, faces, queries, requests, service, texts
from backend.review.reasons import Reason, told
from backend.review.requests import CASE_ID, MOST_ITEMS, Answer, Item, Request, Verdict
from backend.review.shown import ReviewStep, opaque, step
from backend.review.tables import ASKED, REFUSED, ReviewAppeal, ReviewCase


@strawberry.type(description="An objection of the caller's, and what became of it.")
class MyAppeal:
    text: str = strawberry.field(description="What the caller said.")
    made_at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="open, upheld or dismissed.")
    note: str | None = strawberry.field(description="What the second reviewer says; null: nothing yet.")


@strawberry.type(description="One of the caller's acts that was refused, asked about, or appealed.")
class MyReview:
    id: strawberry.ID = strawberry.field(description="Opaque id of the case.")
    kind: str = strawberry.field(description="The kind's key.")
    title: str = strawberry.field(description="The kind's title.")
    day: date = strawberry.field(description="The campaign day.")
    slot: str = strawberry.field(description="Which of the day's acts of this kind.")
    state: str = strawberry.field(description="waiting, asked, approved or refused.")
    state_title: str = strawberry.field(description="How it stands, to show.")
    reason: str | None = strawberry.field(description="Why it was refused, with the reviewer's note; null: it is not.")
    appeal_until: datetime | None = strawberry.field(description="Until when it may be appealed; null: it may not.")
    question: str | None = strawberry.field(description="What a reviewer asks; null: nothing.")
    answer_until: datetime | None = strawberry.field(
        description="Until when an answer is waited for, later it may be decided without; null: none is."
    )
    answer: str | None = strawberry.field(description="What the caller answered; null: nothing.")
    appeal: MyAppeal | None = strawberry.field(description="The caller's objection; null: none.")


@strawberry.type(description="A page of the caller's cases, newest first.")
class MyReviewPage:
    items: list[MyReview] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


AnswerReviewResult = Annotated[
    ReviewStep
    | NotFound
    | InvalidValue
    | faces.NoQuestionOpen
    | faces.ReviewClosed
    | check_in_faces.PhotoUnknown
    | check_in_faces.PhotoRefused
    | check_in_faces.PhotoUsed
    | check_in_faces.PhotoCopied
    | RequestReused
    | RequestIdInvalid
    | identity_faces.TextRefused
    | identity_faces.NotOpenedLately
    | identity_faces.WeChatBlocked
    | identity_faces.WeChatTooOften
    | identity_faces.NotOnRoster,
    strawberry.union("AnswerReviewResult", description="The case with its answer, or why there is none."),
]
AppealReviewResult = Annotated[
    ReviewStep
    | NotFound
    | InvalidValue
    | faces.AppealNotOpen
    | RequestReused
    | RequestIdInvalid
    | identity_faces.TextRefused
    | identity_faces.NotOpenedLately
    | identity_faces.WeChatBlocked
    | identity_faces.WeChatTooOften
    | identity_faces.NotOnRoster,
    strawberry.union("AppealReviewResult", description="The case with its appeal, or why there is none."),
]


@strawberry.input(description="An answer to a reviewer's question.")
class AnswerReviewInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    review_id: strawberry.ID = strawberry.field(description="The case.")
    text: str = strawberry.field(description="1 to 200 characters, which a reviewer reads.")
    photo_id: strawberry.ID | None = strawberry.field(
        default=None, description="An upload of the caller's that shows more; never needed."
    )


@strawberry.input(description="An objection to a refusal.")
class AppealReviewInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; keep it for every retry.")
    review_id: strawberry.ID = strawberry.field(description="The case.")
    text: str = strawberry.field(description="2 to 300 characters, which another reviewer reads.")


async def submit(context: Context, request_id: str, items: list[Item], said: str | None = None) -> Answer:
    """Carry out what a caller asks of review, after the commit give its answer.

    `said` is what a member wrote: WeChat looks at it before a reviewer reads it, once. A reviewer's own words are the
    office's, and come from a console, where nobody has opened the mini-program lately, as WeChat asks.
    """
    by_member = await sessions.member_id(context)
    check_request(request_id, len(items), MOST_ITEMS)
    request = Request(by_member, request_id, tuple(items))
    if said is not None:
        async with context.database.read() as session:
            known = await requests.repeated(session, request)
        if known is not None:
            return known
        await content.check(context, said)
    async with context.database.write() as session:
        return await service.carry_out(session, request, context.now)


def _mine(row: tuple[ReviewCase, CheckIn, ReviewAppeal | None], context: Context) -> MyReview:
    case, act, appeal = row
    kind = all_kinds().get(act.kind)
    ends_at = case.decided_at + appeals.APPEAL_WITHIN if case.state == REFUSED and case.decided_at else None
    return MyReview(
        id=opaque(case.id or 0),
        kind=act.kind,
        title=context.say(kind.title) if kind else act.kind,
        day=act.day,
        slot=act.slot,
        state=case.state,
        state_title=context.say(appeals.standing(case)),
        reason=context.say(told(Reason(case.reason), case.note)) if case.reason else None,
        appeal_until=ends_at if appeal is None and ends_at and context.now < ends_at else None,
        question=case.question,
        answer_until=case.asked_at + service.ANSWER_WITHIN if case.state == ASKED and case.asked_at else None,
        answer=case.answer,
        appeal=MyAppeal(text=appeal.text, made_at=appeal.made_at, state=appeal.state, note=appeal.note)
        if appeal
        else None,
    )


@strawberry.type
class ReviewViewer:
    @strawberry.field(description="The caller's acts that were refused, asked about or appealed, newest first.")
    async def reviews(self, info: Info, after: After = None) -> MyReviewPage:
        context = info.context
        member_id = await sessions.member_id(context)
        before = ids.decode(CASE_ID, after) if after else None
        async with context.database.read() as session:
            rows = await queries.of_member(session, member_id, before)
        page = rows[: queries.PAGE]
        more = opaque(page[-1][0].id or 0) if len(rows) > queries.PAGE else None
        return MyReviewPage(items=[_mine(row, context) for row in page], next=more)


@strawberry.type
class ReviewMutation:
    @strawberry.mutation(
        description="Answer a reviewer's question. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def answer_review(self, info: Info, input: Asked[AnswerReviewInput]) -> AnswerReviewResult:  # noqa: A002
        said = texts.clean(input.text, "text", least=1, most=200)
        item = Item(input.review_id, Verdict.ANSWER, text=input.text, photo=input.photo_id)
        return step((await submit(info.context, input.request_id, [item], said)).only)

    @strawberry.mutation(
        description="Object to a refusal, once. The same requestId gives the same answer.",
        extensions=[AnswersProblems()],
    )
    async def appeal_review(self, info: Info, input: Asked[AppealReviewInput]) -> AppealReviewResult:  # noqa: A002
        said = texts.clean(input.text, "text", least=2, most=300)
        item = Item(input.review_id, Verdict.APPEAL, text=input.text)
        return step((await submit(info.context, input.request_id, [item], said)).only)

"""What reviewers see of cases, as GraphQL types: no name, no department, no number of a person."""

import json
from datetime import date, datetime
from typing import Annotated, Any

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins.kind import all_kinds
from backend.checkins.office_api import NotCounted
from backend.checkins.proof import Proof
from backend.core import clock, ids
from backend.core.api import ActDetails, Answered, Context, InvalidValue, NotFound, faced
from backend.core.errors import SHOWN_ZONE
from backend.media import api as media_api
from backend.media.tables import STORED, Upload
from backend.review import faces, queries
from backend.review.reasons import Reason, told
from backend.review.requests import CASE_ID, Answer, Step
from backend.review.risk import Mark
from backend.review.tables import ASKED

strawberry.enum(Reason, name="RefusalReason", description="Why an act is refused; its member reads it in words.")

# Bounds instead of numbers: two acts of one day with the same numbers would be known for one person's.
_EARLIER = (0, 3, 10, 30)


@strawberry.type(description="An act that was drawn for review, without anything that tells whose it is.")
class ReviewEntry:
    id: strawberry.ID = strawberry.field(description="Opaque id of the case.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign that it counts in.")
    kind: str = strawberry.field(description="The kind's key.")
    title: str = strawberry.field(description="The kind's title.")
    day: date = strawberry.field(description="The campaign day.")
    time: str = strawberry.field(description="The time of day at which it was done, as claimed (Beijing time).")
    details: ActDetails = strawberry.field(description="What the member said of it.")
    site: str | None = strawberry.field(description="Where its code was shown; null: no code.")
    proof: str = strawberry.field(description="self_declared, photo, station or code.")
    proof_title: str = strawberry.field(description="The proof, to show.")
    photo: media_api.Photo | None = strawberry.field(
        description="Its photo; null: none, or deleted. One that is not fit to be shown has no links."
    )
    risk: int = strawberry.field(description="0 to 1,000.")
    marks: list[str] = strawberry.field(description="Why it is doubted, the heaviest first.")
    earlier_acts: int = strawberry.field(
        description="At least so many acts of the person counted before: 0, 3, 10 or 30."
    )
    earlier_refusals: int = strawberry.field(description="How many were refused within a year: 0, 1, or 2 for several.")
    question: str | None = strawberry.field(description="What its member was asked; null: nothing.")
    answer: str | None = strawberry.field(description="The answer; null: none.")
    answer_photo: media_api.Photo | None = strawberry.field(description="The answer's photo; null as for `photo`.")
    unanswered: bool = strawberry.field(description="Whether the question was not answered in time.")


@strawberry.type(description="What a reviewer may decide on now: answered questions first, then by risk.")
class ReviewQueue:
    items: list[ReviewEntry] = strawberry.field(description="The first of it.")
    waiting: int = strawberry.field(description="How many cases wait for this reviewer.")
    minutes_a_day: int = strawberry.field(description="The time that the institution gives.")
    minutes_left: int = strawberry.field(description="What is left of it today.")
    seconds_per_case: int = strawberry.field(description="What a case takes, as measured lately; else as set.")


@strawberry.type(description="An objection to a refusal.")
class OpenAppeal:
    review: ReviewEntry = strawberry.field(description="The case.")
    refused_for: str = strawberry.field(description="The reason that the member was given.")
    text: str = strawberry.field(description="What the member says.")
    made_at: datetime = strawberry.field(description="When.")


@strawberry.type(description="How much time an institution gives to review.")
class ReviewSettings:
    minutes_a_day: int = strawberry.field(description="0 to 240 minutes a day.")
    seconds_per_case: int = strawberry.field(description="What a case is taken to need until it is measured.")
    measured_seconds: int = strawberry.field(description="What it needed lately.")


@strawberry.type(description="Which share of a campaign's acts is valid: an estimate from the cases that were decided.")
class ValidShare:
    label: str = strawberry.field(description="Ready to show, as in '99.1 % (95 %: 98.2–99.6 %), 412 of 10,435 …'.")
    share_permille: int | None = strawberry.field(description="The estimate; null: not enough reviewed, or few people.")
    low_permille: int | None = strawberry.field(description="Lower end of the 95 % interval; null as for the share.")
    high_permille: int | None = strawberry.field(description="Upper end; null as for the share.")
    population: int = strawberry.field(description="Acts that could be drawn.")
    sampled: int = strawberry.field(description="Those that were drawn.")
    decided: int = strawberry.field(description="Those that were looked at and decided.")
    known: int = strawberry.field(description="Acts confirmed by staff or fed by a system, beside the population.")


@strawberry.type(description="What was done with a case.")
class ReviewStep:
    review_id: strawberry.ID = strawberry.field(description="The case.")
    verdict: str = strawberry.field(description="approve, refuse, ask, undo, answer, appeal, uphold or dismiss.")
    state: str = strawberry.field(description="How it stands since: waiting, asked, approved or refused.")
    at: datetime = strawberry.field(description="When it was done.")


ReviewOutcome = Annotated[
    ReviewStep
    | NotFound
    | InvalidValue
    | NotCounted
    | faces.AlreadyReviewed
    | faces.AlreadyAsked
    | faces.UndoClosed
    | faces.ReviewClosed,
    strawberry.union("ReviewOutcome", description="What was done with a case, or why nothing was."),
]


@strawberry.type(description="The answer to a request, kept so that asking again gives it again.")
class ReviewReceipt(Answered):
    outcomes: list[ReviewOutcome] = strawberry.field(description="One for each item, in the order sent.")


def opaque(case_id: int) -> strawberry.ID:
    """Return a case's id as clients hold it."""
    return strawberry.ID(ids.encode(CASE_ID, case_id))


def step(done: Step) -> ReviewStep:
    """Return what was done as clients see it."""
    return ReviewStep(review_id=opaque(done.case_id), verdict=done.verdict, state=done.state, at=done.at)


def receipt(answer: Answer, context: Context) -> ReviewReceipt:
    """Return an answer as clients see it, each problem in the caller's language."""
    outcomes: list[Any] = [
        step(one) if isinstance(one, Step) else faced(one, context.locale) for one in answer.outcomes
    ]
    return ReviewReceipt(request_id=answer.request_id, replayed=answer.replayed, outcomes=outcomes)


def entry(found: queries.Entry, context: Context) -> ReviewEntry:
    """Return a case as its reviewer sees it."""
    case, act = found.case, found.act
    photos = {upload.id: upload for upload in found.photos}
    kind, proof = all_kinds().get(act.kind), Proof(act.proof)
    return ReviewEntry(
        id=opaque(case.id or 0),
        campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, act.campaign_id)),
        kind=act.kind,
        title=context.say(kind.title) if kind else act.kind,
        day=act.day,
        time=f"{act.acted_at.astimezone(clock.zone(SHOWN_ZONE)):%H:%M}",
        details=ActDetails(json.loads(act.details)),
        site=found.place,
        proof=act.proof,
        proof_title=context.say(proof.wording),
        photo=_photo(photos.get(act.photo_id), context),
        risk=case.risk,
        marks=[context.say(Mark[name].wording) for name in json.loads(case.marks)],
        earlier_acts=max(bound for bound in _EARLIER if bound <= case.earlier_acts),
        earlier_refusals=min(case.earlier_refusals, 2),
        question=case.question,
        answer=case.answer,
        answer_photo=_photo(photos.get(case.answer_photo_id), context),
        unanswered=case.state == ASKED,
    )


def _photo(upload: Upload | None, context: Context) -> media_api.Photo | None:
    if upload is None or upload.state != STORED:
        return None
    return media_api.shown(upload, context, decides=True)


def open_appeal(found: queries.Appealed, context: Context) -> OpenAppeal:
    """Return an appeal as the second reviewer sees it."""
    case = found.entry.case
    return OpenAppeal(
        review=entry(found.entry, context),
        refused_for=context.say(told(Reason(case.reason), case.note)) if case.reason else "",
        text=found.appeal.text,
        made_at=found.appeal.made_at,
    )

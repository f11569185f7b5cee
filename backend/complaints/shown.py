"""Complaints as GraphQL types: to who made them, and to who answers them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import strawberry
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.complaints import queries
from backend.complaints.asking import opaque
from backend.complaints.receipts import Step
from backend.complaints.tables import LEVEL_ABOVE, OPEN, Complaint, ComplaintAnswer
from backend.complaints.words import KINDS, STATES
from backend.core.api import Answered, Context
from backend.core.clock import campaign_day
from backend.core.db import ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.queries import Place
from backend.identity.tables import Institution, Member


@strawberry.type(description="What one level answered.")
class ComplaintReply:
    text: str | None = strawberry.field(description="The answer; null: deleted two years after closing.")
    answered_at: datetime = strawberry.field(description="When.")
    level: int = strawberry.field(description="1: the member's own institution; 2: the level above.")


@strawberry.type(
    description="A complaint or suggestion of the caller's, which they see whether or not they gave a name."
)
class MyComplaint:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    kind: str = strawberry.field(description="complaint or suggestion.")
    kind_title: str = strawberry.field(description="The kind, to show.")
    text: str | None = strawberry.field(description="What the caller said; null: deleted two years after closing.")
    campaign: str | None = strawberry.field(description="The campaign that it is about; null: none.")
    anonymous: bool = strawberry.field(description="Whether who answers is not told who said it.")
    about_organiser: bool = strawberry.field(description="Whether it went straight to the level above.")
    filed_at: datetime = strawberry.field(description="When.")
    state: str = strawberry.field(description="open, answered or closed.")
    state_title: str = strawberry.field(description="How it stands, to show.")
    answered_by: str = strawberry.field(description="The institution whose managers answer, or answered last.")
    due_on: date = strawberry.field(description="The day up to which an answer is promised.")
    overdue: bool = strawberry.field(description="Whether that day has passed without one.")
    may_forward: bool = strawberry.field(
        description="Whether it may be passed to the level above now, if there is one."
    )
    answers: list[ComplaintReply] = strawberry.field(description="What was answered, the own institution first.")
    closed_at: datetime | None = strawberry.field(description="When it was closed; null: it is not.")


@strawberry.type(description="A page of the caller's complaints, newest first.")
class MyComplaintPage:
    items: list[MyComplaint] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="A complaint or suggestion as who answers it sees it.")
class OfficeComplaint:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    kind: str = strawberry.field(description="complaint or suggestion.")
    kind_title: str = strawberry.field(description="The kind, to show.")
    text: str | None = strawberry.field(description="What was said; null: deleted two years after closing.")
    campaign: str | None = strawberry.field(description="The campaign that it is about; null: none.")
    institution: str = strawberry.field(description="Where it comes from.")
    member: str | None = strawberry.field(description="Who said it; null: they would rather not be named.")
    department: str | None = strawberry.field(description="Their department of then; null where they are not named.")
    about_organiser: bool = strawberry.field(description="Whether it went straight to the level above.")
    filed_on: date = strawberry.field(description="On which day; the hour could tell who it was.")
    level: int = strawberry.field(description="1: the member's own institution answers; 2: the level above.")
    state: str = strawberry.field(description="open, answered or closed.")
    state_title: str = strawberry.field(description="How it stands, to show.")
    due_on: date = strawberry.field(description="The day up to which an answer is promised.")
    overdue: bool = strawberry.field(description="Whether that day has passed without one.")
    answers: list[ComplaintReply] = strawberry.field(description="What was answered, the own institution first.")


@strawberry.type(description="A page of complaints, the first due first.")
class OfficeComplaintPage:
    items: list[OfficeComplaint] = strawberry.field(description="At most fifty.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is due later with this; null: no more.")


@strawberry.type(description="What was done with a complaint, kept so that asking again gives it again.")
class ComplaintStep(Answered):
    complaint_id: strawberry.ID = strawberry.field(description="The complaint.")
    state: str = strawberry.field(description="How it stood then: open, answered or closed.")
    level: int = strawberry.field(description="1: the member's own institution answers; 2: the level above.")
    due_on: date = strawberry.field(description="The day up to which an answer is promised.")
    at: datetime = strawberry.field(description="When.")


@dataclass(frozen=True)
class Around:
    """What complaints of a page refer to."""

    campaigns: dict[int, Running]
    institutions: dict[int, str]
    answers: dict[int, list[ComplaintAnswer]]
    members: dict[int, str] = field(default_factory=dict)
    places: dict[int, list[Place]] = field(default_factory=dict)


async def around(session: ReadSession, rows: Sequence[Complaint], *, named: bool) -> Around:
    """Read what these complaints refer to, in a number of statements that does not grow; names only where `named`."""
    about = sorted({row.campaign_id for row in rows if row.campaign_id is not None})
    places = {number for row in rows for number in (row.institution_id, row.answering_institution_id)}
    found = await session.exec(select(Institution.id, Institution.name).where(col(Institution.id).in_(places)))
    institutions = {number or 0: name for number, name in found}
    answers = await queries.answers(session, [row.id or 0 for row in rows])
    who = sorted({row.member_id for row in rows if row.member_id is not None and not row.anonymous}) if named else []
    members = await session.exec(select(Member.id, Member.name).where(col(Member.id).in_(who))) if who else ()
    return Around(
        campaigns=await campaigns.running(session, about),
        institutions=institutions,
        answers=answers,
        members={number or 0: name for number, name in members},
        places=await identity.places(session, who) if who else {},
    )


def step(done: Step, request_id: str) -> ComplaintStep:
    """Return what was done as clients see it."""
    return ComplaintStep(
        request_id=request_id,
        replayed=done.replayed,
        complaint_id=opaque(done.complaint_id),
        state=done.state,
        level=done.level,
        due_on=done.due_on,
        at=done.at,
    )


def mine(row: Complaint, known: Around, context: Context) -> MyComplaint:
    """Return a complaint as its member sees it."""
    overdue = _is_overdue(row, context)
    return MyComplaint(
        id=opaque(row.id or 0),
        kind=row.kind,
        kind_title=context.say(KINDS[row.kind]),
        text=row.text,
        campaign=_campaign(row, known, context),
        anonymous=row.anonymous,
        about_organiser=row.about_organiser,
        filed_at=row.filed_at,
        state=row.state,
        state_title=context.say(STATES[row.state]),
        answered_by=known.institutions[row.answering_institution_id],
        due_on=row.due_on,
        overdue=overdue,
        may_forward=row.level != LEVEL_ABOVE and row.closed_at is None and (overdue or row.state != OPEN),
        answers=_replies(row, known),
        closed_at=row.closed_at,
    )


def office(row: Complaint, known: Around, context: Context) -> OfficeComplaint:
    """Return a complaint as who answers it sees it: without a name where its member gave none."""
    filed_on = campaign_day(row.filed_at, SHOWN_ZONE, 0)
    named = None if row.anonymous or row.member_id is None else row.member_id
    place = identity.place_on(known.places.get(named or 0, ()), filed_on)
    return OfficeComplaint(
        id=opaque(row.id or 0),
        kind=row.kind,
        kind_title=context.say(KINDS[row.kind]),
        text=row.text,
        campaign=_campaign(row, known, context),
        institution=known.institutions[row.institution_id],
        member=known.members.get(named) if named else None,
        department=place.department_name if place else None,
        about_organiser=row.about_organiser,
        filed_on=filed_on,
        level=row.level,
        state=row.state,
        state_title=context.say(STATES[row.state]),
        due_on=row.due_on,
        overdue=_is_overdue(row, context),
        answers=_replies(row, known),
    )


def _campaign(row: Complaint, known: Around, context: Context) -> str | None:
    about = known.campaigns.get(row.campaign_id or 0)
    return context.say(about.rules.title) if about else None


def _replies(row: Complaint, known: Around) -> list[ComplaintReply]:
    return [
        ComplaintReply(text=one.text, answered_at=one.answered_at, level=one.level)
        for one in known.answers.get(row.id or 0, ())
    ]


def _is_overdue(row: Complaint, context: Context) -> bool:
    return row.state == OPEN and row.due_on < sessions.today(context)

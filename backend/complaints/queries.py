"""Which complaints there are: a member's own, those that an office has to answer, and counts for a campaign."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import case, func, or_, tuple_
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.complaints.tables import ANSWERED, CLOSED, OPEN, SUGGESTION, Complaint, ComplaintAnswer
from backend.core import statements
from backend.core.clock import campaign_day
from backend.core.db import ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.identity import queries as identity
from backend.identity.roles import MANAGERS
from backend.identity.tables import Institution

PAGE = 50


class Which(StrEnum):
    """Which complaints an office looks at."""

    WAITING = "waiting"
    OVERDUE = "overdue"
    DONE = "done"


@dataclass(frozen=True)
class Counts:
    """How many complaints and suggestions a campaign led to; no person, no text."""

    filed: int
    suggestions: int
    answered: int  # at least once
    answered_in_time: int  # the first answer came up to the day that was promised
    forwarded: int
    waiting: int  # neither answered nor closed


async def one(session: ReadSession, complaint_id: int) -> Complaint | None:
    """Return one complaint, or None."""
    return await session.get(Complaint, complaint_id)


async def of_member(session: ReadSession, member_id: int, before: int | None) -> Sequence[Complaint]:
    """Return a page (and one more) of a member's complaints, newest first, older than `before`."""
    statement = select(Complaint).where(col(Complaint.member_id) == member_id)
    if before is not None:
        statement = statement.where(col(Complaint.id) < before)
    found = await session.exec(statement.order_by(col(Complaint.id).desc()).limit(PAGE + 1))
    return found.all()


async def of_office(
    session: ReadSession, path: str, by_member: int, which: Which, *, today: date, after: int | None
) -> Sequence[Complaint]:
    """Return a page (and one more) of what is answered at an institution or below it, the first due first.

    What is about an organiser and went to the level above is kept from who manages the institution that it came from.
    """
    due = (col(Complaint.due_on), col(Complaint.id))
    readable = (
        col(Institution.path).startswith(path),
        or_(
            ~col(Complaint.about_organiser),
            col(Complaint.answering_institution_id) == col(Complaint.institution_id),
            col(Complaint.institution_id).not_in(await managed_at(session, by_member)),
        ),
    )
    at_office = col(Institution.id) == col(Complaint.answering_institution_id)
    states = (ANSWERED, CLOSED) if which is Which.DONE else (OPEN,)
    statement = select(Complaint).join(Institution, at_office).where(*readable, col(Complaint.state).in_(states))
    if which is Which.OVERDUE:
        statement = statement.where(col(Complaint.due_on) < today)
    if after is not None:
        # One that is not theirs to read must not tell, by what comes after it, when it is due.
        last = columns(*due).join(Institution, at_office).where(*readable, col(Complaint.id) == after)
        for due_on, number in await statements.rows(session, last):
            statement = statement.where(tuple_(*due) > (due_on, number))
    found = await session.exec(statement.order_by(*due).limit(PAGE + 1))
    return found.all()


async def managed_at(session: ReadSession, member_id: int) -> set[int]:
    """Return the institutions at which a member holds a manager's role, without those below them."""
    return {place.id or 0 for role, place in await identity.roles(session, member_id) if role in MANAGERS}


def is_kept_from_own_office(complaint: Complaint) -> bool:
    """Tell whether it is about an organiser and answered above their institution: they neither see nor answer it."""
    return complaint.about_organiser and complaint.answering_institution_id != complaint.institution_id


async def answers(session: ReadSession, complaint_ids: Sequence[int]) -> dict[int, list[ComplaintAnswer]]:
    """Return what was answered to each of these complaints, first level first."""
    found = await session.exec(
        select(ComplaintAnswer)
        .where(col(ComplaintAnswer.complaint_id).in_(complaint_ids))
        .order_by(col(ComplaintAnswer.level))
    )
    given: dict[int, list[ComplaintAnswer]] = defaultdict(list)
    for row in found:
        given[row.complaint_id].append(row)
    return given


async def counts(session: ReadSession, campaign_id: int, institution_id: int | None = None) -> Counts:
    """Return how many complaints and suggestions a campaign led to, for its compliance statement.

    With `institution_id`: those of that institution's members.
    """
    own = [col(Complaint.campaign_id) == campaign_id]
    if institution_id is not None:
        own.append(col(Complaint.institution_id) == institution_id)
    filed, suggestions, forwarded, waiting = (
        await session.exec(
            columns(
                func.count(),
                func.count(case((col(Complaint.kind) == SUGGESTION, 1))),
                func.count(col(Complaint.forwarded_at)),
                func.count(case((col(Complaint.state) == OPEN, 1))),
            ).where(*own)  # type: ignore[call-overload]
        )
    ).one()
    given = await session.exec(
        select(ComplaintAnswer)
        .join(Complaint, col(Complaint.id) == col(ComplaintAnswer.complaint_id))
        .where(*own)
        .order_by(col(ComplaintAnswer.level).desc())
    )
    first = {row.complaint_id: row for row in given}
    in_time = [row for row in first.values() if campaign_day(row.answered_at, SHOWN_ZONE, 0) <= row.due_on]
    return Counts(filed, suggestions, len(first), len(in_time), forwarded, waiting)

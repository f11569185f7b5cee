"""File, answer, pass up and close complaints."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns.calendar import Calendar
from backend.complaints import queries
from backend.complaints.errors import AnswererExcluded, CannotForward, ComplaintAnswered, TooManyComplaints
from backend.complaints.tables import (
    ANSWERED,
    CLOSED,
    LEVEL_ABOVE,
    OPEN,
    OWN_LEVEL,
    Complaint,
    ComplaintAnswer,
)
from backend.complaints.words import KINDS
from backend.core.clock import campaign_day, day_starts_at
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE, InvalidValue, NotFound
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.errors import NotOnRoster
from backend.messages import service as messages

ANSWER_WORKDAYS = 5
MOST_A_DAY = 3
FEWEST, MOST = 5, 500  # characters
UNKNOWN = Text("投诉或建议", "complaint or suggestion")
_UNSEEN = {ord("\n"): None, 0x200D: None}  # what is no character to see, yet ends a line or joins a picture


@dataclass(frozen=True)
class Filing:
    """What a member complains of or suggests."""

    kind: str
    text: str
    campaign_id: int | None
    anonymous: bool
    about_organiser: bool


def clean(text: str, field: str) -> str:
    """Return a text of several lines without blanks around it; raises InvalidValue, naming the field."""
    given = text.replace("\r\n", "\n").replace("\t", " ").strip()
    if not FEWEST <= len(given) <= MOST or not given.translate(_UNSEEN).isprintable():
        reason = Text(f"须为 {FEWEST}–{MOST} 个可见字符", f"it has {FEWEST} to {MOST} visible characters")
        raise InvalidValue(field=field, reason=reason)
    return given


def due_day(calendar: Calendar, filed: date) -> date:
    """Return the day up to which an answer is promised: so many workdays after that of filing."""
    day, left = filed, ANSWER_WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    return day


async def file(session: WriteSession, member_id: int, filing: Filing, calendar: Calendar, now: datetime) -> Complaint:
    """Take a complaint or a suggestion; its text has been cleaned and looked at, its campaign found.

    The caller has locked the member's row, so that two at once cannot both be the day's last. What is about an
    organiser goes straight to the level above, where there is one. Raises NotOnRoster, TooManyComplaints.
    """
    today = campaign_day(now, SHOWN_ZONE, 0)
    place = await identity.place_of(session, member_id, today)
    if place is None:
        raise NotOnRoster
    await _within_the_day(session, member_id, today)
    above = await _above(session, place.institution_id) if filing.about_organiser else None
    complaint = Complaint(
        member_id=member_id,
        institution_id=place.institution_id,
        answering_institution_id=above or place.institution_id,
        campaign_id=filing.campaign_id,
        kind=filing.kind,
        anonymous=filing.anonymous,
        about_organiser=filing.about_organiser,
        text=filing.text,
        filed_at=now,
        level=LEVEL_ABOVE if above else OWN_LEVEL,
        due_on=due_day(calendar, today),
        state=OPEN,
    )
    session.add(complaint)
    await session.flush()
    return complaint


async def _within_the_day(session: ReadSession, member_id: int, today: date) -> None:
    begins = day_starts_at(today, SHOWN_ZONE, 0)
    found = await session.exec(
        select(func.count()).where(col(Complaint.member_id) == member_id, col(Complaint.filed_at) >= begins)
    )
    if found.one() >= MOST_A_DAY:
        raise TooManyComplaints(limit=MOST_A_DAY, next=begins + timedelta(days=1))


async def _above(session: ReadSession, institution_id: int) -> int | None:
    found = await identity.institution(session, institution_id)
    return found.parent_id if found else None


async def answer(
    session: WriteSession, complaint_id: int, by_member: int, text: str, *, at: int, now: datetime
) -> Complaint:
    """Answer a complaint; the caller has checked that `by_member` manages the institution `at`, which answers it.

    The second level's answer closes it. Raises AnswererExcluded, ComplaintAnswered; NotFound where its member passed
    it up in this very moment.
    """
    complaint = await _locked(session, complaint_id)
    if complaint is None or complaint.answering_institution_id != at:
        raise NotFound(what=UNKNOWN)
    if complaint.state != OPEN:
        raise ComplaintAnswered(at=await _settled_at(session, complaint))
    await _may_answer(session, complaint, by_member)
    session.add(
        ComplaintAnswer(
            complaint_id=complaint_id,
            level=complaint.level,
            by_member=by_member,
            text=text,
            answered_at=now,
            due_on=complaint.due_on,
        )
    )
    complaint.state = ANSWERED
    if complaint.level == LEVEL_ABOVE:
        complaint.state, complaint.closed_at = CLOSED, now
    if complaint.member_id is not None:
        await messages.post(
            session,
            [complaint.member_id],
            "complaint_answered",
            key=f"complaint/{complaint_id}/{complaint.level}",
            told={"what": KINDS[complaint.kind]},
            campaign_id=complaint.campaign_id,
            now=now,
        )
    await session.flush()
    return complaint


async def _may_answer(session: ReadSession, complaint: Complaint, by_member: int) -> None:
    if complaint.member_id == by_member:
        raise AnswererExcluded(reason=Text("是您本人提交的", "you made it yourself"))
    first = await session.get(ComplaintAnswer, (complaint.id, OWN_LEVEL))
    if first is not None and first.by_member == by_member:
        raise AnswererExcluded(reason=Text("您已答复过一次", "you have answered it once already"))
    if queries.is_kept_from_its_office(complaint) and complaint.institution_id in await queries.managed_at(
        session, by_member
    ):
        raise AnswererExcluded(
            reason=Text("反映的是该单位的活动管理员", "it is about those who manage that institution")
        )


async def forward(
    session: WriteSession, complaint_id: int, member_id: int, calendar: Calendar, now: datetime
) -> Complaint:
    """Pass a complaint of one's own to the level above, once: unanswered when its day has passed, or answered badly.

    Raises NotFound, CannotForward.
    """
    complaint = await _own(session, complaint_id, member_id)
    today = campaign_day(now, SHOWN_ZONE, 0)
    if complaint.state == CLOSED:
        raise CannotForward(reason=Text("已办结", "it is closed"))
    if complaint.level == LEVEL_ABOVE:
        raise CannotForward(reason=Text("已在上一级办理", "it is with the level above already"))
    above = await _above(session, complaint.institution_id)
    if above is None:
        raise CannotForward(reason=Text("没有上一级单位", "there is no level above"))
    if complaint.state == OPEN and today <= complaint.due_on:
        until = complaint.due_on
        raise CannotForward(reason=Text(f"{until} 前答复均不算逾期", f"an answer is promised up to {until}"))
    complaint.answering_institution_id, complaint.level = above, LEVEL_ABOVE
    complaint.state, complaint.forwarded_at, complaint.due_on = OPEN, now, due_day(calendar, today)
    await session.flush()
    return complaint


async def close(session: WriteSession, complaint_id: int, member_id: int, now: datetime) -> Complaint:
    """Say that nothing more is wanted, answered or not; closing again changes nothing. Raises NotFound."""
    complaint = await _own(session, complaint_id, member_id)
    if complaint.state != CLOSED:
        complaint.state, complaint.closed_at = CLOSED, now
        await session.flush()
    return complaint


async def _own(session: WriteSession, complaint_id: int, member_id: int) -> Complaint:
    complaint = await _locked(session, complaint_id)
    if complaint is None or complaint.member_id != member_id:
        raise NotFound(what=UNKNOWN)
    return complaint


async def _locked(session: WriteSession, complaint_id: int) -> Complaint | None:
    # Whoever held the lock has changed the row that the caller looked at a moment ago.
    statement = select(Complaint).where(col(Complaint.id) == complaint_id).with_for_update()
    return (await session.exec(statement, execution_options={"populate_existing": True})).first()


async def _settled_at(session: ReadSession, complaint: Complaint) -> datetime | None:
    given = await session.get(ComplaintAnswer, (complaint.id, complaint.level))
    return given.answered_at if given else complaint.closed_at

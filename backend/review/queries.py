"""What waits for review, how much time there is for it, and what became of a member's own acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select

from backend.campaigns.tables import REVIEW_PERIOD, UNDER_REVIEW, Campaign
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.media.tables import Upload
from backend.review import bench
from backend.review.service import ANSWER_WITHIN
from backend.review.staff import Decider, leaves_own_department, may_decide
from backend.review.tables import (
    ASKED,
    OPEN,
    REFUSED,
    WAITING,
    ReviewAppeal,
    ReviewCase,
)
from backend.sites.tables import SiteCode

PAGE = 50
PROVED = (Proof.CONFIRMED.value, Proof.SYSTEM.value)
_OPEN_APPEALS = 500  # of which those that the reviewer may not decide on are left out


@dataclass(frozen=True)
class Entry:
    """A case with what its reviewer sees of it: the act, the site's name, the photos."""

    case: ReviewCase
    act: CheckIn
    place: str | None
    photos: tuple[Upload, ...]


@dataclass(frozen=True)
class Queue:
    """What a reviewer may decide on now: how much that is, and the first of it."""

    waiting: int
    entries: list[Entry]


async def queue(
    session: ReadSession, institution_id: int, reviewer_id: int, *, campaign_id: int | None, limit: int, now: datetime
) -> Queue:
    """Return what waits for this reviewer: what was answered (or not in time) first, then by risk."""
    staff = await bench.staff_of(session, institution_id, now)
    wanted = [
        col(ReviewCase.institution_id) == institution_id,
        _is_waiting(now),
        *_not_own(reviewer_id, staff),
        col(CheckIn.counted),
        col(CheckIn.proof).not_in(PROVED),
    ]
    if campaign_id is not None:
        wanted.append(col(ReviewCase.campaign_id) == campaign_id)
    waiting = (
        select(ReviewCase, CheckIn)
        .join(CheckIn, col(CheckIn.id) == col(ReviewCase.act_id))
        .join(Campaign, col(Campaign.id) == col(ReviewCase.campaign_id))
        .where(*wanted)
    )
    count = await session.exec(
        select(func.count()).select_from(waiting.with_only_columns(col(ReviewCase.id)).subquery())
    )
    first = await session.exec(
        waiting.order_by(
            col(ReviewCase.asked_at).is_(None), col(ReviewCase.turn), col(ReviewCase.draw_id), col(ReviewCase.id)
        ).limit(limit)
    )
    return Queue(count.one(), await _entries(session, list(first.all())))


def _is_waiting(now: datetime) -> ColumnElement[bool]:
    """Say that a case may be decided on, and that its campaign's time for review is not over."""
    unanswered = and_(col(ReviewCase.state) == ASKED, col(ReviewCase.asked_at) <= now - ANSWER_WITHIN)
    # As `Campaign.review_ends_at` has it: the databases agree on no sum of an instant and a column of days.
    ends_later = or_(
        *(
            and_(col(Campaign.review_days) == days, col(Campaign.closes_at) > now - timedelta(days=days))
            for days in range(1, REVIEW_PERIOD.days + 1)
        )
    )
    in_time = and_(col(Campaign.state).in_(UNDER_REVIEW), ends_later)
    return and_(or_(col(ReviewCase.state) == WAITING, unanswered), in_time)


def _not_own(reviewer_id: int, staff: Sequence[Decider]) -> list[ColumnElement[bool]]:
    reviewer = next((one for one in staff if one.member_id == reviewer_id), None)
    conditions = [col(ReviewCase.member_id) != reviewer_id]
    if reviewer is not None and leaves_own_department(reviewer, staff):
        conditions.append(col(ReviewCase.department_id) != reviewer.department_id)
    return conditions


async def _entries(session: ReadSession, rows: Sequence[tuple[ReviewCase, CheckIn]]) -> list[Entry]:
    photos = await bench.photos(session, [act.id for _, act in rows])
    codes = {act.site_code_id for _, act in rows if act.site_code_id is not None}
    places = dict((await session.exec(select(SiteCode.id, SiteCode.place).where(col(SiteCode.id).in_(codes)))).all())
    return [Entry(case, act, places.get(act.site_code_id or 0), tuple(photos.get(act.id, ()))) for case, act in rows]


@dataclass(frozen=True)
class Appealed:
    """An open appeal with its case."""

    appeal: ReviewAppeal
    entry: Entry


async def appeals(session: ReadSession, institution_id: int, reviewer_id: int, now: datetime) -> list[Appealed]:
    """Return the oldest open appeals that this reviewer may decide on."""
    staff = await bench.staff_of(session, institution_id, now)
    found = await session.exec(
        select(ReviewAppeal, ReviewCase, CheckIn)
        .join(ReviewCase, col(ReviewCase.id) == col(ReviewAppeal.case_id))
        .join(CheckIn, col(CheckIn.id) == col(ReviewCase.act_id))
        .where(col(ReviewAppeal.institution_id) == institution_id, col(ReviewAppeal.state) == OPEN)
        .order_by(col(ReviewAppeal.id))
        .limit(_OPEN_APPEALS)
    )
    reviewer = next((one for one in staff if one.member_id == reviewer_id), None)
    rows = [row for row in found if reviewer is not None and _may_decide(reviewer, staff, row[1], row[0])]
    entries = await _entries(session, [(case, act) for _, case, act in rows[:PAGE]])
    return [Appealed(row[0], entry) for row, entry in zip(rows, entries, strict=False)]


def _may_decide(reviewer: Decider, staff: Sequence[Decider], case: ReviewCase, appeal: ReviewAppeal) -> bool:
    return may_decide(
        reviewer, staff, member_id=case.member_id, department_id=case.department_id, refused_by=appeal.refused_by
    )


async def of_member(
    session: ReadSession, member_id: int, before: int | None
) -> Sequence[tuple[ReviewCase, CheckIn, ReviewAppeal | None]]:
    """Return a page (and one more) of a member's acts that were refused, asked about or appealed, newest first."""
    statement = (
        select(ReviewCase, CheckIn, ReviewAppeal)
        .join(CheckIn, col(CheckIn.id) == col(ReviewCase.act_id))
        .join(ReviewAppeal, col(ReviewAppeal.case_id) == col(ReviewCase.id), isouter=True)
        .where(
            col(ReviewCase.member_id) == member_id,
            or_(
                col(ReviewCase.state) == REFUSED,
                col(ReviewCase.asked_at).is_not(None),
                col(ReviewAppeal.id).is_not(None),
            ),
        )
    )
    if before is not None:
        statement = statement.where(col(ReviewCase.id) < before)
    found = await session.exec(statement.order_by(col(ReviewCase.id).desc()).limit(PAGE + 1))
    return found.all()

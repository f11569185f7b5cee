"""What a member has reported, and the answers kept for requests."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import String, cast, func, literal
from sqlalchemy import select as columns
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from backend.checkins import causes
from backend.checkins.kind import all_kinds
from backend.checkins.requests import Answer
from backend.checkins.tables import CheckIn, Receipt
from backend.core.db import ReadSession
from backend.points import explain
from backend.points.explain import ReversalTerms
from backend.points.tables import Transfer

PAGE = 50


async def check_in(session: ReadSession, check_in_id: int) -> CheckIn | None:
    """Return one act, or None."""
    return await session.get(CheckIn, check_in_id)


async def check_ins(session: ReadSession, numbers: Sequence[int]) -> dict[int, CheckIn]:
    """Return these acts by their numbers."""
    found = await session.exec(select(CheckIn).where(col(CheckIn.id).in_(numbers)))
    return {one.id: one for one in found}


async def of_member(session: ReadSession, member_id: int, before: int | None) -> Sequence[CheckIn]:
    """Return a page (and one more) of a member's acts, newest first, older than the act `before`."""
    statement = select(CheckIn).where(col(CheckIn.member_id) == member_id)
    if before is not None:
        statement = statement.where(col(CheckIn.id) < before)
    found = await session.exec(statement.order_by(col(CheckIn.id).desc()).limit(PAGE + 1))
    return found.all()


async def of_institution(
    session: ReadSession, institution_id: int, campaign_id: int, before: int | None
) -> Sequence[CheckIn]:
    """Return a page (and one more) of what an institution's members reported in a campaign, newest first.

    What a system fed is left out: nobody reported it, and how far somebody walks is their own affair.
    """
    fed = [kind.key for kind in all_kinds().values() if kind.fed]
    statement = select(CheckIn).where(
        col(CheckIn.institution_id) == institution_id,
        col(CheckIn.campaign_id) == campaign_id,
        col(CheckIn.kind).not_in(fed),
    )
    if before is not None:
        statement = statement.where(col(CheckIn.id) < before)
    found = await session.exec(statement.order_by(col(CheckIn.id).desc()).limit(PAGE + 1))
    return found.all()


async def last_uses(session: ReadSession, site_ids: Sequence[int]) -> dict[int, datetime]:
    """Return when each of these sites last proved an act; sites that never did are left out."""
    found = await session.exec(
        select(CheckIn.site_code_id, func.max(CheckIn.recorded_at))
        .where(col(CheckIn.site_code_id).in_(site_ids))
        .group_by(col(CheckIn.site_code_id))
    )
    return {site_id or 0: at for site_id, at in found}


async def on_day(session: ReadSession, member_id: int, day: date) -> Sequence[CheckIn]:
    """Return what counts for a member on one campaign day, in the order recorded."""
    found = await session.exec(
        select(CheckIn)
        .where(col(CheckIn.member_id) == member_id, col(CheckIn.day) == day, col(CheckIn.counted))
        .order_by(col(CheckIn.id))
    )
    return found.all()


async def counted_of_kind(session: ReadSession, member_id: int, kind: str, since: date) -> Sequence[CheckIn]:
    """Return what counts for a member of one kind on the days from `since` on."""
    found = await session.exec(
        select(CheckIn).where(
            col(CheckIn.member_id) == member_id,
            col(CheckIn.day) >= since,
            col(CheckIn.kind) == kind,
            col(CheckIn.counted),
        )
    )
    return found.all()


async def days_undone_by_staff(session: ReadSession, member_id: int, kind: str, since: date) -> set[date]:
    """Return the days from `since` on on which staff undid an act of this kind that had earned something."""
    award, reversal = aliased(Transfer), aliased(Transfer)
    cause = literal(causes.ACT).concat(cast(col(CheckIn.id), String))
    found = await (await session.connection()).execute(
        columns(col(CheckIn.day), col(reversal.explanation))
        .join(award, col(award.cause) == cause)
        .join(reversal, col(reversal.reverses_id) == col(award.id))
        .where(
            col(CheckIn.member_id) == member_id,
            col(CheckIn.day) >= since,
            col(CheckIn.kind) == kind,
            col(CheckIn.counted).is_(False),
        )
    )
    terms = [(day, explain.from_json(text)) for day, text in found]
    return {day for day, one in terms if isinstance(one, ReversalTerms) and one.by_member is not None}


async def receipt(session: ReadSession, member_id: int, request_id: str) -> Answer | None:
    """Return the answer kept for a request of this member, or None when nothing was accepted under its id."""
    if not request_id.isprintable():
        return None  # no request has such an id, and PostgreSQL refuses to look for a NUL
    kept = await session.get(Receipt, (member_id, request_id))
    return Answer.from_json(request_id, kept.answer) if kept else None

"""What a member has reported, and the answers kept for requests."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import col, select

from backend.checkins.requests import Answer
from backend.checkins.tables import CheckIn, Receipt
from backend.core.db import ReadSession

PAGE = 50


async def check_in(session: ReadSession, check_in_id: int) -> CheckIn | None:
    """Return one act, or None."""
    return await session.get(CheckIn, check_in_id)


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
    """Return a page (and one more) of what an institution's members reported in a campaign, newest first."""
    statement = select(CheckIn).where(
        col(CheckIn.institution_id) == institution_id, col(CheckIn.campaign_id) == campaign_id
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


async def receipt(session: ReadSession, member_id: int, request_id: str) -> Answer | None:
    """Return the answer kept for a request of this member, or None when nothing was accepted under its id."""
    if not request_id.isprintable():
        return None  # no request has such an id, and PostgreSQL refuses to look for a NUL
    kept = await session.get(Receipt, (member_id, request_id))
    return Answer.from_json(request_id, kept.answer) if kept else None

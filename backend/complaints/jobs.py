"""Scheduled work of complaints: close what was answered, delete what was closed long ago."""

from datetime import timedelta

from sqlmodel import col, delete, select, update

from backend.complaints.tables import ANSWERED, CLOSED, Complaint, ComplaintAnswer, ComplaintReceipt
from backend.core.clock import Clock
from backend.core.db import Database

CLOSED_AFTER = timedelta(days=14)  # after an answer that its member says nothing more to
TEXTS_KEPT = timedelta(days=730)
ANSWERS_KEPT = timedelta(days=30)  # a request is sent again for days, not for months


async def close_the_answered(database: Database, clock: Clock) -> int:
    """Close what was answered a fortnight ago; return how many. It may run twice, or on several workers at once."""
    now = clock.now()
    answered = select(ComplaintAnswer.complaint_id).where(
        col(ComplaintAnswer.complaint_id) == col(Complaint.id),
        col(ComplaintAnswer.level) == col(Complaint.level),
        col(ComplaintAnswer.answered_at) <= now - CLOSED_AFTER,
    )
    async with database.write() as session:
        closed = await session.exec(
            update(Complaint)
            .where(col(Complaint.state) == ANSWERED, answered.exists())
            .values(state=CLOSED, closed_at=now)
        )
        return closed.rowcount


async def forget_old_texts(database: Database, clock: Clock) -> int:
    """Delete what was said, and who said it, two years after closing; return of how many complaints.

    It is one transaction and may run twice, or on several workers at once.
    """
    now = clock.now()
    old = (col(Complaint.state) == CLOSED, col(Complaint.closed_at) < now - TEXTS_KEPT)
    said = col(ComplaintAnswer.complaint_id).in_(select(Complaint.id).where(*old))
    async with database.write() as session:
        await session.exec(delete(ComplaintReceipt).where(col(ComplaintReceipt.at) < now - ANSWERS_KEPT))
        await session.exec(
            update(ComplaintAnswer).where(said, col(ComplaintAnswer.text).is_not(None)).values(text=None)
        )
        forgotten = await session.exec(
            update(Complaint).where(*old, col(Complaint.text).is_not(None)).values(text=None, member_id=None)
        )
        return forgotten.rowcount

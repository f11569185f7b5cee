"""What came of a request, kept so that asking again gives the same answer."""

from dataclasses import dataclass
from datetime import datetime

from backend.amendments.tables import AmendmentReceipt
from backend.checkins import desk as desks
from backend.core import receipts
from backend.core.db import ReadSession, WriteSession
from backend.core.receipts import Order, check_request


@dataclass(frozen=True)
class Done:
    """The row that was made or moved, and its state after it; `replayed` when it had been answered before."""

    subject_id: int
    state: str
    replayed: bool = False


async def earlier(session: WriteSession, order: Order, *members: int) -> Done | None:
    """Lock who asks, and the members concerned, in order; return what the request did before.

    Raises RequestIdInvalid, and RequestReused for other content under the same id.
    """
    await desks.lock_members(session, sorted({order.by_member, *members}))
    return await look(session, order)


async def look(session: ReadSession, order: Order) -> Done | None:
    """Return what a request did before, or None; raises RequestIdInvalid, RequestReused."""
    check_request(order.request_id)
    kept = await receipts.known(session, AmendmentReceipt, order)
    return Done(kept.subject_id, kept.state, replayed=True) if kept else None


def keep(session: WriteSession, order: Order, subject_id: int | None, state: str, now: datetime) -> Done:
    """Keep what the request did, and return it."""
    assert subject_id is not None, "it is stored"
    receipts.keep(session, AmendmentReceipt, order, subject_id=subject_id, state=state, at=now)
    return Done(subject_id, state)

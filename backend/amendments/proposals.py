"""What becomes of proposals of either kind until somebody agrees: they wait, are declined, taken back, or expire."""

from datetime import datetime, timedelta
from typing import TypeVar

from sqlmodel import col, select, update

from backend.amendments import errors, receipts
from backend.amendments.receipts import Done
from backend.amendments.tables import DECLINED, EXPIRED, PROPOSED, WITHDRAWN, Adjustment, Amendment
from backend.amendments.words import STATES, clean
from backend.core.db import ReadSession, WriteSession, locked
from backend.core.errors import NotFound
from backend.core.receipts import Order
from backend.core.text import Text

Proposed = Amendment | Adjustment
Kind = TypeVar("Kind", bound=Proposed)
EXPIRES_AFTER = timedelta(days=7)


async def waiting(session: WriteSession, kind: type[Kind], number: int, now: datetime) -> Kind:
    """Return a proposal that may be decided on, locked; raises ProposalClosed."""
    one = await locked(session, kind, number)
    state = EXPIRED if is_overdue(one, now) else one.state
    if state != PROPOSED:
        raise errors.ProposalClosed(state=STATES[state])
    return one


def refuse_own(one: Proposed, by_member: int) -> None:
    """Raise AnotherPersonNeeded for who proposed it, and for whom it is about."""
    if by_member == one.proposed_by or (isinstance(one, Adjustment) and by_member == one.member_id):
        raise errors.AnotherPersonNeeded


async def decline(
    session: WriteSession, order: Order, kind: type[Proposed], number: int, now: datetime, *, note: str
) -> Done:
    """Refuse a proposal, with a reason that its proposer reads.

    Raises ProposalClosed, AnotherPersonNeeded, InvalidValue, RequestReused.
    """
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    one = await waiting(session, kind, number, now)
    refuse_own(one, order.by_member)
    one.note = clean(note, "note")
    return _closed(session, order, one, DECLINED, now)


async def withdraw(session: WriteSession, order: Order, kind: type[Proposed], number: int, now: datetime) -> Done:
    """Take back one's own proposal; raises ProposalClosed, NotFound for another's, RequestReused."""
    if (known := await receipts.earlier(session, order)) is not None:
        return known
    one = await waiting(session, kind, number, now)
    if order.by_member != one.proposed_by:
        raise NotFound(what=Text("您的提案", "your proposal"))
    return _closed(session, order, one, WITHDRAWN, now)


def _closed(session: WriteSession, order: Order, one: Proposed, state: str, now: datetime) -> Done:
    one.state, one.decided_by, one.decided_at = state, order.by_member, now
    session.add(one)
    return receipts.keep(session, order, one.id, state, now)


def is_overdue(one: Proposed, now: datetime) -> bool:
    """Tell whether nobody has agreed to a proposal in time."""
    return one.state == PROPOSED and now >= one.proposed_at + EXPIRES_AFTER


async def expire(session: WriteSession, now: datetime) -> int:
    """End the proposals to which nobody has agreed in time; return how many."""
    ended = 0
    for kind in (Amendment, Adjustment):
        gone = await session.exec(
            update(kind)
            .where(col(kind.state) == PROPOSED, col(kind.proposed_at) <= now - EXPIRES_AFTER)
            .values(state=EXPIRED, decided_at=now)
        )
        ended += gone.rowcount
    return ended


async def overdue(session: ReadSession, now: datetime) -> bool:
    """Tell whether a proposal waits that nobody has agreed to in time."""
    for kind in (Amendment, Adjustment):
        found = await session.exec(
            select(kind.id).where(col(kind.state) == PROPOSED, col(kind.proposed_at) <= now - EXPIRES_AFTER).limit(1)
        )
        if found.first() is not None:
            return True
    return False

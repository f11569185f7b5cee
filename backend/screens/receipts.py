"""What is asked about screens under one request id, and the answer that is given again to a repeat."""

from backend.core import receipts
from backend.core.db import WriteSession
from backend.core.receipts import Order
from backend.identity import queries as identity
from backend.screens.tables import ScreenReceipt


async def earlier(session: WriteSession, order: Order) -> int | None:
    """Return the row that this request made before, or None; raises RequestIdInvalid, RequestReused.

    The member is locked: the same request, sent twice at one moment, waits for itself, and so do a member's guesses.
    """
    receipts.check_request(order.request_id)
    await identity.places(session, [order.by_member], lock=True)
    kept = await receipts.known(session, ScreenReceipt, order)
    return None if kept is None else kept.outcome


def keep(session: WriteSession, order: Order, outcome: int) -> None:
    """Keep which row a request made, for repeats."""
    session.add(
        ScreenReceipt(
            member_id=order.by_member,
            request_id=order.request_id,
            content_hash=order.content_hash,
            verb=order.verb or "",
            outcome=outcome,
        )
    )

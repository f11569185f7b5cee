"""What is asked about screens under one request id, and the answer that is given again to a repeat."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property

from backend.checkins.errors import RequestIdInvalid, RequestReused
from backend.core.db import WriteSession
from backend.core.request_ids import is_request_id
from backend.identity import queries as identity
from backend.screens.tables import ScreenReceipt


@dataclass(frozen=True)
class Order:
    """What an organiser asks under an id that their client made before its first try."""

    by_member: int
    request_id: str
    verb: str
    content: tuple[object, ...]

    @cached_property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        text = json.dumps([self.verb, *self.content], ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


async def earlier(session: WriteSession, order: Order) -> int | None:
    """Return the row that this request made before, or None; raises RequestIdInvalid, RequestReused.

    The member is locked: the same request, sent twice at one moment, waits for itself, and so do a member's guesses.
    """
    if not is_request_id(order.request_id):
        raise RequestIdInvalid
    await identity.places(session, [order.by_member], lock=True)
    kept = await session.get(ScreenReceipt, (order.by_member, order.request_id))
    if kept is None:
        return None
    if kept.content_hash != order.content_hash:
        raise RequestReused
    return kept.outcome


def keep(session: WriteSession, order: Order, outcome: int) -> None:
    """Keep which row a request made, for repeats."""
    session.add(
        ScreenReceipt(
            member_id=order.by_member,
            request_id=order.request_id,
            content_hash=order.content_hash,
            verb=order.verb,
            outcome=outcome,
        )
    )

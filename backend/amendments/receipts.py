"""What is asked under one request id, and what came of it, so that asking again gives the same answer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from backend.amendments.tables import AmendmentReceipt
from backend.checkins import desk as desks
from backend.checkins.errors import RequestIdInvalid, RequestReused
from backend.core.db import ReadSession, WriteSession
from backend.core.request_ids import is_request_id


@dataclass(frozen=True)
class Order:
    """What a member asks: a verb, and what it is about in plain JSON values."""

    by_member: int
    request_id: str
    verb: str
    content: Any

    @cached_property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        text = json.dumps([self.verb, self.content], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


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
    if not is_request_id(order.request_id):
        raise RequestIdInvalid
    kept = await session.get(AmendmentReceipt, (order.by_member, order.request_id))
    if kept is None:
        return None
    if kept.content_hash != order.content_hash:
        raise RequestReused
    return Done(kept.subject_id, kept.state, replayed=True)


def keep(session: WriteSession, order: Order, subject_id: int | None, state: str, now: datetime) -> Done:
    """Keep what the request did, and return it."""
    assert subject_id is not None, "it is stored"
    session.add(
        AmendmentReceipt(
            member_id=order.by_member,
            request_id=order.request_id,
            content_hash=order.content_hash,
            subject_id=subject_id,
            state=state,
            at=now,
        )
    )
    return Done(subject_id, state)

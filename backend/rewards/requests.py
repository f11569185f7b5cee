"""What is asked under one request id, and the answer to it, kept as JSON so that it can be given again."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from backend.checkins import desk as desks
from backend.checkins import errors
from backend.core.db import WriteSession
from backend.rewards.tables import RewardReceipt


@dataclass(frozen=True)
class Order:
    """What a member asks under an id that their client made before its first try: a verb, and what it is about."""

    by_member: int
    request_id: str
    verb: str
    content: Mapping[str, Any]  # plain values; dates may be among them

    @cached_property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        text = json.dumps([self.verb, dict(self.content)], sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


Work = Callable[[], Awaitable[Mapping[str, Any]]]  # returns plain values: what was done


@dataclass(frozen=True)
class Answer:
    """What was done, as plain values; `replayed` when it had been told before."""

    request_id: str
    done: Mapping[str, Any]
    replayed: bool = False


async def once(session: WriteSession, order: Order, work: Work, now: datetime) -> Answer:
    """Do what is asked, unless it was done under this id before, and return what was done.

    Who asks is locked first, as recording does: a repeat at the same moment waits, and nothing else of theirs is
    earned or spent meanwhile. Of what is refused nothing is kept. Raises RequestReused, and what `work` raises.
    """
    await desks.lock_members(session, [order.by_member])
    kept = await session.get(RewardReceipt, (order.by_member, order.request_id))
    if kept is not None:
        if kept.content_hash != order.content_hash:
            raise errors.RequestReused
        return Answer(order.request_id, json.loads(kept.answer), replayed=True)
    done = await work()
    session.add(
        RewardReceipt(
            member_id=order.by_member,
            request_id=order.request_id,
            content_hash=order.content_hash,
            answer=json.dumps(dict(done), ensure_ascii=False),
            answered_at=now,
        )
    )
    return Answer(order.request_id, done)

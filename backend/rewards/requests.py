"""What is asked under one request id, and the answer to it, kept as JSON so that it can be given again."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.checkins import desk as desks
from backend.core import receipts
from backend.core.db import WriteSession
from backend.core.receipts import Order
from backend.rewards.tables import RewardReceipt

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
    if (kept := await receipts.known(session, RewardReceipt, order)) is not None:
        return Answer(order.request_id, json.loads(kept.answer), replayed=True)
    done = await work()
    answer = json.dumps(dict(done), ensure_ascii=False)
    receipts.keep(session, RewardReceipt, order, answer=answer, answered_at=now)
    return Answer(order.request_id, done)

"""What was answered when campaigns were opened, kept so that a repeat gets the same answer."""

import json
from datetime import datetime
from typing import Any

from backend.core import receipts
from backend.core.db import WriteSession
from backend.core.receipts import Order, check_request
from backend.identity import queries as identity
from backend.planning.tables import PlanningReceipt


async def earlier(session: WriteSession, order: Order) -> Any | None:
    """Return the answer that was given to this request, or None; raises RequestIdInvalid, RequestReused.

    The member is locked, so that the same request, sent twice at one moment, waits for itself.
    """
    check_request(order.request_id)
    await identity.places(session, [order.by_member], lock=True)
    kept = await receipts.known(session, PlanningReceipt, order)
    return json.loads(kept.answer) if kept else None


def keep(session: WriteSession, order: Order, answer: Any, now: datetime) -> None:
    """Keep an answer (plain JSON values) for repeats."""
    told = json.dumps(answer, ensure_ascii=False)
    receipts.keep(session, PlanningReceipt, order, answer=told, answered_at=now)

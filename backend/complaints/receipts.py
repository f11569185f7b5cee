"""What was done with a complaint under a request's id, kept so that asking again gives the same answer."""

import json
from dataclasses import dataclass
from datetime import date, datetime

from backend.complaints.tables import Complaint, ComplaintReceipt
from backend.core import receipts
from backend.core.db import ReadSession, WriteSession
from backend.core.receipts import Order


@dataclass(frozen=True)
class Step:
    """How a complaint stood after a request."""

    complaint_id: int
    state: str
    level: int
    due_on: date
    at: datetime
    replayed: bool = False


async def known(session: ReadSession, order: Order) -> Step | None:
    """Return what was answered under this request's id, or None; raises RequestReused for other content under it."""
    kept = await receipts.known(session, ComplaintReceipt, order)
    if kept is None:
        return None
    told = json.loads(kept.answer)
    return Step(
        told["complaint"], told["state"], told["level"], date.fromisoformat(told["due_on"]), kept.at, replayed=True
    )


def keep(session: WriteSession, order: Order, complaint: Complaint, now: datetime) -> Step:
    """Keep how a complaint stands now as the request's answer, and return it."""
    step = Step(complaint.id or 0, complaint.state, complaint.level, complaint.due_on, now)
    told = {
        "complaint": step.complaint_id,
        "state": step.state,
        "level": step.level,
        "due_on": step.due_on.isoformat(),
    }
    receipts.keep(session, ComplaintReceipt, order, answer=json.dumps(told), at=now)
    return step

"""What was done with a complaint under a request's id, kept so that asking again gives the same answer."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime

from backend.checkins.errors import RequestReused
from backend.complaints.tables import Complaint, ComplaintReceipt
from backend.core.db import ReadSession, WriteSession


@dataclass(frozen=True)
class Request:
    """What somebody asks, under an id that the client made before its first try."""

    by_member: int
    request_id: str
    content: tuple[object, ...]  # everything that was sent, in a fixed order

    @property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        return hashlib.sha256(json.dumps(self.content, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Step:
    """How a complaint stood after a request."""

    complaint_id: int
    state: str
    level: int
    due_on: date
    at: datetime
    replayed: bool = False


async def known(session: ReadSession, request: Request) -> Step | None:
    """Return what was answered under this request's id, or None; raises RequestReused for other content under it."""
    kept = await session.get(ComplaintReceipt, (request.by_member, request.request_id))
    if kept is None:
        return None
    if kept.content_hash != request.content_hash:
        raise RequestReused
    told = json.loads(kept.answer)
    return Step(
        told["complaint"], told["state"], told["level"], date.fromisoformat(told["due_on"]), kept.at, replayed=True
    )


def keep(session: WriteSession, request: Request, complaint: Complaint, now: datetime) -> Step:
    """Keep how a complaint stands now as the request's answer, and return it."""
    step = Step(complaint.id or 0, complaint.state, complaint.level, complaint.due_on, now)
    told = {
        "complaint": step.complaint_id,
        "state": step.state,
        "level": step.level,
        "due_on": step.due_on.isoformat(),
    }
    session.add(
        ComplaintReceipt(
            member_id=request.by_member,
            request_id=request.request_id,
            content_hash=request.content_hash,
            answer=json.dumps(told),
            at=now,
        )
    )
    return step

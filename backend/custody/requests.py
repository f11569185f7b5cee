"""What is asked under one request id, and the answer to it, kept as JSON so that it can be given again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.checkins import desk as desks
from backend.core import problem_json, receipts
from backend.core.db import WriteSession
from backend.core.errors import Problem
from backend.core.receipts import Order
from backend.custody.tables import CustodyReceipt


@dataclass(frozen=True)
class Moved:
    """A device that took the step: how far it is, and the code that the next one needs."""

    item_id: int
    stage: str
    hand_over_code: str | None = None
    seal_code: str | None = None


@dataclass(frozen=True)
class Weighed:
    """An act that was confirmed by its weight: the act that stands for it now."""

    check_in_id: int


Outcome = Moved | Weighed | Problem
_KINDS: dict[str, type[Moved | Weighed]] = {"moved": Moved, "weighed": Weighed}
_NAMES = {kind: name for name, kind in _KINDS.items()}


@dataclass(frozen=True)
class Answer:
    """The outcome of each item, in the order sent; `replayed` when it had been given before."""

    request_id: str
    outcomes: tuple[Outcome, ...]
    replayed: bool = False

    def to_json(self) -> str:
        """Write the answer as text that `from_json` reads back."""
        return json.dumps([_written(outcome) for outcome in self.outcomes], ensure_ascii=False)

    @classmethod
    def from_json(cls, request_id: str, text: str) -> "Answer":
        """Read a kept answer; it says that it is a repetition."""
        return cls(request_id, tuple(_read(document) for document in json.loads(text)), replayed=True)


async def earlier(session: WriteSession, order: Order, members: Sequence[int]) -> Answer | None:
    """Lock the members concerned, who asks among them, and return the answer given before; raises RequestReused.

    All are locked at once and in order, as recording does, so that nobody waits in a circle; and the same request, sent
    twice at one moment, waits for itself.
    """
    await desks.lock_members(session, sorted({order.by_member, *members}))
    kept = await receipts.known(session, CustodyReceipt, order)
    return Answer.from_json(order.request_id, kept.answer) if kept else None


def keep(session: WriteSession, order: Order, outcomes: Sequence[Outcome], now: datetime) -> Answer:
    """Return the answer, kept if anything was done: of what was all refused, nothing is written."""
    answer = Answer(order.request_id, tuple(outcomes))
    if not all(isinstance(outcome, Problem) for outcome in outcomes):
        receipts.keep(session, CustodyReceipt, order, answer=answer.to_json(), answered_at=now)
    return answer


def _written(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Problem):
        return problem_json.to_document(outcome)
    return {"did": _NAMES[type(outcome)], **vars(outcome)}


def _read(document: dict[str, Any]) -> Outcome:
    if "problem" in document:
        return problem_json.from_document(document)
    return _KINDS[document.pop("did")](**document)

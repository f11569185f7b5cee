"""What is asked of review, and what it answers; answers are kept as JSON so that they can be repeated."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from backend.core import problem_json, receipts
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import Problem
from backend.core.receipts import Order
from backend.review.reasons import Reason
from backend.review.tables import ReviewReceipt

CASE_ID = "rvw"
MOST_ITEMS = 100


class Verdict(StrEnum):
    """What is done with a case, by a reviewer or by its member."""

    APPROVE = "approve"
    REFUSE = "refuse"
    ASK = "ask"
    UNDO = "undo"
    ANSWER = "answer"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


# What takes a reviewer's time.
LOOKED = (Verdict.APPROVE, Verdict.REFUSE, Verdict.ASK)


@dataclass(frozen=True)
class Item:
    """One thing to do with one case; nothing of it has been judged yet."""

    case: str  # the case's opaque id, as sent
    verdict: Verdict
    reason: Reason | None = None
    text: str | None = None  # a note, a question, an answer, an appeal
    photo: str | None = None  # an upload's opaque id, as sent


@dataclass(frozen=True)
class Request:
    """Things to do under one request id, made by the client before its first try."""

    by_member: int
    request_id: str
    items: tuple[Item, ...]

    @cached_property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        return Order(self.by_member, self.request_id, None, tuple(vars(item) for item in self.items)).content_hash


@dataclass(frozen=True)
class Step:
    """What was done: to which case, and how it stands since."""

    case_id: int
    verdict: str
    state: str
    at: datetime


Outcome = Step | Problem


@dataclass(frozen=True)
class Answer:
    """The outcome of each item, in the order sent; `replayed` when it had been given before."""

    request_id: str
    outcomes: tuple[Outcome, ...]
    replayed: bool = False

    @property
    def only(self) -> Step:
        """The one step of a request of one item; raises its problem."""
        (outcome,) = self.outcomes
        if isinstance(outcome, Problem):
            raise outcome
        return outcome


async def repeated(session: ReadSession, request: Request) -> Answer | None:
    """Return the answer kept under this request's id, or None; raises RequestReused for other content under it."""
    kept = await receipts.known(session, ReviewReceipt, request)
    if kept is None:
        return None
    return Answer(request.request_id, tuple(_read(one) for one in json.loads(kept.answer)), replayed=True)


def keep(session: WriteSession, request: Request, outcomes: Sequence[Outcome], now: datetime) -> Answer:
    """Keep the answer for repeats; one in which nothing was done wrote nothing and may be mended and sent again."""
    if any(isinstance(one, Step) for one in outcomes):
        answer = json.dumps([_written(one) for one in outcomes], ensure_ascii=False)
        receipts.keep(session, ReviewReceipt, request, answer=answer, at=now)
    return Answer(request.request_id, tuple(outcomes))


def _written(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Problem):
        return problem_json.to_document(outcome)
    return {**vars(outcome), "at": outcome.at.isoformat()}


def _read(document: dict[str, Any]) -> Outcome:
    if "problem" in document:
        return problem_json.from_document(document)
    return Step(**{**document, "at": datetime.fromisoformat(document["at"])})

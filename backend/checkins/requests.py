"""What is asked of the recording, and what it answers; answers are kept as JSON so that they can be repeated."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from backend.core import problem_json
from backend.core.errors import Problem


@dataclass(frozen=True)
class Item:
    """One act as a member reports it; nothing of it has been judged yet."""

    campaign: str  # the campaign's opaque id, as sent
    kind: str
    acted_at: datetime
    details: dict[str, Any]
    code: str | None = None
    photo: str | None = None  # the upload's opaque id, as sent
    # Set by the service when staff confirm an act that stands already; nothing a client sends fills these.
    witnessed: bool = False
    slot: str | None = None
    fed_on: date | None = None  # set by the service for the day that a system's feed tells of
    # Handed to staff in time, by their own record: the campaign takes it until its review ends, not only while it runs.
    received: bool = False


@dataclass(frozen=True)
class Request:
    """A list of acts under one request id, made by the client before its first try."""

    member_id: int
    request_id: str
    items: tuple[Item, ...]

    @cached_property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        content = json.dumps([_content(item) for item in self.items], default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()


# What items have gained since the first release: left out where unused, so that a request that was hashed before
# is known again after an upgrade.
_LATER = {"photo", "fed_on", "received"}


def _content(item: Item) -> dict[str, Any]:
    return {name: value for name, value in vars(item).items() if value or name not in _LATER}


@dataclass(frozen=True)
class Accepted:
    """An act that was counted: its number, what it earned, and which transfers say so."""

    check_in_id: int
    campaign_id: int
    kind: str
    day: date
    slot: str
    proof: str
    points: int
    carbon_mg: int
    points_transfer: int | None
    carbon_transfer: int | None
    replaces_id: int | None
    day_cap: int | None = None  # the campaign's daily limit, where it cut the points


Outcome = Accepted | Problem


@dataclass(frozen=True)
class Answer:
    """The outcome of each item, in the order sent; `replayed` when it had been given before."""

    request_id: str
    outcomes: tuple[Outcome, ...]
    replayed: bool = False

    @property
    def accepted(self) -> list[Accepted]:
        """The acts that were counted."""
        return [outcome for outcome in self.outcomes if isinstance(outcome, Accepted)]

    def to_json(self) -> str:
        """Write the answer as text that `from_json` reads back."""
        return json.dumps([written(outcome) for outcome in self.outcomes], ensure_ascii=False)

    @classmethod
    def from_json(cls, request_id: str, text: str) -> "Answer":
        """Read a kept answer; it says that it is a repetition."""
        return cls(request_id, tuple(read(document) for document in json.loads(text)), replayed=True)


def written(outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as plain JSON values."""
    if isinstance(outcome, Problem):
        return problem_json.to_document(outcome)
    return {**vars(outcome), "day": outcome.day.isoformat()}


def read(document: dict[str, Any]) -> Outcome:
    """Return the outcome that `written` wrote down."""
    if "problem" in document:
        return problem_json.from_document(document)
    return Accepted(**{**document, "day": date.fromisoformat(document["day"])})

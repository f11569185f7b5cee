"""What is asked when steps are sent, and what is answered; answers are kept as JSON so that they can be repeated."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.checkins import requests
from backend.checkins.requests import Outcome


@dataclass(frozen=True)
class Sealed:
    """What `wx.getWeRunData` gave, as the phone passes it on, under a request id made before the first try."""

    request_id: str
    encrypted: str = field(repr=False)
    iv: str = field(repr=False)

    @property
    def content_hash(self) -> str:
        """Identify the content: these very characters. Each call of `wx.getWeRunData` gives others."""
        return hashlib.sha256(f"{self.encrypted} {self.iv}".encode()).hexdigest()


@dataclass(frozen=True)
class Day:
    """One day's steps, and the act that they count by, or why they do not."""

    day: date
    steps: int
    outcome: Outcome


@dataclass(frozen=True)
class Answer:
    """Every day that was sent, newest first, and the points that this added; `replayed` when given before."""

    request_id: str
    days: tuple[Day, ...]
    earned: int
    replayed: bool = False

    def to_json(self) -> str:
        """Write the answer as text that `from_json` reads back."""
        days = [[one.day.isoformat(), one.steps, requests.written(one.outcome)] for one in self.days]
        return json.dumps({"earned": self.earned, "days": days}, ensure_ascii=False)

    @classmethod
    def from_json(cls, request_id: str, text: str | None) -> "Answer":
        """Read a kept answer, which says that it is a repetition; of one that was deleted nothing is left."""
        kept: dict[str, Any] = json.loads(text) if text is not None else {"earned": 0, "days": []}
        days = tuple(
            Day(date.fromisoformat(day), steps, requests.read(outcome)) for day, steps, outcome in kept["days"]
        )
        return cls(request_id, days, kept["earned"], replayed=True)

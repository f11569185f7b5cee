"""Keep a problem as JSON, so that a stored answer can be given again, in whichever language it is asked for."""

import json
from datetime import date, datetime
from typing import Any

from backend.core.errors import Problem
from backend.core.text import Text


def to_document(problem: Problem) -> dict[str, Any]:
    """Return the problem's name and fields as plain JSON values."""
    return {
        "problem": type(problem).__name__,
        "fields": {name: _plain(value) for name, value in problem.fields.items()},
    }


def from_document(document: dict[str, Any]) -> Problem:
    """Return the problem that `to_document` wrote down."""
    fields = {name: _rich(value) for name, value in document["fields"].items()}
    return _named(document["problem"])(**fields)


def _named(name: str) -> type[Problem]:
    waiting = list(Problem.__subclasses__())
    while waiting:
        candidate = waiting.pop()
        if candidate.__name__ == name:
            return candidate
        waiting.extend(candidate.__subclasses__())
    message = f"no problem is called {name}"
    raise LookupError(message)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return json.loads(json.dumps(value))


def _rich(value: Any) -> object:
    if not isinstance(value, dict):
        return value
    if "at" in value:
        return datetime.fromisoformat(value["at"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    return Text(value["zh"], value["en"])

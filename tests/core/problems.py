"""Every problem of the code base, found by itself, with a value for each of its fields."""

import importlib
import pkgutil
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime

import backend
from backend.core.errors import Problem
from backend.core.text import Text

AN_INSTANT = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
# By how a field is named, which says what it holds; all others are texts.
VALUES: dict[str, object] = {
    "limit": 3,
    "given": 1001,
    "count": 7,
    "ended": 9,
    "members": 20,
    "check_in": 41,
    "day": date(2026, 6, 15),
    "starts_on": date(2026, 6, 15),
    "ends_on": date(2026, 6, 21),
    "until": AN_INSTANT,
}


def every_problem() -> list[type[Problem]]:
    """Return every subclass of Problem, after importing every module that could hold one."""
    for module in pkgutil.walk_packages(backend.__path__, "backend."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return sorted(_below(Problem), key=lambda one: (one.__module__, one.__name__))


def _below(problem: type[Problem]) -> Iterator[type[Problem]]:
    for one in problem.__subclasses__():
        yield one
        yield from _below(one)


def fields_of(template: str) -> set[str]:
    """Return the names that a template fills in."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def raised(problem: type[Problem]) -> Problem:
    """Return the problem with a believable value for each field of its texts."""
    return problem(**{name: _value(name) for name in fields_of(problem.zh)})


def _value(name: str) -> object:
    if name in VALUES:
        return VALUES[name]
    return AN_INSTANT if name.endswith("_at") else Text(f"中文{name}", f"english {name}")

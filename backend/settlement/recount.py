"""Add up the entries of a seal again, and compare with the standings that it names."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Place = tuple[str, str]  # institution's credit code, department's name
Group = tuple[str, str | None]  # the same, with None for the whole institution


@dataclass
class Sum:
    """What somebody, or a group, has."""

    acts: int = 0
    points: int = 0
    carbon_mg: int = 0
    participants: int = 0

    def add(self, other: "Sum") -> None:
        """Add what another one has; who takes part is counted by itself."""
        self.acts += other.acts
        self.points += other.points
        self.carbon_mg += other.carbon_mg

    @property
    def is_something(self) -> bool:
        """Whether there is anything in it by which a board counts somebody as taking part."""
        return self.points > 0 or self.carbon_mg > 0


@dataclass
class Groups:
    """What the groups have, participant by participant: as boards count it."""

    sums: defaultdict[Group, Sum] = field(default_factory=lambda: defaultdict(Sum))

    def add(self, own: dict[Place, Sum]) -> None:
        """Add a participant's sums by place; a place in which they have nothing does not count them."""
        institutions = set()
        for (code, department), part in own.items():
            if not part.is_something:
                continue
            for group in ((code, department), (code, None)):
                self.sums[group].add(part)
            self.sums[code, department].participants += 1
            institutions.add(code)
        for code in institutions:
            self.sums[code, None].participants += 1


@dataclass
class _Reader:
    groups: Groups = field(default_factory=Groups)
    standings: dict[Group, tuple[int, Sum]] = field(default_factory=dict)
    participant: tuple[int, int, Sum] | None = None  # the line, who it is, what it says of them
    own: defaultdict[Place, Sum] = field(default_factory=lambda: defaultdict(Sum))

    def read(self, number: int, told: dict[str, Any]) -> str | None:
        kind = told["line"]
        if kind == "standing":
            said = Sum(told["acts"], told["points"], told["carbon_mg"], told["participants"])
            self.standings[told["institution"], told.get("department")] = number, said
        elif kind == "participant":
            wrong = self.end_participant()
            said = Sum(told["acts"], told["points"], told["carbon_mg"])
            self.participant = number, told["participant"], said
            return wrong
        elif kind in ("act", "adjustment"):
            if self.participant is None or told["participant"] != self.participant[1]:
                return f"line {number}: it stands under another participant than its own"
            one = Sum(int(kind == "act"), told["points"], told["carbon_mg"])
            self.own[told["institution"], told["department"]].add(one)
        return None

    def end_participant(self) -> str | None:
        if self.participant is None:
            return None
        (number, _, said), whole = self.participant, Sum()
        for part in self.own.values():
            whole.add(part)
        self.groups.add(self.own)
        self.own.clear()
        return _difference(number, said, whole)

    def end(self) -> str | None:
        if (wrong := self.end_participant()) is not None:
            return wrong
        for group, (number, said) in self.standings.items():
            if (wrong := _difference(number, said, self.groups.sums.get(group, Sum()))) is not None:
                return wrong
        for code, department in self.groups.sums.keys() - self.standings.keys():
            return f"no standing of {code} {department or ''} is told, and its entries are there"
        return None


def _difference(number: int, said: Sum, counted: Sum) -> str | None:
    for name, value in asdict(counted).items():
        if getattr(said, name) != value:
            return f"line {number}: {name} is {getattr(said, name)}, the entries add up to {value}"
    return None


def first_wrong(texts: Iterable[bytes], hear: Callable[[dict[str, Any]], None] | None = None) -> str | None:
    """Return what is wrong with the first line that does not agree with the entries, or None.

    Whoever is to `hear` the lines is given each that stands where it belongs.
    """
    reader = _Reader()
    number = 0
    for number, text in enumerate(texts, start=1):
        try:
            told = json.loads(text)
            wrong = reader.read(number, told)
            if wrong is None and hear is not None:
                hear(told)
        except (ValueError, KeyError, TypeError) as fault:
            return f"line {number}: it cannot be read ({type(fault).__name__})"
        if wrong is not None:
            return wrong
    return reader.end() if number else "there is no line at all"

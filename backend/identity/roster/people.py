"""Who is on the rosters of some institutions, with every membership they have or had."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.identity.tables import Member, Membership

# SQLite takes at most 32,766 values in one statement.
_AT_ONCE = 5_000


@dataclass(slots=True)
class Stint:
    """One membership: where, under which staff number, from which day to which (the last one included)."""

    id: int
    institution_id: int
    department_id: int
    staff_number: str
    starts_on: date
    ends_on: date | None

    def reaches(self, day: date) -> bool:
        """Tell whether it holds on that day or on a later one."""
        return self.ends_on is None or self.ends_on >= max(day, self.starts_on)


@dataclass(slots=True)
class Person:
    """A member and their memberships."""

    member_id: int
    name: str
    phone_fingerprint: str | None
    stints: list[Stint] = field(default_factory=list)

    @property
    def latest(self) -> Stint | None:
        """The membership that starts last, leaving out those that were withdrawn before they held for a day."""
        held = [stint for stint in self.stints if stint.ends_on is None or stint.ends_on >= stint.starts_on]
        return max(held, key=lambda stint: (stint.starts_on, stint.id), default=None)


class People:
    """The people an import may touch, found by staff number or by phone."""

    def __init__(self, persons: Iterable[Person], today: date) -> None:
        self.current: list[tuple[Person, Stint]] = []
        self.by_phone: dict[str, Person] = {}
        self._holders: dict[tuple[int, str], tuple[Person, Stint]] = {}
        self._former: dict[tuple[int, str], Person] = {}
        self._today = today
        for person in persons:
            self._sort_in(person)

    def _sort_in(self, person: Person) -> None:
        if person.phone_fingerprint is not None:
            self.by_phone[person.phone_fingerprint] = person
        latest = person.latest
        if latest is None:
            return
        key = (latest.institution_id, latest.staff_number)
        if latest.reaches(self._today):
            self.current.append((person, latest))
            self._holders[key] = (person, latest)
        else:
            self._former[key] = person

    def holder(self, institution_id: int, staff_number: str) -> tuple[Person, Stint] | None:
        """Return who has this staff number now (or from a later day on)."""
        return self._holders.get((institution_id, staff_number))

    def former(self, institution_id: int, staff_number: str) -> Person | None:
        """Return somebody who left with this staff number and is nowhere now."""
        return self._former.get((institution_id, staff_number))

    def present(self, person: Person) -> Stint | None:
        """Return the person's latest membership if it holds today or later."""
        latest = person.latest
        return latest if latest is not None and latest.reaches(self._today) else None


async def load(session: ReadSession, institution_ids: Sequence[int], phones: Sequence[str], today: date) -> People:
    """Read everybody who ever belonged to these institutions or has one of these phones, in a few statements."""
    persons: dict[int, Person] = {}
    for some in in_parts(institution_ids):
        of_these = select(Membership.member_id).where(col(Membership.institution_id).in_(some))
        await _gather(session, persons, col(Member.id).in_(of_these))
    known = {person.phone_fingerprint for person in persons.values()}
    for unknown in in_parts([phone for phone in phones if phone not in known]):
        await _gather(session, persons, col(Member.phone_fingerprint).in_(unknown))
    return People(persons.values(), today)


def in_parts(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Cut a long list into parts that one statement may hold."""
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


async def _gather(session: ReadSession, persons: dict[int, Person], condition: ColumnElement[bool]) -> None:
    """Add the members that the condition names, each once, whole."""
    statement = (
        sqlalchemy.select(  # SQLModel's own takes four columns at most
            col(Member.id),
            col(Member.name),
            col(Member.phone_fingerprint),
            col(Membership.id),
            col(Membership.institution_id),
            col(Membership.department_id),
            col(Membership.staff_number),
            col(Membership.starts_on),
            col(Membership.ends_on),
        )
        .join(Membership, col(Membership.member_id) == col(Member.id), isouter=True)
        .where(condition)
    )
    found: dict[int, Person] = {}
    connection = await session.connection()
    rows: Iterable[Any] = await connection.execute(statement)
    for member_id, name, phone, *stint in rows:
        person = found.setdefault(member_id, Person(member_id, name, phone))
        if stint[0] is not None:
            person.stints.append(Stint(*stint))
    persons.update(found)

"""Departments and institutions that may have a certificate."""

from dataclasses import dataclass

from backend.certificates import queries, standings
from backend.certificates.tables import Certificate
from backend.core import ids
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity.api import INSTITUTION_ID
from backend.identity.tables import Department, Institution
from backend.leaderboards.queries import Level, Measure, Total
from backend.settlement import queries as settlement

DEPARTMENT_ID = "dep"


@dataclass(frozen=True)
class Named:
    """A group that somebody named, and the path of the institution that it is or belongs to."""

    level: Level
    id: int
    name: str
    path: str


@dataclass(frozen=True)
class Group:
    """A group that the sealed board may list, and the certificate that stands for it."""

    level: Level
    id: int
    rank: int
    total: Total
    certificate: Certificate | None


async def named(session: ReadSession, opaque: str) -> Named | None:
    """Return the department or institution with this opaque id, or None."""
    if (number := ids.find(DEPARTMENT_ID, opaque)) is not None:
        department = await session.get(Department, number)
        place = await identity.institution(session, department.institution_id) if department else None
        return Named("department", number, department.name, place.path) if department and place else None
    number = ids.find(INSTITUTION_ID, opaque)
    place = await identity.institution(session, number) if number is not None else None
    return Named("institution", place.id or 0, place.name, place.path) if place else None


async def listed(
    session: ReadSession, campaign_id: int, place: Institution, measure: Measure, threshold: int
) -> list[Group]:
    """Return the institution and those below it, then its own departments, each level by rank; none without a seal.

    Boards stand still before it, too: while objections are heard their lines may change.
    """
    if await settlement.seal_of(session, campaign_id) is None:
        return []
    within = {one.id for one in await identity.subtree(session, place.path)}
    found: list[Group] = []
    for level in ("institution", "department"):
        everybody = await standings.totals(session, campaign_id, level, place.id or 0)
        by_number = {total.subject_id: total for total in everybody}
        order = [
            one
            for one in standings.ranked(everybody, measure, threshold)
            if level == "department" or one.subject_id in within
        ]
        standing = await queries.standing_for(session, campaign_id, level, [one.subject_id for one in order])
        found += [
            Group(level, one.subject_id, one.rank, by_number[one.subject_id], standing.get(one.subject_id))
            for one in order
        ]
    return found

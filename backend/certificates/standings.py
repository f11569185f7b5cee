"""Sealed lines as the boards' rules see them: who is listed, who stands where. They never change again."""

from collections.abc import Sequence

from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity.tables import Department, Institution, Member
from backend.leaderboards import queries as boards
from backend.leaderboards.queries import Level, Measure, Standing, Total
from backend.settlement import queries as settlement
from backend.settlement.tables import SealedStanding


async def totals(session: ReadSession, campaign_id: int, level: Level, institution_id: int) -> list[Total]:
    """Return the sealed totals of a level: of persons and departments those of that institution.

    Persons who have left since are gone from it; groups stand as they were sealed.
    """
    lines = [
        line
        for line in await settlement.standings(session, campaign_id, level)
        if (level == "institution" or line.institution_id == institution_id) and (line.points or line.carbon_mg)
    ]
    names = await _names(session, campaign_id, level, [line.subject_id for line in lines])
    return [_total(line, names[line.subject_id]) for line in lines if line.subject_id in names]


def ranked(found: Sequence[Total], measure: Measure, threshold: int) -> list[Standing]:
    """Return those that may be listed, in their order."""
    return boards.ranked(boards.listed(found, threshold), measure)


def _total(line: SealedStanding, name: str) -> Total:
    people = None if line.level == "person" else line.people or 0
    return Total(line.subject_id, name, line.points, line.carbon_mg, line.participants, people)


async def _names(session: ReadSession, campaign_id: int, level: Level, numbers: Sequence[int]) -> dict[int, str]:
    if level == "person":
        found = await session.exec(
            select(Member.id, Member.name, Member.display_name)
            .join(Participation, col(Participation.member_id) == col(Member.id))
            .where(
                col(Participation.campaign_id) == campaign_id,
                col(Participation.left_at).is_(None),
                col(Member.id).in_(numbers),
            )
        )
        return {number or 0: display or identity.masked(name) for number, name, display in found}
    table = Department if level == "department" else Institution
    groups = await session.exec(select(table.id, table.name).where(col(table.id).in_(numbers)))
    return {number or 0: name for number, name in groups}

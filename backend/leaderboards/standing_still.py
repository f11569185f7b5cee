"""Read boards that stand still, and what corrections since the seal would make of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, and_, cast, exists, func, or_
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity.tables import Member
from backend.leaderboards.periods import CAMPAIGN
from backend.leaderboards.queries import HAS_SOMETHING, Scope, Total
from backend.leaderboards.tables import PinnedStanding, Score

_SUBJECTS = {
    "person": col(Score.member_id),
    "department": col(Score.department_id),
    "institution": col(Score.institution_id),
}


async def totals(session: ReadSession, scope: Scope) -> list[Total]:
    """Return the lines of a board as they were pinned; who has left since is left out of those of persons.

    Groups bear the names of that moment; a person the one that they show now.
    """
    if scope.level == "person":
        return await _persons(session, scope)
    found = await session.exec(select(PinnedStanding).where(*_on(scope)))
    return [
        Total(one.subject_id, one.name or "", one.points, one.carbon_mg, one.participants, one.people) for one in found
    ]


async def _persons(session: ReadSession, scope: Scope) -> list[Total]:
    found = await session.exec(
        select(PinnedStanding, Member)
        .join(Member, col(Member.id) == col(PinnedStanding.subject_id))
        .join(
            Participation,
            and_(
                col(Participation.campaign_id) == col(PinnedStanding.campaign_id),
                col(Participation.member_id) == col(PinnedStanding.subject_id),
            ),
        )
        .where(*_on(scope), col(Participation.left_at).is_(None))
    )
    return [
        Total(
            one.subject_id,
            member.display_name or identity.masked(member.name),
            one.points,
            one.carbon_mg,
            one.participants,
            None,
        )
        for one, member in found
    ]


def _on(scope: Scope) -> list[Any]:
    conditions = [
        col(PinnedStanding.campaign_id) == scope.campaign_id,
        col(PinnedStanding.level) == scope.level,
        col(PinnedStanding.period) == scope.period,
    ]
    if scope.institution_id:
        conditions.append(col(PinnedStanding.institution_id) == scope.institution_id)
    return conditions


async def corrected(session: ReadSession, scope: Scope, sealed: Sequence[Total]) -> dict[int, Total]:
    """Return the same lines as the ledger has them now, with head counts as sealed.

    A group keeps the people who were in it: who leaves after the seal corrects nothing.
    """
    subject = _SUBJECTS[scope.level]
    was_sealed = exists().where(
        col(PinnedStanding.campaign_id) == col(Score.campaign_id),
        col(PinnedStanding.level) == "person",
        col(PinnedStanding.period) == CAMPAIGN,
        col(PinnedStanding.institution_id) == col(Score.institution_id),
        col(PinnedStanding.subject_id) == col(Score.member_id),
    )
    statement = (
        columns(subject, cast(func.sum(Score.points), BigInteger), cast(func.sum(Score.carbon_mg), BigInteger))
        .join(
            Participation,
            and_(
                col(Participation.campaign_id) == col(Score.campaign_id),
                col(Participation.member_id) == col(Score.member_id),
            ),
        )
        .where(
            col(Score.campaign_id) == scope.campaign_id,
            col(Score.period) == scope.period,
            or_(col(Participation.left_at).is_(None), was_sealed),
            HAS_SOMETHING,
        )
        .group_by(subject)
    )
    if scope.institution_id:
        statement = statement.where(col(Score.institution_id) == scope.institution_id)
    found = await (await session.connection()).execute(statement)
    now = {number: (int(points), int(carbon)) for number, points, carbon in found}
    return {
        one.subject_id: replace(one, points=points, carbon_mg=carbon_mg)
        for one in sealed
        for points, carbon_mg in [now.get(one.subject_id, (0, 0))]
    }

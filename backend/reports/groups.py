"""Which groups of a campaign may be named, and whether a part of it may be told at all.

The rule is that of boards (`leaderboards.queries.listed`): enough people, enough of them taking part, and nobody
hidden who could be worked out by subtraction. An institution that a report of the whole hides has no report of its
own: the one would tell what the other keeps back.
"""

from datetime import date

from sqlmodel import col

from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.leaderboards import periods
from backend.leaderboards import queries as boards
from backend.leaderboards.queries import Level
from backend.reports import acts
from backend.reports.acts import Part
from backend.reports.figures import Group, Groups, Scope, Total
from backend.settlement import queries as settlement
from backend.settlement.tables import SealedStanding


async def standing(
    session: ReadSession, scope: Scope, level: Level, day: date, *, is_sealed: bool
) -> list[boards.Total]:
    """Return what each group has, before any is hidden: as sealed, else as its boards say."""
    if is_sealed:
        sealed = await settlement.standings(session, scope.running.id, level)
        own = [one for one in sealed if level == "institution" or one.institution_id == scope.institution_id]
        return [_total(one) for one in own if one.participants]
    place = scope.institution_id or scope.running.campaign.institution_id
    asked = boards.Scope(scope.running.id, level, periods.CAMPAIGN, "points", place)
    return await boards.totals(session, asked, day)


def _total(sealed: SealedStanding) -> boards.Total:
    """Return a sealed line as its group was called then."""
    points, carbon_mg = sealed.points, sealed.carbon_mg
    return boards.Total(
        sealed.subject_id, sealed.name or "", points, carbon_mg, sealed.participants, sealed.people or 0
    )


async def _acts(session: ReadSession, part: Part, level: Level) -> dict[int, int]:
    if part.cut is not None:
        return {one.subject_id: one.acts for one in await settlement.standings(session, part.campaign_id, level)}
    key = CheckIn.department_id if level == "department" else CheckIn.institution_id
    return {number: total.acts for (number,), total, _ in await acts.by(session, part, col(key))}


async def may_be_told(session: ReadSession, scope: Scope, threshold: int, day: date, *, is_sealed: bool) -> bool:
    """Tell whether this part of the campaign is one that a report of the whole would name."""
    everybody = await standing(session, scope, "institution", day, is_sealed=is_sealed)
    if scope.institution_id is None:
        return sum(one.participants for one in everybody) >= threshold
    return scope.institution_id in {one.subject_id for one in boards.listed(everybody, threshold)}


async def of_scope(session: ReadSession, scope: Scope, part: Part, threshold: int, day: date) -> Groups:
    """Return the groups that may be named, in the order of their names, which is no ranking, with their acts."""
    level: Level = "department" if scope.has_departments else "institution"
    everybody = await standing(session, scope, level, day, is_sealed=part.cut is not None)
    shown = boards.listed(everybody, threshold)
    counted = await _acts(session, part, level)
    listed = [
        Group(one.name, one.participants, Total(counted.get(one.subject_id, 0), one.points, one.carbon_mg))
        for one in sorted(shown, key=lambda one: (one.name, one.subject_id))
    ]
    return Groups(tuple(listed), len(everybody) - len(shown))

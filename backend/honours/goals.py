"""What a group has reached of its campaign's goal: by the rules of its board, so that nothing more is told."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, true
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.campaigns.theme_sheet import Goal, GoalMeasure
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.honours.tables import ReachedGoal
from backend.leaderboards import queries as boards
from backend.leaderboards import standing_still
from backend.leaderboards.queries import Scope, Total
from backend.leaderboards.tables import Score

WHOLE = "campaign"


@dataclass(frozen=True)
class GoalProgress:
    """How far a department or an institution is with the goal that it shares. Small enough for a screen's document."""

    level: Literal["department", "institution"]
    subject_id: int
    name: str
    measure: GoalMeasure
    per: Literal["total", "participant"]
    have: int
    target: int
    percent: int  # whole, at most 100
    participants: int
    reached_at: datetime | None  # when it was first reached


def scope(running: Running, goal: Goal, institution_id: int) -> Scope:
    """Return the board by whose rules the goal of a campaign is told to an institution."""
    return Scope(running.id, goal.level, WHOLE, "points", institution_id)


async def progress(
    session: ReadSession,
    running: Running,
    *,
    institution_id: int,
    department_id: int | None,
    day: date,
    threshold: int,
) -> GoalProgress | None:
    """Return how far the goal is of an institution, or of one of its departments, as the theme says.

    None where the theme has no goal, where the group's board would not list it (too few people, or too few who take
    part, or others could be worked out by subtracting), and for a department's goal where none is given. Head counts
    are those of `day`. While the boards stand still, frozen or sealed, so does the goal.
    """
    goal = running.rules.theme.goal
    subject_id = department_id if goal and goal.level == "department" else institution_id
    if goal is None or subject_id is None:
        return None
    found = await _of_board(
        session, running, goal, institution_id, day, threshold, lambda total: total.subject_id == subject_id
    )
    return next(iter(found), None)


async def on_screens(
    session: ReadSession, running: Running, *, institution_id: int, day: date, threshold: int
) -> list[GoalProgress]:
    """Return what the screens of an institution may tell of the goal: how far it is itself, or each of its departments.

    The same rules hold as for `progress`, of which this is the sum over all who could ask.
    """
    goal = running.rules.theme.goal
    if goal is None:
        return []
    is_of_departments = goal.level == "department"
    return await _of_board(
        session,
        running,
        goal,
        institution_id,
        day,
        threshold,
        lambda total: is_of_departments or total.subject_id == institution_id,
    )


async def _of_board(  # noqa: PLR0917 - what a goal is told by
    session: ReadSession,
    running: Running,
    goal: Goal,
    institution_id: int,
    day: date,
    threshold: int,
    is_asked: Callable[[Total], bool],
) -> list[GoalProgress]:
    """Return how far those of the groups are that are asked for and that the goal's board would list."""
    asked = scope(running, goal, institution_id)
    pinned_at = (await boards.freshness(session, running.id)).pinned_at
    totals = await (standing_still.totals(session, asked) if pinned_at else boards.totals(session, asked, day))
    shown = [total for total in boards.listed(totals, threshold) if is_asked(total)]
    reached = await reached_at(session, running.id) if shown else {}
    if pinned_at is not None:
        reached = {subject: at for subject, at in reached.items() if at <= pinned_at}
    return await _told(session, goal, asked, shown, reached, pinned_at)


async def of_groups(
    session: ReadSession, running: Running, institution_id: int, day: date, threshold: int, *, but: Collection[int]
) -> list[GoalProgress]:
    """Return how far every group is that may be told of: the departments of an institution, or all institutions.

    Those named by `but` are left out, before their acts are counted.
    """
    goal = running.rules.theme.goal
    if goal is None:
        return []
    asked = scope(running, goal, institution_id)
    totals = boards.listed(await boards.totals(session, asked, day), threshold)
    return await _told(session, goal, asked, [one for one in totals if one.subject_id not in but], {}, None)


async def _told(  # noqa: PLR0917 - what a goal is told by
    session: ReadSession,
    goal: Goal,
    asked: Scope,
    totals: list[Total],
    reached: Mapping[int, datetime],
    pinned_at: datetime | None,
) -> list[GoalProgress]:
    subjects = [total.subject_id for total in totals]
    acts = await _acts(session, asked, subjects, pinned_at) if goal.measure == "acts" and subjects else {}
    return [_progress(goal, total, acts, reached.get(total.subject_id)) for total in totals]


def _progress(goal: Goal, total: Total, acts: dict[int, int], reached: datetime | None) -> GoalProgress:
    amounts = {"points": total.points, "carbon_grams": total.carbon_mg // 1000, "acts": acts.get(total.subject_id, 0)}
    have = amounts[goal.measure]
    if goal.per == "participant":
        have //= max(total.participants, 1)
    return GoalProgress(
        level=goal.level,
        subject_id=total.subject_id,
        name=total.name,
        measure=goal.measure,
        per=goal.per,
        have=have,
        target=goal.target,
        percent=max(0, min(100, have * 100 // goal.target)),
        participants=total.participants,
        reached_at=reached,
    )


async def _acts(
    session: ReadSession, asked: Scope, subjects: Collection[int], pinned_at: datetime | None
) -> dict[int, int]:
    """Return how many acts count of those who take part, by group; where boards stand still, of those until then.

    The scores lead to the acts, member by member: acts have no index by campaign, which recording would pay for.
    """
    key = col(Score.department_id if asked.level == "department" else Score.institution_id)
    found = await session.exec(
        columns(key, func.count())  # type: ignore[call-overload]
        .select_from(Score)
        .join(
            Participation,
            (col(Participation.campaign_id) == col(Score.campaign_id))
            & (col(Participation.member_id) == col(Score.member_id)),
        )
        .join(
            CheckIn,
            (col(CheckIn.member_id) == col(Score.member_id))
            & (col(CheckIn.campaign_id) == col(Score.campaign_id))
            & (col(CheckIn.department_id) == col(Score.department_id)),
        )
        .where(
            col(Score.campaign_id) == asked.campaign_id,
            col(Score.period) == WHOLE,
            key.in_(subjects),
            col(Participation.left_at).is_(None),
            col(CheckIn.counted),
            true() if pinned_at is None else col(CheckIn.recorded_at) <= pinned_at,
        )
        .group_by(key)
    )
    return dict(found.all())


async def reached_at(session: ReadSession, campaign_id: int) -> dict[int, datetime]:
    """Return when each group of a campaign first reached its goal."""
    found = await session.exec(select(ReachedGoal).where(col(ReachedGoal.campaign_id) == campaign_id))
    return {row.subject_id: row.reached_at for row in found}

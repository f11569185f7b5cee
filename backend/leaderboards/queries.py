"""Count standings from the derived scores: who takes part, how much, ranked with shared ranks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import BigInteger, bindparam, cast, func
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.carbon import method
from backend.core import statements
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity import tree
from backend.identity.tables import Department, Institution, Member
from backend.leaderboards.tables import BoardPin, BoardRevision, Score

Level = Literal["person", "department", "institution"]
GroupLevel = Literal["department", "institution"]
Group = tuple[str, int]  # its level, and which
Measure = Literal["points", "carbon", "points_per_head", "carbon_per_head"]
PER_HEAD = ("points_per_head", "carbon_per_head")
# Whoever has nothing in a period, because everything was reversed, does not count there.
HAS_SOMETHING = (col(Score.points) > 0) | (col(Score.carbon_mg) > 0)


@dataclass(frozen=True)
class Scope:
    """Which board: of a campaign, a level, a period, a measure, and for which institution it is shown.

    Persons and departments are those of that institution only; institutions are those of the campaign.
    """

    campaign_id: int
    level: Level
    period: str
    measure: Measure
    institution_id: int

    def __post_init__(self) -> None:
        # Institutions stand on one board whoever looks at it: one scope, so that it is made once for all screens.
        if self.level == "institution":
            object.__setattr__(self, "institution_id", 0)


@dataclass(frozen=True)
class Total:
    """What one person or group has, before it is measured and ranked."""

    subject_id: int
    name: str
    points: int
    carbon_mg: int
    participants: int
    people: int | None  # head count; None for persons


@dataclass(frozen=True)
class Standing:
    """One line of a board."""

    rank: int
    subject_id: int
    name: str
    value: int
    participants: int
    correction: int | None = None  # of a sealed board: by how much what was corrected since differs


@dataclass(frozen=True)
class Freshness:
    """How new a campaign's scores are, and when somebody last left it: a board made before either is stale.

    Boards that stand still have been pinned, by a freeze or by the seal.
    """

    revision: int
    as_of: datetime | None
    last_left_at: datetime | None
    pinned_at: datetime | None = None
    pinned_revision: int | None = None
    is_seal: bool | None = None


_SCORES = BoardRevision.__table__.c  # type: ignore[attr-defined]
_PIN = BoardPin.__table__.c  # type: ignore[attr-defined]
_TAKING_PART = Participation.__table__.c  # type: ignore[attr-defined]
_LAST_LEFT = (
    select_columns(func.max(_TAKING_PART.left_at))
    .where(_TAKING_PART.campaign_id == bindparam("campaign"), _TAKING_PART.left_at.is_not(None))
    .scalar_subquery()
)
_FRESHNESS = (
    select_columns(_SCORES.revision, _SCORES.as_of, _LAST_LEFT, _PIN.pinned_at, _PIN.revision, _PIN.is_seal)
    .select_from(BoardRevision)
    .join(BoardPin, _PIN.campaign_id == _SCORES.campaign_id, isouter=True)
    .where(_SCORES.campaign_id == bindparam("campaign"))
)


async def freshness(session: ReadSession, campaign_id: int) -> Freshness:
    """Return how new the scores of a campaign are, in one statement over three indexes."""
    found = await statements.rows(session, _FRESHNESS, campaign=campaign_id)
    return Freshness(*found[0]) if found else Freshness(0, None, None)


async def totals(session: ReadSession, scope: Scope, day: date) -> list[Total]:
    """Return the totals of everybody who takes part, at the scope's level, with head counts as of `day`."""
    return await {"person": _persons, "department": _departments, "institution": _institutions}[scope.level](
        session, scope, day
    )


def _summed(*keys: Any) -> Any:
    """Select sums of the scores of those who take part, by `keys`."""
    return (
        select_columns(
            *keys,
            cast(func.sum(Score.points), BigInteger),
            cast(func.sum(Score.carbon_mg), BigInteger),
            func.count(func.distinct(Score.member_id)),
        )
        .join(
            Participation,
            (col(Participation.campaign_id) == col(Score.campaign_id))
            & (col(Participation.member_id) == col(Score.member_id)),
        )
        .where(col(Participation.left_at).is_(None), HAS_SOMETHING)
        .group_by(*keys)
    )


async def _persons(session: ReadSession, scope: Scope, day: date) -> list[Total]:
    del day
    statement = (
        _summed(col(Score.member_id), col(Member.name), col(Member.display_name))
        .join(Member, col(Member.id) == col(Score.member_id))
        .where(
            col(Score.campaign_id) == scope.campaign_id,
            col(Score.period) == scope.period,
            col(Score.institution_id) == scope.institution_id,
        )
    )
    found = await session.exec(statement)
    return [
        Total(number, display or identity.masked(name), int(points), int(carbon), participants, None)
        for number, name, display, points, carbon, participants in found
    ]


async def _departments(session: ReadSession, scope: Scope, day: date) -> list[Total]:
    statement = (
        _summed(col(Score.department_id), col(Department.name))
        .join(Department, col(Department.id) == col(Score.department_id))
        .where(
            col(Score.campaign_id) == scope.campaign_id,
            col(Score.period) == scope.period,
            col(Score.institution_id) == scope.institution_id,
        )
    )
    rows = (await session.exec(statement)).all()
    people = await tree.people_on(session, "department", [row[0] for row in rows], day)
    return [_group(row, people) for row in rows]


async def _institutions(session: ReadSession, scope: Scope, day: date) -> list[Total]:
    statement = (
        _summed(col(Score.institution_id), col(Institution.name))
        .join(Institution, col(Institution.id) == col(Score.institution_id))
        .where(col(Score.campaign_id) == scope.campaign_id, col(Score.period) == scope.period)
    )
    rows = (await session.exec(statement)).all()
    people = await tree.people_on(session, "institution", [row[0] for row in rows], day)
    return [_group(row, people) for row in rows]


def _group(row: Any, people: Mapping[int, int]) -> Total:
    number, name, points, carbon, participants = row
    return Total(number, name, int(points), int(carbon), participants, people[number])


async def groups(session: ReadSession, asked: Iterable[Group], day: date) -> dict[Group, tuple[str, int]]:
    """Return what these departments and institutions are called now, with their head counts as of `day`."""
    wanted, found = set(asked), dict[Group, tuple[str, int]]()
    kinds: tuple[tuple[GroupLevel, Any], ...] = (("department", Department), ("institution", Institution))
    for level, table in kinds:
        numbers = sorted(number for of, number in wanted if of == level)
        people = await tree.people_on(session, level, numbers, day)
        for number, name in await session.exec(select(table.id, table.name).where(col(table.id).in_(numbers))):
            found[level, number or 0] = name, people[number or 0]
    return found


def measured(total: Total, measure: Measure) -> int:
    """Return the value that is ranked: points, milligrams, hundredths of a point a head, milligrams a head."""
    amount = total.points if measure.startswith("points") else total.carbon_mg
    if measure not in PER_HEAD:
        return amount
    scale = 100 if measure == "points_per_head" else 1
    return method.round_half_even(method.ratio(amount * scale, total.people or 0)) if total.people else 0


def large_enough(total: Total, threshold: int) -> bool:
    """Tell whether a group may be named: enough people, and enough of them taking part."""
    return total.people is None or (total.people >= threshold and total.participants >= threshold)


def listed(everybody: Sequence[Total], threshold: int) -> list[Total]:
    """Return the persons or groups that a board may list.

    What is hidden together can be worked out by subtracting the others from the sum of all, and each member of
    it can subtract their own score too. So the smallest of the others are hidden as well, until the hidden
    groups are two at least and have `threshold` participants together.
    """
    shown = sorted(
        (total for total in everybody if large_enough(total, threshold)),
        key=lambda total: (total.participants, total.subject_id),
        reverse=True,
    )
    hidden = [total for total in everybody if not large_enough(total, threshold)]
    while hidden and shown and (len(hidden) == 1 or sum(total.participants for total in hidden) < threshold):
        hidden.append(shown.pop())
    return shown


def shown_lines(level: Level, ranked_count: int, top: int, threshold: int) -> int:
    """Return how many lines a board shows: the top, of persons never more than the upper half.

    Where fewer persons than `threshold` are ranked, none is shown: even the upper half would tell of the others.
    """
    if level != "person":
        return top
    return min(top, ranked_count // 2) if ranked_count >= threshold else 0


def ranked(found: Iterable[Total], measure: Measure, corrected: Mapping[int, Total] | None = None) -> list[Standing]:
    """Rank by value, highest first; equal values share a rank, and stand in the order of name, then number.

    `corrected` are the totals as corrections since the seal would have them: they move no line, and are told beside it.
    """
    rows = sorted(
        ((measured(total, measure), total) for total in found),
        key=lambda row: (-row[0], row[1].name, row[1].subject_id),
    )
    standings: list[Standing] = []
    for place, (value, total) in enumerate(rows, start=1):
        shares = standings and standings[-1].value == value
        rank = standings[-1].rank if shares else place
        correction = measured(corrected[total.subject_id], measure) - value if corrected is not None else None
        standings.append(Standing(rank, total.subject_id, total.name, value, total.participants, correction))
    return standings

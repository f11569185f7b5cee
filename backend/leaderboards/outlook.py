"""Foresee how boards would stand if members had more or less: the same ranking over shifted scores, nothing written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity import tree
from backend.identity.tables import Department, Institution
from backend.leaderboards import periods, queries, service
from backend.leaderboards.queries import PER_HEAD, Level, Measure, Standing, Total

# Whose, and of which day: member, department, institution, day.
Place = tuple[int, int, int, date]
Shift = tuple[int, int]  # points, milligrams


@dataclass(frozen=True)
class Scored:
    """What one member's acts for one department brought in one period."""

    member_id: int
    department_id: int
    institution_id: int
    points: int
    carbon_mg: int


@dataclass(frozen=True)
class Pair:
    """One board as it stands, and as it would."""

    level: Level
    period: str
    measure: Measure
    institution_id: int  # 0 where institutions stand on it
    before: list[Standing]
    after: list[Standing]


class Outlook:
    """The scores of a campaign, as they are and as they would be."""

    def __init__(self, before: dict[str, list[Scored]], after: dict[str, list[Scored]], groups: "_Groups") -> None:
        self._before = before
        self._after = after
        self._groups = groups

    @classmethod
    async def open(
        cls, session: ReadSession, campaign_id: int, shifts: Mapping[Place, Shift], day: date, threshold: int
    ) -> "Outlook":
        """Read what boards are made of, from the ledger itself; head counts are as of `day`."""
        totals = await service.recount(session, campaign_id, None)
        taking_part = set(
            await session.exec(
                select(Participation.member_id).where(
                    col(Participation.campaign_id) == campaign_id, col(Participation.left_at).is_(None)
                )
            )
        )
        before = {
            (row["period"], row["member_id"], row["department_id"], row["institution_id"]): (
                row["points"],
                row["carbon_mg"],
            )
            for row in totals.values()
            if row["member_id"] in taking_part
        }
        after = dict(before)
        for (member_id, department_id, institution_id, at), (points, carbon_mg) in shifts.items():
            if member_id in taking_part:
                for period in periods.of_day(at):
                    key = period, member_id, department_id, institution_id
                    had = after.get(key, (0, 0))
                    after[key] = had[0] + points, had[1] + carbon_mg
        groups = await _Groups.read(session, {(key[2], key[3]) for key in before}, day, threshold)
        return cls(_by_period(before), _by_period(after), groups)

    def pairs(self, levels: Iterable[Level], named: Iterable[str], measures: Iterable[Measure]) -> Iterator[Pair]:
        """Give every board of these levels, periods and measures, before and after."""
        for period in named:
            for level in levels:
                before, after = (
                    self._groups.totals(scores.get(period, []), level) for scores in (self._before, self._after)
                )
                for measure in measures:
                    if level == "person" and measure in PER_HEAD:
                        continue
                    for where in sorted(before.keys() | after.keys()):
                        ranked = [self._groups.ranked(side.get(where, []), measure) for side in (before, after)]
                        yield Pair(level, period, measure, where, *ranked)


def _by_period(scores: Mapping[tuple[str, int, int, int], Shift]) -> dict[str, list[Scored]]:
    found: dict[str, list[Scored]] = defaultdict(list)
    for (period, member_id, department_id, institution_id), (points, carbon_mg) in scores.items():
        if points > 0 or carbon_mg > 0:  # as boards count: who has nothing does not take part
            found[period].append(Scored(member_id, department_id, institution_id, points, carbon_mg))
    return found


@dataclass(frozen=True)
class _Groups:
    """Names and head counts of departments and institutions."""

    names: dict[tuple[str, int], str]
    people: dict[tuple[str, int], int]
    threshold: int

    @classmethod
    async def read(
        cls, session: ReadSession, places: Iterable[tuple[int, int]], day: date, threshold: int
    ) -> "_Groups":
        departments, institutions = (sorted({place[part] for place in places}) for part in (0, 1))
        names: dict[tuple[str, int], str] = {}
        for number, name in await session.exec(
            select(Department.id, Department.name).where(col(Department.id).in_(departments))
        ):
            names["department", number or 0] = name
        for number, name in await session.exec(
            select(Institution.id, Institution.name).where(col(Institution.id).in_(institutions))
        ):
            names["institution", number or 0] = name
        people = {
            ("department", number): count
            for number, count in (
                await identity.roster_sizes(session, "department", departments, day)
                | await tree.department_head_counts_on(session, departments, day)
            ).items()
        } | {
            ("institution", number): count
            for number, count in (
                await identity.roster_sizes(session, "institution", institutions, day)
                | await tree.institution_head_counts_on(session, institutions, day)
            ).items()
        }
        return cls(names, people, threshold)

    def totals(self, scores: Iterable[Scored], level: Level) -> dict[int, list[Total]]:
        """Sum scores by subject, for each institution whose board it is."""
        assert level in get_args(Level)
        sums: dict[tuple[int, int], list[Scored]] = defaultdict(list)
        for one in scores:
            subject = {"person": one.member_id, "department": one.department_id, "institution": one.institution_id}
            sums[0 if level == "institution" else one.institution_id, subject[level]].append(one)
        found: dict[int, list[Total]] = defaultdict(list)
        for (where, subject_id), ones in sums.items():
            found[where].append(
                Total(
                    subject_id,
                    self.names.get((level, subject_id), ""),
                    sum(one.points for one in ones),
                    sum(one.carbon_mg for one in ones),
                    len({one.member_id for one in ones}),
                    None if level == "person" else self.people.get((level, subject_id), 0),
                )
            )
        return found

    def ranked(self, totals: list[Total], measure: Measure) -> list[Standing]:
        """Rank what a board may list."""
        return queries.ranked(queries.listed(totals, self.threshold), measure)

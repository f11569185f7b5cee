"""Foresee how boards would stand if members had more or less: the same ranking over shifted scores, nothing written."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from sqlmodel import col, select

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession
from backend.leaderboards import periods, pins, queries, service
from backend.leaderboards.queries import PER_HEAD, Group, Level, Measure, Standing, Total

# Whose, and of which day: member, department, institution, day.
Place = tuple[int, int, int, date]
Shift = tuple[int, int]  # points, milligrams


@dataclass(frozen=True)
class Pair:
    """One board as it stands, and as it would."""

    level: Level
    period: str
    measure: Measure
    institution_id: int  # 0 where institutions stand on it
    before: list[Standing]
    after: list[Standing]


# The lines of boards by level and period, then by the institution on whose board they stand.
Lines = Mapping[tuple[str, str], Mapping[int, list[Total]]]


@dataclass(frozen=True)
class Outlook:
    """The boards of a campaign, as they are and as they would be."""

    before: Lines
    after: Lines
    threshold: int

    @classmethod
    async def open(
        cls, session: ReadSession, campaign_id: int, shifts: Mapping[Place, Shift], day: date, threshold: int
    ) -> "Outlook":
        """Read what boards are made of, from the ledger itself; head counts are as of `day`."""
        taking_part = set(
            await session.exec(
                select(Participation.member_id).where(
                    col(Participation.campaign_id) == campaign_id, col(Participation.left_at).is_(None)
                )
            )
        )
        totals = await service.recount(session, campaign_id, None)
        before = {key: row for key, row in totals.items() if row["member_id"] in taking_part}
        after = {key: dict(row) for key, row in before.items()}
        for (member_id, department_id, institution_id, at), (points, carbon_mg) in shifts.items():
            if member_id in taking_part:
                for period in periods.of_day(at):
                    key = campaign_id, period, member_id, department_id
                    row = after.setdefault(key, service.nothing(*key, institution_id))
                    row["points"] += points
                    row["carbon_mg"] += carbon_mg
        tallies = [pins.Tally(campaign_id) for _ in range(2)]
        for tally, scores in zip(tallies, (before, after), strict=True):
            tally.add(scores.values())
        groups = await queries.groups(session, tallies[0].groups() | tallies[1].groups(), day)
        return cls(_lines(tallies[0], groups), _lines(tallies[1], groups), threshold)

    def pairs(self, levels: Iterable[Level], named: Iterable[str], measures: Iterable[Measure]) -> Iterator[Pair]:
        """Give every board of these levels, periods and measures, before and after."""
        for period, level in product(named, levels):
            before, after = (side.get((level, period), {}) for side in (self.before, self.after))
            for measure in measures:
                if level == "person" and measure in PER_HEAD:
                    continue
                for where in sorted(before.keys() | after.keys()):
                    ranked = [self._ranked(side.get(where, []), measure) for side in (before, after)]
                    yield Pair(level, period, measure, where, *ranked)

    def _ranked(self, totals: list[Total], measure: Measure) -> list[Standing]:
        return queries.ranked(queries.listed(totals, self.threshold), measure)


def _lines(tally: pins.Tally, groups: Mapping[Group, tuple[str, int]]) -> Lines:
    found: dict[tuple[str, str], dict[int, list[Total]]] = defaultdict(lambda: defaultdict(list))
    for (level, period, institution_id, subject_id), (points, carbon_mg, participants) in tally.lines.items():
        name, people = groups.get((level, subject_id), ("", None))
        where = 0 if level == "institution" else institution_id
        found[level, period][where].append(Total(subject_id, name, points, carbon_mg, participants, people))
    return found

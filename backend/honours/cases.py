"""Read what streaks and badges are derived from: who takes part where, their counted acts, points."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import BigInteger, case, cast, func
from sqlalchemy import select as columns
from sqlmodel import col

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, Campaign, Participation
from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.db import ReadSession
from backend.core.statements import any_of
from backend.honours import badges, course, streaks
from backend.honours.badges import Progress, Tally
from backend.honours.course import Course
from backend.honours.streaks import Streak
from backend.points.accounts import KIND_BITS, AccountKind
from backend.points.tables import POINTS, Transfer

Pair = tuple[int, int]  # campaign, member


@dataclass(frozen=True)
class Part:
    """A campaign in which a member takes part, and its days."""

    campaign_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class Case:
    """Everything from which the honours of one member in one campaign are derived."""

    own: Running
    course: Course | None  # None where the theme has no streak
    tallies: Sequence[Tally]  # in all campaigns that count for the streak
    points: int
    now: datetime

    @cached_property
    def streak(self) -> Streak | None:
        """How the streak stands; None where the theme has none."""
        if self.course is None:
            return None
        done = {one.day for one in self.tallies if one.kind in self.course.kinds}
        return streaks.count(self.course.days, done, self.course.streak.grace, self.own.today(self.now))

    @cached_property
    def badges(self) -> list[Progress]:
        """How far each badge is."""
        own = [one for one in self.tallies if one.campaign_id == self.own.id]
        return badges.progress(self.own, own, points=self.points, streak=self.streak.longest if self.streak else 0)


_PARTS = (
    columns(col(Participation.member_id), col(Campaign.id), col(Campaign.starts_on), col(Campaign.ends_on))
    .join(Campaign, col(Campaign.id) == col(Participation.campaign_id))
    .where(
        any_of(col(Participation.member_id), "members"),
        col(Participation.left_at).is_(None),
        col(Campaign.state) != CANCELLED,
    )
)


async def parts(session: ReadSession, member_ids: Collection[int]) -> dict[int, list[Part]]:
    """Return where each of these members takes part, whatever became of the campaign, except cancelled ones."""
    found = await statements.rows(session, _PARTS, members=sorted(member_ids))
    taken: dict[int, list[Part]] = defaultdict(list)
    for member_id, *part in found:
        taken[member_id].append(Part(*part))
    return taken


async def lay_out(
    session: ReadSession,
    pairs: Collection[Pair],
    taken: Mapping[int, Sequence[Part]],
    calendar: Calendar,
    now: datetime,
    *,
    known: Mapping[int, Running],
) -> dict[Pair, Case]:
    """Return what the honours of these members in these campaigns are derived from; `taken` is `parts` of them.

    `known` are those campaigns, and others that the caller has read. Who does not take part, and themes without streak
    and badges, are left out. The number of statements does not grow with anything.
    """
    joined = {pair for pair in pairs if any(part.campaign_id == pair[0] for part in taken.get(pair[1], ()))}
    running = dict(known)
    joined = {pair for pair in joined if _has_honours(running[pair[0]])}
    if not joined:
        return {}
    counting = {pair: _counting(running[pair[0]], taken[pair[1]]) for pair in joined}
    wanted = sorted({number for numbers in counting.values() for number in numbers})
    if unknown := [number for number in wanted if number not in running]:
        running |= await campaigns.running(session, unknown)
    tallies = await _tallies(session, sorted({member_id for _, member_id in joined}), wanted)
    points = await _points(session, [pair for pair in joined if _counts_points(running[pair[0]])])
    courses: dict[tuple[int, ...], Course | None] = {}
    for (campaign_id, _), numbers in counting.items():
        if (campaign_id, *numbers) not in courses:
            several = [running[number] for number in numbers]
            courses[campaign_id, *numbers] = _course(running[campaign_id], several, calendar, now)
    return {
        pair: Case(
            own=running[pair[0]],
            course=courses[pair[0], *numbers],
            tallies=[one for number in numbers for one in tallies.get((number, pair[1]), ())],
            points=points.get(pair, 0),
            now=now,
        )
        for pair, numbers in counting.items()
    }


def _course(own: Running, counting: Sequence[Running], calendar: Calendar, now: datetime) -> Course | None:
    streak = own.rules.theme.streak
    return Course(own, streak, counting, calendar, now) if streak else None


def _has_honours(running: Running) -> bool:
    return bool(running.rules.theme.streak or running.rules.theme.badges)


def _counts_points(running: Running) -> bool:
    return any(badge.points for badge in running.rules.theme.badges)


def _counting(own: Running, taken: Sequence[Part]) -> list[int]:
    """Return the campaigns of a member whose acts count for the streak of one of them."""
    first, last = own.campaign.starts_on, course.last_day(own)
    if last == own.campaign.ends_on:
        return [own.id]
    return [part.campaign_id for part in taken if part.starts_on <= last and part.ends_on >= first]


_TALLIES = (
    columns(col(CheckIn.member_id), col(CheckIn.campaign_id), col(CheckIn.day), col(CheckIn.kind), func.count())
    .where(
        any_of(col(CheckIn.member_id), "members"), any_of(col(CheckIn.campaign_id), "campaigns"), col(CheckIn.counted)
    )
    .group_by(col(CheckIn.member_id), col(CheckIn.campaign_id), col(CheckIn.day), col(CheckIn.kind))
)


async def _tallies(
    session: ReadSession, member_ids: Sequence[int], campaign_ids: Sequence[int]
) -> dict[Pair, list[Tally]]:
    found = await statements.rows(session, _TALLIES, members=member_ids, campaigns=campaign_ids)
    tallies: dict[Pair, list[Tally]] = defaultdict(list)
    for member_id, campaign_id, day, kind, acts in found:
        tallies[campaign_id, member_id].append(Tally(campaign_id, day, kind, acts))
    return tallies


async def _points(session: ReadSession, pairs: Collection[Pair]) -> dict[Pair, int]:
    """Return what the ledger holds of points that these members earned in these campaigns."""
    if not pairs:
        return {}
    budget = col(Transfer.campaign_id) * (1 << KIND_BITS) + AccountKind.CAMPAIGN.value
    signed = case((col(Transfer.from_account) == budget, col(Transfer.amount)), else_=-col(Transfer.amount))
    statement = (
        columns(col(Transfer.campaign_id), col(Transfer.member_id), cast(func.sum(signed), BigInteger))
        .where(
            any_of(col(Transfer.member_id), "members"),
            any_of(col(Transfer.campaign_id), "campaigns"),
            col(Transfer.ledger) == POINTS,
        )
        .group_by(col(Transfer.campaign_id), col(Transfer.member_id))
    )
    campaign_ids, member_ids = (sorted(set(numbers)) for numbers in zip(*pairs, strict=True))
    found = await statements.rows(session, statement, members=member_ids, campaigns=campaign_ids)
    return {(campaign_id, member_id): int(points) for campaign_id, member_id, points in found}

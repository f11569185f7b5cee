"""Let days of steps earn: each becomes an act where a joined campaign counts steps, judged like any other act."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.checkins import desk as desks
from backend.checkins import queries as check_ins
from backend.checkins.desk import Desk
from backend.checkins.judge import Verdict, judge
from backend.checkins.kinds import steps as kind
from backend.checkins.kinds.steps import KIND
from backend.checkins.requests import Item, Request
from backend.checkins.service import Recording
from backend.core import clock, ids
from backend.core.db import WriteSession
from backend.core.errors import SHOWN_ZONE, Problem
from backend.identity.queries import Place
from backend.steps import queries
from backend.steps.answers import Day
from backend.steps.errors import NoStepsCampaign, StepsUndone, TooFewSteps

Places = dict[int, list[Place]]


async def earn(
    session: WriteSession, places: Places, member_id: int, steps: Mapping[date, int], now: datetime
) -> tuple[tuple[Day, ...], int]:
    """Record an act for each day that may earn more than it has; return how each day stands, and what was added.

    The members are locked (`places`). A day counts in the campaign where it counts already, else in the first to
    have opened of those that take it.
    """
    if not steps:
        return (), 0
    since = min(steps)
    offers = await _offers(session, member_id, steps, now)
    undone = await check_ins.days_undone_by_staff(session, member_id, KIND.key, since)
    items = tuple(item for offered in offers.values() for item in offered)
    desk = await desks.lay_out(session, [Request(member_id, "", items)], now, places)
    recording = Recording(session, desk, now)
    problems: dict[date, Problem] = {}
    earned = 0
    for day, count in steps.items():
        try:
            _worth_a_look(day, count, offers[day], undone)
            verdict = _judged(offers[day], member_id, desk, now)
        except Problem as problem:
            problems[day] = problem
        else:
            earned += verdict.points - (verdict.replaces.points if verdict.replaces else 0)
            await recording.accept(verdict)
    await recording.write()
    acts = await queries.acts(session, member_id, since)
    return tuple(Day(day, count, acts.get(day) or problems[day]) for day, count in steps.items()), earned


def _worth_a_look(day: date, count: int, offered: Sequence[Item], undone: set[date]) -> None:
    if not offered:
        raise NoStepsCampaign(day=day)
    if day in undone:
        raise StepsUndone(day=day)
    if count < kind.THOUSAND:
        raise TooFewSteps(day=day, limit=kind.THOUSAND)


def _judged(offered: Sequence[Item], member_id: int, desk: Desk, now: datetime) -> Verdict:
    """Return what the first campaign that takes the day's steps gives; raise the first problem where none does."""
    problems = []
    for item in offered:
        try:
            return judge(item, member_id, desk, now)
        except Problem as problem:
            problems.append(problem)
    raise problems[0]


async def _offers(
    session: WriteSession, member_id: int, steps: Mapping[date, int], now: datetime
) -> dict[date, list[Item]]:
    """Return the acts that each day's steps could become: one in each campaign that counts steps on that day."""
    running = [one for one in await campaigns.taken_part_in(session, member_id) if one.rules.theme.kind_rule(KIND.key)]
    return {
        day: [
            _item(one, day, count, now)
            for one in running
            if one.campaign.starts_on <= day <= min(one.campaign.ends_on, one.today(now))
        ]
        for day, count in steps.items()
    }


def _item(running: Running, day: date, count: int, now: datetime) -> Item:
    return Item(
        campaign=ids.encode(desks.CAMPAIGN_ID, running.id),
        kind=KIND.key,
        acted_at=min(now, clock.day_starts_at(day + timedelta(days=1), SHOWN_ZONE, 0)),
        details={"thousands": kind.thousands(count)},
        fed_on=day,
    )

"""A whole campaign, from its template to its seal, told in scenes: the same acts whoever works and in which order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import col, select, update

from backend.amendments.tables import AGREED, Amendment
from backend.campaigns import service as campaigns
from backend.campaigns.tables import Campaign, CampaignRule
from backend.checkins import decisions, service
from backend.checkins.requests import Answer, Item, Request
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.db import Database, WriteSession
from backend.identity import credit_code, tree
from backend.identity.tables import Member, Membership
from tests.campaigns.city import SHELF

PLANNED = datetime(2026, 6, 10, 4, 0, tzinfo=UTC)
FIRST = date(2026, 6, 15)
DAYS = 3
UNITS = (("档案馆", "财务处"), ("档案馆", "办公室"), ("图书馆", "办公室"))
REVIEW_DAYS, OBJECTION_DAYS = 2, 1


@dataclass(frozen=True)
class Stage:
    """The campaign, who takes part (by unit), who may undo, and who agrees to what the latter proposes."""

    campaign: int
    people: tuple[tuple[int, ...], ...]
    staff: int
    second: int

    @property
    def everybody(self) -> list[int]:
        """Who takes part."""
        return [one for unit in self.people for one in unit]


async def stage(database: Database, each: int = 5, seed: int = 0) -> Stage:
    """Build a city and open a campaign from its template; `seed` puts the people on the rosters in another order."""
    async with database.write() as session:
        city = await tree.add_institution(session, credit_code=_code(1), name="海河市", level="city", parent_id=None)
        district = await tree.add_institution(
            session, credit_code=_code(2), name="滨河区", level="district", parent_id=city.id
        )
        places = {
            name: await tree.add_institution(
                session, credit_code=_code(number), name=name, level="institution", parent_id=district.id
            )
            for number, name in ((3, "档案馆"), (4, "图书馆"))
        }
        wanted = [(unit, number) for unit in UNITS for number in range(each)]
        random.Random(seed).shuffle(wanted)
        people: dict[tuple[str, str], dict[int, int]] = {unit: {} for unit in UNITS}
        for (place, department), number in wanted:
            where = places[place].id or 0
            people[place, department][number] = await _employ(session, where, department, f"{department}{number}")
        staff, second = [await _employ(session, places["档案馆"].id or 0, "审核组", one) for one in ("S1", "S2")]
        opened = await campaigns.open_campaign(
            session,
            theme=SHELF.theme("green-office"),
            factors=SHELF.factors,
            institution_id=district.id or 0,
            starts_on=FIRST,
            ends_on=FIRST + timedelta(days=DAYS - 1),
            opened_by=None,
            now=PLANNED,
        )
        windows = {"review_days": REVIEW_DAYS, "objection_days": OBJECTION_DAYS}
        await session.exec(update(Campaign).where(col(Campaign.id) == opened.id).values(**windows))
    in_order = tuple(tuple(people[unit][number] for number in range(each)) for unit in UNITS)
    return Stage(opened.id or 0, in_order, staff, second)


def _code(number: int) -> str:
    return credit_code.with_check(f"1112000000000{number:04d}")


async def _employ(session: WriteSession, place: int, department: str, number: str) -> int:
    found = await tree.department_named(session, place, department)
    found = found or await tree.add_department(session, place, department)
    member = Member(name="林小满", phone_fingerprint=None)
    session.add(member)
    await session.flush()
    membership: dict[str, Any] = {"institution_id": place, "department_id": found.id or 0, "staff_number": number}
    session.add(Membership(member_id=member.id or 0, starts_on=date(2026, 1, 1), **membership))
    await session.flush()
    return member.id or 0


async def row(database: Database, stage: Stage) -> Campaign:
    """Return the campaign's row."""
    async with database.read() as session:
        found = await session.get(Campaign, stage.campaign)
    assert found is not None
    return found


async def joins(database: Database, stage: Stage, now: datetime) -> None:
    """Let everybody take part."""
    async with database.write() as session:
        for member in stage.everybody:
            await campaigns.join(session, stage.campaign, member, now)


def noon(number: int) -> datetime:
    """Return noon in Beijing on a day of the campaign."""
    return datetime(FIRST.year, FIRST.month, FIRST.day, 4, 0, tzinfo=UTC) + timedelta(days=number)


async def day(database: Database, stage: Stage, number: int, chance: random.Random) -> None:
    """Let everybody report what they do on a day, in whichever order, some of it twice."""
    turns = [(place, member) for place, member in enumerate(stage.everybody)]
    chance.shuffle(turns)
    for place, member in turns:
        await report(database, stage, member, f"day-{number}-{member}", _items(stage, place, number))
        if chance.random() < 0.2:
            await report(database, stage, member, f"day-{number}-{member}", _items(stage, place, number))


def _items(stage: Stage, place: int, number: int) -> tuple[Item, ...]:
    campaign, at = ids.encode("cmp", stage.campaign), noon(number) - timedelta(hours=place % 3)
    cup = Item(campaign, "own_cup", at, {})
    sheets = Item(campaign, "paperless", at, {"sheets": 1 + place % 4})
    return (cup, sheets) if (place + number) % 2 else (cup,)


async def report(database: Database, stage: Stage, member: int, request_id: str, items: Sequence[Item]) -> None:
    """Record acts under a request id; every one must be accepted."""
    async with database.write() as session:
        request = Request(member, request_id, tuple(items))
        (answer,) = await service.record(session, [request], noon(DAYS - 1) + timedelta(hours=1))
    assert isinstance(answer, Answer), answer
    assert len(answer.accepted) == len(items), answer


async def one_moves(database: Database, stage: Stage) -> None:
    """Let a member change to another department from the second day on."""
    member, place = stage.people[0][0], stage.people[1][0]
    async with database.write() as session:
        own, other = [
            (await session.exec(select(Membership).where(col(Membership.member_id) == one))).one()
            for one in (member, place)
        ]
        own.ends_on = FIRST
        session.add(own)
        await session.flush()
        session.add(
            Membership(
                member_id=member,
                institution_id=other.institution_id,
                department_id=other.department_id,
                staff_number="moved",
                starts_on=FIRST + timedelta(days=1),
            )
        )


async def rules_change(database: Database, stage: Stage) -> None:
    """Let another version of the rules, which two people agreed on, hold from the last day on."""
    campaign = await row(database, stage)
    from_day, reason = FIRST + timedelta(days=DAYS - 1), "最后一天"
    async with database.write() as session:
        session.add(
            Amendment(
                campaign_id=stage.campaign,
                base_version=1,
                from_day=from_day,
                restates=False,
                reason=reason,
                theme_body="{}",  # of this nothing is read any more
                factors_body="{}",
                told="[]",
                figures="{}",
                basis="",
                figured_at=noon(0),
                state=AGREED,
                proposed_by=stage.staff,
                proposed_at=noon(0),
                decided_by=stage.second,
                decided_at=noon(0),
                version=2,
                finished_at=noon(0),
            )
        )
        session.add(
            CampaignRule(
                campaign_id=stage.campaign,
                version=2,
                applies_from=from_day,
                theme_hash=campaign.theme_hash,
                factors_hash=campaign.factors_hash,
                restates=False,
                reason=reason,
                proposed_by=stage.staff,
                agreed_by=stage.second,
                made_at=noon(0),
            )
        )
        await session.exec(update(Campaign).where(col(Campaign.id) == stage.campaign).values(rule_version=2))


async def one_is_undone(database: Database, stage: Stage, now: datetime) -> None:
    """Let staff undo an act of the first day, and a member leave."""
    async with database.write() as session:
        found = await session.exec(
            select(CheckIn.id).where(
                col(CheckIn.member_id) == stage.people[2][1], col(CheckIn.day) == FIRST, col(CheckIn.kind) == "own_cup"
            )
        )
        await decisions.reverse(session, found.one(), stage.staff, "照片不符", now)
        await campaigns.leave(session, stage.campaign, stage.people[1][3], now)

"""What the page of honours costs: the same statements for a day as for two years of acts."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from backend.campaigns import service as campaigns
from backend.campaigns.tables import RUNNING, Participation
from backend.checkins.tables import CheckIn
from backend.core.clock import FixedClock
from backend.core.db import WriteSession, insert_many
from tests.api.asking import accepted, act, joined
from tests.api.test_statements import statements
from tests.campaigns.city import SHELF
from tests.cast import World, populate
from tests.honours.following import act_daily, follow, honours


@pytest.fixture
def database_url(sqlite_cast: Path, tmp_path: Path) -> str:
    """Return an empty SQLite file: the statements are the same on both databases."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_cast.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def world(database_url: str, clock: FixedClock) -> AsyncIterator[World]:
    """Give the cast, on SQLite alone."""
    async with populate(database_url, clock) as world:
        yield world


async def test_the_page_costs_the_same_after_two_years(world: World) -> None:
    campaign = await world.open_campaign("waste-sorting-week")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "waste_sorting", world.clock.now(), waste_class="kitchen"))
    await honours(lin, campaign)

    with statements(world) as one:
        await honours(lin, campaign)
    await two_years(world)
    await honours(lin, campaign)
    with statements(world) as many:
        found = await honours(lin, campaign)

    assert found["streak"]["current"] == 1
    # Who asks; the campaign, the place; where they take part, the rules there (and of other campaigns whose acts
    # count); acts; badges of before; the place again; the goal: whether its board is pinned, scores, head counts,
    # roster.
    assert len(one) == 11, one
    assert len(many) <= len(one) + 1, many


async def test_following_counts_no_acts_of_a_goal_that_is_reached_and_reads_campaigns_once(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    people = await world.add_members("A", "财务处", 5)
    sent = []
    for _ in range(4):  # the third reaches the goal
        await act_daily(world, campaign, people, 1, "clear_plate")
        await world.project()
        with statements(world) as each:
            await follow(world)
        sent.append([one for one in each if "JOIN check_in" in one and "FROM score" in one])
        read = [one for one in each if "FROM campaign JOIN institution" in one]
        assert len(read) == 1, read

    assert [len(one) for one in sent] == [1, 1, 1, 0]


async def two_years(world: World) -> None:
    """Let Lin have taken part in a campaign a month for two years, with three acts each workday."""
    first = date(2024, 6, 14)
    async with world.parts.database.write() as session:
        for month in range(24):
            starts_on = first + timedelta(days=30 * month)
            made = await _past(session, world, starts_on, month)
            rows = [
                _act(world, made, starts_on + timedelta(days=day), kind, 1_000_000 + month * 1000 + day * 10 + number)
                for day in range(30)
                if (starts_on + timedelta(days=day)).weekday() < 5
                for number, kind in enumerate(("waste_sorting", "own_cup", "water_act"))
            ]
            await insert_many(session, CheckIn, rows)
    async with world.parts.database.read() as session:
        counted = await session.exec(select(CheckIn.id).where(col(CheckIn.member_id) == world.members["Lin"]))
        assert len(counted.all()) > 1500


async def _past(session: WriteSession, world: World, starts_on: date, month: int) -> int:
    made = await campaigns.open_campaign(
        session,
        theme=SHELF.themes["green-office"],
        factors=SHELF.factors,
        institution_id=world.institutions["A"].id or 0,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=29 + (60 if month == 23 else 0)),
        opened_by=None,
        now=datetime(2024, 6, 1, tzinfo=UTC),
    )
    made.state = RUNNING
    await session.flush()
    session.add(Participation(campaign_id=made.id or 0, member_id=world.members["Lin"], joined_at=made.opens_at))
    return made.id or 0


def _act(world: World, campaign: int, day: date, kind: str, number: int) -> dict[str, object]:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return {
        "id": number,
        "member_id": world.members["Lin"],
        "campaign_id": campaign,
        "institution_id": world.institutions["A"].id,
        "department_id": 1,
        "kind": kind,
        "act_class": kind,
        "day": day,
        "slot": "day",
        "proof": "self_declared",
        "site_code_id": None,
        "photo_id": None,
        "details": "{}",
        "acted_at": at,
        "recorded_at": at,
        "counted": True,
        "points": 5,
        "carbon_mg": 0,
        "replaces_id": None,
        "rule_version": 1,
    }

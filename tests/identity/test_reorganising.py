"""A unit comes under another district, departments become one: the past stays, coverage and reach follow."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from backend.core import clock
from backend.core.db import Database
from backend.core.errors import InvalidValue, NotFound
from backend.identity import credit_code, office, queries, tree
from backend.identity.tables import Department, Institution, Membership
from backend.identity.tree import LevelMisplaced
from backend.leaderboards.tables import Score
from tests.api.asking import accepted, board, forget_boards, joined, record, refused
from tests.campaigns.test_lifecycle import inbox
from tests.cast import INSTITUTIONS, World, trip

CODES = {key: credit_code.with_check(f"1112000000000{'CDAB'.index(key):04d}") for key in INSTITUTIONS}
OTHER = credit_code.with_check("11120000000008880")


async def other_district(world: World) -> Institution:
    """Add a district beside that of A and B."""
    async with world.parts.database.write() as session:
        city = world.institutions["C"].id
        return await tree.add_institution(session, credit_code=OTHER, name="河东区", level="district", parent_id=city)


async def move(world: World, key: str = "A", below: str = OTHER) -> str:
    """Move an institution."""
    async with world.parts.database.write() as session:
        return await office.move_institution(session, CODES[key], below)


async def paths(database: Database) -> dict[str, str]:
    """Return where every institution stands, by its name."""
    async with database.read() as session:
        return {one.name: one.path for one in await session.exec(select(Institution))}


async def merge(world: World, merged: list[str], into: str, day: date) -> int:
    """Merge departments of A."""
    async with world.parts.database.write() as session:
        return await office.merge_departments(session, CODES["A"], merged, into, day=day, now=world.clock.now())


async def departments_of(world: World, name: str, day: date) -> tuple[str, str]:
    """Return a member's department and staff number on a day."""
    async with world.parts.database.read() as session:
        place = await queries.place_of(session, world.members[name], day)
        assert place
        number = await session.exec(
            select(Membership.staff_number).where(
                col(Membership.member_id) == world.members[name], col(Membership.department_id) == place.department_id
            )
        )
        return place.department_name, number.one()


async def test_a_district_is_moved_with_everything_below_it(world: World) -> None:
    code = credit_code.with_check("11120000000007770")
    async with world.parts.database.write() as session:
        city = await tree.add_institution(session, credit_code=code, name="另一市", level="city", parent_id=None)

    path = await move(world, "D", code)

    found, numbers = await paths(world.parts.database), {key: one.id for key, one in world.institutions.items()}
    assert path == found[INSTITUTIONS["D"]] == f"/{city.id}/{numbers['D']}/"
    assert found[INSTITUTIONS["A"]] == f"/{city.id}/{numbers['D']}/{numbers['A']}/"
    assert found[INSTITUTIONS["B"]] == f"/{city.id}/{numbers['D']}/{numbers['B']}/"
    assert found[INSTITUTIONS["C"]] == f"/{numbers['C']}/"


async def test_a_place_that_the_level_cannot_have_is_refused(world: World) -> None:
    before = await paths(world.parts.database)

    for key, below in (("A", "B"), ("A", "C"), ("D", "D"), ("D", "A"), ("C", "D"), ("A", "A")):
        with pytest.raises(LevelMisplaced):
            await move(world, key, CODES[below])
    with pytest.raises(NotFound):
        await move(world, "A", credit_code.with_check("11120000000006660"))

    assert await paths(world.parts.database) == before


async def test_moving_to_where_it_stands_changes_nothing_and_two_moves_at_once_agree(world: World) -> None:
    before = await paths(world.parts.database)
    await move(world, "A", CODES["D"])
    same = await paths(world.parts.database)
    other = await other_district(world)

    await asyncio.gather(move(world, "A", OTHER), move(world, "A", CODES["D"]), move(world, "A", OTHER))

    assert same == before
    async with world.parts.database.read() as session:
        found = (await session.exec(select(Institution).where(col(Institution.credit_code) == CODES["A"]))).one()
        above = await session.get(Institution, found.parent_id)
    assert above
    assert found.path == f"{above.path}{found.id}/"
    assert above.id in {other.id, world.institutions["D"].id}


async def test_campaigns_cover_by_the_new_place_and_past_scores_stay(world: World) -> None:
    other = await other_district(world)
    old, own = await world.open_campaign(), await world.open_campaign("energy-week", at="A")
    lin = await joined(world, "Lin", old)
    await lin.run("JoinCampaign", input={"campaignId": own})
    await accepted(lin, trip(old, world.clock.now()))
    await world.project()
    before = await board(await world.sign_in("Zhou"), old, "INSTITUTION")

    await move(world)
    forget_boards(world)
    sun = await world.sign_in("Sun")
    await refused(lin, trip(old, world.clock.now(), "from_work"), "NotFound", zh="活动", en="campaign")
    await accepted(lin, trip(own, world.clock.now(), "from_work"))
    home = await lin.run("Home.v2")
    after = await board(await world.sign_in("Chen"), old, "INSTITUTION")

    assert [one["id"] for one in home["campaigns"]] == [own]
    assert home["balance"]["points"] > 0
    assert after["board"]["points"] == before["board"]["points"] > 0
    assert after["board"]["participants"] == 1
    asked = {"theme": "plastic-free", "startsOn": "2026-06-16", "endsOn": "2026-06-17"}
    with pytest.raises(AssertionError, match="FORBIDDEN"):
        await sun.run("OpenCampaign", input=asked | {"institutionId": world.institution_id("A")})
    async with world.parts.database.read() as session:
        reached = await queries.subtree(session, other.path)
    assert [one.name for one in reached] == ["河东区", INSTITUTIONS["A"]]


async def test_merged_departments_have_one_name_from_the_day_on_and_their_past_apart(world: World) -> None:
    today = clock.campaign_day(world.clock.now(), "Asia/Shanghai", 0)
    campaign = await world.open_campaign(days=10)
    lin = await joined(world, "Lin", campaign)
    await world.add_members("A", "办公室", 4)
    await accepted(lin, trip(campaign, world.clock.now()))
    tomorrow = today + timedelta(days=1)

    moved = await merge(world, ["财务处"], "办公室", tomorrow)
    world.clock.advance(timedelta(days=1))
    await accepted(
        lin, trip(campaign, world.clock.now()), trip(campaign, world.clock.now() - timedelta(days=1), "from_work")
    )
    await world.project()

    assert moved == 2
    assert await departments_of(world, "Lin", today) == ("财务处", "A001")
    assert await departments_of(world, "Lin", tomorrow) == ("办公室", "A001")
    assert await departments_of(world, "Wu", tomorrow) == ("办公室", "A003")
    found = await scores(world)
    assert {name: acts > 0 for name, acts in found.items()} == {"财务处": True, "办公室": True}
    assert (
        found["财务处"] == 2 * found["办公室"]
    )  # two trips before the day, whenever they were reported, and one after


async def scores(world: World) -> dict[str, int]:
    """Return Lin's points over the campaign, by department."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Department.name, Score.points)
            .join(Score, col(Score.department_id) == col(Department.id))
            .where(col(Score.period) == "campaign", col(Score.member_id) == world.members["Lin"])
        )
        return dict(found.all())


async def test_head_counts_add_up_where_all_are_known_and_a_joining_later_on_is_redirected(world: World) -> None:
    today = clock.campaign_day(world.clock.now(), "Asia/Shanghai", 0)
    async with world.parts.database.write() as session:
        for department, people in (("财务处", 12), ("办公室", 8)):
            await office.count_heads(session, CODES["A"], department, date(2026, 1, 1), people)
        future = (await session.exec(select(Membership).where(col(Membership.staff_number) == "A002"))).one()
        future.starts_on = today + timedelta(days=9)
        session.add(future)

    assert await merge(world, ["财务处"], "办公室", today) == 2
    async with world.parts.database.read() as session:
        place = world.institutions["A"].id or 0
        into = await tree.department_named(session, place, "办公室")
        assert into
        counted = await tree.department_head_counts_on(session, [into.id or 0], today)
    assert counted == {into.id: 20}
    assert await departments_of(world, "Zhou", today + timedelta(days=9)) == ("办公室", "A002")


async def test_a_department_that_is_named_twice_is_counted_once(world: World) -> None:
    today = clock.campaign_day(world.clock.now(), "Asia/Shanghai", 0)
    async with world.parts.database.write() as session:
        for department, people in (("财务处", 12), ("办公室", 8)):
            await office.count_heads(session, CODES["A"], department, date(2026, 1, 1), people)

    merged = await merge(world, ["财务处", "财务处"], "办公室", today)

    async with world.parts.database.read() as session:
        into = await tree.department_named(session, world.institutions["A"].id or 0, "办公室")
        assert into
        counted = await tree.department_head_counts_on(session, [into.id or 0], today)
    assert (merged, counted) == (2, {into.id: 20})


async def test_what_cannot_be_merged_is_refused(world: World) -> None:
    today = clock.campaign_day(world.clock.now(), "Asia/Shanghai", 0)
    wrong: list[tuple[list[str], str, date, type[Exception]]] = [
        (["财务处"], "办公室", today - timedelta(days=1), InvalidValue),
        (["无此处"], "办公室", today, NotFound),
        (["财务处"], "无此处", today, NotFound),
        (["办公室"], "办公室", today, NotFound),
    ]

    for merged, into, day, problem in wrong:
        with pytest.raises(problem):
            await merge(world, merged, into, day)
    assert await departments_of(world, "Lin", today) == ("财务处", "A001")


async def test_who_leaves_in_the_middle_keeps_the_score_checks_in_no_more_and_hears_nothing(world: World) -> None:
    today = clock.campaign_day(world.clock.now(), "Asia/Shanghai", 0)
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()
    async with world.parts.database.write() as session:
        stint = (await session.exec(select(Membership).where(col(Membership.member_id) == world.members["Lin"]))).one()
        stint.ends_on = today
        session.add(stint)
    world.clock.advance(timedelta(days=1))
    forget_boards(world)

    late = await record(lin, trip(campaign, world.clock.now() - timedelta(days=1), "from_work"))
    after = await record(lin, trip(campaign, world.clock.now()))
    hold: dict[str, Any] = {"campaignId": campaign, "because": {"edition": 1, "reason": "暴雨"}}
    await sun.run("PauseCampaign", input=hold)

    assert late["outcomes"][0]["__typename"] == "Accepted"  # done while they were on the roster
    assert after["outcomes"][0]["__typename"] == "NotOnRoster"
    shown = await board(await world.sign_in("Chen"), campaign, "INSTITUTION")
    assert (shown["board"]["participants"], shown["board"]["points"] > 0) == (1, True)
    assert await inbox(world, "Lin") == []

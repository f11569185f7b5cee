"""Departments and institutions: head counts, small groups, and whose points are whose."""

from datetime import date, timedelta
from typing import Any

from sqlmodel import col, select

from backend.checkins.requests import Item
from backend.identity import tree
from backend.identity.tables import Membership
from tests.api.asking import accepted, board, department_of, failed, forget_boards, joined, record_for
from tests.cast import World, trip
from tests.leaderboards.test_places import both_trips, followed_by_four


async def take_part(world: World, campaign: str, people: list[int]) -> None:
    """Let people make a trip of 5 points and 180 g each."""
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    await record_for(world, campaign, {one: [Item(campaign, "commute", world.clock.now(), details)] for one in people})
    await world.project()


def lines(shown: dict[str, Any]) -> list[tuple[str, int, str]]:
    return [(row["name"], row["value"], row["label"]) for row in shown["board"]["rows"]]


async def test_a_group_with_fewer_than_five_people_taking_part_is_not_listed(world: World) -> None:
    campaign = await world.open_campaign()
    finance, archive = await world.add_members("A", "财务处", 8), await world.add_members("B", "借阅部", 8)
    await take_part(world, campaign, finance[:4] + archive[:4])
    lin = await joined(world, "Lin", campaign)

    few = {
        level: await board(lin, campaign, level, measure="POINTS_PER_HEAD") for level in ("DEPARTMENT", "INSTITUTION")
    }
    await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()
    forget_boards(world)
    enough = {level: await board(lin, campaign, level) for level in ("DEPARTMENT", "INSTITUTION")}

    for shown in few.values():
        assert (shown["board"]["rows"], shown["me"]["place"]) == ([], None)
        assert "不足 5 人" in shown["board"]["hidden"]
    assert lines(enough["DEPARTMENT"]) == [("财务处", 25, "25 分")]
    assert enough["DEPARTMENT"]["board"]["hidden"] is None
    # B alone is too small; with the sum of all known, A's line would tell B's.
    assert lines(enough["INSTITUTION"]) == []
    assert enough["INSTITUTION"]["board"]["hidden"] is not None


async def test_a_small_department_is_not_listed_even_when_everybody_takes_part(world: World) -> None:
    campaign = await world.open_campaign()
    small = await world.add_members("A", "办公室", 4) + await world.add_members("A", "信息科", 4)
    await take_part(world, campaign, [*small, *await world.add_members("A", "保管科", 6)])
    lin = await world.sign_in("Lin")

    shown = await board(lin, campaign, "DEPARTMENT")

    assert [name for name, _, _ in lines(shown)] == ["保管科"]


async def test_groups_are_hidden_until_those_hidden_have_five_people_taking_part(world: World) -> None:
    campaign = await world.open_campaign()
    small = await world.add_members("A", "办公室", 1) + await world.add_members("A", "信息科", 1)
    large, larger = await world.add_members("A", "保管科", 6), await world.add_members("A", "利用科", 7)
    await take_part(world, campaign, small + large + larger)
    lin = await world.sign_in("Lin")

    shown = await board(lin, campaign, "DEPARTMENT")

    # With 保管科 listed, one of the two could subtract their own score and know the other's.
    assert [name for name, _, _ in lines(shown)] == ["利用科"]
    assert shown["board"]["participants"] == 15


async def test_who_has_nothing_left_after_a_reversal_does_not_take_part_any_more(world: World) -> None:
    campaign = await world.open_campaign()
    await take_part(world, campaign, await world.add_members("A", "财务处", 4))
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()
    before = await board(lin, campaign, "DEPARTMENT")

    undone = await wu.run("ReverseTransfer", input={"entryId": made["pointsEntry"], "reason": "误报"})
    await world.project()
    forget_boards(world)
    after = await board(lin, campaign, "DEPARTMENT")

    assert undone["__typename"] == "TransferReversed", undone
    assert (lines(before), before["board"]["participants"]) == ([("财务处", 25, "25 分")], 5)
    assert (lines(after), after["board"]["participants"]) == ([], 4)
    assert (await board(lin, campaign, "PERSON"))["me"]["place"] is None


async def test_where_one_group_would_be_hidden_the_smallest_of_the_others_is_hidden_with_it(world: World) -> None:
    campaign = await world.open_campaign()
    large, larger = await world.add_members("A", "保管科", 6), await world.add_members("A", "利用科", 7)
    await take_part(world, campaign, [world.members["Wu"], *large, *larger])
    wu = await world.sign_in("Wu")

    shown = await board(wu, campaign, "DEPARTMENT")

    assert [name for name, _, _ in lines(shown)] == ["利用科"]
    assert shown["board"]["participants"] == 14


async def test_per_head_uses_the_head_count_of_the_day_else_the_roster(world: World) -> None:
    campaign = await world.open_campaign()
    people = await world.add_members("A", "保管科", 8)
    await take_part(world, campaign, people[:5])
    lin = await world.sign_in("Lin")
    place, today = world.institutions["A"].id or 0, date(2026, 6, 15)
    async with world.parts.database.read() as session:
        department = (await tree.department_named(session, place, "保管科")).id  # type: ignore[union-attr]

    async def per_head(measure: str) -> list[tuple[str, int, str]]:
        forget_boards(world)
        return lines(await board(lin, campaign, "DEPARTMENT", measure=measure))

    by_roster = await per_head("POINTS_PER_HEAD")
    async with world.parts.database.write() as session:
        await tree.set_head_count(session, place, department, today - timedelta(days=90), 10)
        await tree.set_head_count(session, place, department, today + timedelta(days=1), 50)

    assert by_roster == [("保管科", 312, "3.12 分/人")]  # 25 / 8 = 3.125, half to even
    assert await per_head("POINTS_PER_HEAD") == [("保管科", 250, "2.50 分/人")]
    assert await per_head("CARBON_PER_HEAD") == [("保管科", 90_000, "90.00 g/人")]
    world.clock.advance(timedelta(days=1))
    assert await per_head("POINTS_PER_HEAD") == [("保管科", 50, "0.50 分/人")]


async def test_an_act_stays_with_the_department_of_its_day_when_the_member_moves(world: World) -> None:
    campaign = await world.open_campaign()
    people = await world.add_members("A", "保管科", 14)
    await take_part(world, campaign, people[:6])
    lin = await world.sign_in("Lin")
    async with world.parts.database.write() as session:
        for one in people[:6]:
            found = await session.exec(select(Membership).where(col(Membership.member_id) == one))
            membership = found.one()
            membership.ends_on = date(2026, 6, 15)
            session.add(membership)
            await session.flush()
            session.add(
                Membership(
                    member_id=one,
                    institution_id=membership.institution_id,
                    department_id=await department_of(world, "Lin"),
                    staff_number=membership.staff_number,
                    starts_on=date(2026, 6, 16),
                )
            )
    world.clock.advance(timedelta(days=1))
    await take_part(world, campaign, people[:6])
    forget_boards(world)

    assert lines(await board(lin, campaign, "DEPARTMENT")) == [("保管科", 30, "30 分"), ("财务处", 30, "30 分")]


async def test_a_person_has_no_per_head_and_persons_are_those_of_the_own_institution(world: World) -> None:
    campaign = await world.open_campaign()
    lin, chen = await joined(world, "Lin", campaign), await joined(world, "Chen", campaign)
    for person, institution in ((lin, "A"), (chen, "B")):
        await followed_by_four(world, campaign, institution)
        await accepted(person, *both_trips(world, campaign))
    await world.project()

    asked = {"campaignId": campaign, "level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS_PER_HEAD"}
    await failed(lin, "Board", "PROBLEM", zh="“measure”填写有误：个人榜没有人均", en="no per-head value", **asked)
    assert [name for name, _, _ in lines(await board(lin, campaign, "PERSON"))] == ["林**", "员**"]
    assert [name for name, _, _ in lines(await board(chen, campaign, "PERSON"))] == ["陈**", "员**"]


async def test_who_leaves_vanishes_from_every_board_with_their_points_and_who_returns_is_back(world: World) -> None:
    campaign = await world.open_campaign()
    await take_part(world, campaign, await world.add_members("A", "财务处", 5))
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()

    async def totals() -> list[tuple[int, int]]:
        forget_boards(world)
        boards = [await board(lin, campaign, level) for level in ("PERSON", "DEPARTMENT", "INSTITUTION")]
        return [(one["board"]["participants"], one["board"]["points"]) for one in boards]

    with_lin = await totals()
    await lin.run("LeaveCampaign", input={"campaignId": campaign})
    without = await totals()
    names = [name for name, _, _ in lines(await board(lin, campaign, "PERSON"))]
    await lin.run("JoinCampaign", input={"campaignId": campaign})

    assert (with_lin, without) == ([(6, 30)] * 3, [(5, 25)] * 3)
    assert "林**" not in names
    assert await totals() == with_lin

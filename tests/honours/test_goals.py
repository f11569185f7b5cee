"""A goal that a group shares: by its board's rules, for those who take part, and never telling of who does not."""

from datetime import timedelta
from typing import Any

from backend.campaigns import queries as campaigns
from backend.core import ids
from backend.honours import goals
from backend.honours.goals import GoalProgress
from tests.api.asking import accepted, act, department_of, joined
from tests.cast import World
from tests.honours.following import act_daily, follow, honours


async def told(world: World, campaign: str, threshold: int = 5) -> GoalProgress | None:
    """Return what a screen would be told of the goal of Lin's department."""
    async with world.parts.database.read() as session:
        running = await campaigns.one(session, ids.decode("cmp", campaign))
        assert running
        return await goals.progress(
            session,
            running,
            institution_id=world.institutions["A"].id or 0,
            department_id=await department_of(world, "Lin"),
            day=running.today(world.clock.now()),
            threshold=threshold,
        )


async def test_a_department_sees_what_it_has_reached_together_and_when(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    lin = await joined(world, "Lin", campaign)
    people = await world.add_members("A", "财务处", 5)
    await act_daily(world, campaign, people, 2, "clear_plate")
    await follow(world)
    early = (await honours(lin, campaign))["goal"]
    await act_daily(world, campaign, people, 1, "clear_plate")
    await follow(world)
    found = (await honours(lin, campaign))["goal"]

    assert (early["have"], early["target"], early["percent"], early["reachedAt"]) == (2, 3, 66, None)
    assert (found["have"], found["percent"], found["participants"], found["group"]) == (3, 100, 5, "财务处")
    assert found["reachedAt"] is not None
    progress = await told(world, campaign)
    assert progress
    assert (progress.measure, progress.per, progress.have, progress.level) == ("acts", "participant", 3, "department")
    assert progress.reached_at is not None
    assert progress.reached_at.isoformat() == found["reachedAt"]


async def test_a_goal_of_fewer_than_the_threshold_is_told_to_nobody(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    lin = await joined(world, "Lin", campaign)
    people = await world.add_members("A", "财务处", 6)
    await act_daily(world, campaign, people[:4], 3, "clear_plate")
    await follow(world)

    four = (await honours(lin, campaign))["goal"]
    await act_daily(world, campaign, people[4:5], 1, "clear_plate")
    await follow(world)
    five = (await honours(lin, campaign))["goal"]

    assert four is None
    assert (five["participants"], five["have"]) == (5, 2)


async def test_where_one_group_is_too_small_the_goal_of_the_next_is_not_told_either(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    wu, lin = await joined(world, "Wu", campaign), await joined(world, "Lin", campaign)
    await clear_plates(world, campaign, 5)
    alone = (await honours(lin, campaign))["goal"]
    await accepted(wu, act(campaign, "clear_plate", world.clock.now()))  # one of another department
    await world.project()

    beside = (await honours(lin, campaign))["goal"]

    assert alone is not None
    assert beside is None


async def clear_plates(world: World, campaign: str, count: int) -> list[int]:
    """Let so many colleagues of Lin's clear a plate; return their numbers."""
    people = await world.add_members("A", "财务处", count)
    await act_daily(world, campaign, people, 1, "clear_plate")
    await follow(world)
    return people


async def test_who_leaves_takes_their_acts_out_of_it_and_sees_it_no_more(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    lin = await joined(world, "Lin", campaign)
    await clear_plates(world, campaign, 6)
    for kind in ("clear_plate", "small_portion"):
        await accepted(lin, act(campaign, kind, world.clock.now()))
    await world.project()

    with_lin = await told(world, campaign)
    await lin.run("LeaveCampaign", input={"campaignId": campaign})
    without = await told(world, campaign)
    seen: dict[str, Any] = await honours(lin, campaign)

    assert with_lin
    assert without
    assert (with_lin.participants, without.participants) == (7, 6)
    assert seen["goal"] is None
    assert seen["streak"] is None
    assert [one["have"] for one in seen["badges"]] == [0, 0]


async def test_an_institutions_goal_is_the_sum_of_its_own(world: World) -> None:
    campaign = await world.open_campaign("e-waste-drive")
    lin = await joined(world, "Lin", campaign)
    for institution in ("A", "B"):
        people = await world.add_members(institution, "办公室", 5)
        await act_daily(world, campaign, people, 2, "lecture")
    await follow(world)

    goal = (await honours(lin, campaign))["goal"]
    without = await honours(lin, await world.open_campaign("lecture-series"))

    assert without["goal"] is None
    assert (goal["group"], goal["have"], goal["target"], goal["per"]) == ("滨河区档案馆", 10, 50, "total")
    assert (goal["percent"], goal["reachedAt"]) == (20, None)


async def test_a_goal_stands_still_while_its_board_is_frozen(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=10)
    lin, sun = await joined(world, "Lin", campaign), await world.sign_in("Sun")
    people = await world.add_members("A", "财务处", 5)
    await act_daily(world, campaign, people, 2, "clear_plate")
    await follow(world)
    freezing = {"campaignId": campaign, "reason": "颁奖仪式前"}

    frozen = await sun.run("FreezeBoards", input=freezing)
    world.clock.advance(timedelta(minutes=1))
    await act_daily(world, campaign, people, 1, "clear_plate")
    await follow(world)
    during = (await honours(lin, campaign))["goal"]
    sun = await world.sign_in("Sun")
    await sun.run("UnfreezeBoards", input=freezing)
    after = (await honours(lin, campaign))["goal"]

    assert frozen["__typename"] == "SettlementMoved", frozen
    assert (during["have"], during["reachedAt"]) == (2, None)
    assert (after["have"], after["reachedAt"] is not None) == (3, True)

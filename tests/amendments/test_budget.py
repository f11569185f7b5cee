"""A campaign issues no more than its budget, however many record at once; what comes back can be issued again."""

import asyncio
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import col, update

from backend.amendments import adjustments
from backend.amendments.adjustments_api import ADJUSTMENT_ID
from backend.amendments.errors import BudgetExceeded
from backend.amendments.jobs import carry_on
from backend.campaigns.tables import Campaign
from backend.checkins import decisions
from backend.checkins import service as recording
from backend.checkins.requests import Item, Request
from backend.core import ids
from backend.core.receipts import Order
from backend.points import verify
from tests.amendments.office import (
    adjustment,
    adjustment_proposed,
    agreed,
    carried,
    complaints,
    entries,
    messages,
    number,
    points,
    propose,
    restating,
    verdict,
)
from tests.api.asking import accepted, answered, fresh_id, join, joined, record_for
from tests.cast import Person, World, trip

DEARER = {"kinds": [{"kind": "commute", "points": 20}]}


async def set_budget(person: Person, campaign: str, amount: int | None) -> Any:
    """Set a campaign's budget and return the answer."""
    return await person.run("SetBudget", input={"requestId": fresh_id(), "campaignId": campaign, "points": amount})


async def budget(person: Person, campaign: str) -> tuple[int | None, int | None]:
    """Return what a campaign may issue, and has."""
    told = await person.run("CampaignBudget", campaignId=campaign)
    return told["points"], told["issued"]


async def test_the_last_points_are_cut_and_the_act_and_its_carbon_still_count(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    assert (await set_budget(wu, campaign, 7))["__typename"] == "CampaignBudget"
    now = world.clock.now()

    first, second = await accepted(lin, trip(campaign, now), trip(campaign, now, "from_work"))
    zhou = await joined(world, "Zhou", campaign)
    (third,) = await accepted(zhou, trip(campaign, now))

    assert [one["points"] for one in (first, second, third)] == [5, 2, 0]
    assert first["carbon"]["milligrams"] == third["carbon"]["milligrams"] > 0
    told = [one["explanation"]["sentence"] for one in await entries(lin) if one["ledger"] == "points"]
    assert told == ["10 分 × 50%（凭证） = 5，活动积分预算已用完，计 2", "10 分 × 50%（凭证） = 5"]
    assert await budget(wu, campaign) == (7, 7)
    await world.project()
    assert await complaints(world) == []


async def test_however_many_record_at_once_the_budget_is_issued_to_the_point(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu = await world.sign_in("Wu")
    members = await world.add_members("A", "财务处", 12)
    await record_for(world, campaign, {one: [] for one in members})
    await set_budget(wu, campaign, 33)
    details = trip(campaign, world.clock.now())["details"]

    async def record(member: int) -> None:
        items = (Item(campaign, "commute", world.clock.now(), details),)
        async with world.parts.database.write() as session:
            await recording.record(session, [Request(member, fresh_id(), items)], world.clock.now())

    await asyncio.gather(*(record(one) for one in members))

    assert await budget(wu, campaign) == (33, 33)
    await world.project()
    assert await complaints(world) == []


async def test_what_is_taken_back_can_be_issued_again(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await set_budget(wu, campaign, 10)
    now = world.clock.now()
    (first, _) = await accepted(lin, trip(campaign, now), trip(campaign, now, "from_work"))

    await wu.run("ReverseTransfer", input={"checkInId": first["id"], "reason": "重复"})
    between = await budget(wu, campaign)
    (again,) = await accepted(lin, trip(campaign, now))
    await wu.run("ConfirmCheckIn", input={"checkInId": again["id"]})

    assert between == (10, 5)
    assert await budget(wu, campaign) == (10, 10)  # a stronger proof would earn more, and has its own five points
    assert await points(lin) == 10
    await world.project()
    assert await complaints(world) == []


async def test_a_change_or_an_adjustment_that_the_budget_does_not_cover_cannot_be_proposed(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    await accepted(lin, trip(campaign, world.clock.now()))
    await set_budget(wu, campaign, 9)
    words = {"zh": "还剩 4 分，需要 5 分", "en": "4 points are left, 5 are needed"}
    change = restating(world, campaign, **DEARER)

    sent = {"requestId": fresh_id(), "change": change}
    await answered(wu, "ProposeRuleChange", "BudgetExceeded", **words, input=sent)
    await answered(wu, "PreviewRuleChange", "BudgetExceeded", **words, change=change)
    await answered(wu, "ProposeAdjustment", "BudgetExceeded", **words, input=adjustment(world, campaign, 5))
    await set_budget(wu, campaign, 10)
    amendment = (await propose(wu, change))["amendment"]
    made = await adjustment_proposed(wu, adjustment(world, campaign, 5))
    await sun.run("DecideAdjustment", input=verdict(made))
    decision = {"requestId": fresh_id(), "amendmentId": amendment["id"], "verdict": "AGREE", "basis": ""}

    words = {"zh": "还剩 0 分", "en": "0 points are left"}
    await answered(sun, "DecideRuleChange", "BudgetExceeded", **words, input=decision)


async def test_a_restatement_that_acts_have_overtaken_is_cut_to_what_is_left(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    zhou = await joined(world, "Zhou", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await set_budget(wu, campaign, 12)
    await agreed(wu, sun, restating(world, campaign, **DEARER))
    await accepted(zhou, trip(campaign, world.clock.now()))  # by the new rules, before Lin's was restated

    await carried(world)

    assert (await points(lin), await points(zhou)) == (5, 7)
    assert await budget(wu, campaign) == (12, 12)
    assert await complaints(world) == []


async def test_organisers_are_told_at_eighty_and_ninety_five_percent_once(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await set_budget(wu, campaign, 6)
    now, told = world.clock.now(), []

    for direction in ("to_work", "from_work"):
        await accepted(lin, trip(campaign, now, direction))
        for _ in range(2):
            await carry_on(world.parts.database, world.clock)
        told.append([one.key for one in await messages(world, "Wu", "budget_warning")])

    name = f"campaign/{number(campaign)}/budget/2"  # the edition that has this limit
    assert told == [[f"{name}/80"], [f"{name}/80", f"{name}/100"]]
    assert len(await messages(world, "Sun", "budget_warning")) == 2
    assert await messages(world, "Lin", "budget_warning") == []


async def test_a_budget_that_is_set_while_people_record_is_counted_once_more(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await set_budget(wu, campaign, 100)
    async with world.parts.database.write() as session:  # as for whoever read the campaign before it had a budget
        await session.exec(update(Campaign).where(col(Campaign.id) == number(campaign)).values(budget_points=None))
    await accepted(lin, trip(campaign, world.clock.now()))
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).where(col(Campaign.id) == number(campaign)).values(budget_points=100))
    missed = await budget(wu, campaign)
    world.clock.advance(timedelta(minutes=16))

    await carry_on(world.parts.database, world.clock)

    assert (missed, await budget(wu, campaign)) == ((100, 0), (100, 5))
    async with world.parts.database.write() as session:
        assert await verify.findings(session) == []
        await (await session.connection()).execute(text("UPDATE campaign_budget SET issued = 4"))
        found = await verify.findings(session)
    assert found == [f"campaign {number(campaign)}: its budget counts 4 points, the ledger 5"]


async def test_a_budget_is_taken_away_or_refused_by_name(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await set_budget(wu, campaign, 3)
    sent = {"requestId": fresh_id(), "campaignId": campaign, "points": -1}

    await answered(wu, "SetBudget", "InvalidValue", zh="“points”", en="'points'", input=sent)
    await answered(await world.sign_in("Chen"), "SetBudget", "NotFound", zh="没有找到", en="Not found", input=sent)
    await set_budget(wu, campaign, None)
    await accepted(lin, trip(campaign, world.clock.now()))

    assert (await points(lin), await budget(wu, campaign)) == (5, (None, None))
    await world.project()
    assert await complaints(world) == []


async def test_undoing_gives_back_whichever_way_it_is_done(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await set_budget(wu, campaign, 50)
    (act,) = await accepted(lin, trip(campaign, world.clock.now()))
    await join(await world.sign_in("Zhou"), campaign)

    async with world.parts.database.write() as session:
        act_id = ids.decode("chk", act["id"])
        await decisions.reverse(session, act_id, world.members["Sun"], "核对不符", world.clock.now())

    assert await budget(wu, campaign) == (50, 0)
    assert await complaints(world) == []


async def test_adjustments_that_are_agreed_to_at_once_give_no_more_than_the_budget(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu = await world.sign_in("Wu")
    for name in ("Lin", "Zhou"):
        await joined(world, name, campaign)
    await set_budget(wu, campaign, 10)
    made = [await adjustment_proposed(wu, adjustment(world, campaign, 6, one)) for one in ("A001", "A002")]

    async def agree(identifier: str, name: str) -> str:
        order = Order(world.members[name], fresh_id(), "decide", {})
        async with world.parts.database.write() as session:
            await adjustments.agree(session, order, ids.decode(ADJUSTMENT_ID, identifier), world.clock.now())
            await asyncio.sleep(0.2)  # nothing is committed yet when the other one looks
        return "agreed"

    answers = await asyncio.gather(*map(agree, made, ("Sun", "Chen")), return_exceptions=True)

    assert answers.count("agreed") == 1
    assert [type(one) for one in answers if not isinstance(one, str)] == [BudgetExceeded]
    assert await budget(wu, campaign) == (10, 6)
    await world.project()
    assert await complaints(world) == []


async def test_a_limit_that_is_set_back_is_warned_of_anew(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(lin, trip(campaign, world.clock.now()))

    for limit in (6, 100, 6):
        await set_budget(wu, campaign, limit)
        await carry_on(world.parts.database, world.clock)

    assert len(await messages(world, "Wu", "budget_warning")) == 2

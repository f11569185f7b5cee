"""From closing to the seal: each step in its time, when nothing is open, once, and never back."""

import asyncio
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from backend.campaigns.tables import Campaign, CampaignEvent, CampaignRule
from backend.core import ids
from backend.core.db import Database, ReadSession
from backend.core.text import Text
from backend.messages.tables import Message
from backend.settlement import lines
from backend.settlement.jobs import settle
from backend.settlement.waiting import Openings
from tests.api.asking import answered, fresh_id
from tests.cast import World
from tests.review.desk import acts_of, cases, decide, more_staff, next_morning, refuse
from tests.settlement.way import CALENDAR, at, row, state, to_provisional, to_seal, work

SECOND = timedelta(seconds=1)


async def trail(world: World) -> list[tuple[str, bool]]:
    """Return what happened to campaigns, and whether somebody did it."""
    async with world.parts.database.read() as session:
        found = await session.exec(select(CampaignEvent).order_by(col(CampaignEvent.id)))
        return [(one.what, one.by_member is not None) for one in found]


async def messages(world: World, kind: str) -> int:
    """Return how many members were told."""
    async with world.parts.database.read() as session:
        return len((await session.exec(select(Message).where(col(Message.kind) == kind))).all())


async def with_acts(world: World, count: int = 6, **more: Any) -> tuple[str, list[int]]:
    """Open a campaign in which so many people record an act."""
    campaign = await world.open_campaign("green-office", days=1, **more)
    people = await world.add_members("A", "财务处", count)
    await acts_of(world, campaign, people)
    await world.project()
    return campaign, people


async def test_every_state_lasts_as_long_as_it_should(world: World) -> None:
    campaign, people = await with_acts(world)
    found = await row(world, campaign)
    seen = []

    for instant in (found.closes_at, found.review_ends_at - SECOND, found.review_ends_at):
        await at(world, instant)
        seen.append(await state(world, campaign))
    seals_at = (await row(world, campaign)).seals_at
    for instant in (seals_at - SECOND, seals_at, seals_at + timedelta(days=400)):
        await at(world, instant)
        seen.append(await state(world, campaign))

    assert seen == ["closed", "closed", "provisional", "provisional", "sealed", "sealed"]
    assert seals_at == found.review_ends_at + timedelta(days=3)
    steps = [("reviewed", False), ("provisional", False), ("sealed", False)]
    assert await trail(world) == [("opened", True), ("started", False), ("closed", False), *steps]
    assert (await messages(world, "result_out"), await messages(world, "result_sealed")) == (6, 6)
    del people


async def test_a_worker_that_was_away_catches_up_but_members_keep_their_days_to_object(world: World) -> None:
    campaign, _ = await with_acts(world)
    late = (await row(world, campaign)).closes_at + timedelta(days=60)

    steps = await at(world, late)
    after_the_night = await row(world, campaign)
    await at(world, late + timedelta(days=3))

    assert (steps, after_the_night.state, after_the_night.seals_at) == (2, "provisional", late + timedelta(days=3))
    assert await state(world, campaign) == "sealed"


async def test_a_clock_that_jumps_back_undoes_nothing_and_several_workers_seal_once(world: World) -> None:
    campaign, _ = await with_acts(world)
    found = await to_provisional(world, campaign)
    await at(world, found.opens_at - timedelta(days=30))
    after_the_jump = await state(world, campaign)
    world.clock.at = found.seals_at
    others = [world.parts.database, Database(world.parts.database.url), Database(world.parts.database.url)]

    steps = await asyncio.gather(*(settle(CALENDAR, Openings(), one, world.clock) for one in others))

    for one in others[1:]:
        await one.close()
    assert (after_the_jump, sum(steps)) == ("provisional", 1)
    assert (await trail(world)).count(("sealed", False)) == 1


async def test_a_late_decision_is_refused_and_an_appeal_is_waited_for(world: World) -> None:
    campaign, people = await with_acts(world)
    await next_morning(world)
    wu, zhou = await world.sign_in("Wu"), await more_staff(world)
    first, second, *_ = [ids.encode("rvw", case.id or 0) for case in await cases(world)]
    found = await row(world, campaign)
    await at(world, found.review_ends_at - timedelta(hours=1))
    (outcome,) = await decide(wu, refuse(first))
    member = (await cases(world))[0].member_id

    await at(world, found.review_ends_at)
    reviewed = await state(world, campaign)
    (late,) = await decide(wu, refuse(second))
    told = await (await world.sign_in("Sun")).run("Settlement", campaignId=campaign)
    await at(world, found.review_ends_at + timedelta(days=7))

    assert (outcome["state"], reviewed, late["__typename"]) == ("refused", "reviewed", "ReviewClosed")
    assert told["waitsFor"] == ["1 项仍可申诉"]
    assert (await state(world, campaign), member in people) == ("provisional", True)
    del zhou


async def test_an_open_appeal_keeps_a_result_from_being_sealed_until_it_is_decided(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=1)
    lin = await world.sign_in("Lin")
    await acts_of(world, campaign, [world.members["Lin"], *await world.add_members("A", "财务处", 5)])
    await next_morning(world)
    wu = await world.sign_in("Wu")
    (own,) = [case for case in await cases(world) if case.member_id == world.members["Lin"]]
    review = ids.encode("rvw", own.id or 0)
    found = await row(world, campaign)
    await at(world, found.review_ends_at - timedelta(hours=1))
    await decide(wu, refuse(review))
    await at(world, found.review_ends_at + timedelta(days=1))
    appeal = {"requestId": fresh_id(), "reviewId": review, "text": "请再看一次"}
    made = await lin.run("AppealReview", input=appeal)
    await at(world, found.review_ends_at + timedelta(days=7))
    out = await row(world, campaign)
    await at(world, out.seals_at + timedelta(days=2))
    waits = await state(world, campaign)
    sun = await world.sign_in("Sun")

    ruling = {"requestId": fresh_id(), "reviewId": review, "upheld": True}
    decided = await sun.run("DecideAppeal", input=ruling)
    await work(world.parts.database, world.clock)

    assert (made["__typename"], out.state, waits) == ("ReviewStep", "provisional", "provisional")
    assert (decided["__typename"], await state(world, campaign)) == ("ReviewStep", "sealed")


async def test_a_refusal_is_not_appealed_once_the_result_is_out(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=1)
    await acts_of(world, campaign, [world.members["Lin"], *await world.add_members("A", "财务处", 5)])
    await next_morning(world)
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    (own,) = [case for case in await cases(world) if case.member_id == world.members["Lin"]]
    review = ids.encode("rvw", own.id or 0)
    await decide(wu, refuse(review))
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).values(state="provisional"))

    asked = {"requestId": fresh_id(), "reviewId": review, "text": "请再看一次"}
    words = {"zh": "可对结果提出异议", "en": "the result is out"}
    await answered(lin, "AppealReview", "AppealNotOpen", **words, input=asked)
    del campaign


async def test_an_organiser_ends_a_review_early_when_nothing_waits_and_says_why(world: World) -> None:
    campaign, _ = await with_acts(world)
    sun, found = await world.sign_in("Sun"), await row(world, campaign)
    asked = {"campaignId": campaign, "reason": "全部审核完毕"}
    running = {"zh": "活动不在审核期", "en": "it is not closed"}
    await answered(sun, "EndReview", "StepRefused", **running, input=asked)
    await at(world, found.closes_at)
    undrawn = {"zh": "最后一天的行动还未抽查", "en": "have not been drawn"}
    await answered(sun, "EndReview", "StepRefused", **undrawn, input=asked)
    await next_morning(world)
    waits = {"zh": "项待审核", "en": "cases wait for review"}
    await answered(sun, "EndReview", "StepRefused", **waits, input=asked)
    wu = await world.sign_in("Wu")
    verdicts = [{"reviewId": ids.encode("rvw", one.id or 0), "verdict": "APPROVE"} for one in await cases(world)]
    await decide(wu, *verdicts)

    ended = [await sun.run("EndReview", input=asked) for _ in range(2)]
    await work(world.parts.database, world.clock)

    assert [one["settlement"]["campaign"]["state"] for one in ended] == ["reviewed", "reviewed"]
    assert await state(world, campaign) == "provisional"
    steps = [("reviewed", True), ("provisional", False)]
    assert await trail(world) == [("opened", True), ("started", False), ("closed", False), *steps]


async def test_who_manages_only_a_part_of_a_campaign_settles_nothing(world: World) -> None:
    campaign, _ = await with_acts(world)
    asked = {"campaignId": campaign, "reason": "全部审核完毕"}
    words = {"zh": "没有找到", "en": "Not found"}

    for name, document in itertools.product(("Wu", "Lin", "Chen"), ("EndReview", "FreezeBoards", "UnfreezeBoards")):
        await answered(await world.sign_in(name), document, "NotFound", **words, input=asked)


async def test_acts_that_are_still_to_be_restated_are_waited_for(world: World) -> None:
    campaign, _ = await with_acts(world)
    found = await to_provisional(world, campaign)
    number, staff = ids.decode("cmp", campaign), world.members["Wu"]
    async with world.parts.database.write() as session:
        session.add(
            CampaignRule(
                campaign_id=number,
                version=2,
                applies_from=found.starts_on,
                theme_hash=found.theme_hash,
                factors_hash=found.factors_hash,
                restates=True,
                reason="系数更正",
                proposed_by=staff,
                agreed_by=staff,
                made_at=world.clock.now(),
            )
        )
    await at(world, found.seals_at)
    waits = await state(world, campaign)

    async with world.parts.database.write() as session:
        connection = await session.connection()
        await connection.exec_driver_sql("UPDATE check_in SET rule_version = 2")
        await session.exec(update(CampaignRule).values(restated_at=world.clock.now()))
    await work(world.parts.database, world.clock)

    assert (waits, await state(world, campaign)) == ("provisional", "sealed")


async def test_what_slices_above_have_open_holds_the_seal_up_too(world: World) -> None:
    campaign, _ = await with_acts(world)
    found, opened = await to_provisional(world, campaign), [Text("一项调整待复核", "an adjustment waits")]
    world.clock.at = found.seals_at

    async def waits(session: ReadSession, row: Campaign) -> list[Text]:
        assert row.id == found.id
        return opened

    openings = Openings((waits,))
    held = await settle(CALENDAR, openings, world.parts.database, world.clock)
    opened.clear()

    assert (held, await settle(CALENDAR, openings, world.parts.database, world.clock)) == (0, 1)


@pytest.mark.parametrize(("day_cut_hour", "day"), [(0, "2026-06-16"), (4, "2026-06-15")])
async def test_an_act_of_the_small_hours_is_sealed_on_the_day_that_the_cut_says(
    world: World, day_cut_hour: int, day: str
) -> None:
    campaign = await world.open_campaign("green-office", days=2)
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).values(day_cut_hour=day_cut_hour))
    world.clock.at += timedelta(hours=14)  # two in the morning in Beijing
    await acts_of(world, campaign, await world.add_members("A", "财务处", 2))

    seal = await to_seal(world, campaign)

    found = [json.loads(one) for one in lines.read(seal.document)]
    assert {one["day"] for one in found if one["line"] == "act"} == {day}
    assert found[0]["day_cut_hour"] == day_cut_hour

"""The estimate as the office sees it: from decided cases, for those who may know, never of a handful of people."""

import re
from datetime import timedelta
from typing import Any

from backend.identity import service as identity
from tests.api.asking import accepted, act, failed, fresh_id, joined
from tests.cast import Person, World
from tests.review.desk import acts_of, approve, decide, next_morning, refuse, waiting


async def share(world: World, person: Person, campaign: str, institution: str | None = "A") -> Any:
    """Return the estimate for a campaign in an institution, or (None) in all of it."""
    place = world.institution_id(institution) if institution else None
    return await person.run("ValidShare", campaignId=campaign, institutionId=place)


async def reviewed(world: World, people: int = 60, bad: int = 3) -> tuple[str, Person]:
    """Let a campaign of so many acts be reviewed, some of them refused; return it and Wu."""
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", people))
    await world.project()
    await next_morning(world)
    wu = await world.sign_in("Wu")
    numbers = [one["id"] for one in await waiting(world, wu)]
    await decide(wu, *[refuse(one) for one in numbers[:bad]], *[approve(one) for one in numbers[bad:]])
    return campaign, wu


async def test_a_share_is_told_with_its_interval_and_what_it_rests_on(world: World) -> None:
    campaign, wu = await reviewed(world)

    found = await share(world, wu, campaign)

    assert (found["population"], found["sampled"], found["decided"], found["known"]) == (60, 60, 50, 0)
    assert found["sharePermille"] == 940
    assert found["lowPermille"] < 940 < found["highPermille"] <= 1000
    assert re.fullmatch(r"94\.0%（95% 置信区间 [\d.]+%–[\d.]+%），60 次中抽查 50 次", found["label"])
    wu.language = "en"
    assert re.fullmatch(
        r"94\.0 % \(95 %: [\d.]+–[\d.]+ %\), 50 of 60 looked at", (await share(world, wu, campaign))["label"]
    )


async def test_what_was_looked_at_entirely_has_no_interval(world: World) -> None:
    campaign, wu = await reviewed(world, people=20, bad=1)

    found = await share(world, wu, campaign)

    assert (found["lowPermille"], found["sharePermille"], found["highPermille"]) == (950, 950, 950)


async def test_before_a_band_is_looked_at_there_is_no_number(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 8)
    await acts_of(world, campaign, people)
    await world.project()
    wu = await world.sign_in("Wu")

    before = await share(world, wu, campaign)
    await next_morning(world)
    drawn = await share(world, wu, campaign)

    assert (before["population"], before["sharePermille"]) == (0, None)
    assert (drawn["population"], drawn["sampled"], drawn["decided"], drawn["sharePermille"]) == (8, 8, 0, None)
    assert drawn["label"] == "已审核数量不足，暂不作估计；8 次中抽查 0 次"


async def test_a_handful_of_people_is_not_rated(world: World) -> None:
    campaign, wu = await reviewed(world, people=4, bad=1)

    found = await share(world, wu, campaign)

    assert (found["sharePermille"], found["lowPermille"], found["label"]) == (None, None, "参加人数较少，不作估计")


async def test_an_upheld_appeal_counts_as_valid_and_what_is_known_is_told_apart(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, zhou, wu, sun = [await joined(world, name, campaign) for name in ("Lin", "Zhou", "Wu", "Sun")]
    (confirmed,) = await accepted(zhou, act(campaign, "own_cup", world.clock.now()))
    await wu.run("ConfirmCheckIn", input={"checkInId": confirmed["id"]})
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    await acts_of(world, campaign, await world.add_members("A", "人事处", 5))
    await world.project()
    await next_morning(world)
    lins = (await waiting(world, wu))[0]["id"]
    for one in await waiting(world, wu):
        await decide(wu, refuse(one["id"]))
    refused = await share(world, wu, campaign)
    mine = (await lin.run("MyReviews"))["reviews"]["items"][0]["id"]
    await lin.run("AppealReview", input={"requestId": fresh_id(), "reviewId": mine, "text": "请再看一次"})

    await sun.run("DecideAppeal", input={"requestId": fresh_id(), "reviewId": mine, "upheld": True})

    assert lins
    assert (refused["population"], refused["known"], refused["sharePermille"]) == (6, 1, 0)
    assert (await share(world, wu, campaign))["sharePermille"] == 167


async def test_what_staff_undid_otherwise_is_not_valid_and_what_was_proved_better_is(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, zhou, wu = [await joined(world, name, campaign) for name in ("Lin", "Zhou", "Wu")]
    (of_lin,), (of_zhou,) = [await accepted(one, act(campaign, "own_cup", world.clock.now())) for one in (lin, zhou)]
    await acts_of(world, campaign, await world.add_members("A", "人事处", 4))
    await world.project()
    await next_morning(world)

    await wu.run("ReverseTransfer", input={"checkInId": of_lin["id"], "reason": "并未自带"})
    await wu.run("ConfirmCheckIn", input={"checkInId": of_zhou["id"]})
    await decide(wu, *[approve(one["id"]) for one in await waiting(world, wu)])

    found = await share(world, wu, campaign)
    assert (found["decided"], found["sharePermille"]) == (6, 833)


async def test_the_whole_campaign_is_for_who_decides_over_it(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="D")
    for institution in ("A", "B"):
        await acts_of(world, campaign, await world.add_members(institution, "人事处", 6))
    await world.project()
    await next_morning(world)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    for institution in ("A", "B"):
        await decide(sun, *[approve(one["id"]) for one in await waiting(world, sun, institution)])

    whole, part = await share(world, sun, campaign, None), await share(world, wu, campaign)

    assert (whole["population"], part["population"]) == (12, 6)
    assert (whole["sharePermille"], part["sharePermille"]) == (1000, 1000)
    words = {"zh": "没有找到这项内容，或您无权查看：活动", "en": "Not found, or not yours to see: campaign"}
    await failed(wu, "ValidShare", "PROBLEM", **words, campaignId=campaign)
    await failed(sun, "ValidShare", "PROBLEM", **words, campaignId="cmp_7777")


async def test_a_foreign_campaign_and_a_foreign_institution_tell_nothing(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    async with world.parts.database.write() as session:
        place = world.institutions["B"].id or 0
        await identity.grant(session, world.members["Chen"], "organiser", place, world.clock.now())
    chen = await world.sign_in("Chen")
    own, foreign = world.institution_id("B"), world.institution_id("A")

    words = {"zh": "没有找到这项内容，或您无权查看：活动", "en": "Not found, or not yours to see: campaign"}
    for one in (campaign, "cmp_7777"):
        await failed(chen, "ValidShare", "PROBLEM", **words, campaignId=one, institutionId=own)
        await failed(chen, "ValidShare", "PROBLEM", **words, campaignId=one)
        no = {"zh": "没有进行此操作的权限", "en": "not allowed"}
        await failed(chen, "ValidShare", "FORBIDDEN", **no, campaignId=one, institutionId=foreign)


async def test_the_time_that_there_is_can_be_changed_by_who_manages(world: World) -> None:
    wu, lin, place = await world.sign_in("Wu"), await world.sign_in("Lin"), {"institutionId": world.institution_id("A")}
    before = await wu.run("ReviewSettings", **place)

    changed = await wu.run("SetReviewMinutes", input={**place, "minutesADay": 240, "secondsPerCase": 45})
    again = await wu.run("SetReviewMinutes", input={**place, "minutesADay": 0})

    assert before == {"minutesADay": 30, "secondsPerCase": 20, "measuredSeconds": 20}
    assert changed == {
        "__typename": "ReviewSettings",
        "minutesADay": 240,
        "secondsPerCase": 45,
        "measuredSeconds": 45,
    }
    assert (again["minutesADay"], again["secondsPerCase"]) == (0, 45)
    for wrong, field in (({"minutesADay": 241}, "minutesADay"), ({"minutesADay": -1}, "minutesADay")):
        answer = await wu.run("SetReviewMinutes", input={**place, **wrong})
        assert (answer["__typename"], field in answer["message"]) == ("InvalidValue", True)
    slow = await wu.run("SetReviewMinutes", input={**place, "minutesADay": 10, "secondsPerCase": 301})
    assert (slow["__typename"], "secondsPerCase" in slow["message"]) == ("InvalidValue", True)
    words = {"zh": "没有进行此操作的权限", "en": "not allowed"}
    await failed(lin, "SetReviewMinutes", "FORBIDDEN", **words, input={**place, "minutesADay": 10})


async def test_the_minutes_that_are_left_follow_what_was_done_today(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 40))
    await next_morning(world)
    wu, place = await world.sign_in("Wu"), {"institutionId": world.institution_id("A")}
    numbers = [one["id"] for one in await waiting(world, wu)]
    start = await wu.run("ReviewQueue", **place)
    for one in numbers[:12]:
        world.clock.advance(timedelta(seconds=45))
        await decide(wu, approve(one))

    slower = await wu.run("ReviewQueue", **place)
    await decide(wu, *[approve(one) for one in numbers[12:]])
    used_up = await wu.run("ReviewQueue", **place)
    await next_morning(world)
    tomorrow = await wu.run("ReviewQueue", **place)

    assert (start["minutesADay"], start["minutesLeft"], start["secondsPerCase"]) == (30, 30, 20)
    assert (slower["minutesLeft"], slower["secondsPerCase"], slower["waiting"]) == (21, 45, 28)
    assert used_up["minutesLeft"] == 0
    assert (tomorrow["minutesLeft"], tomorrow["secondsPerCase"]) == (30, 45)

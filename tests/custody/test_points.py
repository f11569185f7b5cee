"""Points come by the ordinary rules when a device is weighed; where they do not, the device says why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from backend.campaigns.jobs import follow_the_calendar
from tests.api.asking import accepted, act, answered, end_membership, join, refused
from tests.cast import Person, World
from tests.custody.drive import begin, complaints, device, devices, moved


async def points_of(person: Person) -> int:
    """Return the points that a member holds."""
    held: int = (await person.run("MyLedger"))["balance"]["points"]
    return held


async def standing(person: Person) -> list[tuple[str, str, int]]:
    """Return slot, proof and points of the acts that count, in the order of their slots."""
    acts = (await person.run("MyCheckIns"))["checkIns"]["items"]
    return sorted((one["slot"], one["proof"], one["points"]) for one in acts if one["counted"])


async def test_a_device_that_was_declared_that_day_is_upgraded_and_not_counted_twice(world: World) -> None:
    drive = await begin(world)
    lin, now = await drive.member("Lin"), world.clock.now()
    declared = act(drive.campaign, "ewaste", now, category="phone", owner="personal", disposition="reuse")
    await accepted(lin, declared)
    before = await standing(lin)

    await drive.brought(lin, "weighed")

    assert before == [("personal-phone-1", "self_declared", 10)]
    assert await standing(lin) == [("personal-phone-1", "confirmed", 20)]
    held = (await lin.run("MyLedger"))["balance"]
    assert (held["points"], held["carbon"]["milligrams"]) == (20, 0)
    await refused(lin, declared, "AlreadyCheckedIn", zh="同一行动只计一次", en="counts once")
    assert await complaints(world) == []


async def test_two_devices_of_one_kind_are_two_acts_whatever_was_declared(world: World) -> None:
    drive = await begin(world)
    lin, now = await drive.member("Lin"), world.clock.now()
    await accepted(lin, act(drive.campaign, "ewaste", now, category="phone", owner="personal", number=2))
    first, second = await drive.brought(lin, "sealed"), await drive.brought(lin, "sealed")

    asked: dict[str, Any] = {"devices": [{"deviceId": one, "grams": 170} for one in (first, second)]}
    answer = await drive.wu.run("WeighDevices", input={"requestId": "two-phones", **asked})

    assert [one["stage"] for one in answer["outcomes"]] == ["weighed", "weighed"]
    assert await standing(lin) == [("personal-phone-1", "confirmed", 20), ("personal-phone-2", "confirmed", 20)]
    assert await complaints(world) == []


async def test_a_device_above_the_cap_takes_its_step_and_says_why_it_earns_nothing(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    for category in ("phone", "tablet", "printer"):
        await drive.brought(lin, "weighed", category)

    over = await drive.brought(lin, "weighed", "monitor")

    (newest, *_) = await devices(lin)
    assert (newest["device"]["id"], newest["device"]["stage"]) == (over, "weighed")
    assert (newest["award"]["state"], newest["award"]["earned"], newest["award"]["entry"]) == ("none", 0, None)
    assert "“废旧3C产品回收”已达上限（3 次）" in newest["award"]["message"]
    (newest, *_) = await devices(replace(lin, language="en"))
    assert "The limit of 3" in newest["award"]["message"]
    assert await points_of(lin) == 60
    moved(await drive.dispose(over, "material"))
    assert (await devices(lin))[0]["carbonNote"] == "这次交投没有计入，估算减排量为零。"
    assert await complaints(world) == []


async def test_a_member_who_has_left_the_campaign_earns_nothing_and_the_device_goes_on(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "sealed")
    await lin.run("LeaveCampaign", input={"campaignId": drive.campaign})

    moved(await drive.weigh(phone))
    moved(await drive.erase(phone))
    moved(await drive.dispose(phone))

    seen = await device(lin)
    assert (seen["award"]["state"], seen["carbon"]["milligrams"]) == ("none", 0)
    assert "您尚未参加" in seen["award"]["message"]
    assert await points_of(lin) == 0
    assert await complaints(world) == []


async def test_a_member_who_has_left_the_roster_since_keeps_what_was_handed_over_before(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "sealed")
    world.clock.advance(timedelta(days=2))
    await end_membership(world, "Lin", world.clock.now() - timedelta(days=1))

    moved(await drive.weigh(phone))

    assert await points_of(lin) == 20


@pytest.mark.parametrize(("days", "earned"), [(3, 20), (7, 20), (16, 20), (17, 0), (20, 0)])
async def test_what_was_handed_over_in_time_is_weighed_until_the_review_ends(
    world: World, days: int, earned: int
) -> None:
    drive = await begin(world, days=1)
    lin, chen = await drive.member("Lin"), await world.sign_in("Chen")
    await join(chen, drive.campaign)
    phone = await drive.brought(lin, "sealed")
    tablet = act(drive.campaign, "ewaste", world.clock.now(), category="tablet", owner="personal")
    (declared,) = await accepted(lin, tablet)
    world.clock.advance(timedelta(days=days))
    await follow_the_calendar(world.parts.database, world.clock)

    moved(await drive.weigh(phone, by=drive.sun))

    phone_of_lin = (await device(lin))["award"]
    assert (phone_of_lin["earned"], phone_of_lin["state"]) == (earned, "earned" if earned else "none")
    # Nothing is loosened for what was only declared, nor for what is declared now.
    asked = {"checkInId": declared["id"]}
    await answered(drive.wu, "ConfirmCheckIn", "CampaignClosed", zh="截止", en="closed", input=asked)
    late = act(drive.campaign, "ewaste", world.clock.now() - timedelta(days=days), category="phone", owner="personal")
    await refused(chen, late, "CampaignClosed", zh="截止", en="closed")
    assert await complaints(world) == []


async def test_what_is_handed_over_after_the_last_day_earns_nothing_and_says_so(world: World) -> None:
    drive = await begin(world, days=1)
    lin = await drive.member("Lin")
    booked = moved(await drive.book(lin))
    world.clock.advance(timedelta(days=1))  # the campaign still takes late reports of yesterday

    await drive.led(booked, "weighed")

    assert "不在“废旧3C产品回收进机关”的活动日期" in (await device(lin))["award"]["message"]
    assert await points_of(lin) == 0


async def test_the_same_act_in_another_campaign_is_improved_there(world: World) -> None:
    drive = await begin(world)
    week = await world.open_campaign("waste-sorting-week")
    lin = await drive.member("Lin")
    await join(lin, week)
    await accepted(lin, act(week, "ewaste", world.clock.now(), category="phone", owner="personal"))

    phone = await drive.brought(lin, "weighed")
    moved(await drive.erase(phone))
    moved(await drive.dispose(phone))

    (found,) = [one for one in (await lin.run("MyCheckIns"))["checkIns"]["items"] if one["counted"]]
    assert (found["campaignId"], found["proof"], found["carbon"]["grams"]) == (week, "confirmed", "25000")
    assert await complaints(world) == []


async def test_an_act_of_another_campaign_that_cannot_be_improved_is_not_doubled(world: World) -> None:
    drive = await begin(world)
    week = await world.open_campaign("waste-sorting-week")
    lin = await drive.member("Lin")
    await join(lin, week)
    await accepted(lin, act(week, "ewaste", world.clock.now(), category="phone", owner="personal"))
    await lin.run("LeaveCampaign", input={"campaignId": week})

    await drive.brought(lin, "weighed")

    assert [one[:2] for one in await standing(lin)] == [("personal-phone-1", "self_declared")]
    assert "同一行动只计一次" in (await device(lin))["award"]["message"]


async def test_an_act_that_was_undone_is_told_as_undone(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "weighed")
    entry = (await device(lin))["award"]["entry"]

    undone = await drive.wu.run("ReverseTransfer", input={"entryId": entry, "reason": "设备被认领"})
    moved(await drive.erase(phone))
    moved(await drive.dispose(phone))

    assert undone["__typename"] == "TransferReversed"
    seen = await device(lin)
    assert (seen["award"]["state"], seen["award"]["earned"]) == ("reversed", 0)
    assert (seen["carbon"]["milligrams"], await points_of(lin)) == (0, 0)
    assert await complaints(world) == []

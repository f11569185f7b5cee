"""One act counts once: again, in another campaign, with a stronger proof, with a weaker one."""

from datetime import timedelta
from typing import Any

from backend.campaigns.jobs import follow_the_calendar
from tests.api.asking import accepted, act, answered, join, joined, nothing_written, record, refused
from tests.api.test_codes import issue
from tests.cast import Person, World, trip


async def two_campaigns(world: World) -> tuple[str, str, Person]:
    """Let two campaigns that both have lectures run at once, with Lin in both."""
    green, waste = await world.open_campaign(), await world.open_campaign("e-waste-drive")
    lin = await joined(world, "Lin", green)
    await join(lin, waste)
    return green, waste, lin


async def totals(person: Person) -> tuple[int, str]:
    balance = (await person.run("MyLedger"))["balance"]
    return balance["points"], balance["carbon"]["grams"]


async def test_the_same_act_is_refused_with_the_time_and_campaign_of_the_first(world: World) -> None:
    green, waste, lin = await two_campaigns(world)
    now = world.clock.now()
    await accepted(lin, act(green, "lecture", now))

    async with nothing_written(world):
        for campaign in (green, waste):
            outcome = await refused(
                lin,
                act(campaign, "lecture", now),
                "AlreadyCheckedIn",
                zh="已于 2026-06-15 12:00 在“绿色出行宣传月”中记录",
                en="recorded at 2026-06-15 12:00 in ",
            )
            assert outcome["recordedAt"] == "2026-06-15T04:00:00+00:00"
    assert await totals(lin) == (10, "0")


async def test_a_stronger_proof_improves_the_act_and_a_weaker_one_is_refused(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu, now = await joined(world, "Lin", campaign), await world.sign_in("Wu"), world.clock.now()
    code = (await issue(world, "Wu", "A"))["code"]

    (declared,) = await accepted(lin, act(campaign, "lecture", now))
    receipt = await record(lin, act(campaign, "lecture", now, code=code))
    (outcome,) = receipt["outcomes"]
    confirmed = await wu.run("ConfirmCheckIn", input={"checkInId": outcome["checkIn"]["id"]})

    assert (declared["points"], outcome["upgraded"], outcome["checkIn"]["points"]) == (10, True, 16)
    assert (confirmed["checkIn"]["proof"], confirmed["checkIn"]["points"]) == ("confirmed", 20)
    assert await totals(lin) == (20, "0")
    async with nothing_written(world):
        for weaker in (act(campaign, "lecture", now), act(campaign, "lecture", now, code=code)):
            await refused(lin, weaker, "AlreadyCheckedIn", zh="同一行动只计一次", en="an act counts once")


async def test_a_stronger_proof_in_another_campaign_improves_it_where_it_was_counted(world: World) -> None:
    green, waste, lin = await two_campaigns(world)
    now, code = world.clock.now(), (await issue(world, "Wu", "A"))["code"]
    await accepted(lin, act(green, "lecture", now))

    (improved,) = await accepted(lin, act(waste, "lecture", now, code=code))

    assert (improved["campaignId"], improved["proof"], improved["points"]) == (green, "station", 16)
    assert await totals(lin) == (16, "0")


async def test_within_one_batch_the_stronger_proof_of_an_act_stands(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now, code = await joined(world, "Lin", campaign), world.clock.now(), (await issue(world, "Wu", "A"))["code"]
    declared, shown = act(campaign, "lecture", now), act(campaign, "lecture", now, code=code)

    receipt = await record(lin, declared, declared, shown, declared)

    names = [one["__typename"] for one in receipt["outcomes"]]
    assert names == ["Accepted", "AlreadyCheckedIn", "Accepted", "AlreadyCheckedIn"]
    assert await totals(lin) == (16, "0")
    mine = await lin.run("MyCheckIns", after=None)
    assert sorted((one["proof"], one["counted"]) for one in mine["checkIns"]["items"]) == [
        ("self_declared", False),
        ("station", True),
    ]


async def test_confirming_doubles_the_carbon_of_a_trip_and_is_done_once_and_by_somebody_else(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu, now = await joined(world, "Lin", campaign), await joined(world, "Wu", campaign), world.clock.now()
    (trip_of_lin,) = await accepted(lin, trip(campaign, now))
    (trip_of_wu,) = await accepted(wu, trip(campaign, now))

    confirmed = await wu.run("ConfirmCheckIn", input={"checkInId": trip_of_lin["id"]})

    assert confirmed["checkIn"]["carbon"]["grams"] == "360"
    assert await totals(lin) == (10, "360")
    decided: list[tuple[Any, str, str, str]] = [
        (confirmed["checkIn"], "ProofNotStronger", "已有同等或更强的凭证", "equal or stronger proof"),
        (trip_of_wu, "NotOwnAct", "不能确认或冲回自己的打卡", "Nobody decides on their own act"),
    ]
    async with nothing_written(world):
        for what, problem, zh, en in decided:
            await answered(wu, "ConfirmCheckIn", problem, zh=zh, en=en, input={"checkInId": what["id"]})


async def test_a_confirmation_after_the_campaign_has_closed_says_so(world: World) -> None:
    campaign = await world.open_campaign(days=1)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))
    world.clock.advance(timedelta(days=4))
    await follow_the_calendar(world.parts.database, world.clock)

    async with nothing_written(world):
        await answered(wu, "ConfirmCheckIn", "CampaignClosed", zh="截止", en="closed", input={"checkInId": made["id"]})


async def test_one_device_reported_in_two_campaigns_counts_once_and_a_second_device_says_so(world: World) -> None:
    drive = await world.open_campaign("e-waste-drive")
    week = await world.open_campaign("waste-sorting-week")
    lin, now = await joined(world, "Lin", drive), world.clock.now()
    await join(lin, week)
    phone = {"category": "phone", "owner": "personal"}
    await accepted(lin, act(drive, "ewaste", now, **phone))

    await refused(lin, act(week, "ewaste", now, **phone), "AlreadyCheckedIn", zh="同一行动只计一次", en="counts once")
    (second,) = await accepted(lin, act(drive, "ewaste", now, **phone, number=2))

    assert second["slot"] == "personal-phone-2"


async def test_a_stronger_proof_does_not_count_in_a_campaign_that_the_member_has_left(world: World) -> None:
    first, other = await world.open_campaign(), await world.open_campaign("energy-week")
    lin, wu, now = await joined(world, "Lin", first), await world.sign_in("Wu"), world.clock.now()
    await join(lin, other)
    await accepted(lin, trip(first, now))
    await lin.run("LeaveCampaign", input={"campaignId": first})
    issued = {"institutionId": world.institution_id("A"), "kind": "commute", "place": "东门"}
    issued |= {"validFrom": now.isoformat(), "validUntil": (now + timedelta(hours=1)).isoformat()}
    code = (await wu.run("IssueCode", input=issued))["code"]

    await refused(lin, trip(other, now, code=code), "AlreadyCheckedIn", zh="绿色出行宣传月", en="counts once")


async def test_a_confirmation_and_a_reversal_whose_answer_was_lost_are_answered_again(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    confirmed = [await wu.run("ConfirmCheckIn", input={"checkInId": made["id"]}) for _ in range(2)]
    undo = {"checkInId": confirmed[0]["checkIn"]["id"], "reason": "并无此次出行"}
    undone = [await wu.run("ReverseTransfer", input=undo) for _ in range(2)]
    by_another = await sun.run("ReverseTransfer", input=undo)

    assert confirmed[0] == confirmed[1]
    assert confirmed[0]["checkIn"]["proof"] == "confirmed"
    assert undone[0] == undone[1]
    assert by_another["__typename"] == "NotCounted"

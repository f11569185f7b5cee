"""Undoing an act: with a reason, by somebody else, once."""

from datetime import timedelta

from tests.api.asking import accepted, act, answered, board, forget_boards, joined, nothing_written, record
from tests.cast import World, trip

REASON = "重复上报，经本人同意冲回"


async def test_a_reversal_takes_back_points_and_carbon_frees_the_slot_and_gives_its_reason(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    answer = await wu.run("ReverseTransfer", input={"entryId": made["carbonEntry"], "reason": f" {REASON} "})

    assert answer["checkIn"] == {"id": made["id"], "counted": False, "points": 5}
    ledger = await lin.run("MyLedger", after=None)
    assert (ledger["balance"]["points"], ledger["balance"]["carbon"]["milligrams"]) == (0, 0)
    amounts: dict[str, list[int]] = {"points": [], "carbon_mg": []}
    for one in ledger["ledger"]["items"]:
        amounts[one["ledger"]].append(one["amount"])
    assert amounts == {"points": [-5, 5], "carbon_mg": [-180_000, 180_000]}
    undone = [one for one in ledger["ledger"]["items"] if one["reversesId"]]
    assert {one["reversesId"] for one in undone} == {made["pointsEntry"], made["carbonEntry"]}
    assert all(REASON in one["explanation"]["sentence"] for one in undone)
    assert (await lin.run("Home"))["today"] == []
    await world.project()
    forget_boards(world)
    assert (await board(lin, campaign, "PERSON"))["board"]["points"] == 0
    await accepted(lin, trip(campaign, world.clock.now()))


async def test_a_reversal_needs_a_reason_that_can_be_read(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    async with nothing_written(world):
        for reason in ("", " x ", "　　", "x" * 201, "没有\u0000原因", "没有\n原因", "没有\u202e原因"):
            await answered(
                wu,
                "ReverseTransfer",
                "ReasonMissing",
                zh="请填写冲回原因（2–200 字）",
                en="a reason of 2 to 200 characters",
                input={"entryId": made["pointsEntry"], "reason": reason},
            )


async def test_nobody_reverses_an_own_act_nor_anything_twice_nor_a_reversal(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await joined(world, "Wu", campaign)
    (of_lin,) = await accepted(lin, trip(campaign, world.clock.now()))
    (of_wu,) = await accepted(wu, trip(campaign, world.clock.now()))
    await wu.run("ReverseTransfer", input={"entryId": of_lin["pointsEntry"], "reason": REASON})
    entries = (await lin.run("MyLedger", after=None))["ledger"]["items"]
    reversal = next(one["id"] for one in entries if one["reversesId"])
    sun = await world.sign_in("Sun")
    wrong = [
        (of_wu["pointsEntry"], "NotOwnAct", "不能确认或冲回自己的打卡", "Nobody decides on their own act"),
        (of_lin["pointsEntry"], "NotCounted", "已被冲回", "was reversed"),
        (of_lin["carbonEntry"], "NotCounted", "已被冲回", "was reversed"),
        (reversal, "ReversalNotReversible", "冲回记录本身不能再冲回", "A reversal cannot be reversed"),
        ("trf_7777777", "NotFound", "trf_7777777", "trf_7777777"),
    ]

    async with nothing_written(world):
        for entry, problem, zh, en in wrong:
            asked = {"entryId": entry, "reason": REASON}
            # Whoever undid an act and lost the answer gets it again; anybody else hears that it is done.
            decider = sun if problem == "NotCounted" else wu
            await answered(decider, "ReverseTransfer", problem, zh=zh, en=en, input=asked)


async def test_a_member_without_a_role_reverses_nothing_not_even_their_own(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou = await joined(world, "Lin", campaign), await world.sign_in("Zhou")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    async with nothing_written(world):
        for person in (lin, zhou):
            asked = {"entryId": made["pointsEntry"], "reason": REASON}
            await answered(person, "ReverseTransfer", "NotFound", zh="无权查看", en="not yours to see", input=asked)


async def test_an_act_of_a_closed_campaign_can_still_be_reversed(world: World) -> None:
    campaign = await world.open_campaign(days=1)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))
    world.clock.advance(timedelta(days=10))

    answer = await wu.run("ReverseTransfer", input={"entryId": made["pointsEntry"], "reason": REASON})

    assert answer["__typename"] == "TransferReversed"
    assert (await lin.run("MyLedger", after=None))["balance"]["points"] == 0


async def test_an_act_that_earned_nothing_is_reversed_by_its_own_id_and_frees_its_slot(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu, now = await joined(world, "Lin", campaign), await world.sign_in("Wu"), world.clock.now()
    full = [act(campaign, "energy_act", now, act=one) for one in ("lights_off", "screen_off", "stairs")]
    full += [trip(campaign, now), trip(campaign, now, "from_work"), act(campaign, "paperless", now, sheets=40)]
    await accepted(lin, *full)
    (nothing,) = (await record(lin, act(campaign, "clear_plate", now)))["outcomes"]

    undone = await wu.run("ReverseTransfer", input={"checkInId": nothing["checkIn"]["id"], "reason": "并未在食堂用餐"})
    neither = await wu.run("ReverseTransfer", input={"reason": "并未在食堂用餐"})

    assert (nothing["checkIn"]["points"], nothing["checkIn"]["pointsEntry"], nothing["dayCap"]) == (0, None, 60)
    assert undone["__typename"] == "TransferReversed"
    assert not undone["checkIn"]["counted"]
    assert neither["__typename"] == "InvalidValue"
    await accepted(lin, act(campaign, "clear_plate", now))

"""Request ids, repeats, and the size of a request."""

from dataclasses import replace
from typing import Any

from tests.api.asking import LANGUAGES, act, answered, contents, joined, nothing_written, record
from tests.cast import World, trip


async def test_a_repeat_gets_the_first_answer_in_the_language_of_the_asker(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    items = [trip(campaign, now), trip(campaign, now), act(campaign, "no_such", now)]
    first = await record(lin, *items, request_id="the-first-one")

    async with nothing_written(world):
        again = await record(lin, *items, request_id="the-first-one")
        receipt = (await lin.run("Receipt", requestId="the-first-one"))["receipt"]
        english = (await replace(lin, language="en").run("Receipt", requestId="the-first-one"))["receipt"]

    assert again == first | {"replayed": True}
    assert receipt == {name: again[name] for name in receipt}
    assert [one.get("message", "")[:17] for one in english["outcomes"]] == [
        "",
        "This act was reco",
        "'Green Commuting ",
    ]


async def test_the_same_id_with_other_content_is_a_problem_and_nobody_else_s_business(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou, now = await joined(world, "Lin", campaign), await joined(world, "Zhou", campaign), world.clock.now()
    await record(lin, trip(campaign, now), request_id="the-same-id")
    other = {"requestId": "the-same-id", "items": [trip(campaign, now, "from_work")]}

    async with nothing_written(world):
        await answered(
            lin, "RecordCheckIns", "RequestReused", zh="已用于另一项内容", en="used for something else", input=other
        )
        assert (await zhou.run("Receipt", requestId="the-same-id"))["receipt"] is None
    receipt = await zhou.run("RecordCheckIns", input=other)

    assert (receipt["__typename"], receipt["replayed"]) == ("CheckInReceipt", False)


async def test_a_request_of_which_nothing_was_accepted_may_be_mended_and_sent_again(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()

    async with nothing_written(world):
        await record(lin, act(campaign, "lecture", now, speaker="me"), request_id="to-be-mended")
    mended = await record(lin, act(campaign, "lecture", now), request_id="to-be-mended")

    assert [one["__typename"] for one in mended["outcomes"]] == ["Accepted"]


async def test_ids_of_a_wrong_form_are_refused_and_have_no_receipt(world: World) -> None:
    campaign = await world.open_campaign()
    lin, items = await joined(world, "Lin", campaign), [trip(campaign, world.clock.now())]

    async with nothing_written(world):
        for wrong in (
            "",
            "seven-7",
            "x" * 65,
            "with a blank",
            "请求编号请求编号",
            "nul-nul-\u0000",
            "１２３４５６７８",
            "line\nfeed-",
        ):
            await answered(
                lin, "RecordCheckIns", "RequestIdInvalid", zh="8 至 64 个字母", en="8 to 64 letters",
                input={"requestId": wrong, "items": items},
            )  # fmt: skip
            assert (await lin.run("Receipt", requestId=wrong))["receipt"] is None


async def test_a_request_carries_one_to_a_thousand_items(world: World) -> None:
    campaign = await world.open_campaign()
    lin, one = await joined(world, "Lin", campaign), trip(campaign, world.clock.now())

    async with nothing_written(world):
        for given in (0, 1001):
            for language, words in zip(LANGUAGES, (f"本次为 {given} 条", f"this one has {given}"), strict=True):
                asked = {"requestId": "too-many-or-none", "items": [one] * given}
                answer = await replace(lin, language=language).run("RecordCheckIns", input=asked)
                assert answer["__typename"] == "BatchTooLarge"
                assert words in answer["message"]


async def test_of_a_thousand_items_the_good_are_recorded_and_each_bad_one_has_its_problem(world: World) -> None:
    campaign = await world.open_campaign()
    lin, now = await joined(world, "Lin", campaign), world.clock.now()
    bad: list[tuple[dict[str, Any], str]] = [
        (trip("cmp_zzzz", now), "NotFound"),
        (trip("1 OR 1=1", now), "NotFound"),
        (act(campaign, "recyclables", now), "KindNotInCampaign"),
        (act(campaign, "lecture", now, wrong=1), "DetailInvalid"),
        (act(campaign, "lecture", "9999-12-31T00:00:00Z"), "ActInFuture"),
        (act(campaign, "lecture", "0001-01-01T00:00:00Z"), "OutsideCampaignDays"),
        (act(campaign, "lecture", now, code="NO\u0000SUCH"), "CodeNotValid"),
        (trip(campaign, now), "AlreadyCheckedIn"),
    ]
    good = [trip(campaign, now), trip(campaign, now, "from_work"), act(campaign, "lecture", now)]
    items = [good[0], *[bad[number % len(bad)][0] for number in range(997)], *good[1:]]

    receipt = await record(lin, *items)

    names = [one["__typename"] for one in receipt["outcomes"]]
    assert names == ["Accepted", *[bad[number % len(bad)][1] for number in range(997)], "Accepted", "Accepted"]
    assert receipt["points"] == 5 + 5 + 10
    kept = await contents(world)
    assert (len(kept["check_in"]), len(kept["transfer"]), len(kept["receipt"])) == (3, 5, 1)

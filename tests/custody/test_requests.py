"""A request that is sent again is answered again; of two people at one instant one takes the step."""

from typing import Any

from tests.api.asking import answered, nothing_written
from tests.cast import Person, World
from tests.custody.drive import begin, complaints, moved, outcomes, request
from tests.laws.play import Twins, rows_of, tally, together, told

REUSED = {"zh": "已用于另一项内容", "en": "something else"}


async def test_the_same_request_gives_the_same_answer_for_every_step(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    asked: dict[str, Any] = {"campaignId": drive.campaign, "devices": [{"category": "phone"}, {"category": "fridge"}]}
    first = await request(lin, "BookDevices", "book-once", **asked)
    device, code = first["outcomes"][0]["deviceId"], first["outcomes"][0]["handOverCode"]
    steps: list[tuple[Person, str, dict[str, Any]]] = [
        (drive.wu, "HandOverDevices", {"devices": [{"code": code}, {"code": "WRONG234"}]}),
        (drive.wu, "SealDevices", {"devices": [{"deviceId": device}]}),
        (drive.wu, "WeighDevices", {"devices": [{"deviceId": device, "grams": 180}]}),
        (drive.sun, "EraseDevices", {"deviceIds": [device], "method": "overwrite", "witnessStaffNumber": "A003"}),
        (drive.recycler, "DisposeDevices", {"deviceIds": [device], "disposition": "reuse"}),
        (drive.recycler, "CertifyDevices", {"deviceIds": [device], "certificateNumber": "再生-0001"}),
        (drive.sun, "CorrectDisposition", {"deviceId": device, "disposition": "parts", "reason": "登记有误"}),
    ]
    answers = [await request(by, document, f"once-{document}", **what) for by, document, what in steps]

    async with nothing_written(world):
        again = [await request(by, document, f"once-{document}", **what) for by, document, what in steps]
        booked = await request(lin, "BookDevices", "book-once", **asked)

    assert [moved(one["outcomes"][0])["stage"] for one in answers][-1] == "certified"
    assert [told(one) for one in again] == [told(one) for one in answers]
    assert ({one["replayed"] for one in answers}, {one["replayed"] for one in again}) == ({False}, {True})
    assert (booked["replayed"], told(booked)) == (True, told(first))
    assert await complaints(world) == []


async def test_the_same_id_with_other_content_is_a_problem_once_something_was_done(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    tablet, phone = await drive.brought(lin, "handed_over", "tablet"), await drive.brought(lin, "handed_over")
    asked = {"requestId": "seal-a-box", "devices": [{"deviceId": "dev_7777777"}]}
    refusal = await drive.wu.run("SealDevices", input=asked)
    mended = await drive.wu.run("SealDevices", input={**asked, "devices": [{"deviceId": phone}]})

    async with nothing_written(world):
        for other in ({"deviceId": tablet}, {"deviceId": phone, "separate": True}):
            reused = {**asked, "devices": [other]}
            await answered(
                drive.wu, "SealDevices", "RequestReused", zh="已用于另一项内容", en="something else", input=reused
            )
        weighing = {**asked, "devices": [{"deviceId": phone, "grams": 5}]}
        await answered(
            drive.wu, "WeighDevices", "RequestReused", zh="已用于另一项内容", en="something else", input=weighing
        )
    of_sun = await drive.sun.run("SealDevices", input={**asked, "devices": [{"deviceId": tablet}]})

    assert refusal["outcomes"][0]["__typename"] == "NotFound"
    assert mended["outcomes"][0]["stage"] == of_sun["outcomes"][0]["stage"] == "sealed"


async def test_a_request_of_staff_has_an_id_and_a_size(world: World) -> None:
    drive = await begin(world)
    one = [{"deviceId": "dev_1"}]

    async with nothing_written(world):
        for devices, problem, zh, en in (
            (one * 101, "BatchTooLarge", "本次为 101 条", "this one has 101"),
            ([], "BatchTooLarge", "本次为 0 条", "this one has 0"),
        ):
            asked = {"requestId": "a-box-of-many", "devices": devices}
            await answered(drive.wu, "SealDevices", problem, zh=zh, en=en, input=asked)
        asked = {"requestId": "短", "devices": one}
        await answered(
            drive.wu, "SealDevices", "RequestIdInvalid", zh="请求编号须为", en="A requestId has", input=asked
        )


async def test_the_same_request_sent_many_times_at_once_is_done_once(twins: Twins) -> None:
    drive = await begin(twins.world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "sealed")
    asked: dict[str, Any] = {"devices": [{"deviceId": phone, "grams": 180}]}

    answers = await together(
        request(twins.both(drive.wu)[turn % 2], "WeighDevices", "weigh-once", **asked) for turn in range(10)
    )

    assert tally(one["replayed"] for one in answers) == {False: 1, True: 9}
    assert len({repr(told(one)) for one in answers}) == 1
    assert (await lin.run("MyLedger"))["balance"]["points"] == 20
    assert await complaints(twins.world) == []


async def test_of_two_organisers_at_one_instant_one_takes_each_step(twins: Twins) -> None:
    drive = await begin(twins.world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    first = moved(await drive.book(lin))
    second = moved(await drive.book(zhou, "tablet"))
    both = [drive.wu, twins.both(drive.sun)[1]]
    codes = [{"code": first["handOverCode"]}, {"code": second["handOverCode"]}]
    named = [{"deviceId": one["deviceId"]} for one in (first, second)]

    async def step(document: str, **asked: Any) -> dict[str, int]:
        # One asks in the one order, the other in the other: they must not wait for each other in a circle.
        asked_of = [asked, {name: value[::-1] for name, value in asked.items()}]
        found = await together(outcomes(by, document, **what) for by, what in zip(both, asked_of, strict=True))
        return tally(one["__typename"] for outcome in found for one in outcome)

    expected = {"DeviceMoved": 2, "StepOutOfOrder": 2}
    assert await step("HandOverDevices", devices=codes) == expected
    assert await step("SealDevices", devices=named) == expected
    assert await step("WeighDevices", devices=named) == expected
    assert await rows_of(twins.world.parts.database, "check_in") == 2
    assert await complaints(twins.world) == []

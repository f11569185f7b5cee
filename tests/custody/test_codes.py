"""The hand-over code is the owner's signature: typed by another hand, good once, and only where the device is."""

from typing import Any

from tests.api.asking import failed, nothing_written
from tests.cast import World
from tests.custody.drive import begin, device, hire_recycler, moved, refused

UNKNOWN = {"zh": "交接码无效", "en": "hand-over code is unknown"}


async def test_a_code_is_read_as_people_type_it(world: World) -> None:
    drive = await begin(world)
    booked = moved(await drive.book(await drive.member("Lin")))
    code = booked["handOverCode"]

    taken = await drive.take(f" {code[:4].lower()} - {code[4:]} ")

    assert (len(code), moved(taken)["deviceId"]) == (8, booked["deviceId"])


async def test_a_wrong_code_and_one_of_another_institution_get_one_answer(world: World) -> None:
    drive = await begin(world)
    at_b = moved(await drive.book(await drive.member("Chen"), "tablet"))

    async with nothing_written(world):
        for code in ("ABCD2345", "", "\u0000" * 8, "x" * 999, "交接码交接码", at_b["handOverCode"]):
            asked: dict[str, Any] = {"devices": [{"code": code}]}
            await refused(drive.wu, "HandOverDevices", "HandOverCodeInvalid", **UNKNOWN, **asked)


async def test_a_code_is_good_once(world: World) -> None:
    drive = await begin(world)
    booked = moved(await drive.book(await drive.member("Lin")))
    moved(await drive.take(booked["handOverCode"]))

    asked: dict[str, Any] = {"devices": [{"code": booked["handOverCode"]}]}
    async with nothing_written(world):
        told = {"zh": "当前为“已交接”", "en": "'handed over' now"}
        await refused(drive.wu, "HandOverDevices", "StepOutOfOrder", **told, **asked)

    assert (await device(await world.sign_in("Lin")))["device"]["handOverCode"] is None


async def test_a_code_opens_nothing_to_who_holds_no_role(world: World) -> None:
    drive = await begin(world)
    booked = moved(await drive.book(await drive.member("Lin")))
    zhou = await drive.member("Zhou")

    asked = {"requestId": "nobody-at-all", "devices": [{"code": booked["handOverCode"]}]}
    async with nothing_written(world):
        await failed(zhou, "HandOverDevices", "FORBIDDEN", zh="没有进行此操作的权限", en="not allowed", input=asked)


async def test_the_number_on_the_device_is_compared_with_the_one_that_was_booked(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    booked, without = moved(await drive.book(lin, serial="35-209900-176148-1")), moved(await drive.book(lin))

    other = await drive.take(booked["handOverCode"], serial="352099001761482")

    assert (other["__typename"], other["field"]) == ("InvalidValue", "serial")
    moved(await drive.take(booked["handOverCode"], serial="352099001761481"))
    moved(await drive.take(without["handOverCode"], serial="352099001761490"))


async def test_the_recycler_takes_over_a_code_of_an_institution_within_reach(world: World) -> None:
    drive = await begin(world)
    booked = moved(await drive.book(await drive.member("Lin")))

    taken = await drive.take(booked["handOverCode"], by=await hire_recycler(world, over="A"))

    assert moved(taken)["stage"] == "handed_over"

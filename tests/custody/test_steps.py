"""No step out of its order, and none by whom or in a way that may not be."""

from datetime import timedelta
from typing import Any

import pytest

from backend.campaigns.jobs import follow_the_calendar
from backend.custody.handling import BEFORE
from backend.custody.words import Condition, Method, Stage
from tests.api.asking import answered, fresh_id, nothing_written
from tests.cast import World
from tests.custody.drive import WAY, Drive, begin, complaints, device, moved, outcomes, refused, request

REACHED = ("booked", *WAY, "cancelled")


def asking(device: str, code: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the document of every step with what it is asked for one device."""
    one = [device]
    return {
        "handed_over": ("HandOverDevices", {"devices": [{"code": code}]}),
        "sealed": ("SealDevices", {"devices": [{"deviceId": device}]}),
        "weighed": ("WeighDevices", {"devices": [{"deviceId": device, "grams": 180}]}),
        "erased": ("EraseDevices", {"deviceIds": one, "method": "overwrite", "witnessStaffNumber": "A003"}),
        "disposed": ("DisposeDevices", {"deviceIds": one, "disposition": "reuse"}),
        "certified": ("CertifyDevices", {"deviceIds": one, "certificateNumber": "再生-2026-0001"}),
        "cancelled": ("CancelDevice", {"deviceId": device, "reason": "登记有误"}),
        "corrected": (
            "CorrectDisposition",
            {"deviceId": device, "disposition": "parts", "reason": "登记有误"},
        ),
    }


@pytest.mark.parametrize("stage", REACHED)
async def test_from_no_stage_is_there_a_step_that_does_not_begin_there(world: World, stage: str) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    booked = moved(await drive.book(lin, "phone"))
    if stage == "cancelled":
        moved((await outcomes(lin, "CancelBooking", deviceId=booked["deviceId"]))[0])
    else:
        await drive.led(booked, stage)
    wrong = [step for step in BEFORE if stage not in BEFORE[step]]

    async with nothing_written(world):
        for step in wrong:
            document, asked = asking(booked["deviceId"], booked["handOverCode"])[step]
            by = drive.sun if step in {"erased", "cancelled"} else drive.recycler
            await refused(by, document, "StepOutOfOrder", zh="不能登记为", en="it cannot become", **asked)

    assert len(wrong) >= 5
    assert {one for before in BEFORE.values() for one in before} <= set(REACHED)


async def test_the_words_of_a_wrong_step_name_where_the_device_is(world: World) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "handed_over")

    document, asked = asking(phone, "")["weighed"]
    zh, en = "当前为“已交接”，不能登记为“已称重清点”", "'handed over' now: it cannot become 'weighed or counted'"
    await refused(drive.wu, document, "StepOutOfOrder", zh=zh, en=en, **asked)


async def test_nobody_handles_their_own_device(world: World) -> None:
    drive = await begin(world)
    wu = await drive.member("Wu")
    booked = moved(await drive.book(wu))
    asked = asking(booked["deviceId"], booked["handOverCode"])
    told = {"zh": "不能经手本人的设备", "en": "Nobody handles their own device"}

    await refused(wu, asked["handed_over"][0], "NotOwnDevice", **told, **asked["handed_over"][1])
    moved(await drive.take(booked["handOverCode"], by=drive.sun))
    for step in ("sealed", "weighed", "erased", "disposed", "certified", "corrected"):
        document, what = asked[step]
        async with nothing_written(world):
            await refused(wu, document, "NotOwnDevice", **told, **what)
        if step == "sealed":
            moved(await drive.seal(booked["deviceId"], by=drive.sun))


async def test_who_registered_a_units_asset_does_not_take_it_over(world: World) -> None:
    drive = await begin(world)
    registered = moved(await drive.register({"category": "printer", "approvalNumber": "资处-18"}))

    own = await drive.take(registered["handOverCode"])

    assert own["__typename"] == "NotOwnDevice"
    assert moved(await drive.take(registered["handOverCode"], by=drive.sun))["stage"] == "handed_over"


async def test_the_witness_is_another_person_who_holds_a_role_there(world: World) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "weighed")
    told = {"zh": "见证人须为另一位", "en": "The witness is another person"}
    asked: dict[str, Any] = {"deviceIds": [phone], "method": "overwrite"}
    firm = world.institution_id("B")

    async with nothing_written(world):
        for number in ("A003", " A003 ", "A001", "A999", "", "B001", "A003\u0000"):
            # Wu erases: neither herself, nor Lin who holds no role, nor nobody, nor one who is on another roster.
            what = {**asked, "witnessStaffNumber": number}
            await refused(drive.wu, "EraseDevices", "WitnessInvalid", **told, **what)
        for place in ("ins_7777", "nonsense", "\u0000"):
            what = {**asked, "witnessStaffNumber": "A003", "witnessInstitutionId": place}
            await refused(drive.recycler, "EraseDevices", "WitnessInvalid", **told, **what)
    moved(await drive.erase(phone, by=drive.wu, witnessStaffNumber="B001", witnessInstitutionId=firm))

    steps = (await device(await world.sign_in("Lin")))["device"]["steps"]
    assert [one["witness"] for one in steps if one["stage"] == "erased"] == ["陈**"]


async def test_a_device_that_holds_data_becomes_nothing_before_it_is_erased(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    said_empty = await drive.brought(lin, "weighed", "laptop", dataBearing=False)
    monitor = await drive.brought(lin, "weighed", "monitor", dataBearing=True)

    async with nothing_written(world):
        for named in (said_empty, monitor):
            for disposition in ("reuse", "parts", "material", "destroyed"):
                asked: dict[str, Any] = {"deviceIds": [named], "disposition": disposition}
                told = {"zh": "须先清除数据并有人见证", "en": "erase it before a witness first"}
                await refused(drive.recycler, "DisposeDevices", "ErasureMissing", **told, **asked)


async def test_who_takes_a_device_over_may_find_that_its_disk_is_gone(world: World) -> None:
    drive = await begin(world)
    booked = moved(await drive.book(await drive.member("Lin"), "desktop"))

    moved(await drive.take(booked["handOverCode"], dataBearing=False, condition="broken"))
    moved(await drive.seal(booked["deviceId"]))
    moved(await drive.weigh(booked["deviceId"], 5200))
    moved(await drive.dispose(booked["deviceId"], "material"))

    seen = (await device(await world.sign_in("Lin")))["device"]
    assert (seen["dataBearing"], seen["conditionTitle"]) == (False, "已损坏")
    assert await complaints(world) == []


@pytest.mark.parametrize("method", list(Method))
async def test_what_was_punched_or_shredded_is_not_used_again(world: World, method: Method) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "weighed")
    moved(await drive.erase(phone, method))
    impossible = {"degauss": ["reuse"], "punch": ["reuse"], "shred": ["reuse", "parts"]}.get(method, [])

    for disposition in impossible:
        asked: dict[str, Any] = {"deviceIds": [phone], "disposition": disposition}
        told = {"zh": "的设备不能登记为", "en": "A device that was"}
        await refused(drive.recycler, "DisposeDevices", "DispositionImpossible", **told, **asked)

    last = "material" if impossible else "reuse"
    assert moved(await drive.dispose(phone, last))["stage"] == "disposed"


async def test_a_lithium_battery_travels_in_a_box_of_its_own(world: World) -> None:
    drive = await begin(world)
    battery = await drive.brought(await drive.member("Lin"), "handed_over", "battery")

    asked: dict[str, Any] = {"devices": [{"deviceId": battery}]}
    told = {"zh": "须单独存放", "en": "travel apart"}
    await refused(drive.wu, "SealDevices", "BatteryNotSeparate", **told, **asked)
    moved(await drive.seal(battery, separate=True))

    assert (await device(await world.sign_in("Lin")))["device"]["separate"] is True


async def test_a_seal_is_on_one_device(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    first, second = [await drive.brought(lin, "handed_over", one) for one in ("phone", "tablet")]
    both = [{"deviceId": first, "sealCode": "tj-2026-000451"}, {"deviceId": second, "sealCode": " TJ-2026-000451 "}]

    taken, other = await outcomes(drive.wu, "SealDevices", devices=both)
    asked: dict[str, Any] = {"devices": both[1:]}
    told = {"zh": "封签号 TJ-2026-000451 已用于另一件设备", "en": "The trace code TJ-2026-000451 is on another"}
    await refused(drive.wu, "SealDevices", "SealCodeUsed", **told, **asked)

    assert (taken["sealCode"], other["__typename"]) == ("TJ-2026-000451", "SealCodeUsed")
    made = moved(await drive.seal(second))["sealCode"]
    assert len(made) == 10
    assert await complaints(world) == []


@pytest.mark.parametrize(
    ("document", "asked", "field"),
    [
        ("SealDevices", {"devices": [{"sealCode": "短"}]}, "sealCode"),
        ("SealDevices", {"devices": [{"sealCode": "x" * 33}]}, "sealCode"),
        ("WeighDevices", {"devices": [{"grams": 0}]}, "grams"),
        ("WeighDevices", {"devices": [{"grams": -5}]}, "grams"),
        ("WeighDevices", {"devices": [{"grams": 200_001}]}, "grams"),
        ("EraseDevices", {"method": "wished", "witnessStaffNumber": "A003"}, "method"),
        ("DisposeDevices", {"disposition": "undecided"}, "disposition"),
        ("DisposeDevices", {"disposition": "sold"}, "disposition"),
        ("CertifyDevices", {"certificateNumber": " 1 "}, "certificateNumber"),
        ("CorrectDisposition", {"disposition": "parts", "reason": "x"}, "reason"),
    ],
)
async def test_a_value_that_cannot_be_is_named(world: World, document: str, asked: Any, field: str) -> None:
    drive = await begin(world)
    stage = {"SealDevices": "handed_over", "WeighDevices": "sealed"}.get(document, "weighed")
    phone = await drive.brought(await drive.member("Lin"), stage)
    if "devices" in asked:
        asked = {"devices": [{"deviceId": phone, **one} for one in asked["devices"]]}
    elif document == "CorrectDisposition":
        asked = {"deviceId": phone, **asked}
    else:
        asked = {"deviceIds": [phone], **asked}

    async with nothing_written(world):
        answer = await request(drive.recycler, document, **asked)

    (outcome,) = answer.get("outcomes", [answer])
    assert (outcome["__typename"], outcome["field"]) == ("InvalidValue", field)


async def test_one_bad_device_does_not_disturb_the_others(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    good, behind = await drive.brought(lin, "sealed"), await drive.brought(lin, "handed_over", "tablet")
    asked = [(good, 180), (behind, 400), (good, 180), ("dev_7777777", 5), ("nonsense", 5)]

    told = await outcomes(drive.wu, "WeighDevices", devices=[{"deviceId": one, "grams": grams} for one, grams in asked])

    names = ["DeviceMoved", "StepOutOfOrder", "StepOutOfOrder", "NotFound", "NotFound"]
    assert [one["__typename"] for one in told] == names
    assert (await lin.run("MyLedger"))["balance"]["points"] == 20
    assert await complaints(world) == []


async def test_a_booking_is_called_off_by_its_owner_or_by_the_office_with_a_reason(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    own, other, third = [moved(await drive.book(lin, one)) for one in ("phone", "tablet", "laptop")]

    async with nothing_written(world):
        for person in (zhou, drive.recycler):
            told = {"zh": "无权查看", "en": "not yours to see"}
            await refused(person, "CancelBooking", "NotFound", **told, deviceId=own["deviceId"])
        (without,) = await outcomes(drive.wu, "CancelDevice", deviceId=other["deviceId"])
        assert (without["__typename"], without["field"]) == ("InvalidValue", "reason")
    moved((await outcomes(lin, "CancelBooking", deviceId=own["deviceId"]))[0])
    moved((await outcomes(drive.wu, "CancelDevice", deviceId=other["deviceId"], reason="设备不在回收范围"))[0])

    seen = {one["device"]["category"]: one for one in (await lin.run("MyDevices"))["devices"]["items"]}
    assert seen["tablet"]["device"]["steps"][-1]["reason"] == "设备不在回收范围"
    assert (seen["phone"]["award"]["state"], seen["phone"]["award"]["message"]) == ("none", "预约已取消。")
    assert seen["laptop"]["device"]["id"] == third["deviceId"]
    assert await complaints(world) == []


async def test_devices_are_booked_only_where_and_while_they_can_be_handed_in(world: World) -> None:
    drive = await begin(world, days=2)
    other = await world.open_campaign("green-office")
    lin = await world.sign_in("Lin")
    asked = {"requestId": fresh_id(), "campaignId": drive.campaign, "devices": [{"category": "phone"}]}

    async def told(problem: str, zh: str, en: str, **changed: Any) -> None:
        await answered(lin, "BookDevices", problem, zh=zh, en=en, input={**asked, **changed})

    async with nothing_written(world):
        await told("NotJoined", "您尚未参加", "You have not joined")
        await told("KindNotInCampaign", "没有“ewaste”这类打卡", "has no check-in of kind", campaignId=other)
        await told("NotFound", "无权查看", "not yours to see", campaignId="cmp_7777")
        await told("BatchTooLarge", "本次为 0 条", "this one has 0", devices=[])
        await told("BatchTooLarge", "本次为 21 条", "this one has 21", devices=[{"category": "phone"}] * 21)
        await told("RequestIdInvalid", "请求编号须为", "A requestId has", requestId="短")
    await drive.member("Lin")
    booked = moved((await outcomes(lin, "BookDevices", campaignId=drive.campaign, devices=[{"category": "phone"}]))[0])
    world.clock.advance(timedelta(days=2))
    async with nothing_written(world):
        await told("OutsideCampaignDays", "不在", "is not a day of")
    world.clock.advance(timedelta(days=3))
    await follow_the_calendar(world.parts.database, world.clock)
    async with nothing_written(world):
        await told("CampaignClosed", "截止", "closed at")
        late: dict[str, Any] = {"devices": [{"code": booked["handOverCode"]}]}
        await refused(drive.wu, "HandOverDevices", "CampaignClosed", zh="截止", en="closed at", **late)


async def test_nothing_is_handed_over_before_the_campaign_opens(world: World) -> None:
    tomorrow = world.clock.now().date() + timedelta(days=1)
    campaign = await world.open_campaign("e-waste-drive", starts_on=tomorrow)
    drive = Drive(world, campaign, await world.sign_in("Wu"), await world.sign_in("Sun"), await world.sign_in("Chen"))
    booked = moved(await drive.book(await drive.member("Lin")))

    asked: dict[str, Any] = {"devices": [{"code": booked["handOverCode"]}]}
    await refused(drive.wu, "HandOverDevices", "CampaignNotOpen", zh="尚未开始", en="has not opened yet", **asked)


WRONG = [
    ({"category": "fridge"}, "category"),
    ({"condition": "new"}, "condition"),
    ({"serial": "1"}, "serial"),
    ({"serial": "\u0000" * 9}, "serial"),
]


@pytest.mark.parametrize(("value", "field"), WRONG)
async def test_a_device_that_is_described_wrongly_is_refused_alone(world: World, value: Any, field: str) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    described = [{"category": "phone"} | value, {"category": "tablet"}]

    wrong, good = await outcomes(lin, "BookDevices", campaignId=drive.campaign, devices=described)

    assert (wrong["__typename"], wrong["field"], good["__typename"]) == ("InvalidValue", field, "DeviceMoved")
    assert "ins_" not in wrong["message"]


async def test_at_most_twenty_bookings_wait(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    many = [{"category": "accessory"}] * 20
    booked = await outcomes(lin, "BookDevices", campaignId=drive.campaign, devices=many)

    told = {"zh": "已达 20 件", "en": "20 bookings are waiting"}
    one: dict[str, Any] = {"campaignId": drive.campaign, "devices": [{"category": "phone"}]}
    await refused(lin, "BookDevices", "TooManyBookings", **told, **one)
    moved(await drive.take(booked[0]["handOverCode"]))

    assert moved(await drive.book(lin))["stage"] == "booked"


async def test_an_asset_needs_the_number_of_the_decision_to_scrap_it(world: World) -> None:
    drive = await begin(world)

    async with nothing_written(world):
        for number in ("", " 18 ", "x" * 41, "资处\n18号"):
            refusal = await drive.register({"category": "printer", "approvalNumber": number})
            assert (refusal["__typename"], refusal["field"]) == ("InvalidValue", "approvalNumber")


def test_the_words_of_custody_are_those_that_are_kept() -> None:
    assert [one.value for one in Stage] == ["booked", *WAY, "cancelled"]
    assert {one.value for one in Condition} == {"working", "repairable", "broken", "unknown"}


async def test_the_owner_of_a_device_is_not_its_witness(world: World) -> None:
    drive = await begin(world)
    await drive.wu.run("JoinCampaign", input={"campaignId": drive.campaign})
    booked = moved(await drive.book(drive.wu, "phone"))
    moved(await drive.take(booked["handOverCode"], by=drive.sun))
    moved(await drive.seal(booked["deviceId"], by=drive.sun))
    moved(await drive.weigh(booked["deviceId"], by=drive.sun))
    asked: dict[str, Any] = {"deviceIds": [booked["deviceId"]], "method": "overwrite", "witnessStaffNumber": "A003"}

    told = {"zh": "见证人须为另一位", "en": "The witness is another person"}
    await refused(drive.recycler, "EraseDevices", "WitnessInvalid", **told, **asked)

"""The whole way of a device: a phone that is used again, a laptop that is shredded, a unit's asset."""

from datetime import timedelta

from sqlalchemy import text

from tests.cast import World
from tests.custody.drive import WAY, begin, complaints, device, devices, kept, moved, stages


async def test_a_phone_that_is_used_again_earns_points_when_weighed_and_carbon_when_that_is_known(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    booked = moved(await drive.book(lin, serial="35-209900-176148-1", dataBearing=True, condition="working"))
    waiting = await device(lin)
    world.clock.advance(timedelta(hours=1))

    await drive.led(booked, "sealed")
    pending = await device(lin)
    await drive.weigh(booked["deviceId"], 176)
    weighed = await device(lin)
    world.clock.advance(timedelta(days=20))  # the campaign has long closed when the recycler sells it
    await drive.erase(booked["deviceId"])
    await drive.dispose(booked["deviceId"], "reuse")
    await drive.certify(booked["deviceId"])

    assert (waiting["award"]["state"], waiting["award"]["expected"]) == ("pending", 20)
    assert waiting["device"]["handOverCode"] == booked["handOverCode"]
    assert (pending["award"]["state"], pending["device"]["handOverCode"]) == ("pending", None)
    assert "待确认" in pending["award"]["message"]
    assert (weighed["award"]["state"], weighed["award"]["earned"]) == ("earned", 20)
    assert weighed["carbon"]["milligrams"] == 0
    done = await device(lin)
    assert stages(done["device"]["steps"]) == ["booked", *WAY]
    assert done["device"]["certificateNumber"] == "再生-2026-0001"
    assert done["carbon"]["milligrams"] == 25_000_000
    entry = await lin.run("ExplainTransfer", id=done["carbonEntry"])
    assert "1 台 × 25 kgCO2e/台 × 100% = 25000 g" in entry["transfer"]["explanation"]["sentence"]
    held = (await lin.run("MyLedger"))["balance"]
    assert (held["points"], held["carbon"]["milligrams"]) == (20, 25_000_000)
    (act,) = (await lin.run("MyCheckIns"))["checkIns"]["items"]
    assert (act["kind"], act["proof"], act["carbon"]["grams"], act["carbonEntry"]) == (
        "ewaste", "confirmed", "25000", done["carbonEntry"])  # fmt: skip
    assert await complaints(world) == []


async def test_a_laptop_that_is_shredded_earns_points_and_no_carbon_and_says_why(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    laptop = await drive.brought(lin, "weighed", "laptop", serial="PF-3K9XYZ")

    early = await drive.dispose(laptop, "destroyed")
    moved(await drive.erase(laptop, "shred"))
    moved(await drive.dispose(laptop, "destroyed"))
    moved(await drive.certify(laptop))

    assert early["__typename"] == "ErasureMissing"
    seen = await device(lin)
    erased = next(step for step in seen["device"]["steps"] if step["stage"] == "erased")
    assert (erased["erasure"], erased["witness"], erased["institution"]) == ("破碎", "吴**", "滨河区图书馆")
    assert (seen["award"]["earned"], seen["carbon"]["milligrams"], seen["carbonEntry"]) == (20, 0, None)
    assert seen["carbonNote"] == "该去向没有可靠的单件因子，估算减排量为零。"
    assert await complaints(world) == []


async def test_a_units_asset_goes_the_same_way_and_earns_nobody_anything(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    await drive.brought(lin, "weighed", "monitor")
    asset = {"category": "desktop", "approvalNumber": "津滨资处〔2026〕18号", "serial": "SN0012345"}

    registered = moved(await drive.register(asset))
    number = registered["deviceId"]
    (waiting,) = await kept(drive.wu, world, drive.campaign, stage="booked")
    moved(await drive.take(registered["handOverCode"], by=drive.recycler))
    for step in (drive.seal(number), drive.weigh(number, 6200), drive.erase(number, "punch")):
        moved(await step)
    moved(await drive.dispose(number, "material"))
    moved(await drive.certify(number))

    assert (waiting["owner"], waiting["approvalNumber"], waiting["ownerName"]) == ("unit", "津滨资处〔2026〕18号", None)
    assert waiting["device"]["handOverCode"] == registered["handOverCode"]
    assert [one["device"]["category"] for one in await devices(lin)] == ["monitor"]
    totals = await drive.wu.run("CustodyTotals", institutionId=world.institution_id("A"), campaignId=drive.campaign)
    assert (totals["pieces"], totals["grams"], totals["erased"], totals["certified"]) == (2, 6380, 1, 1)
    told = ("ownerTitle", "categoryTitle", "dispositionTitle", "pieces")
    assert [tuple(line[name] for name in told) for line in totals["lines"]] == [
        ("个人", "显示器", None, 1),
        ("单位资产", "台式电脑", "材料回收", 1),
    ]
    assert (await lin.run("MyLedger"))["balance"]["points"] == 20
    async with world.parts.database.read() as session:
        rows = (await (await session.connection()).execute(text("SELECT COUNT(*) FROM transfer"))).scalar_one()
    assert rows == 1
    assert await complaints(world) == []


async def test_a_device_that_holds_no_data_is_not_erased_and_one_may_only_be_counted(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    printer = await drive.brought(lin, "sealed", "printer")

    moved(await drive.weigh(printer, None))
    moved(await drive.dispose(printer, "parts"))
    moved(await drive.certify(printer))

    seen = (await device(lin))["device"]
    assert stages(seen["steps"]) == ["booked", "handed_over", "sealed", "weighed", "disposed", "certified"]
    assert (seen["weightGrams"], seen["dispositionTitle"]) == (None, "拆解取件")
    assert await complaints(world) == []

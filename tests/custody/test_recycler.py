"""A recycler sees devices that were handed over where they are let in, and nobody's name; and nothing else."""

from typing import Any

import pytest

from backend.identity import service
from tests.api.asking import end_membership, failed, nothing_written
from tests.cast import Failed, Person, World
from tests.custody.drive import Drive, begin, hire_recycler, kept, moved, outcomes, refused
from tests.identity.test_roles import asked as console

FORBIDDEN = {"code": "FORBIDDEN", "zh": "没有进行此操作的权限", "en": "not allowed"}


async def traced(person: Person, seal_code: str) -> Any:
    """Return the device with that trace code, as somebody sees it."""
    return await person.run("CustodyItem", sealCode=seal_code)


async def at_a_alone(world: World) -> tuple[Drive, Person]:
    """Begin a drive of the district with a recycler who is let in at A alone, and works at B."""
    campaign = await world.open_campaign("e-waste-drive")
    chen = await hire_recycler(world, over="A")
    return Drive(world, campaign, await world.sign_in("Wu"), await world.sign_in("Sun"), chen), chen


async def test_a_recycler_sees_what_was_handed_over_and_no_name(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    moved(await drive.book(lin, "tablet"))
    cancelled = moved(await drive.book(lin, "printer"))
    moved((await outcomes(lin, "CancelBooking", deviceId=cancelled["deviceId"]))[0])
    phone = await drive.brought(lin, "erased")

    (seen,) = await kept(drive.recycler, world, drive.campaign)
    of_office = await kept(drive.wu, world, drive.campaign)

    assert (seen["device"]["id"], seen["ownerName"], seen["institution"]) == (phone, None, "滨河区档案馆")
    assert {step["by"] for step in seen["device"]["steps"]} == {None}
    assert [step["witness"] for step in seen["device"]["steps"]][-1] == "吴**"
    assert "林" not in repr(seen)
    assert [one["device"]["stage"] for one in of_office] == ["erased", "cancelled", "booked"]
    assert {one["ownerName"] for one in of_office} == {"林**"}
    assert of_office[0]["device"]["steps"][-1]["witness"] == "吴秋分"
    assert {one["device"]["handOverCode"] for one in of_office} == {None}
    assert await kept(drive.recycler, world, drive.campaign, stage="booked") == []


async def test_the_district_s_list_is_told_to_who_is_let_in_there(world: World) -> None:
    drive, chen = await at_a_alone(world)
    moved(await drive.book(await drive.member("Lin")))

    assert len(await kept(drive.sun, world, drive.campaign, "D")) == 1
    for place in ("D", "B"):
        asked = {"institutionId": world.institution_id(place), "campaignId": drive.campaign}
        for document in ("CustodyItems", "CustodyTotals"):
            await failed(chen, document, **FORBIDDEN, **asked)


async def test_a_trace_code_of_elsewhere_leads_nowhere(world: World) -> None:
    drive, chen = await at_a_alone(world)
    sun = drive.sun
    at_b = moved(await drive.book(await drive.member("Chen")))
    moved(await drive.take(at_b["handOverCode"], by=sun))
    moved(await drive.seal(at_b["deviceId"], by=sun, sealCode="TJ-0001"))
    phone = await drive.brought(await drive.member("Lin"), "handed_over", "tablet")
    moved(await drive.seal(phone, sealCode="TJ-0002"))

    assert (await traced(sun, " tj-0001 "))["device"]["id"] == at_b["deviceId"]
    assert (await traced(chen, "TJ-0002"))["ownerName"] is None
    assert (await traced(drive.wu, "TJ-0002"))["ownerName"] == "林**"
    for person, code in ((chen, "TJ-0001"), (drive.wu, "TJ-0001"), (sun, "TJ-9999"), (sun, "\u0000"), (sun, "x" * 99)):
        assert await traced(person, code) is None


async def test_a_device_of_elsewhere_and_none_at_all_get_one_answer(world: World) -> None:
    drive, _ = await at_a_alone(world)
    own = moved(await drive.book(await drive.member("Chen")))
    moved(await drive.take(own["handOverCode"], by=drive.sun))
    told = {"zh": "无权查看", "en": "not yours to see"}

    async with nothing_written(world):
        for named in (own["deviceId"], "dev_7777777", "nonsense", "", "dev_\u0000", "x" * 9999):
            one = [named]
            documents: list[tuple[str, dict[str, Any]]] = [
                ("SealDevices", {"devices": [{"deviceId": named}]}),
                ("WeighDevices", {"devices": [{"deviceId": named, "grams": 5}]}),
                ("EraseDevices", {"deviceIds": one, "method": "shred", "witnessStaffNumber": "A003"}),
                ("DisposeDevices", {"deviceIds": one, "disposition": "reuse"}),
                ("CertifyDevices", {"deviceIds": one, "certificateNumber": "再生-1"}),
                ("CorrectDisposition", {"deviceId": named, "disposition": "reuse", "reason": "登记有误"}),
                ("CancelDevice", {"deviceId": named, "reason": "登记有误"}),
            ]
            for document, asked in documents:
                await refused(drive.wu, document, "NotFound", **told, **asked)


async def test_a_recycler_is_let_into_nothing_else_of_the_console(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    moved(await drive.book(lin))
    place = world.institution_id("A")

    async with nothing_written(world):
        for document, variables in console(world, place).items():
            await failed(drive.recycler, document, **FORBIDDEN, **variables)
        asset = {"requestId": "an-asset-of-a", "institutionId": place, "campaignId": drive.campaign, "assets": []}
        await failed(drive.recycler, "RegisterUnitAssets", **FORBIDDEN, input=asset)
        weighing = {"requestId": "a-weighing", "checkInId": "chk_1", "grams": 5}
        await failed(drive.recycler, "ConfirmWeighing", **FORBIDDEN, input=weighing)
    assert [one["role"] for one in (await drive.recycler.run("ManagedInstitutions"))["manages"]] == ["recycler"]


async def test_a_member_without_a_role_sees_no_custody_but_their_own(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    phone = await drive.brought(lin, "sealed")
    place = {"institutionId": world.institution_id("A"), "campaignId": drive.campaign}

    for document, asked in (("CustodyItems", place), ("CustodyTotals", place), ("CustodyItem", {"sealCode": "TJ-1"})):
        await failed(lin, document, **FORBIDDEN, **asked)
    assert (await zhou.run("MyDevices"))["devices"] == {"items": [], "next": None}
    assert (await zhou.run("MyDevices", after=phone))["devices"]["items"] == []
    await failed(world.stranger(), "MyDevices", "UNAUTHENTICATED", zh="登录已失效", en="has ended")


@pytest.mark.parametrize("ended", ["role", "membership"])
async def test_a_recycler_whose_time_is_over_handles_nothing(world: World, ended: str) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "handed_over")

    async with world.parts.database.write() as session:
        if ended == "role":
            place = world.institutions["D"].id or 0
            await service.end_role(session, world.members["Chen"], "recycler", place, world.clock.now())
    if ended == "membership":
        await end_membership(world, "Chen", world.clock.now().replace(day=1))

    with pytest.raises(Failed) as failure:
        await drive.seal(phone, by=drive.recycler)
    assert failure.value.codes == ["FORBIDDEN"]


async def test_totals_name_nobody_and_count_what_was_handed_over(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    await drive.brought(lin, "certified")
    await drive.brought(zhou, "weighed")
    moved(await drive.book(zhou, "tablet"))

    totals = await drive.recycler.run(
        "CustodyTotals", institutionId=world.institution_id("D"), campaignId=drive.campaign
    )

    assert (totals["pieces"], totals["grams"], totals["erased"], totals["certified"]) == (2, 360, 1, 1)
    told = ("categoryTitle", "dispositionTitle", "pieces", "grams")
    assert [tuple(one[name] for name in told) for one in totals["lines"]] == [
        ("手机", None, 1, 180),
        ("手机", "再利用", 1, 180),
    ]
    assert "林" not in repr(totals)

"""What became of a device is final; a mistake is corrected once, by a second person, with a reason; all sums follow."""

from typing import Any

from tests.api.asking import board, forget_boards, nothing_written
from tests.cast import Person, World
from tests.custody.drive import Drive, begin, complaints, device, moved, refused, stages

REASON = "登记有误，实为拆解"


async def carbon_of(drive: Drive, person: Person) -> tuple[int, int, int]:
    """Return the carbon that a member holds, that their device shows, and that the institution's board shows, in mg."""
    held: int = (await person.run("MyLedger"))["balance"]["carbon"]["milligrams"]
    shown: int = (await device(person))["carbon"]["milligrams"]
    await drive.world.project()
    forget_boards(drive.world)
    seen = await board(drive.sun, drive.campaign, "INSTITUTION", measure="CARBON")
    total: int = seen["board"]["carbon"]["milligrams"]
    return held, shown, total


async def test_a_reuse_that_was_none_is_taken_back_with_its_reason(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "certified")
    before = await carbon_of(drive, lin)

    moved(await drive.correct(phone, "parts", by=drive.sun))

    assert before == (25_000_000,) * 3
    assert await carbon_of(drive, lin) == (0, 0, 0)
    seen = await device(lin)
    assert stages(seen["device"]["steps"])[-2:] == ["certified", "corrected"]
    assert (seen["device"]["stage"], seen["device"]["dispositionTitle"]) == ("certified", "拆解取件")
    assert seen["device"]["steps"][-1]["reason"] == REASON
    entries = (await lin.run("MyLedger"))["ledger"]["items"]
    assert any(one["reversesId"] and REASON in one["explanation"]["sentence"] for one in entries)
    assert seen["award"]["earned"] == 20
    assert await complaints(world) == []


async def test_a_reuse_that_was_recorded_as_something_else_is_credited(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "erased")
    moved(await drive.dispose(phone, "material"))
    before = await carbon_of(drive, lin)

    moved(await drive.correct(phone, "reuse", by=drive.wu, reason="实为再利用"))

    assert before == (0, 0, 0)
    assert await carbon_of(drive, lin) == (25_000_000,) * 3
    assert await complaints(world) == []


async def test_a_correction_is_made_once_by_somebody_else_and_says_something_new(world: World) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "disposed")

    async def told(by: Person, problem: str, zh: str, en: str, disposition: str = "parts") -> None:
        asked: dict[str, Any] = {"deviceId": phone, "disposition": disposition, "reason": REASON}
        await refused(by, "CorrectDisposition", problem, zh=zh, en=en, **asked)

    async with nothing_written(world):
        await told(drive.recycler, "SecondPersonNeeded", "登记人以外的另一人", "somebody else than who recorded it")
        await told(drive.wu, "InvalidValue", "与已登记的去向相同", "recorded already", disposition="reuse")
    moved(await drive.correct(phone, "parts", by=drive.wu))
    async with nothing_written(world):
        await told(drive.sun, "DispositionCorrected", "已更正过一次", "corrected once", disposition="material")


async def test_a_correction_keeps_the_rules_of_erasing(world: World) -> None:
    drive = await begin(world)
    phone = await drive.brought(await drive.member("Lin"), "weighed")
    moved(await drive.erase(phone, "punch"))
    moved(await drive.dispose(phone, "material"))

    asked: dict[str, Any] = {"deviceId": phone, "disposition": "reuse", "reason": REASON}
    told = {"zh": "“打孔”的设备不能登记为“再利用”", "en": "was punched cannot be reused"}
    await refused(drive.sun, "CorrectDisposition", "DispositionImpossible", **told, **asked)


async def test_who_undoes_the_act_undoes_its_carbon_by_either_entry(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    for person, entry in ((lin, "carbonEntry"), (zhou, "award")):
        await drive.brought(person, "disposed")
        seen = await device(person)
        named = seen["carbonEntry"] if entry == "carbonEntry" else seen["award"]["entry"]

        undone = await drive.wu.run("ReverseTransfer", input={"entryId": named, "reason": "设备被认领"})
        again = await drive.wu.run("ReverseTransfer", input={"entryId": named, "reason": "设备被认领"})
        other = await drive.sun.run("ReverseTransfer", input={"entryId": named, "reason": "设备被认领"})

        assert (undone["__typename"], undone["checkIn"]["counted"]) == ("TransferReversed", False)
        assert (again["__typename"], other["__typename"]) == ("TransferReversed", "NotCounted")
        held = (await person.run("MyLedger"))["balance"]
        assert (held["points"], held["carbon"]["milligrams"]) == (0, 0)
    assert await carbon_of(drive, lin) == (0, 0, 0)
    assert await complaints(world) == []


async def test_an_act_is_undone_after_its_disposition_was_corrected(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "disposed")
    moved(await drive.correct(phone, "parts", by=drive.wu))
    entry = (await device(lin))["award"]["entry"]

    # Wu corrected the disposition: that is not to have undone the act.
    undone = await drive.sun.run("ReverseTransfer", input={"entryId": entry, "reason": "设备被认领"})
    of_wu = await drive.wu.run("ReverseTransfer", input={"entryId": entry, "reason": "设备被认领"})

    assert (undone["__typename"], of_wu["__typename"]) == ("TransferReversed", "NotCounted")
    assert await carbon_of(drive, lin) == (0, 0, 0)
    assert await complaints(world) == []


async def test_a_correction_after_the_act_was_undone_moves_nothing(world: World) -> None:
    drive = await begin(world)
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "disposed")
    entry = (await device(lin))["award"]["entry"]
    await drive.wu.run("ReverseTransfer", input={"entryId": entry, "reason": "设备被认领"})

    moved(await drive.correct(phone, "parts", by=drive.wu))

    assert await carbon_of(drive, lin) == (0, 0, 0)
    assert await complaints(world) == []

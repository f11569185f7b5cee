"""Many devices, many hands, one instant: sums, boards and chains hold whatever comes between."""

from typing import Any

from backend.core.db import Database
from tests.cast import Person
from tests.custody.drive import begin, complaints, moved, outcomes
from tests.laws.play import Twins, act, record, rows_of, tally, together


async def test_a_whole_drive_at_once_leaves_every_law_standing(twins: Twins, database: Database) -> None:
    world = twins.world
    drive = await begin(world)
    people = await twins.members(drive.campaign, 12)
    booked = [moved(await drive.book(one, serial=f"SN-{place:06d}")) for place, one in enumerate(people)]
    devices = [one["deviceId"] for one in booked]
    wu, sun = twins.both(drive.wu)[0], twins.both(drive.sun)[1]

    async def declare(person: Person, place: int) -> Any:
        item = act(drive.campaign, "ewaste", world.clock.now(), category="phone", owner="personal")
        return await record(twins.both(person)[place % 2], "declared-too", item)

    async def chunks(document: str, **asked: Any) -> list[Any]:
        parts = [outcomes(by, document, **{name: what[start::2] for name, what in asked.items()})
                 for start, by in ((0, wu), (1, sun))]  # fmt: skip
        return [one for part in await together(parts) for one in part]

    await chunks("HandOverDevices", devices=[{"code": one["handOverCode"]} for one in booked])
    await chunks("SealDevices", devices=[{"deviceId": one} for one in devices])
    # They are weighed while their owners declare them from their phones: whichever comes first, each counts once.
    weighing = chunks("WeighDevices", devices=[{"deviceId": one, "grams": 170} for one in devices])
    await together([weighing, *(declare(one, place) for place, one in enumerate(people))])
    asked: dict[str, Any] = {"method": "overwrite", "witnessStaffNumber": "A003", "deviceIds": devices}
    await outcomes(drive.recycler, "EraseDevices", **asked)
    disposing = outcomes(drive.recycler, "DisposeDevices", disposition="reuse", deviceIds=devices)
    acts = await drive.wu.run("ReportedCheckIns", institutionId=world.institution_id("A"), campaignId=drive.campaign)
    counted = [one["id"] for one in acts["items"] if one["counted"]]
    undoing = [wu.run("ReverseTransfer", input={"checkInId": one, "reason": "误报"}) for one in counted[:4]]
    disposed, *undone = await together([disposing, *undoing])
    correcting = [drive.correct(one, "parts", by=(wu, sun)[place % 2]) for place, one in enumerate(devices)]
    corrected = await together(correcting)

    assert len(counted) == 12
    assert tally(one["__typename"] for one in undone) == {"TransferReversed": 4}
    assert tally(one["__typename"] for one in [*disposed, *corrected]) == {"DeviceMoved": 24}
    held = [(await one.run("MyLedger"))["balance"] for one in people]
    assert tally((one["points"], one["carbon"]["milligrams"]) for one in held) == {(20, 0): 8, (0, 0): 4}
    assert await rows_of(database, "custody_step") == 12 * 7
    assert await complaints(world) == []

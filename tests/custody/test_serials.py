"""One device is in custody once: by a fingerprint of its number, whoever books it, even at the same instant."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.campaigns.jobs import follow_the_calendar
from backend.core import paths
from backend.custody.jobs import release_bookings
from backend.settlement.jobs import settle
from backend.settlement.waiting import Openings
from tests.api.asking import join
from tests.cast import World
from tests.custody.drive import begin, complaints, device, moved, outcomes, refused
from tests.laws.play import Twins, tally, together

TAKEN = {"zh": "该序列号的设备已经登记", "en": "is registered already"}
SAME = ["352099001761481", " 352099-001761481 ", "３５２０９９００１７６１４８１", "352099 001761 481"]


@pytest.mark.parametrize("again", SAME)
async def test_a_number_is_one_number_however_it_is_typed(world: World, again: str) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    moved(await drive.book(lin, serial=SAME[0]))

    asked: dict[str, Any] = {"campaignId": drive.campaign, "devices": [{"category": "tablet", "serial": again}]}
    await refused(zhou, "BookDevices", "DeviceInCustody", **TAKEN, **asked)
    asked["devices"] *= 2
    await refused_all(zhou, asked)


async def refused_all(person: Any, asked: dict[str, Any]) -> None:
    """Book what must all be refused."""
    told = await outcomes(person, "BookDevices", **asked)
    assert [one["__typename"] for one in told] == ["DeviceInCustody"] * len(told)


async def test_of_two_members_who_book_one_number_at_one_instant_one_wins(twins: Twins) -> None:
    drive = await begin(twins.world)
    people = await twins.members(drive.campaign, 8)

    async def book(turn: int) -> str:
        here = twins.both(people[turn])[turn % 2]
        outcome = await drive.book(here, serial="SN-0001-2345")
        return str(outcome["__typename"])

    assert tally(await together(book(turn) for turn in range(8))) == {"DeviceMoved": 1, "DeviceInCustody": 7}
    assert await complaints(twins.world) == []


async def test_the_number_itself_is_kept_nowhere(world: World) -> None:
    drive = await begin(world)
    await drive.brought(await drive.member("Lin"), "certified", serial="SECRET123456")

    async with world.parts.database.read() as session:
        connection = await session.connection()
        for table in ("custody_item", "custody_step", "custody_receipt", "check_in", "transfer"):
            rows = (await connection.execute(text(f"SELECT * FROM {table}"))).all()
            assert rows, table
            assert "SECRET" not in repr(rows), table


async def test_a_booking_that_was_cancelled_frees_its_number(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    booked = moved(await drive.book(lin, serial="SN00012345"))
    moved((await outcomes(lin, "CancelBooking", deviceId=booked["deviceId"]))[0])

    assert moved(await drive.book(zhou, serial="SN00012345"))["stage"] == "booked"


async def test_a_number_that_is_first_seen_at_the_hand_over_is_compared_too(world: World) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    moved(await drive.book(lin, serial="SN00012345"))
    booked = moved(await drive.book(zhou))

    asked: dict[str, Any] = {"devices": [{"code": booked["handOverCode"], "serial": "SN00012345"}]}
    await refused(drive.wu, "HandOverDevices", "DeviceInCustody", **TAKEN, **asked)
    moved(await drive.take(booked["handOverCode"]))

    assert (await device(zhou))["device"]["stage"] == "handed_over"
    assert await complaints(world) == []


async def test_what_nobody_brought_is_released_when_the_review_is_over_and_once(world: World) -> None:
    drive = await begin(world, days=1)
    lin, database = await drive.member("Lin"), world.parts.database
    moved(await drive.book(lin, serial="SN00012345"))
    brought = await drive.brought(lin, "handed_over", "tablet")
    world.clock.advance(timedelta(days=4))
    await follow_the_calendar(database, world.clock)
    assert await release_bookings(database, world.clock) == 0
    world.clock.advance(timedelta(days=13))
    await settle(paths.folder("campaigns") / "calendar.toml", Openings(), database, world.clock)

    released = await together(release_bookings(database, world.clock) for _ in range(3))

    assert sum(released) == 1
    tablet, phone = (await lin.run("MyDevices"))["devices"]["items"]
    assert (phone["device"]["stage"], phone["device"]["steps"][-1]["institution"]) == ("cancelled", None)
    assert (tablet["device"]["id"], tablet["device"]["stage"]) == (brought, "handed_over")
    assert await complaints(world) == []


async def test_a_campaign_that_is_cancelled_releases_what_was_booked_for_it(world: World) -> None:
    tomorrow = world.clock.now().date() + timedelta(days=1)
    campaign = await world.open_campaign("e-waste-drive", starts_on=tomorrow)
    sun, lin = await world.sign_in("Sun"), await world.sign_in("Lin")
    await join(lin, campaign)
    asked: dict[str, Any] = {"campaignId": campaign, "devices": [{"category": "phone", "serial": "SN00012345"}]}
    moved((await outcomes(lin, "BookDevices", **asked))[0])
    cancelled = await sun.run("CancelCampaign", input={"campaignId": campaign})

    released = await release_bookings(world.parts.database, world.clock)

    assert (cancelled["__typename"], released) == ("CampaignCancelled", 1)
    assert (await device(lin))["device"]["stage"] == "cancelled"
    assert await complaints(world) == []

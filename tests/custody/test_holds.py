"""While a campaign is on hold, and after it was cancelled, devices that are here go their way and no more come."""

from typing import Any

import pytest

from tests.api.asking import fresh_id
from tests.cast import World
from tests.custody.drive import Drive, begin, complaints, moved

FLOOD = "库房进水"


async def on_hold(drive: Drive) -> None:
    """Pause the drive."""
    because = {"edition": 1, "reason": FLOOD}
    answer = await drive.sun.run("PauseCampaign", input={"campaignId": drive.campaign, "because": because})
    assert answer["campaign"]["state"] == "paused"


async def called_off(drive: Drive) -> None:
    """Cancel the drive."""
    because = {"edition": 1, "reason": FLOOD}
    answer = await drive.sun.run("CallOffCampaign", input={"campaignId": drive.campaign, "because": because})
    assert answer["campaign"]["state"] == "cancelled"


@pytest.mark.parametrize(("stop", "problem"), [(on_hold, "CampaignPaused"), (called_off, "CampaignCalledOff")])
async def test_what_was_handed_over_is_weighed_and_counts_and_nothing_more_is_taken(
    world: World, stop: Any, problem: str
) -> None:
    drive = await begin(world)
    lin, zhou = await drive.member("Lin"), await drive.member("Zhou")
    device, booked = await drive.brought(lin, "sealed"), moved(await drive.book(zhou))

    await stop(drive)
    weighed = await drive.weigh(device)
    late = await drive.take(booked["handOverCode"])
    asked = {"requestId": fresh_id(), "campaignId": drive.campaign, "devices": [{"category": "phone"}]}
    more = await zhou.run("BookDevices", input=asked)

    assert moved(weighed)["stage"] == "weighed"
    assert (await lin.run("Home.v2"))["balance"]["points"] > 0
    assert (late["__typename"], more["__typename"]) == (problem, problem)
    assert FLOOD in late["message"]
    assert FLOOD in more["message"]
    assert await complaints(world) == []

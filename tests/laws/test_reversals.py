"""Recording and undoing leaves everything as it was: balance, board, room under the limits, the free slot."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.cast import Person, World
from tests.laws.play import ENERGY_ACTS, Twins, act, points_of, record, record_one, tally, together

BOARD: dict[str, Any] = {"level": "PERSON", "period": "CAMPAIGN", "measure": "POINTS"}


async def _standing(world: World, person: Person, campaign: str) -> tuple[int, Any, int]:
    await world.project()
    await asyncio.sleep(0.01)  # longer than an instance of these tests trusts its board
    view = (await person.run("Board", campaignId=campaign, **BOARD))["board"]
    return await points_of(person), view["me"]["place"], view["board"]["points"]


async def test_an_act_that_was_undone_might_never_have_been(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    lin, zhou = await twins.members(campaign, 2)
    wu = await world.sign_in("Wu")
    items = [act(campaign, "energy_act", world.clock.now(), act=name) for name in ENERGY_ACTS]
    for person in (lin, zhou):
        await record(person, "two-of-three", *items[:2])
    before = await _standing(world, lin, campaign)
    answer = await record(lin, "third-of-three", items[2])
    full = await record_one(lin, "fourth-of-three", items[3])
    during = await _standing(world, lin, campaign)

    entry = answer["outcomes"][0]["checkIn"]["pointsEntry"]
    undone = await wu.run("ReverseTransfer", input={"entryId": entry, "reason": "重复上报"})

    assert undone["__typename"] == "TransferReversed"
    assert full == "CapReached"
    assert during != before
    assert await _standing(world, lin, campaign) == before
    assert await record_one(lin, "room-again", items[3]) == "Accepted"


async def test_a_slot_that_was_freed_is_filled_once(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    (lin,) = await twins.members(campaign, 1)
    wu = await world.sign_in("Wu")
    item = act(campaign, "own_cup", world.clock.now())
    answer = await record(lin, "first-filling", item)
    entry = answer["outcomes"][0]["checkIn"]["pointsEntry"]
    await wu.run("ReverseTransfer", input={"entryId": entry, "reason": "误报"})

    outcomes = await together(record_one(twins.both(lin)[turn % 2], f"refilling-{turn}", item) for turn in range(12))

    assert tally(outcomes) == {"Accepted": 1, "AlreadyCheckedIn": 11}
    assert await points_of(lin) == 5


async def test_an_act_is_undone_or_confirmed_at_once_but_not_both_halves(twins: Twins) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, 10)
    wu = await world.sign_in("Wu")

    async def one(person: Person) -> int:
        answer = await record(person, "contested", act(campaign, "own_cup", world.clock.now()))
        check_in = answer["outcomes"][0]["checkIn"]
        undoing = wu.run("ReverseTransfer", input={"entryId": check_in["pointsEntry"], "reason": "误报"})
        confirming = [one.run("ConfirmCheckIn", input={"checkInId": check_in["id"]}) for one in twins.both(wu)]
        names = sorted(answer["__typename"] for answer in await together([undoing, *confirming]))
        held = await points_of(person)
        assert (names, held) in (
            (["CheckInConfirmed", "CheckInConfirmed", "NotCounted"], 10),
            (["NotCounted", "NotCounted", "TransferReversed"], 0),
        )
        return held

    assert set(await together(one(person) for person in people)) <= {0, 10}


@pytest.mark.parametrize("days", [1, 45])
async def test_staff_confirm_an_act_weeks_later_while_the_campaign_runs(twins: Twins, days: int) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office", days=60)
    (lin,) = await twins.members(campaign, 1)
    answer = await record(lin, "weeks-ago", act(campaign, "own_cup", world.clock.now()))
    world.clock.advance(timedelta(days=days))
    wu = await world.sign_in("Wu")

    confirmed = await wu.run("ConfirmCheckIn", input={"checkInId": answer["outcomes"][0]["checkIn"]["id"]})

    assert confirmed["__typename"] == "CheckInConfirmed", confirmed
    assert await points_of(lin) == 10

"""The worker follows the seals: what stops one draw stops no other, and what is claimed at the last moment stays."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from backend.core import ids
from backend.draws import drawing, service
from backend.draws.tables import CLAIMED, Draw, DrawAward
from backend.identity.tables import RoleGrant
from tests.api.test_statements import statements
from tests.draws.raffle import BIKE, CUP, Raffle, complaints
from tests.rewards.shop import give, request


async def states(raffle: Raffle) -> list[str]:
    """Return how the draws stand, oldest first."""
    async with raffle.world.parts.database.read() as session:
        return list(await session.exec(select(Draw.state).order_by(col(Draw.id))))


@pytest.mark.parametrize("reason", ["台风红色预警\n活动{停办}", "停" * 200])
async def test_whatever_reason_cancels_a_campaign_calls_its_draw_off(raffle: Raffle, reason: str) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"])
    await give(world, "Lin", 30)
    draw = await raffle.announce(ticketPoints=30, ticketsEach=1)
    await request(lin, "BuyTickets", drawId=draw["id"], tickets=1)
    asked = {"campaignId": raffle.campaign, "because": {"edition": 1, "reason": reason}}
    answer = await raffle.sun.run("CallOffCampaign", input=asked)
    assert answer["__typename"] == "CampaignCancelled", answer

    done = await raffle.follow()

    assert (done, (await raffle.seen(lin))["reason"]) == (1, reason)
    assert (await lin.run("MyLedger"))["ledger"]["items"][0]["explanation"]["sentence"] == f"退回 30，原因：{reason}"
    assert await complaints(world.parts.database) == []


async def test_a_draw_that_fails_holds_up_no_other_and_is_tried_again(raffle: Raffle) -> None:
    await raffle.act(*await raffle.world.add_members("A", "财务处", 3))
    first, _ = await raffle.announce(), await raffle.announce()
    chosen = update(Draw).where(col(Draw.id) == ids.decode("drw", first["id"]))
    async with raffle.world.parts.database.write() as session:
        sealed = (await session.get_one(Draw, ids.decode("drw", first["id"]))).seed_ciphertext
        await session.exec(chosen.values(seed_ciphertext="not of our key"))
    await raffle.seal()

    done, with_one_broken = await raffle.follow(), await states(raffle)
    async with raffle.world.parts.database.write() as session:
        await session.exec(chosen.values(seed_ciphertext=sealed))

    assert (done, with_one_broken) == (1, ["announced", "drawn"])
    assert (await raffle.follow(), await states(raffle)) == (1, ["drawn", "drawn"])
    assert await complaints(raffle.world.parts.database) == []


async def test_a_prize_that_is_claimed_while_it_would_be_passed_on_stays_claimed(raffle: Raffle) -> None:
    world = raffle.world
    await raffle.act(*(world.members[name] for name in ("Lin", "Zhou", "Chen")))
    await raffle.announce(prizes=[BIKE], claimDays=3)
    await raffle.seal()
    await raffle.follow()
    world.clock.advance(timedelta(days=3))

    async with world.parts.database.write() as session:
        (award,) = await session.exec(select(DrawAward))
        await service.claim(session, award, world.clock.now() - timedelta(seconds=1))
        following = asyncio.create_task(raffle.follow())
        await asyncio.sleep(0.3)  # until it waits for what we have not committed

    assert await following == 0
    async with world.parts.database.read() as session:
        assert [one.state for one in await session.exec(select(DrawAward))] == [CLAIMED]


async def test_who_announced_a_draw_takes_no_part_in_it_even_when_they_organise_nothing_any_more(
    raffle: Raffle,
) -> None:
    world = raffle.world
    await raffle.announce(prizes=[CUP])
    await raffle.act(world.members["Sun"], world.members["Lin"])
    async with world.parts.database.write() as session:
        ended = update(RoleGrant).values(ended_at=world.clock.now())
        await session.exec(ended.where(col(RoleGrant.member_id) == world.members["Sun"]))
    await raffle.seal()

    await raffle.follow()

    async with world.parts.database.read() as session:
        (draw,) = await session.exec(select(Draw))
        assert set((await drawing.numbers(session, draw.id or 0)).values()) == {world.members["Lin"]}


async def test_many_draws_cost_the_statements_of_one(raffle: Raffle) -> None:
    world = raffle.world
    lin = await world.sign_in("Lin")
    await raffle.act(world.members["Lin"])
    await raffle.announce()
    await lin.run("Draws", campaignId=raffle.campaign)

    with statements(world) as one:
        await lin.run("Draws", campaignId=raffle.campaign)
    for _ in range(3):
        await raffle.announce(prizes=[BIKE])
    with statements(world) as many:
        found = await lin.run("Draws", campaignId=raffle.campaign)

    assert [len(draw["prizes"]) for draw in found] == [2, 1, 1, 1]
    assert len(many) == len(one), many

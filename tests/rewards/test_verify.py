"""What was changed behind our back is named: points, stock, codes, donations."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from sqlalchemy import text

from backend.core.db import Database, WriteSession
from backend.points.tables import CARBON_MG
from backend.rewards import expiry, verify
from tests.rewards.shop import Shop, give, redeemed, request

CHANGES = {
    "UPDATE redemption SET points = points - 1 WHERE id = 1": "redemption 1: the ledger says otherwise",
    "UPDATE redemption SET member_id = member_id + 1 WHERE id = 1": "redemption 1: the ledger says otherwise",
    "UPDATE redemption SET state = 'cancelled' WHERE id = 1": "redemption 1: the ledger says otherwise",
    "UPDATE transfer SET cause = 'reward/99' WHERE cause = 'reward/1'": ": nothing was redeemed for it",
    "UPDATE reward SET stock = stock + 1 WHERE id = 1": "reward 1: its stock and its redemptions",
    "UPDATE reward_code SET redemption_id = NULL": "redemption 2: it has no code of its reward",
    "UPDATE reward_code SET reward_id = 1": "redemption 2: it has no code of its reward",
    "DELETE FROM reward_code WHERE redemption_id IS NULL": "reward 2: its stock is not the number of its codes",
    "UPDATE donation SET carbon_mg = carbon_mg + 1": "donation 1: the ledger says otherwise",
    "UPDATE neutral_event SET donated_mg = donated_mg - 1": "event 1: it does not hold what was given",
    "UPDATE neutral_event SET state = 'cancelled'": "donation 1: the ledger says otherwise",
    "UPDATE neutral_event SET state = 'filled'": "event 1: it does not hold what was given",
    "DELETE FROM donation": ": nothing was donated by it",
    "UPDATE transfer SET day = '2027-12-30' WHERE cause LIKE 'expired/%'": ": what expired by it is of another member",
    "UPDATE transfer SET cause = 'expired/9/2027' WHERE cause LIKE 'expired/%'": ": what expired by it is of another",
}


async def test_every_change_behind_our_back_is_named(shop: Shop) -> None:
    world = shop.world
    lin = await world.sign_in("Lin")
    await give(world, "Lin", 100)
    await give(world, "Lin", 900, CARBON_MG)
    for reward in (await shop.add(items=2), await shop.add(codes="A1\nA2")):
        await redeemed(lin, reward)
    event = {"institutionId": world.institution_id("A"), "titleZh": "读书节", "heldOn": "2026-07-01"}
    opened = await request(shop.wu, "OpenNeutralEvent", **event, kilograms=2, source="用电量乘以电网因子")
    await request(lin, "DonateCarbon", eventId=opened["event"]["id"], milligrams=900)
    database = world.parts.database
    async with database.write() as session:
        assert await expiry.expire(session, 0, 2027, world.clock.now()) == 1
    assert await found(database) == []

    for statement, said in CHANGES.items():
        async with tampered(database, statement) as session:
            lines = await verify.findings(session)
        assert any(said in line for line in lines), (statement, lines)
    assert await found(database) == []


class Undone(Exception):
    """Takes a change back."""


@asynccontextmanager
async def tampered(database: Database, statement: str) -> AsyncIterator[WriteSession]:
    """Do something that the service never does, and take it back at the end."""
    with suppress(Undone):
        async with database.write() as session:
            await (await session.connection()).execute(text(statement))
            yield session
            raise Undone


async def found(database: Database) -> list[str]:
    """Return what is wrong with rewards."""
    async with database.read() as session:
        return await verify.findings(session)

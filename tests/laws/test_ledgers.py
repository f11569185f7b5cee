"""The ledgers agree with the acts at every read, not only at rest, while members record and staff undo."""

import asyncio
import random
from typing import Any

import pytest
from sqlalchemy import text

from backend.core.db import Database
from backend.points.jobs import extend_the_chain
from tests.cast import Person, World
from tests.laws.play import ENERGY_ACTS, Twins, act, complaints, record, rows_of, tally, together

SUMS = "SELECT ledger, SUM(amount), COUNT(*) FROM transfer GROUP BY ledger ORDER BY ledger"


async def _busy(world: World, campaign: str, people: list[tuple[Person, Person]], wu: tuple[Person, Person]) -> None:
    """Let everybody record at both instances, and let staff undo every other act at once."""

    async def one(pair: tuple[Person, Person], chance: random.Random) -> list[str]:
        outcomes = []
        for turn, name in enumerate(chance.sample(ENERGY_ACTS, 4)):
            items = [act(campaign, "energy_act", world.clock.now(), act=name)]
            items.append(act(campaign, "paperless", world.clock.now(), sheets=chance.randrange(1, 100)))
            answer = await record(chance.choice(pair), f"busy-day-{turn}", *items)
            accepted = [one["checkIn"] for one in answer["outcomes"] if one["__typename"] == "Accepted"]
            entries = [one["pointsEntry"] or one["carbonEntry"] for one in accepted]
            if any(entries) and chance.random() < 0.5:
                outcomes += await _undo_twice(wu, next(filter(None, entries)))
        return outcomes

    undone = await together(one(pair, random.Random(number)) for number, pair in enumerate(people))

    counts = tally(name for outcomes in undone for name in outcomes)
    # Whoever asks again is told the same again; that it was undone once only, the complaints would tell.
    assert counts.keys() == {"TransferReversed"}
    assert counts["TransferReversed"] > 0


async def _undo_twice(wu: tuple[Person, Person], entry: str) -> list[str]:
    wanted = {"entryId": entry, "reason": "误报"}
    answers = await together(one.run("ReverseTransfer", input=wanted) for one in wu)
    return [answer["__typename"] for answer in answers]


async def _watch(database: Database, stop: asyncio.Event) -> tuple[int, list[str]]:
    looks, found = 0, []
    while not stop.is_set():
        found += await complaints(database)
        looks += 1
        await asyncio.sleep(0.02)
    return looks, found


async def _chain(world: World, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await extend_the_chain(world.parts.database, world.clock)
        await asyncio.sleep(0.01)


async def test_every_read_finds_ledgers_acts_and_chain_in_agreement(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = [twins.both(person) for person in await twins.members(campaign, 16)]
    wu = await world.sign_in("Wu")
    stop = asyncio.Event()
    watching = asyncio.create_task(_watch(database, stop))
    chains = [asyncio.create_task(_chain(world, stop)) for _ in range(2)]

    try:
        await _busy(world, campaign, people, twins.both(wu))
    finally:
        stop.set()
        await together(chains)
        looks, found = await watching
    assert looks > 3
    assert found == []
    assert await complaints(database) == []
    assert await rows_of(database, "transfer") > 100


async def test_one_reading_sees_one_state_while_others_write(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    (lin,) = await twins.members(campaign, 1)

    async with database.read() as session:
        connection = await session.connection()
        before = (await connection.execute(text(SUMS))).all()
        await record(lin, "meanwhile", act(campaign, "own_cup", world.clock.now()))
        after = (await connection.execute(text(SUMS))).all()

    assert after == before
    assert await rows_of(database, "transfer") == 1


async def test_entries_once_written_never_change(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = [twins.both(person) for person in await twins.members(campaign, 4)]
    wu = await world.sign_in("Wu")
    await record(people[0][0], "the-first-entry", act(campaign, "water_act", world.clock.now(), act="tap_closed"))
    before = await _entries(database)

    await _busy(world, campaign, people, twins.both(wu))

    after = await _entries(database)
    assert before
    assert after[: len(before)] == before


@pytest.mark.parametrize("column", ["member_id", "campaign_id", "institution_id", "department_id", "day"])
async def test_an_award_that_is_not_where_its_act_is_is_named(twins: Twins, database: Database, column: str) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    for person in await twins.members(campaign, 2):
        await record(person, "an-own-cup", act(campaign, "own_cup", world.clock.now()))
    value = "'2026-06-14'" if column == "day" else f"{column} + 1000"

    async with database.write() as session:
        connection = await session.connection()
        number = (await connection.execute(text("SELECT MAX(id) FROM transfer"))).scalar_one()
        await connection.execute(text(f"UPDATE transfer SET {column} = {value} WHERE id = {number}"))

    wrong = f"transfer {number}: its member, campaign, day or unit is not that of its check-in"
    assert wrong in await complaints(database)


async def _entries(database: Database) -> list[tuple[Any, ...]]:
    async with database.read() as session:
        found = await (await session.connection()).execute(text("SELECT * FROM transfer ORDER BY id"))
        return [tuple(row) for row in found]

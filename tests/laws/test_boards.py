"""Boards are what a recount of the ledger says, whatever the order of commits and the number of projectors."""

import asyncio
import hashlib
import random

import pytest
from sqlalchemy import text

from backend.campaigns import queries as campaigns
from backend.core import ids
from backend.core.db import Database
from backend.leaderboards import queries, verify
from backend.leaderboards.boards import Boards
from backend.leaderboards.jobs import follow_the_ledger
from backend.leaderboards.queries import Freshness, Level, Measure, Scope
from backend.points import service as ledger
from backend.points.tables import LedgerBatch
from tests.cast import Person, World
from tests.laws.play import ENERGY_ACTS, Twins, act, record, rows_of, together

LEVELS: tuple[Level, ...] = ("person", "department", "institution")
MEASURES: tuple[Measure, ...] = ("points", "carbon")


async def _differences(database: Database) -> list[str]:
    async with database.read() as session:
        return await verify.findings(session)


async def _digest(world: World, campaign: str) -> str:
    """Digest every board of a campaign, made anew, without its version and time of making."""
    number = ids.decode("cmp", campaign)
    boards = Boards(world.parts.database, 0, 5)
    async with world.parts.database.read() as session:
        running = await campaigns.one(session, number)
    assert running is not None
    digest = hashlib.sha256()
    for level in LEVELS:
        for measure in MEASURES:
            scope = Scope(number, level, "campaign", measure, world.institutions["A"].id or 0)
            made = await boards.get(scope, running, world.clock.now().date(), "zh-CN", world.clock.now())
            digest.update(repr((made.order, made.board.points, made.board.carbon_mg)).encode())
    return digest.hexdigest()


async def _play(twins: Twins, campaign: str, people: list[Person], seed: int) -> None:
    chance = random.Random(seed)
    wu = await twins.world.sign_in("Wu")

    async def one(person: Person, number: int) -> None:
        here = twins.both(person)[number % 2]
        items = [
            act(campaign, "energy_act", twins.world.clock.now(), act=name) for name in chance.sample(ENERGY_ACTS, 2)
        ]
        items.append(act(campaign, "paperless", twins.world.clock.now(), sheets=chance.randrange(1, 60)))
        answer = await record(here, f"board-play-{seed}", *items)
        if number % 3 == 0:
            entry = answer["outcomes"][2]["checkIn"]["pointsEntry"]
            undone = await twins.both(wu)[number % 2].run("ReverseTransfer", input={"entryId": entry, "reason": "误报"})
            assert undone["__typename"] == "TransferReversed", undone

    await together(one(person, number) for number, person in enumerate(people))


async def test_several_projectors_at_once_leave_what_a_recount_says(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, 20)
    stop = asyncio.Event()

    async def project() -> None:
        while not stop.is_set():
            await follow_the_ledger(database, world.clock)
            await asyncio.sleep(0.001)

    projectors = [asyncio.create_task(project()) for _ in range(3)]
    try:
        await _play(twins, campaign, people, seed=7)
    finally:
        stop.set()
        await together(projectors)
    await world.project()

    assert await rows_of(database, "score") > 0
    assert await _differences(database) == []


async def test_boards_from_kept_scores_equal_boards_from_an_empty_table(twins: Twins, database: Database) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    people = await twins.members(campaign, 12)
    await _play(twins, campaign, people, seed=11)
    await world.project()
    kept = await _digest(world, campaign)
    async with database.write() as session:
        connection = await session.connection()
        await connection.execute(text("DELETE FROM score"))
        await connection.execute(text("UPDATE ledger_batch SET projected_at = NULL"))
    empty = await _digest(world, campaign)

    await together(follow_the_ledger(database, world.clock) for _ in range(3))

    assert empty != kept
    assert await _digest(world, campaign) == kept
    assert await _differences(database) == []


async def test_a_batch_that_commits_late_is_not_passed_over(
    twins: Twins, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    slow, quick = await twins.members(campaign, 2)
    opened, held = asyncio.Event(), asyncio.Event()
    write = ledger.Posting.write

    async def write_late(posting: ledger.Posting, session: object) -> None:
        first = not opened.is_set()
        opened.set()
        if first and not database.is_sqlite:
            await held.wait()  # SQLite has one writer: a later batch could not commit before it
        await write(posting, session)  # type: ignore[arg-type]

    monkeypatch.setattr(ledger.Posting, "write", write_late)
    item = act(campaign, "own_cup", world.clock.now())
    late = asyncio.create_task(record(twins.both(slow)[0], "first-number", item))
    await opened.wait()
    await record(twins.both(quick)[1], "second-number", item)
    await world.project()
    held.set()
    await late
    await world.project()

    assert await rows_of(database, "score") == 6
    assert await _differences(database) == []


async def test_scores_that_the_projector_has_not_followed_yet_are_no_difference(
    twins: Twins, database: Database
) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    settled, moving = await twins.members(campaign, 2)
    await record(settled, "followed", act(campaign, "own_cup", world.clock.now()))
    await world.project()
    async with database.write() as session:
        session.add_all([LedgerBatch(recorded_at=world.clock.now()) for _ in range(250)])  # more than one projection
    await record(moving, "not-yet-followed", act(campaign, "own_cup", world.clock.now()))

    waiting = await _differences(database)
    async with database.write() as session:
        await (await session.connection()).execute(text("UPDATE score SET points = points + 1"))
    forged = await _differences(database)

    assert waiting == []
    assert len(forged) == 1


async def test_a_board_that_could_not_be_made_leaves_nothing_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await world.open_campaign("green-office")
    number = ids.decode("cmp", campaign)
    async with world.parts.database.read() as session:
        running = await campaigns.one(session, number)
    assert running is not None
    boards = Boards(world.parts.database, 0, 5)

    async def fail(*_: object) -> Freshness:
        raise OSError

    monkeypatch.setattr(queries, "freshness", fail)
    scope = Scope(number, "institution", "campaign", "points", 0)
    with pytest.raises(OSError, match=r"^$"):
        await boards.get(scope, running, world.clock.now().date(), "zh-CN", world.clock.now())

    assert boards._making == {}

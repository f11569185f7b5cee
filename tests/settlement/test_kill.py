"""A campaign from its template to its seal, with three workers killed at random: the seal of an undisturbed run.

`SETTLE_KILLS=200 pytest tests/settlement/test_kill.py` is the long form; `SETTLE_SEED` repeats an earlier run.
"""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import select

from backend.core.clock import FixedClock, set_file_clock
from backend.core.db import Database
from backend.core.jobs import JobRun
from backend.settlement.jobs import PUBLISH, REVIEW, SEAL
from backend.settlement.tables import Seal
from tests.crash.processes import Service, environment, running, verify
from tests.laws.play import until
from tests.settlement import story
from tests.settlement.story import Stage
from tests.settlement.way import work

KILLS = int(os.environ.get("SETTLE_KILLS", "4"))
SEED = int(os.environ.get("SETTLE_SEED") or random.SystemRandom().randrange(10**6))
EACH = 5 if KILLS <= 5 else 400  # people of a department: the more, the longer drawing up takes
At = Callable[[datetime, str], Awaitable[None]]


async def _run(database: Database, stage: Stage, at: At) -> Seal:
    """Play the campaign: `at` lets it be a time and waits for the campaign's state."""
    chance = random.Random(SEED + 1)
    campaign = await story.row(database, stage)
    await at(campaign.opens_at, "running")
    await story.joins(database, stage, story.noon(0))
    for number in range(story.DAYS):
        if number == 1:
            await story.one_moves(database, stage)
            await story.rules_change(database, stage)
        await at(story.noon(number), "running")
        await story.day(database, stage, number, chance)
    await at(campaign.closes_at, "closed")
    await story.one_is_undone(database, stage, campaign.closes_at)
    await at(campaign.review_ends_at, "provisional")
    await at((await story.row(database, stage)).seals_at, "sealed")
    async with database.read() as session:
        return (await session.exec(select(Seal))).one()


async def _undisturbed(database: Database, seed: int = 0) -> Seal:
    """Play the campaign in this process, with nobody in the way."""
    stage, clock = await story.stage(database, EACH, seed), FixedClock(story.PLANNED)

    async def at(instant: datetime, state: str) -> None:
        clock.at = instant
        await work(database, clock)
        assert (await story.row(database, stage)).state == state

    return await _run(database, stage, at)


@pytest.fixture
async def undisturbed(tmp_path: Path, sqlite_template: Path) -> Seal:
    """Return the seal of a run in which nobody dies."""
    path = tmp_path / "undisturbed.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        return await _undisturbed(database)
    finally:
        await database.close()


@pytest.mark.timeout(180 + 20 * KILLS)
async def test_three_workers_killed_at_random_come_to_the_seal_of_an_undisturbed_run(
    undisturbed: Seal, database: Database, database_url: str, tmp_path: Path
) -> None:
    print(f"SETTLE_SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails
    chance, clock_file = random.Random(SEED), tmp_path / "clock.json"
    stage = await story.stage(database, EACH, seed=SEED)
    set_file_clock(clock_file, story.PLANNED, 0)
    settings = environment(
        database_url, mode="development", clock_file=clock_file, tick_seconds=0.05, projector_seconds=0.2
    )
    workers = [Service("worker", settings, tmp_path, f"worker-{number}") for number in range(3)]

    async def at(instant: datetime, state: str) -> None:
        set_file_clock(clock_file, instant, 0)
        for _ in range(KILLS // 4 if state != "running" or instant == story.noon(1) else 0):
            await kill()

        async def reached() -> bool:
            return (await story.row(database, stage)).state == state

        await until(reached, 120)

    async def kill() -> None:
        await asyncio.sleep(chance.uniform(0, 0.3))
        victim = chance.choice(workers)
        victim.kill()
        victim.start()

    async with running(*workers):
        seal = await _run(database, stage, at)
    code, said = await verify(settings)

    assert (code, said) == (0, "ledger, acts, boards, chain, reviews, rewards, draws, seals and photos agree\n")
    assert seal.digest == undisturbed.digest
    assert seal.document == undisturbed.document
    async with database.read() as session:
        runs = (await session.exec(select(JobRun))).all()
    assert sorted(one.job for one in runs if one.job.startswith("settlement.")) == sorted([PUBLISH, REVIEW, SEAL])


async def test_a_seal_does_not_depend_on_the_numbers_of_rows(undisturbed: Seal, database: Database) -> None:
    again = await _undisturbed(database, seed=7)

    assert again.digest == undisturbed.digest

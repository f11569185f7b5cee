"""Three workers, a day of campaigns: every transition once, whoever is killed, whatever the clock does."""

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlmodel import col, select, update

from backend.campaigns import service, shelf
from backend.campaigns.jobs import CLOSE, START
from backend.campaigns.tables import Campaign
from backend.core import paths
from backend.core.clock import set_file_clock
from backend.core.db import Database, WriteSession
from backend.core.jobs import JobRun
from backend.identity import credit_code, tree
from tests.crash.processes import Service, environment, running
from tests.laws.play import until

MORNING = datetime(2026, 6, 15, 0, 0, tzinfo=UTC)
DAY, SECONDS = timedelta(hours=24), 4.0
SPEED = DAY.total_seconds() / SECONDS
Transition = tuple[int, str]

# A witness inside the database: it writes down each change of a state, whoever makes it.
NOTE = "INSERT INTO witness (campaign_id, state) VALUES (NEW.id, NEW.state)"
WITNESS = {
    "sqlite": (
        "CREATE TABLE witness (id INTEGER PRIMARY KEY, campaign_id BIGINT, state TEXT)",
        f"CREATE TRIGGER witness AFTER UPDATE OF state ON campaign BEGIN {NOTE}; END",
    ),
    "postgresql": (
        "CREATE TABLE witness (id BIGSERIAL PRIMARY KEY, campaign_id BIGINT, state TEXT)",
        f"CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN {NOTE}; RETURN NEW; END'",
        "CREATE TRIGGER witness AFTER UPDATE OF state ON campaign FOR EACH ROW EXECUTE FUNCTION note()",
    ),
}


async def _plan(database: Database, spans: list[tuple[timedelta, timedelta]]) -> list[int]:
    """Schedule campaigns that open and close so long after the morning, with a witness; return their numbers."""
    shelves = shelf.load(paths.folder("campaigns"))
    async with database.write() as session:
        connection = await session.connection()
        for statement in WITNESS["sqlite" if database.is_sqlite else "postgresql"]:
            await connection.execute(text(statement))
        code = credit_code.with_check("11120000000000000")
        place = await tree.add_institution(session, credit_code=code, name="海河市", level="city", parent_id=None)
        return [await _schedule(session, shelves, place.id or 0, days, span) for days, span in enumerate(spans, 1)]


async def _schedule(
    session: WriteSession, shelves: shelf.Shelf, place: int, days: int, span: tuple[timedelta, timedelta]
) -> int:
    campaign = await service.open_campaign(
        session,
        theme=shelves.theme("green-office"),
        factors=shelves.factors,
        institution_id=place,
        starts_on=date(2026, 6, 15),
        ends_on=date(2026, 6, 15) + timedelta(days=days),  # the same days again would be the same campaign
        opened_by=None,
        now=MORNING,
    )
    number = campaign.id or 0
    # Real campaigns open at midnight; here the instants lie all over the day.
    times = {"opens_at": MORNING + span[0], "closes_at": MORNING + span[1]}
    await session.exec(update(Campaign).where(col(Campaign.id) == number).values(**times))
    return number


async def _witnessed(database: Database) -> list[Transition]:
    async with database.read() as session:
        found = await (await session.connection()).execute(text("SELECT campaign_id, state FROM witness ORDER BY id"))
        return [(number, state) for number, state in found]


async def _claims(database: Database) -> set[tuple[str, int]]:
    async with database.read() as session:
        rows = (await session.exec(select(JobRun))).all()
    claims = [(row.job, row.unit_id) for row in rows if row.job in (START, CLOSE)]
    assert len(claims) == len(set(claims))
    return set(claims)


async def _seen(database: Database, expected: int) -> list[Transition]:
    """Wait for so many transitions, then a little longer for one too many."""

    async def enough() -> bool:
        return len(await _witnessed(database)) >= expected

    await until(enough)
    await asyncio.sleep(0.4)
    return await _witnessed(database)


def _workers(database_url: str, folder: Path, count: int) -> list[Service]:
    more = {"mode": "development", "clock_file": folder / "clock.json", "tick_seconds": 0.05, "projector_seconds": 1}
    return [Service("worker", environment(database_url, **more), folder, f"worker-{one}") for one in range(count)]


def _in_order(seen: list[Transition], state: str) -> list[int]:
    return [number for number, reached in seen if reached == state]


async def test_three_workers_make_every_transition_of_a_day_once(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance = random.Random(seed)
    print(f"seed {seed}")  # noqa: T201 - pytest shows it when the test fails
    starts = sorted(chance.uniform(0.5, 15) for _ in range(12))
    spans = [(timedelta(hours=at), timedelta(hours=at + chance.uniform(1, 8))) for at in starts]
    numbers = await _plan(database, spans)
    clock_file = tmp_path / "clock.json"
    set_file_clock(clock_file, MORNING, 0)
    workers = _workers(database_url, tmp_path, 3)

    async with running(*workers):
        set_file_clock(clock_file, MORNING, SPEED)
        for _ in range(2):
            await asyncio.sleep(chance.uniform(0.2, SECONDS / 3))
            victim = chance.choice(workers)
            victim.kill()
            victim.start()
        seen = await _seen(database, 2 * len(numbers))

    assert sorted(seen) == sorted([(one, "running") for one in numbers] + [(one, "closed") for one in numbers])
    assert _in_order(seen, "running") == numbers
    assert all(seen.index((one, "running")) < seen.index((one, "closed")) for one in numbers)
    assert await _claims(database) == {(job, one) for job in (START, CLOSE) for one in numbers}


async def test_a_worker_that_was_away_catches_up_and_a_clock_that_jumps_repeats_nothing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    hours = [(2, 5), (3, 20), (6, 7), (30, 60)]
    numbers = await _plan(database, [(timedelta(hours=opens), timedelta(hours=shuts)) for opens, shuts in hours])
    clock_file = tmp_path / "clock.json"
    set_file_clock(clock_file, MORNING + timedelta(hours=10), 0)

    async with running(*_workers(database_url, tmp_path, 1)):
        caught_up = await _seen(database, 5)
        set_file_clock(clock_file, MORNING + timedelta(hours=4), 0)
        after_hours_back = await _seen(database, 5)
        set_file_clock(clock_file, MORNING - timedelta(days=10), 0)
        after_days_back = await _seen(database, 5)
        set_file_clock(clock_file, MORNING + timedelta(days=10), 0)
        after_the_jump_ahead = await _seen(database, 8)

    first, second, third, fourth = numbers
    assert _in_order(caught_up, "running") == [first, second, third]
    assert _in_order(caught_up, "closed") == [first, third]
    assert after_hours_back == after_days_back == caught_up
    assert after_the_jump_ahead == [*caught_up, (fourth, "running"), (second, "closed"), (fourth, "closed")]

"""Kill API and worker with signal 9 at random moments under load: nothing acknowledged is lost or doubled.

`CRASH_ROUNDS=500 make test` runs the long form; `CRASH_SEED` repeats the moments of an earlier run.
"""

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from backend.campaigns.tables import Participation
from backend.core import ids, migrations
from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.core.vault import Vault
from tests import postgres
from tests.cast import populate
from tests.crash.loader import Loader
from tests.crash.processes import Service, environment, running, verify
from tests.laws.play import rows_of, sign_in_all, until

ROUNDS = int(os.environ.get("CRASH_ROUNDS", "8"))
SEED = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(10**6))
MEMBERS = 8 * max(ROUNDS, 20)
CLIENTS = 6
WAITING = "SELECT COUNT(*) FROM ledger_batch WHERE projected_at IS NULL"


@pytest.fixture(params=["sqlite", "postgresql"])
def durable_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a database that syncs every commit to the disk, as in production."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'crash.db'}"
        migrations.upgrade(url)
        yield url.replace("sqlite:", "sqlite+aiosqlite:")
        return
    with postgres.server(durable=True) as server:
        server.create_database("crash")
        migrations.upgrade(server.url_for("crash"))
        yield server.url_for("crash")


async def _stage(url: str, now: datetime) -> tuple[str, list[str]]:
    """Open a campaign since yesterday and return it with the tokens of many who take part."""
    async with populate(url, FixedClock(now)) as world:
        campaign = await world.open_campaign("green-office", starts_on=(now - timedelta(days=2)).date(), days=9)
        members = await world.add_members("A", "财务处", MEMBERS)
        async with world.parts.database.write() as session:
            for member in members:
                session.add(Participation(campaign_id=ids.decode("cmp", campaign), member_id=member, joined_at=now))
            tokens = await sign_in_all(session, world.parts.services.use(Vault), members, now)
    return campaign, tokens


async def _missing(database: Database, loader: Loader) -> set[int]:
    """Return what was acknowledged until now and is not in the database."""
    acknowledged = {ids.decode("chk", number) for number in loader.tally.acknowledged.values()}
    async with database.read() as session:
        kept = await (await session.connection()).execute(text("SELECT id FROM check_in WHERE counted"))
        return acknowledged - set(kept.scalars())


async def _kill_again_and_again(services: list[Service], database: Database, loader: Loader) -> dict[str, int]:
    chance, killed = random.Random(SEED), dict.fromkeys((service.name for service in services), 0)
    for _ in range(ROUNDS):
        await _under_load(loader)
        await asyncio.sleep(chance.uniform(0, 0.3))
        victim = chance.choice([service for service in services if service.is_ready] or services)
        victim.kill()
        killed[victim.name] += 1
        victim.start()
        assert await _missing(database, loader) == set()
    return killed


async def _under_load(loader: Loader) -> None:
    """Wait until some more acts were acknowledged: an idle service has nothing to lose."""
    before = len(loader.tally.acknowledged)

    async def more() -> bool:
        return len(loader.tally.acknowledged) >= before + CLIENTS

    await until(more)


async def _projected(database: Database) -> None:
    async def nothing_waits() -> bool:
        async with database.read() as session:
            return not (await (await session.connection()).execute(text(WAITING))).scalar_one()

    await until(nothing_waits)


@pytest.mark.timeout(300 + 6 * ROUNDS)
async def test_nothing_acknowledged_is_lost_or_doubled_by_kill_9(durable_url: str, tmp_path: Path) -> None:
    print(f"CRASH_SEED={SEED}")  # noqa: T201 - pytest shows it when the test fails
    now = datetime.now(UTC)
    campaign, tokens = await _stage(durable_url, now)
    settings = environment(durable_url, tick_seconds=0.5, busy_seconds=3)
    apis = [Service("serve", settings, tmp_path, f"api-{number}") for number in (1, 2)]
    services = [*apis, Service("worker", settings, tmp_path, "worker")]
    database = Database(durable_url)
    loader = Loader(lambda: [one.address for one in apis if one.is_ready and one.address], tokens, SEED)

    async with running(*services):
        load = asyncio.create_task(loader.run(CLIENTS, campaign, now))
        killed = await _kill_again_and_again(services, database, loader)
        loader.stopping = True
        await load
        await services[-1].ready()
        await _projected(database)
        code, said = await verify(settings)

    tally = loader.tally
    print(f"killed {killed}, sent {tally.sent}, in doubt {len(tally.doubtful)}, recorded {sum(tally.settled.values())}")  # noqa: T201
    assert code == 0, said
    assert sum(killed.values()) == ROUNDS
    assert tally.refused == []
    assert set(tally.settled) == tally.doubtful
    assert len(set(tally.acknowledged.values())) == len(tally.acknowledged) == tally.sent > ROUNDS
    assert await _missing(database, loader) == set()
    assert [await rows_of(database, table) for table in ("check_in", "receipt")] == [tally.sent, tally.sent]
    await database.close()

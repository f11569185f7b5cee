"""Seal a campaign of many acts: `python -m bench.sealing [acts]` prints processor time, memory and size of the text.

Acts are written in bulk, ten for each member; the campaign and its institutions are made by the product's services.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, select, update

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import PROVISIONAL, Campaign, Participation
from backend.checkins.tables import CheckIn
from backend.core import migrations, paths
from backend.core.clock import FixedClock
from backend.core.db import Database, WriteSession, insert_many
from backend.identity.tables import Member, Membership
from backend.points import explain
from backend.points.accounts import AccountKind, account
from backend.points.tables import BATCH_TRANSFERS, PLACE_BITS, LedgerBatch, Transfer
from backend.settlement import document, verify
from backend.settlement.jobs import settle
from backend.settlement.waiting import Openings
from bench.figures import Figure
from tests.settlement import story
from tests.settlement.story import Stage

AT = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)
ACTS_EACH = 10
TERMS = explain.to_json(explain.PointsTerms(base=10, units="1", unit="act", proof_percent=50, before_cap=5))


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def _fill(session: WriteSession, stage: Stage, members: int) -> None:
    """Let so many members have ten acts each, in the departments of those who are there."""
    places = {one: await _place(session, one) for one in (unit[0] for unit in stage.people)}
    homes = list(places.values())
    first = 1000
    numbers = range(first, first + members)
    await insert_many(session, Member, [{"id": one, "name": "林小满"} for one in numbers])
    joined = {"campaign_id": stage.campaign, "joined_at": AT, "left_at": None}
    await insert_many(session, Participation, [joined | {"member_id": one} for one in numbers])
    acts = list(_acts(stage, homes, numbers))
    for start in range(0, len(acts), BATCH_TRANSFERS // 2):
        batch = LedgerBatch(recorded_at=AT)
        session.add(batch)
        await session.flush()
        await _write(session, stage, acts[start : start + BATCH_TRANSFERS // 2], (batch.id or 0) << PLACE_BITS)


async def _place(session: WriteSession, member: int) -> tuple[int, int]:
    one = (await session.exec(select(Membership).where(col(Membership.member_id) == member))).one()
    return one.institution_id, one.department_id


def _acts(stage: Stage, homes: list[tuple[int, int]], members: range) -> Iterator[dict[str, Any]]:
    for member in members:
        institution, department = homes[member % len(homes)]
        for number in range(ACTS_EACH):
            yield {
                "member_id": member,
                "campaign_id": stage.campaign,
                "institution_id": institution,
                "department_id": department,
                "day": story.FIRST + timedelta(days=number % story.DAYS),
                "slot": f"day/{number}",
            }


async def _write(session: WriteSession, stage: Stage, acts: list[dict[str, Any]], first: int) -> None:
    told = {"kind": "own_cup", "act_class": "own_cup", "proof": "self_declared", "details": "{}", "counted": True}
    times = {"acted_at": AT, "recorded_at": AT}
    rows, transfers = [], []
    for number, one in enumerate(acts):
        rows.append(one | told | times | {"id": first + 2 * number, "points": 5, "carbon_mg": 0, "rule_version": 1})
        kept = {name: one[name] for name in one if name != "slot"}
        moved = {
            "id": first + 2 * number + 1,
            "ledger": "points",
            "from_account": account(AccountKind.CAMPAIGN, stage.campaign),
            "to_account": account(AccountKind.MEMBER, one["member_id"]),
            "amount": 5,
            "cause": f"check-in/{first + 2 * number}",
            "proof": "self_declared",
            "rule_version": 1,
            "explanation": TERMS,
            "recorded_at": AT,
        }
        transfers.append(kept | moved)
    await insert_many(session, CheckIn, rows)
    await insert_many(session, Transfer, transfers)


async def measure(acts: int, url: str) -> list[Figure]:
    """Seal a campaign of so many acts and check its seal."""
    database = Database(url)
    stage = await story.stage(database)
    async with database.write() as session:
        await _fill(session, stage, acts // ACTS_EACH)
        await session.exec(
            update(Campaign).where(col(Campaign.id) == stage.campaign).values(state=PROVISIONAL, provisional_at=AT)
        )
    before, started = _megabytes(), time.process_time()
    async with document.reading(database) as (reading, last_batch):
        running = await campaigns.one(reading, stage.campaign)
        assert running is not None
        draft = await document.draw_up(reading, running, "0" * 64, last_batch)
    drawn, after = time.process_time(), _megabytes()
    calendar = paths.folder("campaigns") / "calendar.toml"
    await settle(calendar, Openings(), database, FixedClock(AT + timedelta(days=9)))
    sealed = time.process_time()
    async with database.read() as session:
        assert await verify.findings(session) == []
    checked = time.process_time()
    await database.close()
    return [
        Figure("seal-draw-up", drawn - started, "s"),
        Figure("seal-draw-up-memory", after - before, "MB"),
        Figure("seal-whole", sealed - drawn, "s"),
        Figure("seal-verify", checked - sealed, "s"),
        Figure("seal-text", len(draft.document) / 1e6, "MB"),
    ]


def main() -> None:
    """Print the figures."""
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="tanhui-sealing-") as folder:
        path = Path(folder) / "city.db"
        migrations.upgrade(f"sqlite:///{path}")
        for figure in asyncio.run(measure(acts, f"sqlite+aiosqlite:///{path}")):
            print(figure.line(), flush=True)


if __name__ == "__main__":
    main()

"""Measure the report of a large campaign: how long workbook and pages take, and how much memory its processes.

The acts are recorded by the product's own service. The figures of a report are compared with one bare pass over the
same acts and transfers in the same database, each grouped as the report groups them.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from backend.checkins import service
from backend.checkins.requests import Answer, Item, Request
from backend.core import ids
from backend.core.clock import SystemClock
from backend.core.db import Database
from backend.core.vault import Vault
from backend.leaderboards.jobs import follow_the_ledger
from backend.media import links
from backend.reports import delivery
from bench import city, servers
from bench.city import City
from bench.figures import Figure
from tests import postgres

AT_ONCE = 1000
_ACTS = """
SELECT day, kind, proof, COUNT(*), SUM(points), SUM(carbon_mg) FROM check_in
WHERE campaign_id = :campaign AND counted GROUP BY day, kind, proof
"""
_TRANSFERS = """
SELECT factor, COUNT(*), SUM(amount) FROM transfer
WHERE campaign_id = :campaign AND ledger = 'carbon_mg' GROUP BY factor
"""


@dataclass(frozen=True)
class Crowd:
    """How many members report, four acts each; a small crowd is measured on SQLite alone."""

    members: int
    is_large: bool


def measure(crowd: Crowd, folder: Path) -> Iterator[Figure]:
    """Measure the report of a crowd's acts."""
    yield from _on("sqlite", f"sqlite+aiosqlite:///{folder}/reports.db", crowd)
    if not crowd.is_large:
        return
    with postgres.server(durable=True) as server:
        server.create_database("reports")
        yield from _on("postgresql", server.url_for("reports"), crowd)
        server.drop_database("reports")


def _on(kind: str, url: str, crowd: Crowd) -> Iterator[Figure]:
    built = city.build(url, crowd.members)
    acts = asyncio.run(_record(built))
    bare = asyncio.run(_bare_pass(built))
    name = f"report-of-{acts}-acts-{kind}"
    with servers.api(url) as api:
        took = {form: asyncio.run(_fetch(api, built, form)) for form in ("xlsx", "pdf", "csv")}
        peaks = [_peak(api.process.pid), *(_peak(child) for child in _children(api.process.pid))]
    # Of few acts a report is mostly statements that take the same time however many there are.
    yield Figure(f"{name}-figures", took["csv"] / bare, "times a bare pass", "<= 25" if crowd.is_large else "none")
    yield Figure(f"{name}-bare-pass", bare, "seconds")
    yield Figure(f"{name}-csv", took["csv"], "seconds")
    yield Figure(f"{name}-xlsx", took["xlsx"], "seconds", "<= 20")
    yield Figure(f"{name}-pdf", took["pdf"], "seconds", "<= 20")
    yield Figure(f"{name}-peak-api", peaks[0], "MB", "<= 300")
    yield Figure(f"{name}-peak-studio", max(peaks[1:]), "MB", "<= 300")


async def _record(built: City) -> int:
    """Let every member record two trips on each of two days, many members in one transaction."""
    database, now = Database(built.database_url), SystemClock().now()
    done = 0
    for first in range(1, built.members + 1, AT_ONCE // 4):
        some = range(first, min(first + AT_ONCE // 4, built.members + 1))
        requests = [Request(member, f"bench-report-{member}", _acts(built, now)) for member in some]
        async with database.write() as session:
            answers = await service.record(session, requests, now)
        done += sum(len(one.accepted) for one in answers if isinstance(one, Answer))
    while await follow_the_ledger(database, SystemClock()):
        pass
    await database.close()
    assert done == built.members * city.ACTS_PER_MEMBER, done
    return done


def _acts(built: City, now: Any) -> tuple[Item, ...]:
    return tuple(
        Item(
            built.campaign,
            "commute",
            now - timedelta(days=days),
            {"mode": "metro", "distance": "from_5_km", "direction": direction},
        )
        for days in (0, 1)
        for direction in ("to_work", "from_work")
    )


async def _bare_pass(built: City) -> float:
    """Return the seconds that one pass over the same rows takes, the second time."""
    database = Database(built.database_url)
    took = 0.0
    async with database.read() as session:
        connection = await session.connection()
        for _ in range(2):
            began = time.perf_counter()
            for statement in (_ACTS, _TRANSFERS):
                (await connection.execute(text(statement), {"campaign": ids.decode("cmp", built.campaign)})).all()
            took = time.perf_counter() - began
    await database.close()
    return took


async def _fetch(api: servers.Running, built: City, form: str) -> float:
    """Return the seconds until a report is there; the process has made none of that form before."""
    vault = Vault(servers.settings(built.database_url).secret_key)
    until = SystemClock().now() + links.LIFE
    path = delivery.path(vault, form, (ids.decode("cmp", built.campaign), None), "zh-CN", until)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{api.port}", timeout=120, trust_env=False) as client:
        began = time.perf_counter()
        answer = await client.get(path)
    assert answer.status_code == 200, answer.text[:200]
    assert len(answer.content) > 1000
    return time.perf_counter() - began


def _children(process: int) -> list[int]:
    found = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    # Pools start their processes from a helper thread too.
    for task in Path(f"/proc/{process}/task").iterdir():
        found += (task / "children").read_text(encoding="ascii").split()
    return sorted({int(number) for number in found})


def _peak(process: int) -> float:
    """Return the most memory that a process has held (resident set), in megabytes."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0

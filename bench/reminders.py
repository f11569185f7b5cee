"""Measure a morning's reminders: `python -m bench.reminders [members]`, a command of its own.

All who take part in a campaign have asked to be reminded at the same time, and WeCom knows them. What is measured is
ours: the sandbox that takes the notices runs in the same process, and its share is told apart.
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy import event

from backend import worker
from backend.campaigns.calendar import Calendar
from backend.core import paths
from backend.core.clock import FixedClock, zone
from backend.core.db import Database, insert_many
from backend.core.jobs import Job
from backend.core.vault import Vault
from backend.messages.tables import MessageSwitch, WeComUser
from backend.reminders.tables import CHECK_IN, ReminderChoice
from backend.settings import Settings
from bench import city, servers
from bench.figures import Figure
from demo.wechat_sandbox import create_app
from tests import postgres

MEMBERS = 20_000
AT_TIME = "11:20"
APP_ID, APP_SECRET, CORP, SECRET = "wx0123456789abcdef", "an-app-secret", "ww0123456789abcdef", "a-corp-secret"
SHEET = """format = 1
[[wecom]]
kind = "check_in_reminder"
title = "今天还没打卡"
description = "自愿参加随时可关"
rows = [ { key = "活动", value = "{campaign}" }, { key = "截止", value = "{until}" } ]
"""


@dataclass
class Cost:
    """What one step took."""

    seconds: float = 0.0
    processor_seconds: float = 0.0
    statements: int = 0


@contextmanager
def measured(database: Database) -> Iterator[Cost]:
    """Measure what the block takes."""
    cost, engine = Cost(), database.engine.sync_engine

    def note(*_: Any) -> None:
        cost.statements += 1

    event.listen(engine, "before_cursor_execute", note)
    began, busy = time.perf_counter(), time.process_time()
    yield cost
    cost.seconds, cost.processor_seconds = time.perf_counter() - began, time.process_time() - busy
    event.remove(engine, "before_cursor_execute", note)


def workday() -> datetime:
    """Return the minute at which reminders are due on the next workday, when the built campaign still runs."""
    calendar = Calendar.load(paths.folder("campaigns") / "calendar.toml")
    day = datetime.now(UTC).date() + timedelta(days=1)
    while not calendar.is_workday(day):
        day += timedelta(days=1)
    return datetime.fromisoformat(f"{day}T{AT_TIME}:30").replace(tzinfo=zone("Asia/Shanghai"))


async def _ask(database: Database, settings: Settings, members: int, now: datetime) -> None:
    """Let everybody ask, and be known to WeCom."""
    vault, numbers = Vault(settings.secret_key), range(1, members + 1)
    own = [{"member_id": number} for number in numbers]
    async with database.write() as session:
        switch = {"subject": f"kind/{CHECK_IN}", "is_on": True, "changed_at": now}
        await insert_many(session, MessageSwitch, [one | switch for one in own])
        choice = {"kind": CHECK_IN, "at_time": AT_TIME, "chosen_at": now}
        await insert_many(session, ReminderChoice, [one | choice for one in own])
        users = [
            {
                "member_id": number,
                "user_ciphertext": vault.encrypt(f"user{number}"),
                "user_fingerprint": vault.fingerprint(f"user{number}", "wecom user"),
                "listed_at": now,
            }
            for number in numbers
        ]
        await insert_many(session, WeComUser, users)


async def measure(database_url: str, members: int, folder: Path) -> list[Figure]:
    """Return the figures of one database, which `city.build` has populated."""
    folder = folder / "campaigns"
    shutil.copytree(paths.folder("campaigns"), folder, dirs_exist_ok=True)
    (folder / "messages.toml").write_text(SHEET, encoding="utf-8")
    clock, database = FixedClock(workday()), Database(database_url)
    settings = Settings(
        secret_key=servers.settings(database_url).secret_key,
        database_url=database_url,
        campaigns_folder=folder,
        wechat_app_id=APP_ID,
        wechat_app_secret=SecretStr(APP_SECRET),
        wechat_base_url="http://wechat.test",
        wecom_base_url="http://wechat.test",
        wecom_corp_id=CORP,
        wecom_secret=SecretStr(SECRET),
    )
    await _ask(database, settings, members, clock.now())
    sandbox = create_app(APP_ID, APP_SECRET, now=lambda: clock.now().timestamp())
    corp = sandbox.state.world.corp
    corp.corp_id, corp.secret, corp.accounts = CORP, SECRET, members
    corp.members = {f"user{number}" for number in range(1, members + 1)}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox), base_url="http://wechat.test") as http:
        due = {job.name: job for job in worker.jobs(settings, http)}
        making = await _run(due["reminders.remind"], database, clock)
        routing = await _run(due["messages.send"], database, clock)
        clock.advance(timedelta(minutes=25))
        sending = await _run(due["messages.send"], database, clock)
    assert len(sandbox.state.world.corp.told) == members, "everybody is reminded once"
    await database.close()
    return [
        figure
        for name, cost in (("make", making), ("route-and-send", routing), ("idle", sending))
        for figure in (
            Figure(f"reminders-{name}", cost.seconds, "seconds"),
            Figure(f"reminders-{name}-processor", cost.processor_seconds, "seconds"),
            Figure(f"reminders-{name}-statements", cost.statements, "statements"),
        )
    ]


async def _run(job: Job, database: Database, clock: FixedClock) -> Cost:
    with measured(database) as cost:
        await job.tick(database, clock)
    return cost


def main() -> None:
    """Print one line for each figure, on both databases."""
    members = int(sys.argv[1]) if len(sys.argv) > 1 else MEMBERS
    with tempfile.TemporaryDirectory(prefix="tanhui-bench-") as folder, postgres.server(durable=True) as server:
        server.create_database("city")
        for url in (f"sqlite+aiosqlite:///{folder}/city.db", server.url_for("city")):
            city.build(url, members)
            print(url.partition("+")[0], f"{members} members")
            for figure in asyncio.run(measure(url, members, Path(folder))):
                print(figure.line(), flush=True)


if __name__ == "__main__":
    main()

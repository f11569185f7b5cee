"""A worker that is killed at every step of its work, one step later each time, until it has done everything.

Run as `python -m tests.campaigns.killed_worker <database> <instant>`. After every death it writes what the database
holds, as one JSON line: the campaign's state, the claimed units, the trail.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import event
from sqlmodel import col, select

from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.tables import Campaign, CampaignEvent
from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.core.jobs import JobRun


def dying_at(step: int) -> Callable[..., None]:
    """Return something to call at each step, which kills this process without a word at the one of that number."""
    steps = iter(range(1, step + 1))

    def count(*_: object) -> None:
        if next(steps, None) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    return count


async def work(url: str, now: datetime, step: int) -> None:
    """Do what is due; die at that step: before a statement, or before a commit."""
    database, die = Database(url), dying_at(step)
    for moment in ("before_cursor_execute", "commit"):
        event.listen(database.engine.sync_engine, moment, lambda *_, **__: die())
    await follow_the_calendar(database, FixedClock(now))
    await database.close()


async def look(url: str) -> dict[str, list[str]]:
    """Return what the database holds."""
    database = Database(url)
    async with database.read() as session:
        found = {
            "states": list(await session.exec(select(Campaign.state).order_by(col(Campaign.id)))),
            "claims": list(await session.exec(select(JobRun.job).order_by(col(JobRun.due_at)))),
            "trail": list(await session.exec(select(CampaignEvent.what).order_by(col(CampaignEvent.id)))),
        }
    await database.close()
    return found


def main() -> None:
    """Kill workers until one survives."""
    url, now = sys.argv[1], datetime.fromisoformat(sys.argv[2])
    known, step, deaths = asyncio.run(look(url)), 1, 0
    while True:
        child = os.fork()
        if child == 0:
            asyncio.run(work(url, now, step))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        found = asyncio.run(look(url))
        deaths += os.WIFSIGNALED(status)
        print(json.dumps(found | {"deaths": deaths}), flush=True)  # noqa: T201 - what it is for
        if not os.WIFSIGNALED(status):
            return
        step, known = (1, found) if found != known else (step + 1, known)


if __name__ == "__main__":
    main()

"""What is heard of screens: gathered in memory, and written for all of them at once every few seconds.

A beat asks the database for nothing. What a process has not written when it dies is lost: the next beat says it again.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Unavailable
from backend.screens.tables import ScreenSighting

log = structlog.get_logger()

MOST_INSTANCES = 20  # of one screen: a page names itself anew whenever it is loaded
FLUSH_SECONDS = 10.0
_KEYS = ("screen_id", "instance")


class Sightings:
    """What this process has heard and not written yet: of each page or player the latest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._heard: dict[int, OrderedDict[str, dict[str, Any]]] = {}

    def note(  # noqa: PLR0917 - what is heard of a page, in the order in which it says it
        self, screen_id: int, instance: str, form: str, width: int, height: int, scene: str, way: str, fault: str
    ) -> None:
        """Note that a page (`form` page) or a player (picture) of a screen was heard just now."""
        self._keep(
            {
                "screen_id": screen_id,
                "instance": instance,
                "seen_at": self._clock.now(),
                "form": form,
                "width": width,
                "height": height,
                "scene": scene,
                "way": way,
                "fault": fault,
            }
        )

    def _keep(self, row: dict[str, Any]) -> None:
        of_screen = self._heard.setdefault(row["screen_id"], OrderedDict())
        known = of_screen.pop(row["instance"], None)
        if known is not None and not row["fault"]:
            row |= {"fault": known["fault"]}  # what went wrong a moment ago has not been written yet
        of_screen[row["instance"]] = row
        while len(of_screen) > MOST_INSTANCES:
            of_screen.popitem(last=False)

    async def flush(self) -> int:
        """Write what was heard, all in one transaction, and return how many lines; after a fault it is kept."""
        heard, self._heard = self._heard, {}
        rows = [row for of_screen in heard.values() for row in of_screen.values()]
        if not rows:
            return 0
        rows.sort(key=lambda row: (row["screen_id"], row["instance"]))  # two processes never wait for each other
        try:
            await self._write(rows)
        except BaseException:
            newer, self._heard = self._heard, heard
            for of_screen in newer.values():
                for row in of_screen.values():
                    self._keep(row)
            raise
        return len(rows)

    async def _write(self, rows: list[dict[str, Any]]) -> None:
        insert = sqlite.insert if self._database.is_sqlite else postgresql.insert
        statement = insert(ScreenSighting)
        changed = {name: statement.excluded[name] for name in rows[0] if name not in _KEYS}
        upsert = statement.on_conflict_do_update(
            index_elements=list(_KEYS),
            set_=changed,
            where=col(ScreenSighting.seen_at) <= statement.excluded.seen_at,
        )
        async with self._database.write() as session:
            await (await session.connection()).execute(upsert, rows)

    async def run(self) -> None:
        """Write every few seconds until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                try:
                    await self.flush()
                except Unavailable as fault:
                    log.warning("sightings wait", fault=str(fault))
                except Exception:
                    log.exception("sightings wait")
        finally:
            with suppress(Unavailable):
                await self.flush()

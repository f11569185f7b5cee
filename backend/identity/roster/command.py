"""What `roster preview` and `roster apply` do; the command line itself stands elsewhere."""

import asyncio
from datetime import date
from pathlib import Path

from backend.core import clock as clocks
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession
from backend.core.errors import NotFound
from backend.core.vault import Vault
from backend.identity import tree
from backend.identity.roster import application, comparison, reading
from backend.identity.roster.plan import Preview
from backend.identity.tables import Institution

# Offices date their rosters by the calendar of this zone.
ZONE = "Asia/Shanghai"


async def preview_file(
    database: Database, vault: Vault, clock: Clock, path: Path, scope_code: str, *, complete: bool = False
) -> Preview:
    """Tell what the file would change below the institution `scope_code`, and change nothing.

    Raises RosterTooLarge, RosterUnreadable, CreditCodeInvalid, NotFound.
    """
    today = _today(clock)
    file = await asyncio.to_thread(reading.read, path, vault, today)
    async with database.read() as session:
        scope = await _scope(session, scope_code)
        return await comparison.compare(session, file, scope, today, complete=complete)


async def apply_file(
    database: Database,
    vault: Vault,
    clock: Clock,
    path: Path,
    scope_code: str,
    *,
    complete: bool = False,
    skip_bad_rows: bool = False,
    allow_shrink: bool = False,
) -> Preview:
    """Compare and apply in one transaction, and return what was applied.

    Raises what `preview_file` and `application.apply` raise; then nothing was written.
    """
    today = _today(clock)
    file = await asyncio.to_thread(reading.read, path, vault, today)
    async with database.write() as session:
        # Before the comparison, so that it sees what an import that we had to wait for has written.
        await application.lock(session)
        scope = await _scope(session, scope_code)
        preview = await comparison.compare(session, file, scope, today, complete=complete)
        await application.apply(session, preview, today, skip_bad_rows=skip_bad_rows, allow_shrink=allow_shrink)
        return preview


def _today(clock: Clock) -> date:
    return clocks.campaign_day(clock.now(), ZONE, 0)


async def _scope(session: ReadSession, scope_code: str) -> Institution:
    scope = await tree.institution_by_code(session, scope_code)
    if scope is None:
        raise NotFound(what=scope_code)
    return scope

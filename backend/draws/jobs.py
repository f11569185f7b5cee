"""Make draws when their campaigns are sealed, call off those of cancelled ones, pass on what nobody claimed."""

from collections.abc import Awaitable, Callable

import structlog

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession, WriteSession
from backend.core.errors import Unavailable
from backend.core.vault import Vault
from backend.draws import drawing, queries, service
from backend.draws.errors import DrawEnded
from backend.draws.tables import Draw
from backend.settlement import queries as settlement

log = structlog.get_logger()

_CANCELLED = "活动已取消 / the campaign was cancelled"


async def follow_the_seals(vault: Vault, database: Database, clock: Clock) -> int:
    """Do what is due of draws; return how many were ours.

    Each is one transaction that begins with its draw's row: of several workers one does it, the others find it done.
    One that fails is logged, and tried again at the next tick.
    """
    now = clock.now()

    async def draw(session: WriteSession, running: Running, made: Draw) -> int:
        seal = await settlement.seal_of(session, running.id)
        assert seal is not None, "only draws of sealed campaigns are due"
        await drawing.draw(session, vault, running, made, seal=seal, now=now)
        return 1

    async def call_off(session: WriteSession, running: Running, made: Draw) -> int:
        await service.cancel(session, made, running.campaign.state_reason or _CANCELLED, None, now)
        return 1

    async def pass_on(session: WriteSession, running: Running, made: Draw) -> int:
        return await drawing.pass_on(session, running, made, now)

    done = await _each(database, queries.due, draw)
    done += await _each(database, queries.orphaned, call_off)
    return done + await _each(database, lambda session: queries.unclaimed(session, now), pass_on)


async def _each(
    database: Database,
    due: Callable[[ReadSession], Awaitable[list[int]]],
    work: Callable[[WriteSession, Running, Draw], Awaitable[int]],
) -> int:
    async with database.read() as session:
        waiting = await due(session)
    done = 0
    for draw_id in waiting:
        try:
            async with database.write() as session:
                made = await session.get(Draw, draw_id)
                assert made is not None, "draws are never deleted"
                running = await campaigns.one(session, made.campaign_id)
                assert running is not None, "a draw is of a stored campaign"
                done += await work(session, running, made)
        except DrawEnded:
            continue  # another worker was faster
        except Unavailable:
            raise
        except Exception:
            log.exception("a draw failed", draw=draw_id)  # which holds up no other
    return done

"""Know the caller by the token, without asking the database for every tap.

A process remembers what it knows of a token for a few seconds (`session_cache_seconds`, at most 5); a
revocation is seen everywhere within that time, and at once where it was made.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date

from backend.core.api import Context
from backend.core.clock import Clock, campaign_day
from backend.core.db import Database, ReadSession
from backend.core.errors import SHOWN_ZONE, Forbidden, Problem, Unauthenticated
from backend.core.gathering import Gathered
from backend.core.vault import Vault
from backend.identity import queries
from backend.identity.errors import NotOnRoster
from backend.identity.queries import Caller

_REMEMBERED = 100_000
_LONGEST_TOKEN = 200


class Sessions:
    """The tokens that this process has seen lately."""

    def __init__(self, vault: Vault, database: Database, clock: Clock, seconds: float) -> None:
        self._vault = vault
        self._database = database
        self._clock = clock
        self._seconds = seconds
        self._asked = Gathered(self._ask)
        self._known: OrderedDict[str, tuple[float, Caller]] = OrderedDict()

    async def caller(self, context: Context, session: ReadSession | None = None) -> Caller:
        """Return who asks, or raise Unauthenticated; look through `session` where the caller holds one already.

        A request that waited for a second connection while it kept the first would starve the pool.
        """
        if context.token is None or len(context.token) > _LONGEST_TOKEN:
            raise Unauthenticated
        known = self._known.get(context.token)
        if known and known[0] > time.monotonic():
            return known[1]
        fingerprint = self._vault.fingerprint(context.token, "session")
        if session is None:
            found = await self._asked.get(fingerprint)
        else:
            found = (await queries.callers(session, [fingerprint], context.now)).get(fingerprint)
        if found is None:
            self._known.pop(context.token, None)
            raise Unauthenticated
        if found.member_id is not None:
            # Before it is bound, an account may become somebody's at any moment, on any replica.
            self._remember(context.token, found)
        return found

    async def _ask(self, fingerprints: Sequence[str]) -> Mapping[str, Caller]:
        async with self._database.read() as session:
            return await queries.callers(session, fingerprints, self._clock.now())

    def _remember(self, token: str, caller: Caller) -> None:
        self._known[token] = (time.monotonic() + self._seconds, caller)
        self._known.move_to_end(token)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, token: str | None) -> None:
        """Drop what is known of a token: it was revoked, or bound to somebody."""
        self._known.pop(token or "", None)


async def caller(context: Context, session: ReadSession | None = None) -> Caller:
    """Return who asks, looked up through `session` where there is one; raises Unauthenticated."""
    return await context.use(Sessions).caller(context, session)


async def member_id(context: Context, session: ReadSession | None = None) -> int:
    """Return which member asks; raises Unauthenticated, or NotOnRoster before the account is bound."""
    found = await caller(context, session)
    if found.member_id is None:
        raise NotOnRoster
    return found.member_id


async def member_id_if_bound(context: Context) -> int | None:
    """Return which member asks, or None before the account is bound; raises Unauthenticated."""
    return (await caller(context)).member_id


async def require_role(context: Context, session: ReadSession, roles: tuple[str, ...], path: str) -> int:
    """Return which member asks, if they hold one of these roles over that institution; else Forbidden."""
    found = await caller(context, session)
    if found.member_id is None or not await queries.reaches(session, found.member_id, roles, path):
        raise Forbidden
    if await queries.place_of(session, found.member_id, today(context)) is None:
        raise Forbidden  # who has left the rosters decides nothing, even while the grant stands
    return found.member_id


async def require_role_at(
    context: Context, session: ReadSession, roles: tuple[str, ...], path: str | None, missing: Problem
) -> int:
    """Return which member asks, if they hold one of these roles where something lies, at `path`; else raise `missing`.

    What lies elsewhere and what does not exist, whose path is None, get one answer.
    """
    await caller(context, session)
    try:
        if path is not None:
            return await require_role(context, session, roles, path)
    except Forbidden:
        pass
    raise missing


async def require_reach_of(context: Context, session: ReadSession, roles: tuple[str, ...], holder_id: int) -> None:
    """Raise Forbidden unless the caller holds one of these roles wherever the holder has a standing role.

    Who speaks for the holder has the holder's reach, and nobody may come by more than their own.
    """
    for _, reached in await queries.roles(session, holder_id):
        await require_role(context, session, roles, reached.path)


def today(context: Context) -> date:
    """Return the calendar date in Beijing, by which memberships hold."""
    return campaign_day(context.now, SHOWN_ZONE, 0)

"""Which screen holds a key, known for a moment."""

import time
from dataclasses import dataclass

from starlette.requests import Request

from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.vault import Vault
from backend.identity.tables import Institution
from backend.screens import queries, service
from backend.screens.tables import Screen

COOKIE = "tanhui_screen"
_SECONDS = 2.0
_KEPT = 5000
_LONGEST = 200


@dataclass(frozen=True)
class Held:
    """A screen, and the institution that it belongs to."""

    screen: Screen
    institution: Institution


class Holders:
    """The keys that were asked for lately; a revoked one is worth nothing within two seconds."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._known: dict[str, tuple[float, Held | None]] = {}

    async def get(self, key: str) -> Held:
        """Return what holds a key; raises Unauthenticated."""
        known = self._known.get(key)
        if known is None or time.monotonic() - known[0] >= _SECONDS:
            known = (time.monotonic(), await self._ask(key))
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[key] = known
        if known[1] is None:
            raise Unauthenticated
        return known[1]

    async def _ask(self, key: str) -> Held | None:
        if not key or len(key) > _LONGEST:
            return None
        async with self._database.read() as session:
            found = await queries.by_key(session, self._vault.fingerprint(key, service.KEY))
        return Held(*found) if found else None


def key_of(request: Request) -> str:
    """Return the key of the address, or else of the cookie; empty for none."""
    key: str = request.path_params.get("key") or request.cookies.get(COOKIE, "")
    return key

"""Which screen holds a key: asked of the database at most every three seconds, so a key that is revoked ends soon."""

import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select
from starlette.requests import Request

from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.statements import any_of
from backend.core.text import Locale, Text, locale_of
from backend.core.vault import Vault
from backend.identity.tables import Institution
from backend.screens import queries, service
from backend.screens.tables import Screen

COOKIE = "tanhui_screen"
NO_SCREEN = Text("没有这块屏幕，或已被停用", "There is no such screen, or it was taken off")
_SECONDS = 3.0
_KEPT = 5000
_LONGEST = 100  # letters of a key; ours have 32
_OF_SCREENS = (
    select(Screen, Institution)
    .join(Institution, col(Institution.id) == col(Screen.institution_id))
    .where(any_of(col(Screen.id), "screens"), col(Screen.revoked_at).is_(None))
)


@dataclass(frozen=True)
class Held:
    """A screen that holds a key, and the institution where it hangs."""

    screen: Screen
    institution: Institution

    @property
    def screen_id(self) -> int:
        """The screen's row number."""
        return self.screen.id or 0


def key_of(request: Request) -> str:
    """Return the key that a request shows: in its path, or in the cookie of a screen that was paired; or nothing."""
    return str(request.path_params.get("key") or request.cookies.get(COOKIE) or "")


def locale_for(request: Request, held: Held) -> Locale:
    """Return the language of a screen: as the address says, as its organiser has set, as the device asks."""
    asked = request.query_params.get("lang") or held.screen.locale or request.headers.get("accept-language")
    return locale_of(asked)


class Holders:
    """The screens whose keys were shown lately."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._kept: OrderedDict[str, tuple[float, Held]] = OrderedDict()

    async def get(self, key: str) -> Held:
        """Return who holds a key; raises Unauthenticated for a key that holds nothing (any more)."""
        if not key or len(key) > _LONGEST:
            raise Unauthenticated
        fingerprint = self._vault.fingerprint(key, service.KEY)
        kept = self._kept.get(fingerprint)
        if kept and time.monotonic() - kept[0] < _SECONDS:
            return kept[1]
        asked_at = time.monotonic()
        async with self._database.read() as session:
            found = await queries.by_key(session, fingerprint)
        if found is None:
            self._kept.pop(fingerprint, None)
            raise Unauthenticated
        held = Held(*found)
        self._keep(fingerprint, asked_at, held)
        return held

    def _keep(self, fingerprint: str, asked_at: float, held: Held) -> None:
        self._kept[fingerprint] = asked_at, held
        self._kept.move_to_end(fingerprint)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)

    async def still(self, screen_ids: Iterable[int]) -> dict[int, Held]:
        """Return those of these screens whose keys still hold, as they are set now; one statement for all."""
        asked_at = time.monotonic()
        async with self._database.read() as session:
            found = await session.exec(_OF_SCREENS, params={"screens": list(screen_ids)})
            now = {screen.id or 0: Held(screen, institution) for screen, institution in found.all()}
        for held in now.values():  # the beats of who watches need ask nothing
            self._keep(held.screen.key_fingerprint, asked_at, held)
        return now

    def forget(self) -> None:
        """Ask anew for every key: for who has just changed a screen in this process."""
        self._kept.clear()

"""What one screen shows at this moment, with all that only it knows: its turn, its place, the code of its site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from backend.core import clock
from backend.core.db import Database
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.screens import codes, programme, programmes
from backend.screens.documents import WallDocument, milliseconds
from backend.screens.legible import legible
from backend.screens.playlists import CODE
from backend.screens.programme import Item, Turn
from backend.screens.tables import Screen
from backend.sites import codes as site_codes
from backend.sites.tables import SiteCode

SCAN = Text("扫码打卡 · {title}", "Scan to check in · {title}")


@dataclass(frozen=True)
class ShownCode:
    """The code of a site, for a moment."""

    title: str
    modules: tuple[str, ...]
    changes_at: datetime


def turn(screen: Screen, document: WallDocument, now: datetime) -> Turn:
    """Return which scene and sheet a screen shows."""
    minute = programme.minute_of(now, clock.zone(SHOWN_ZONE))
    return programme.current(programmes.items(screen), document.sheets, milliseconds(now), minute)


def site_now(items: Sequence[Item], now: datetime) -> int | None:
    """Return the site whose code the playlist shows at this hour, or None."""
    minute = programme.minute_of(now, clock.zone(SHOWN_ZONE))
    return next((item.site_id for item in items if item.scene == CODE and item.site_id and item.holds(minute)), None)


async def code(
    database: Database, screen: Screen, site_id: int | None, locale: Locale, now: datetime
) -> ShownCode | None:
    """Return the code of a site of the screen's own institution; None when it has ended, or does not change."""
    if site_id is None:
        return None
    async with database.read() as session:
        found = await session.exec(
            select(SiteCode).where(
                col(SiteCode.id) == site_id,
                col(SiteCode.institution_id) == screen.institution_id,
                col(SiteCode.revoked_at).is_(None),
                col(SiteCode.valid_until) > now,
            )
        )
        site = found.first()
    if site is None or site.secret is None:
        return None
    modules = codes.modules(site_codes.current(site.code, site.secret, now))
    return ShownCode(SCAN.in_(locale, title=legible(site.place)), modules, site_codes.changes_at(now))

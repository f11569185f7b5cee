"""What a screen shows just now: its campaign and three boards, kept for a moment for all screens alike."""

import hashlib
import json
import time
from dataclasses import dataclass
from datetime import datetime

from backend.campaigns.queries import Running
from backend.campaigns.tables import PAUSED
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.text import Locale, Text
from backend.core.vault import Vault
from backend.leaderboards import periods
from backend.leaderboards.boards import Boards, Made
from backend.leaderboards.queries import Level, Measure, Scope
from backend.screens import queries, service

PANELS: tuple[tuple[Level, Measure], ...] = (
    ("institution", "points_per_head"),
    ("department", "points_per_head"),
    ("person", "points"),
)
_KEPT = 5000


@dataclass(frozen=True)
class Shown:
    """A screen's document: the campaign (None between campaigns), its boards, the bytes and their tag."""

    institution: str
    place: str
    campaign: Running | None
    boards: tuple[Made, ...]
    notice: str | None
    content: bytes
    etag: str


class Showing:
    """The documents of the screens that asked lately."""

    def __init__(self, database: Database, vault: Vault, boards: Boards, clock: Clock, seconds: float) -> None:
        self._database = database
        self._vault = vault
        self._boards = boards
        self._clock = clock
        self._seconds = seconds
        self._kept: dict[tuple[str, Locale], tuple[float, Shown]] = {}

    async def get(self, key: str, locale: Locale) -> Shown:
        """Return what the screen with this key shows; raises Unauthenticated for a key that holds nothing."""
        kept = self._kept.get((key, locale))
        if kept and time.monotonic() - kept[0] < self._seconds:
            return kept[1]
        shown = await self._show(key, locale)
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        self._kept[key, locale] = (time.monotonic(), shown)
        return shown

    async def _show(self, key: str, locale: Locale) -> Shown:
        now = self._clock.now()
        async with self._database.read() as session:
            found = await queries.by_key(session, self._vault.fingerprint(key, service.KEY))
            if found is None:
                raise Unauthenticated
            screen, institution = found
            running = await queries.shown_campaign(session, institution.path, now)
        boards = await boards_of(self._boards, running, institution.id or 0, locale, now) if running else ()
        return _document(institution.name, screen.place, running, boards, locale)


async def boards_of(
    boards: Boards, running: Running, institution_id: int, locale: Locale, now: datetime
) -> tuple[Made, ...]:
    """Return the boards of `PANELS` as an institution's screens show them."""
    day = min(running.today(now), running.campaign.ends_on)
    scopes = [Scope(running.id, level, periods.CAMPAIGN, measure, institution_id) for level, measure in PANELS]
    return await boards.together(scopes, running, day, locale, now)


PAUSED_FOR = Text("活动暂停：{reason}", "Paused: {reason}")


def notice(running: Running, boards: tuple[Made, ...], locale: Locale) -> str | None:
    """Return what the screen says of a campaign that is paused, or else of how its boards stand; None: nothing."""
    campaign = running.campaign
    if campaign.state == PAUSED:
        return PAUSED_FOR.in_(locale, reason=campaign.state_reason)
    return boards[0].board.notice if boards else None


def _document(institution: str, place: str, running: Running | None, boards: tuple[Made, ...], locale: Locale) -> Shown:
    head = {
        "institution": institution,
        "place": place,
        "campaign": running.rules.title.in_(locale) if running else None,
        "slogan": running.rules.theme.slogan_in(running.campaign.starts_on.year).in_(locale) if running else None,
        "notice": notice(running, boards, locale) if running else None,
        "cover": f"/art/{running.campaign.theme_hash}/cover.svg" if running else None,
    }
    opened = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    content = opened + b',"boards":[' + b",".join(made.content for made in boards) + b"]}"
    etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
    return Shown(institution, place, running, boards, head["notice"], content, etag)

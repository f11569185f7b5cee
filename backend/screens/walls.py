"""What screens show: one document for all screens of an institution that speak one language and have one shape.

A document is made anew only when its boards or its campaign have changed, or when what changes slowly (messages, the
year, what comes next) is twenty seconds old. Each scene is gathered by itself: what fails is left out and told to the
log, and the others stand.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.certificates import join_codes
from backend.core import clock
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import SHOWN_ZONE, Unavailable
from backend.core.text import Locale, Text
from backend.core.vault import Vault
from backend.identity.tables import Institution
from backend.leaderboards.boards import Boards, Made
from backend.screens import documents, frame, queries
from backend.screens.documents import SceneDocument, WallDocument
from backend.screens.programme import IDLE
from backend.screens.scene import Scene, Wall, all_scenes
from backend.screens.shapes import SHAPES, ShapeName
from backend.screens.showing import boards_of

log = structlog.get_logger()

_CAMPAIGN_SECONDS = 1.0  # how long a process takes an institution's campaign as it was
_SLOW_SECONDS = 20.0
_KEPT = 2000
# Of an institution: two languages, under a few addresses. Whoever holds a key may ask under any name of the host.
_BASES = 8


@dataclass(frozen=True)
class Place:
    """For whom a wall is made: whose institution, in which language, and how its addresses begin."""

    institution_id: int
    locale: Locale
    base: str


@dataclass(frozen=True)
class Preview:
    """A scene as an organiser wants to see it: as of when, and with a message that nobody has written yet."""

    scene: str
    shape: ShapeName
    locale: Locale
    base: str
    at: datetime
    draft: Text | None = None


@dataclass
class _Gathered:
    """What the scenes of a place say, and from what that was made."""

    wall: Wall
    marks: tuple[Any, ...]
    slow_at: float
    facts: dict[str, object] = field(default_factory=dict)
    laid: dict[tuple[str, ShapeName], tuple[object, SceneDocument]] = field(default_factory=dict)
    documents: dict[ShapeName, WallDocument] = field(default_factory=dict)
    as_of: datetime | None = None


class Walls:
    """The walls that this process has made lately."""

    def __init__(  # noqa: PLR0917 - the parts it is made of
        self,
        database: Database,
        vault: Vault,
        boards: Boards,
        clock: Clock,
        threshold: int,
        seconds: float,
        assets: str,
        shelf: Shelf,
    ) -> None:
        self._database = database
        self._vault = vault
        self._boards = boards
        self._clock = clock
        self._threshold = threshold
        self._seconds = seconds
        self._assets = assets
        self._shelf = shelf
        self._campaigns: dict[str, tuple[float, Running | None]] = {}
        self._gathered: OrderedDict[Place, _Gathered] = OrderedDict()
        self._looked: dict[Place, float] = {}
        self._locks: dict[Place, asyncio.Lock] = {}

    async def get(self, institution: Institution, locale: Locale, shape: ShapeName, base: str) -> WallDocument:
        """Return what the screens of an institution show just now."""
        place = Place(institution.id or 0, locale, base)
        lock = self._locks.setdefault(place, asyncio.Lock())
        async with lock:
            gathered = self._gathered.get(place)
            if gathered is None or time.monotonic() - self._looked.get(place, 0.0) >= self._seconds:
                self._looked[place] = time.monotonic()
                gathered = await self._look(place, institution)
            self._keep(place, gathered)
            if shape not in gathered.documents:
                gathered.documents[shape] = self._document(gathered, shape)
        return gathered.documents[shape]

    def forget(self, institution_id: int | None = None) -> None:
        """Gather anew at the next asking, of one institution or of all: something was written on its screens."""
        self._campaigns.clear()
        for place in [one for one in self._gathered if institution_id in (None, one.institution_id)]:
            self._drop(place)

    async def preview(self, institution: Institution, asked: Preview) -> WallDocument:
        """Return the wall as it would be shown; nothing of it is kept."""
        place = Place(institution.id or 0, asked.locale, asked.base)
        async with self._database.read() as session:
            running = await queries.shown_campaign(session, institution.path, asked.at)
        wall, marks = await self.wall(place, institution, running, asked.at)
        wall = replace(wall, draft=asked.draft)
        gathered = _Gathered(wall, marks, 0.0, as_of=_as_of(wall))
        for key in (asked.scene, IDLE):
            facts = await _facts(all_scenes()[key], wall)
            if facts is not None:
                gathered.facts[key] = facts
        return self._document(gathered, asked.shape)

    async def wall(
        self, place: Place, institution: Institution, running: Running | None, now: datetime
    ) -> tuple[Wall, tuple[Any, ...]]:
        """Return what scenes may build on just now, and marks that change when it does."""
        today = running.today(now) if running else now.astimezone(clock.zone(SHOWN_ZONE)).date()
        # Boards are those of now, also for a preview of another instant: other screens are shown what is kept of them.
        made = await self._made(running, place, self._clock.now()) if running else ()
        wall = Wall(
            database=self._database,
            institution=institution,
            running=running,
            boards={one.board.level: one.board for one in made},
            now=now,
            today=today,
            locale=place.locale,
            threshold=self._threshold,
            base=place.base,
            shelf=self._shelf,
            join_path=join_codes.PAGES.path(self._vault, running.id) if running else None,
        )
        campaign = running.campaign if running else None
        state = (campaign.id, campaign.state, campaign.edition, campaign.seal_digest) if campaign else ()
        hour = now.replace(minute=0, second=0, microsecond=0)
        return wall, (institution.name, today, hour, state, *(one.etag for one in made))

    async def _look(self, place: Place, institution: Institution) -> _Gathered:
        """Return what is to be said now: what was gathered before, where nothing has changed."""
        now = self._clock.now()
        wall, marks = await self.wall(place, institution, await self._campaign(institution, now), now)
        before = self._gathered.get(place)
        slow_at = time.monotonic()
        is_slow_due = before is None or slow_at - before.slow_at >= _SLOW_SECONDS or marks[:4] != before.marks[:4]
        if before and marks == before.marks and not is_slow_due:
            return before
        made = _Gathered(wall, marks, slow_at if is_slow_due or before is None else before.slow_at)
        made.laid = before.laid if before else {}
        made.as_of = _as_of(wall)
        for scene in all_scenes().values():
            if before is not None and not is_slow_due and scene.wants == "day":
                if scene.key in before.facts:
                    made.facts[scene.key] = before.facts[scene.key]
                continue
            facts = await _facts(scene, wall)
            if facts is not None:
                made.facts[scene.key] = facts
        if before is not None and made.facts == before.facts and made.marks == before.marks:
            before.slow_at = made.slow_at
            return before
        return made

    def _keep(self, place: Place, made: _Gathered) -> None:
        self._gathered[place] = made
        self._gathered.move_to_end(place)
        alike = [one for one in self._gathered if one.institution_id == place.institution_id]
        for old in alike[:-_BASES]:
            self._drop(old)
        while len(self._gathered) > _KEPT:
            self._drop(next(iter(self._gathered)))

    def _drop(self, place: Place) -> None:
        self._gathered.pop(place, None)
        self._looked.pop(place, None)
        lock = self._locks.get(place)
        if lock is not None and not lock.locked():
            del self._locks[place]

    def _document(self, gathered: _Gathered, shape: ShapeName) -> WallDocument:
        wall, as_of = gathered.wall, gathered.as_of or gathered.wall.now
        laid = {key: self._laid(gathered, key, shape) for key in all_scenes() if key in gathered.facts}
        return WallDocument(
            institution=wall.institution.name,
            locale=wall.locale,
            shape=shape,
            frame=tuple(frame.lay(wall, SHAPES[shape], as_of).boxes),
            scenes={key: scene for key, scene in laid.items() if scene is not None and scene.sheets},
            as_of=as_of,
            next_change=next_change(wall),
            assets=self._assets,
            sums=_sums(wall),
            vault=self._vault,
        )

    def _laid(self, gathered: _Gathered, key: str, shape: ShapeName) -> SceneDocument | None:
        """Lay a scene out, unless it says what it said before."""
        facts = gathered.facts[key]
        before = gathered.laid.get((key, shape))
        if before is not None and before[0] == facts:
            return before[1]
        scene = all_scenes()[key]
        try:
            made = documents.scene(
                key, scene.title.in_(gathered.wall.locale), scene.lay(facts, gathered.wall, SHAPES[shape])
            )
        except Exception:
            log.exception("a scene could not be laid out; the others are shown", scene=key, shape=shape)
            return None
        gathered.laid[key, shape] = facts, made
        return made

    async def _campaign(self, institution: Institution, now: datetime) -> Running | None:
        kept = self._campaigns.get(institution.path)
        if kept and time.monotonic() - kept[0] < min(_CAMPAIGN_SECONDS, self._seconds * 5):
            return kept[1]
        asked_at = time.monotonic()
        async with self._database.read() as session:
            running = await queries.shown_campaign(session, institution.path, now)
        if len(self._campaigns) >= _KEPT:
            self._campaigns.clear()
        self._campaigns[institution.path] = asked_at, running
        return running

    async def _made(self, running: Running, place: Place, now: datetime) -> tuple[Made, ...]:
        return await boards_of(self._boards, running, place.institution_id, place.locale, now)


async def _facts(scene: Scene[object], wall: Wall) -> object | None:
    try:
        return await scene.facts(wall)
    except Unavailable:
        raise  # the last wall stands, whole
    except Exception:
        log.exception("a scene could not be gathered; the others are shown", scene=scene.key)
        return None


def _as_of(wall: Wall) -> datetime:
    return max((board.as_of for board in wall.boards.values()), default=wall.now)


def _sums(wall: Wall) -> dict[str, int] | None:
    """Return what all who take part in the campaign have together; None where that would tell of a few."""
    board = wall.boards.get("institution")
    # Beside an institution's own sums they would tell what those have together that the board does not list.
    if board is None or board.hidden or board.participants < wall.threshold:
        return None
    return {"participants": board.participants, "points": board.points, "carbon_mg": board.carbon_mg}


def next_change(wall: Wall) -> datetime | None:
    """Return when a wall changes next though nobody does anything: a campaign's step, or a new day."""
    if wall.running is None:
        midnight = wall.now.astimezone(clock.zone(SHOWN_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=1)
    campaign = wall.running.campaign
    steps = (campaign.opens_at, campaign.closes_at, wall.running.began_at(wall.today + timedelta(days=1)))
    return min((at for at in steps if at > wall.now), default=None)

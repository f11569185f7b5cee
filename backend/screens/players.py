"""Pictures for players that show nothing else, drawn once for each version and size, and the code of the moment."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.text import Locale, Text, locale_of
from backend.media.studio import Studio
from backend.screens import moment, painter, programmes
from backend.screens.answers import base_of
from backend.screens.boxes import Box, Picture
from backend.screens.documents import WallDocument, milliseconds
from backend.screens.holders import NO_SCREEN, Held, Holders, key_of, locale_for
from backend.screens.legible import legible
from backend.screens.moment import ShownCode
from backend.screens.painter import Painting
from backend.screens.playlists import CODE
from backend.screens.programme import IDLE, Turn
from backend.screens.shapes import SIZES, pixels
from backend.screens.sightings import Sightings
from backend.screens.walls import Walls

SAFE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}
UNKNOWN_SIZE = Text("size 须为 {sizes} 之一", "size is one of {sizes}")
_KEPT = 64  # pictures of some 150 kB
_PINNED = 100  # themes' pictures of some 3 kB
_STANDARD = "1920x1080"


class Pictures:
    """The pictures that this process has drawn lately."""

    def __init__(self, database: Database, studio: Studio) -> None:
        self._database = database
        self._studio = studio
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._drawing: dict[str, asyncio.Task[bytes]] = {}
        self._pinned: OrderedDict[str, str] = OrderedDict()

    async def get(self, painting: Painting) -> tuple[str, bytes]:
        """Return the tag of a picture and the picture; many who ask for one at once wait for one drawing."""
        tag = tag_of(painting)
        if tag in self._kept:
            self._kept.move_to_end(tag)
            return tag, self._kept[tag]
        task = self._drawing.get(tag)
        if task is None:
            task = self._drawing[tag] = asyncio.create_task(self._draw(painting))
            task.add_done_callback(lambda _: self._drawing.pop(tag, None))
        # Who goes away does not take the picture from the others.
        picture = await asyncio.shield(task)
        self._kept[tag] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return tag, picture

    async def painting(
        self, document: WallDocument, turn: Turn, size: str, *, place: str, code: ShownCode | None
    ) -> Painting:
        """Return what is to be painted of a document; a scene that is not there leaves its frame."""
        scene = document.scenes.get(turn.scene) or document.scenes.get(IDLE)
        sheet = scene.sheets[min(turn.sheet, len(scene.sheets) - 1)] if scene else ()
        boxes = (*document.frame, *sheet)
        title = code.title if code else ""
        modules = code.modules if code else ()
        return Painting(size, boxes, await self._art(boxes), {"place": place, "code-title": title}, modules)

    async def _art(self, boxes: tuple[Box, ...]) -> Mapping[str, str]:
        return {box.path: await self._picture(box.path) for box in boxes if isinstance(box, Picture)}

    async def _picture(self, path: str) -> str:
        """Return a picture of a pinned theme (SVG): what a hash names never changes."""
        if path not in self._pinned:
            _, _, theme_hash, name = path.split("/")
            async with self._database.read() as session:
                theme = await campaigns.pinned_theme(session, theme_hash)
            assert theme is not None, "the path is of a campaign's own theme"
            self._pinned[path] = theme.art.icon if name == "icon.svg" else theme.art.cover
            while len(self._pinned) > _PINNED:
                self._pinned.popitem(last=False)
        return self._pinned[path]

    async def _draw(self, painting: Painting) -> bytes:
        return await self._studio.draw(painter.draw, painting)


def tag_of(painting: Painting) -> str:
    """Return what is the same for the same picture, and for no other."""
    told = repr((painting.size, painting.boxes, sorted(painting.art), sorted(painting.live.items()), painting.modules))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


class Players:
    """Answers what players and pages ask for beside documents."""

    def __init__(  # noqa: PLR0917 - the parts it is made of
        self,
        database: Database,
        clock: Clock,
        walls: Walls,
        holders: Holders,
        pictures: Pictures,
        sightings: Sightings,
        public_base_url: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._walls = walls
        self._holders = holders
        self._pictures = pictures
        self._sightings = sightings
        self._public_base_url = public_base_url

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route
            for base in ("/screen", "/screens/{key}")
            for route in (Route(f"{base}/current.png", self.current), Route(f"{base}/code.json", self.code))
        ]

    async def current(self, request: Request) -> Response:
        """Give the picture of what the screen shows just now: 304 while it is the same."""
        size, now = request.query_params.get("size", _STANDARD), self._clock.now()
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return _refused(request, 404, NO_SCREEN)
        if size not in SIZES:
            return _refused(request, 400, UNKNOWN_SIZE, sizes=", ".join(SIZES))
        locale = locale_for(request, held)
        base = base_of(request, self._public_base_url)
        document = await self._walls.get(held.institution, locale, SIZES[size], base)
        turn = moment.turn(held.screen, document, now)
        code = await self._code(held, turn.site_id if turn.scene == CODE else None, locale, now)
        left_ms = turn.left_ms
        if code is not None:
            left_ms = min(left_ms, milliseconds(code.changes_at) - milliseconds(now))
        elif turn.scene == CODE:
            turn = Turn(IDLE, 0, left_ms)  # its site has ended: an empty square would say nothing
        painting = await self._pictures.painting(document, turn, size, place=legible(held.screen.place), code=code)
        self._note(request, held, size, turn)
        return await given(request, self._pictures, painting, left_ms)

    async def code(self, request: Request) -> Response:
        """Give the code of the site that the screen shows at this hour, if its playlist has one."""
        now = self._clock.now()
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return _refused(request, 404, NO_SCREEN)
        site_id = moment.site_now(programmes.items(held.screen), now)
        code = await self._code(held, site_id, locale_for(request, held), now)
        if code is None:
            return JSONResponse({"code": None}, status_code=404, headers={**SAFE, "cache-control": "no-store"})
        told = {
            "title": code.title,
            "modules": code.modules,
            "changes_at": milliseconds(code.changes_at),
            "now": milliseconds(now),
        }
        return JSONResponse(told, headers={**SAFE, "cache-control": "no-store"})

    async def _code(self, held: Held, site_id: int | None, locale: Locale, now: datetime) -> ShownCode | None:
        return await moment.code(self._database, held.screen, site_id, locale, now)

    def _note(self, request: Request, held: Held, size: str, turn: Turn) -> None:
        # A player says nothing of itself: two addresses are two players.
        host = request.client.host if request.client else ""
        instance = "picture-" + hashlib.sha256(host.encode()).hexdigest()[:16]
        width, height = pixels(size)
        self._sightings.note(
            held.screen_id,
            instance,
            form="picture",
            width=width,
            height=height,
            scene=turn.scene,
            way="polling",
            fault="",
        )


async def given(request: Request, pictures: Pictures, painting: Painting, left_ms: int) -> Response:
    """Answer with a picture, or that it is the same as before; it says for how long it is good."""
    seconds = max(1, left_ms // 1000)
    headers = {**SAFE, "etag": f'"{tag_of(painting)}"', "cache-control": f"private, max-age={seconds}"}
    if request.headers.get("if-none-match") == headers["etag"]:
        return Response(status_code=304, headers=headers)
    _, picture = await pictures.get(painting)
    return Response(picture, media_type="image/png", headers=headers)


def _refused(request: Request, status: int, words: Text, **fields: object) -> Response:
    locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
    return PlainTextResponse(words.in_(locale, **fields), status_code=status, headers=SAFE)

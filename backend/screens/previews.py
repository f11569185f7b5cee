"""A scene as screens would show it, for an organiser who holds the link: the page, its document, the picture."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import Locale, Text
from backend.core.vault import Vault
from backend.identity import queries as identity
from backend.media import links as media_links
from backend.screens import links, programmes
from backend.screens.answers import base_of, packed
from backend.screens.assets import SAFE, Assets
from backend.screens.documents import WallDocument, milliseconds, written
from backend.screens.links import PreviewWanted
from backend.screens.players import Pictures, given
from backend.screens.programme import IDLE, Turn
from backend.screens.shapes import SHAPES, SIZES, ShapeName
from backend.screens.walls import Preview, Walls

NOTHING = Text("此刻无内容可显示，屏幕会跳过", "Nothing to show of this just now: screens pass it over")
OVER = "链接无效或已过期 · this link is not good, or no more"
_SECONDS = 60  # a preview has one scene, whose sheets take turns within a minute


class Previews:
    """Answers the links of previews."""

    def __init__(  # noqa: PLR0917 - the parts it is made of
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        walls: Walls,
        pictures: Pictures,
        assets: Assets,
        public_base_url: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._walls = walls
        self._pictures = pictures
        self._assets = assets
        self._public_base_url = public_base_url

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route(links.PAGE, self.page),
            Route(links.DOCUMENT, self.document),
            Route(links.PICTURE, self.picture),
        ]

    async def page(self, request: Request) -> Response:
        """Show the page as a screen would."""
        if (wanted := self._wanted(request)) is None:
            return _over()
        document = await self._document(request, wanted, SIZES[wanted.size])
        title = f"{NOTHING.in_(_locale(wanted))} · 碳惠" if wanted.scene not in document.scenes else "碳惠 Tanhui"
        content = self._told(wanted, document)
        html = self._assets.page(content, links.PAGE, _locale(wanted), title, is_preview=True)
        return packed(request, html.encode(), "text/html; charset=utf-8", dict(SAFE))

    async def document(self, request: Request) -> Response:
        """Give the document of the page, in the shape that its window has."""
        if (wanted := self._wanted(request, "shape")) is None:
            return _over()
        asked = request.query_params.get("shape", "")
        shape: ShapeName = asked if asked in SHAPES else SIZES[wanted.size]
        document = await self._document(request, wanted, shape)
        return packed(request, self._told(wanted, document), "application/json", dict(SAFE))

    async def picture(self, request: Request) -> Response:
        """Give the picture as a player would show it: the first sheet."""
        if (wanted := self._wanted(request)) is None:
            return _over()
        document = await self._document(request, wanted, SIZES[wanted.size])
        turn = Turn(wanted.scene, 0, _SECONDS * 1000)
        painting = await self._pictures.painting(document, turn, wanted.size, place="", code=None)
        return await given(request, self._pictures, painting, 1000)

    def _wanted(self, request: Request, *more: str) -> PreviewWanted | None:
        query = {name: value for name, value in request.query_params.items() if name not in more}
        return links.opened(self._vault, query, self._clock.now())

    async def _document(self, request: Request, wanted: PreviewWanted, shape: ShapeName) -> WallDocument:
        async with self._database.read() as session:
            institution = await identity.institution(session, wanted.institution)
        assert institution is not None, "the link was sealed by us"
        draft = Text(wanted.zh, wanted.en or wanted.zh) if wanted.zh else None
        base = base_of(request, self._public_base_url)
        at = wanted.instant or self._clock.now()
        return await self._walls.preview(institution, Preview(wanted.scene, shape, _locale(wanted), base, at, draft))

    def _told(self, wanted: PreviewWanted, document: WallDocument) -> bytes:
        scene = wanted.scene if wanted.scene in document.scenes else IDLE
        screen = {
            "place": "",
            "locale": wanted.lang,
            "edition": 1,
            "zone_minutes": programmes.ZONE_MINUTES,
            "items": [{"scene": scene, "seconds": _SECONDS, "begins": None, "ends": None}],
        }
        head = written({"now": milliseconds(wanted.instant or self._clock.now()), "screen": screen})
        return head[:-1] + b',"wall":' + document.content + b"}"


def _locale(wanted: PreviewWanted) -> Locale:
    return "en" if wanted.lang == "en" else "zh-CN"


def _over() -> Response:
    return PlainTextResponse(OVER, status_code=404, headers=media_links.SAFE)

"""The plain paths of screens: the page, its document, the stream of what changes, the board's figures, themes' art."""

from sse_starlette import EventSourceResponse
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.text import Locale, Text, locale_of
from backend.core.vault import Vault
from backend.screens import documents, programmes
from backend.screens.answers import base_of, packed
from backend.screens.assets import SAFE, Assets
from backend.screens.documents import WallDocument, milliseconds, written
from backend.screens.holders import NO_SCREEN, Held, Holders, key_of, locale_for
from backend.screens.hub import Hub
from backend.screens.pairing_pages import PairingPages
from backend.screens.shapes import SHAPES, ShapeName
from backend.screens.showing import Showing
from backend.screens.walls import Walls

SHAPE_COOKIE = "tanhui_shape"
UNKNOWN_SHAPE = Text("shape 须为 {shapes} 之一", "shape is one of {shapes}")
_FOREVER = "public, max-age=31536000, immutable"


class Pages:
    """Answers the plain HTTP paths that screens use."""

    def __init__(  # noqa: PLR0917 - the parts it is made of
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        showing: Showing,
        walls: Walls,
        holders: Holders,
        hub: Hub,
        pairing: PairingPages,
        assets: Assets,
        public_base_url: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._showing = showing
        self._walls = walls
        self._holders = holders
        self._hub = hub
        self._pairing = pairing
        self._assets = assets
        self._public_base_url = public_base_url

    def routes(self) -> list[Route]:
        """Return the routes; a device that was paired holds its key in a cookie, a player in the address."""
        return [
            Route("/screen", self.paired),
            Route("/screens/signing-key.pem", self.signing_key),
            *(
                route
                for base in ("/screen", "/screens/{key}")
                for route in (
                    Route(f"{base}/document.json", self.document),
                    Route(f"{base}/events", self.events),
                    Route(f"{base}/board.json", self.board),
                )
            ),
            Route("/screens/{key}", self.page),
            Route("/art/{theme_hash}/{picture}.svg", self.art),
        ]

    async def paired(self, request: Request) -> Response:
        """Show what the screen that has this cookie shows; without one, how to pair it."""
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return await self._pairing.page(request)
        response = await self._shown(request, held, "/screen")
        # The device keeps its key for as long as browsers keep anything, counted from now.
        self._pairing.remember(response, request, key_of(request))
        return response

    async def page(self, request: Request) -> Response:
        """Show the page of a player that has its key in the address."""
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return self._gone(request)
        return await self._shown(request, held, f"/screens/{key_of(request)}")

    async def document(self, request: Request) -> Response:
        """Give the document: 304 while it has not changed."""
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return self._gone(request)
        shape = self._shape(request)
        if shape is None:
            return self._unknown_shape(request)
        wall = await self._wall(request, held, shape)
        tag = f'"{held.screen.edition}-{wall.version}"'
        headers = {
            **SAFE,
            "etag": tag,
            "cache-control": "private, no-cache",
            "vary": "accept-encoding, accept-language",
        }
        if request.headers.get("if-none-match") == tag:
            # Who polls knows the server's time all the same.
            return Response(status_code=304, headers={**headers, "x-now": str(self._now())})
        return packed(request, self._document(held, wall), "application/json", headers)

    async def events(self, request: Request) -> Response:
        """Tell what changes, as it changes."""
        try:
            held = await self._holders.get(key_of(request))
        except Unauthenticated:
            return self._gone(request)
        shape = self._shape(request)
        if shape is None:
            return self._unknown_shape(request)
        await self._wall(request, held, shape)  # while it can still be said that there is none just now
        stream = self._hub.events(held, locale_for(request, held), shape, self.base(request))
        # Beats of our own tell the time; the library's would be comments that no page sees.
        return EventSourceResponse(stream, ping=0, headers=dict(SAFE), sep="\n", send_timeout=30)

    async def board(self, request: Request) -> Response:
        """Give the boards as figures, for other programs: 304 while they have not changed."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        try:
            shown = await self._showing.get(key_of(request), locale)
        except Unauthenticated:
            return self._gone(request)
        headers = {"etag": shown.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == shown.etag:
            return Response(status_code=304, headers=headers)
        return Response(shown.content, media_type="application/json", headers=headers)

    async def signing_key(self, request: Request) -> Response:
        """Give the key that checks the signatures of documents."""
        del request
        return PlainTextResponse(self._vault.public_key(documents.SIGNATURE), headers=SAFE)

    async def art(self, request: Request) -> Response:
        """Give a picture of a pinned theme; what a hash names never changes."""
        async with self._database.read() as session:
            theme = await campaigns.pinned_theme(session, request.path_params["theme_hash"])
        picture = getattr(theme.art, request.path_params["picture"], None) if theme else None
        if not isinstance(picture, str) or request.path_params["picture"] not in ("cover", "icon"):
            return PlainTextResponse("no such picture", status_code=404)
        return Response(picture, media_type="image/svg+xml", headers={**SAFE, "cache-control": _FOREVER})

    def base(self, request: Request) -> str:
        """Return what the addresses on a screen begin with."""
        return base_of(request, self._public_base_url)

    async def _shown(self, request: Request, held: Held, base: str) -> Response:
        locale = locale_for(request, held)
        # The shape of the window when it was here last: the first view is right at once.
        shape = _known(request.query_params.get("shape") or request.cookies.get(SHAPE_COOKIE, ""))
        wall = await self._wall(request, held, shape or "landscape")
        html = self._assets.page(self._document(held, wall), base, locale, f"{held.institution.name} · 碳惠 Tanhui")
        return packed(request, html.encode(), "text/html; charset=utf-8", dict(SAFE))

    async def _wall(self, request: Request, held: Held, shape: ShapeName) -> WallDocument:
        return await self._walls.get(held.institution, locale_for(request, held), shape, self.base(request))

    def _document(self, held: Held, wall: WallDocument) -> bytes:
        head = written({"now": self._now(), "screen": programmes.told(held.screen)})
        return head[:-1] + b',"wall":' + wall.content + b"}"

    def _now(self) -> int:
        return milliseconds(self._clock.now())

    @staticmethod
    def _shape(request: Request) -> ShapeName | None:
        return _known(request.query_params.get("shape", "landscape"))

    @staticmethod
    def _unknown_shape(request: Request) -> Response:
        words = UNKNOWN_SHAPE.in_(_locale(request), shapes=", ".join(SHAPES))
        return PlainTextResponse(words, status_code=400, headers=SAFE)

    @staticmethod
    def _gone(request: Request) -> Response:
        return PlainTextResponse(NO_SCREEN.in_(_locale(request)), status_code=404, headers=SAFE)


def _known(shape: str) -> ShapeName | None:
    return shape if shape in SHAPES else None


def _locale(request: Request) -> Locale:
    return locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))

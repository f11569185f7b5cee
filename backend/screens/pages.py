"""The plain page of a screen, its document, and the themes' pictures."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.core.db import Database
from backend.core.errors import Unauthenticated
from backend.core.text import locale_of
from backend.screens.showing import Showing

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]), trim_blocks=True
)
_SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; img-src 'self'; font-src 'self'; style-src 'self' 'unsafe-inline'; "
    "script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
}
_FOREVER = "public, max-age=31536000, immutable"


class Pages:
    """Answers the few plain HTTP paths that screens use."""

    def __init__(self, database: Database, showing: Showing) -> None:
        self._database = database
        self._showing = showing
        self._page = _PAGES.get_template("canteen.html")
        self._script = (Path(__file__).parent / "canteen.js").read_text(encoding="utf-8")

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/screens/canteen.js", self.script),
            Route("/screens/{key}", self.page),
            Route("/screens/{key}/board.json", self.document),
            Route("/art/{theme_hash}/{picture}.svg", self.art),
        ]

    async def page(self, request: Request) -> Response:
        """Show the board as a page that keeps itself up to date."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        try:
            shown = await self._showing.get(request.path_params["key"], locale)
        except Unauthenticated:
            return PlainTextResponse("没有这块屏幕 · no such screen", status_code=404, headers=_SAFE)
        html = self._page.render(shown=shown, locale=locale, key=request.path_params["key"])
        return HTMLResponse(html, headers={**_SAFE, "cache-control": "no-store"})

    async def document(self, request: Request) -> Response:
        """Give the board document: 304 while it has not changed."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        try:
            shown = await self._showing.get(request.path_params["key"], locale)
        except Unauthenticated:
            return PlainTextResponse("no such screen", status_code=404)
        headers = {"etag": shown.etag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == shown.etag:
            return Response(status_code=304, headers=headers)
        return Response(shown.content, media_type="application/json", headers=headers)

    async def script(self, request: Request) -> Response:
        """Give the page's script."""
        del request
        return Response(self._script, media_type="text/javascript", headers={"cache-control": "no-cache"})

    async def art(self, request: Request) -> Response:
        """Give a picture of a pinned theme; what a hash names never changes."""
        async with self._database.read() as session:
            theme = await campaigns.pinned_theme(session, request.path_params["theme_hash"])
        picture = getattr(theme.art, request.path_params["picture"], None) if theme else None
        if not isinstance(picture, str) or request.path_params["picture"] not in ("cover", "icon"):
            return PlainTextResponse("no such picture", status_code=404)
        return Response(picture, media_type="image/svg+xml", headers={**_SAFE, "cache-control": _FOREVER})

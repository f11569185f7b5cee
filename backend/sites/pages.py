"""The page of a site whose code changes: it hangs on a tablet at the station, the canteen's door, the lecture room."""

import io
from collections.abc import Mapping
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, select_autoescape
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import Text, locale_of
from backend.core.vault import Vault
from backend.identity.tables import Institution
from backend.sites import codes
from backend.sites.tables import SiteCode

DISPLAY_KEY = "site display key"
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]), trim_blocks=True
)
_SAFE = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; img-src 'self' data:; font-src 'self'; "
    "style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
}


class SitePages:
    """Shows changing codes to who holds a display's key."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, kinds: Mapping[str, Text]) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._kinds = kinds
        self._page = _PAGES.get_template("site.html")
        self._script = (Path(__file__).parent / "site.js").read_text(encoding="utf-8")

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/sites/site.js", self.script),
            Route("/sites/{key}", self.page),
            Route("/sites/{key}/code.json", self.code),
        ]

    async def page(self, request: Request) -> Response:
        """Show the page; its script keeps the code up to date."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        found = await self._site(request.path_params["key"])
        if found is None:
            return PlainTextResponse("没有这个点位 · no such site", status_code=404, headers=_SAFE)
        site, institution = found
        kind = self._kinds.get(site.kind, Text(site.kind, site.kind)).in_(locale)
        shown = {"site": site, "institution": institution, "kind": kind, "locale": locale}
        return HTMLResponse(self._page.render(key=request.path_params["key"], **shown), headers=_SAFE)

    async def code(self, request: Request) -> Response:
        """Give the code of this moment, as text and as a picture, and in how many seconds the next one comes."""
        found = await self._site(request.path_params["key"])
        if found is None:
            return JSONResponse({"code": None}, status_code=404, headers=_SAFE)
        now = self._clock.now()
        code = codes.current(found[0].code, found[0].secret or "", now)
        seconds = (codes.changes_at(now) - now).total_seconds()
        return JSONResponse({"code": code, "picture": _picture(code), "changes_in": seconds}, headers=_SAFE)

    async def script(self, request: Request) -> Response:
        """Give the page's script."""
        del request
        return Response(self._script, media_type="text/javascript", headers={"cache-control": "no-cache"})

    async def _site(self, key: str) -> tuple[SiteCode, str] | None:
        now = self._clock.now()
        async with self._database.read() as session:
            found = await session.exec(
                select(SiteCode, Institution.name)
                .join(Institution, col(Institution.id) == col(SiteCode.institution_id))
                .where(
                    col(SiteCode.display_fingerprint) == self._vault.fingerprint(key, DISPLAY_KEY),
                    col(SiteCode.revoked_at).is_(None),
                    col(SiteCode.valid_until) > now,
                )
            )
            return found.first()


def _picture(code: str) -> str:
    written = io.BytesIO()
    segno.make(code, error="m", micro=False).save(written, kind="svg", border=2, scale=10, xmldecl=False, svgns=True)
    return written.getvalue().decode()

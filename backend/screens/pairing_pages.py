"""What a screen shows until it is paired: its code, and the page that says what to do with it."""

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.core import short_codes
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import Text, locale_of
from backend.core.vault import Vault
from backend.screens import codes, pairing
from backend.screens.addresses import AddressLimit
from backend.screens.answers import base_of
from backend.screens.documents import milliseconds
from backend.screens.holders import COOKIE
from backend.screens.pairing import Shown, Standing
from backend.settings import Settings

COOKIE_LIFE = timedelta(days=400)  # as long as browsers keep one; each loading of the page begins it anew
MOST_OF_AN_ADDRESS, WITHIN = 30, timedelta(minutes=10)

_WEB = Path(__file__).parent / "web"
_PAGES = Environment(loader=FileSystemLoader(_WEB), autoescape=select_autoescape(["html"]), trim_blocks=True)
_ASSETS = {"pairing.js": "text/javascript", "pairing.css": "text/css"}
_SAFE = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; "
    "script-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}
_FOREVER = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}
TOO_OFTEN = Text(
    "此地址请求配对码过于频繁，请稍候，本页会自动重试。",
    "This address has asked for too many codes: this page tries again by itself.",
)
FOREIGN = Text("请直接打开屏幕地址。", "Open the screen's address itself.")
NO_CODE = Text("配对码有误。", "This is no pairing code.")


class PairingPages:
    """Answers screens that are not paired yet."""

    def __init__(self, database: Database, vault: Vault, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._base = settings.public_base_url
        self._limit = AddressLimit(MOST_OF_AN_ADDRESS, WITHIN)
        self._files = {name: (_WEB / name).read_text(encoding="utf-8") for name in _ASSETS}
        self._hash = hashlib.sha256("".join(self._files.values()).encode()).hexdigest()[:16]

    def routes(self) -> list[Route]:
        """Return the routes; that of the page itself belongs to whoever knows which screens are paired."""
        return [
            Route("/screen/pairings", self.begin, methods=["POST"]),
            Route("/screen/pairings", self.state, methods=["GET"]),
            Route("/screen/pair/{code}", self.explanation, methods=["GET"]),
            Route("/screen/pairing/{hash}/{name}", self.asset, methods=["GET"]),
        ]

    async def page(self, request: Request) -> Response:
        """Show the page; its script asks for a code and keeps it fresh."""
        del request
        return HTMLResponse(_PAGES.get_template("pairing.html").render(assets=self._hash), headers=_SAFE)

    async def begin(self, request: Request) -> Response:
        """Give a screen a code; one whose code is open keeps it, one that is paired is told so."""
        locale = locale_of(request.headers.get("accept-language"))
        if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            # A foreign page could otherwise make the screen forget its key.
            return PlainTextResponse(FOREIGN.in_(locale), status_code=403, headers=_SAFE)
        key, now = request.cookies.get(COOKIE, ""), self._clock.now()
        stands = await self._standing(key, now)
        shown = stands.shown
        if stands.state == "paired":
            return JSONResponse(_told(stands), headers=_SAFE)
        if shown is None:
            wait = self._limit.wait_seconds(request.client.host if request.client else "", now)
            if wait:
                headers = {**_SAFE, "retry-after": str(wait)}
                return PlainTextResponse(TOO_OFTEN.in_(locale), status_code=429, headers=headers)
            async with self._database.write() as session:
                key, shown = await pairing.begin(session, self._vault, key, now)
        response = JSONResponse(self._code(request, shown, now), headers=_SAFE)
        self.remember(response, request, key)
        return response

    async def state(self, request: Request) -> Response:
        """Say how the screen stands: waiting, paired (with what it is called), or over."""
        stands = await self._standing(request.cookies.get(COOKIE, ""), self._clock.now())
        return JSONResponse(_told(stands), headers=_SAFE)

    async def explanation(self, request: Request) -> Response:
        """Say what to do with a code to who has scanned it; whether it is one is for the console to say."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        code = short_codes.plain(request.path_params["code"])
        if not short_codes.can_be(code, pairing.LENGTH):
            return PlainTextResponse(NO_CODE.in_(locale), status_code=404, headers=_SAFE)
        page = _PAGES.get_template("pair.html").render(assets=self._hash, code=code, locale=locale)
        return HTMLResponse(page, headers=_SAFE)

    async def asset(self, request: Request) -> Response:
        """Give script or style of the pages; what the hash names never changes."""
        name, named = request.path_params["name"], request.path_params["hash"]
        if name not in _ASSETS:
            return PlainTextResponse("no such file", status_code=404)
        headers = _FOREVER if named == self._hash else _FOREVER | {"cache-control": "no-cache"}
        return Response(self._files[name], media_type=_ASSETS[name], headers=headers)

    def remember(self, response: Response, request: Request, key: str) -> None:
        """Let the device keep its key from now on for `COOKIE_LIFE`."""
        response.set_cookie(
            COOKIE,
            key,
            max_age=int(COOKIE_LIFE.total_seconds()),
            path="/screen",
            secure=self._base.startswith("https://") or request.url.scheme == "https",
            httponly=True,
            samesite="strict",
        )

    async def _standing(self, key: str, now: datetime) -> Standing:
        async with self._database.read() as session:
            return await pairing.standing(session, self._vault, key, now)

    def _code(self, request: Request, shown: Shown, now: datetime) -> dict[str, object]:
        base = base_of(request, self._base)
        return {
            "code": shown.code,
            "modules": codes.modules(f"{base}/screen/pair/{shown.code}"),
            "ends_at": milliseconds(shown.ends_at),
            "now": milliseconds(now),
        }


def _told(stands: Standing) -> dict[str, object]:
    told: dict[str, object] = {"state": stands.state}
    if stands.shown is not None:
        told["code"] = stands.shown.code  # a second tab may have begun another one
    if stands.state == "paired":
        told |= {"institution": stands.institution, "place": stands.place}
    return told

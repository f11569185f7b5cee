"""Give the sheet of a printed code, as a picture or a PDF, to who holds a link to it."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.checkins import site_sheet
from backend.checkins.kind import all_kinds
from backend.checkins.site_sheet import SiteSheet
from backend.core import ids
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import NotFound, Problem
from backend.core.text import LOCALES, Locale, Text, locale_of
from backend.core.vault import Vault
from backend.media import links
from backend.media.studio import Studio
from backend.sites import errors, queries
from backend.sites.mini_codes import MiniCodes
from backend.sites.tables import SiteCode

SITE_ID = "sit"
MEDIA_TYPES = {"png": "image/png", "pdf": "application/pdf"}
LIMIT = Text("限{slot}使用", "Only for {slot}")


@dataclass(frozen=True)
class Wanted:
    """Which sheet: of which site (opaque), in which form and language, and where to complain."""

    site: str
    form: str
    locale: Locale
    contact: str | None


def path(vault: Vault, sheet: Wanted, until: datetime) -> str:
    """Return where a sheet is, for whoever holds this path, until that instant."""
    return links.sealed(vault, _place(sheet.site, sheet.form), until, lang=sheet.locale, contact=sheet.contact or "")


def _place(site: str, form: str) -> str:
    return f"/sites/{site}/sheet.{form}"


def refuse_unprintable(site: SiteCode, now: datetime) -> None:
    """Raise SiteChanges or SiteEnded for a site whose code is not for printing, or no more."""
    if site.secret is not None:
        raise errors.SiteChanges
    if site.revoked_at is not None or now >= site.valid_until:
        raise errors.SiteEnded(place=site.place)


class Sheets:
    """Draws sheets."""

    def __init__(self, database: Database, clock: Clock, vault: Vault, studio: Studio, mini_codes: MiniCodes) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._studio = studio
        self._mini_codes = mini_codes

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/sites/{site}/sheet.{form}", self.sheet, methods=["GET"])]

    async def sheet(self, request: Request) -> Response:
        """Give a sheet to who holds a good link; every other link gets one answer."""
        site, form = request.path_params["site"], request.path_params["form"]
        query = request.query_params
        if form not in MEDIA_TYPES or not links.is_sealed(self._vault, _place(site, form), query, self._clock.now()):
            return PlainTextResponse("链接无效或已过期 · this link is not good, or no more", 404, headers=links.SAFE)
        assert query["lang"] in LOCALES, "it was sealed by us"
        wanted = Wanted(site, form, query["lang"], query["contact"] or None)
        try:
            content = await self._drawn(wanted)
        except Problem as problem:
            told = problem.text(locale_of(request.headers.get("accept-language")))
            return JSONResponse(
                {"problem": type(problem).__name__, "message": told}, status_code=422, headers=links.SAFE
            )
        named = {"content-disposition": f'inline; filename="{site}.{form}"'}
        return Response(content, media_type=MEDIA_TYPES[form], headers=links.SAFE | named)

    async def _drawn(self, wanted: Wanted) -> bytes:
        async with self._database.read() as session:
            found = await queries.site(session, ids.decode(SITE_ID, wanted.site))
        if found is None:
            raise NotFound(what=wanted.site)
        site, institution = found
        refuse_unprintable(site, self._clock.now())
        kind = all_kinds().get(site.kind)
        slot = kind.code_slots().get(site.slot) if kind and site.slot else None
        sheet = SiteSheet(
            locale=wanted.locale,
            kind=kind.title.in_(wanted.locale) if kind else site.kind,
            institution=institution.name,
            place=site.place,
            code=site.code,
            valid_from=site.valid_from,
            valid_until=site.valid_until,
            limit=LIMIT.in_(wanted.locale, slot=slot.in_(wanted.locale)) if slot else None,
            contact=wanted.contact,
            mini_code=await self._mini_codes.picture(site),
        )
        return await self._studio.draw(site_sheet.draw, sheet, wanted.form)

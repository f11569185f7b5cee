"""Give the sheet of a printed code, as a picture or a PDF, to who holds a link to it."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.checkins import site_sheet
from backend.checkins.kind import all_kinds
from backend.checkins.site_sheet import SiteSheet
from backend.core import ids
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import NotFound
from backend.core.text import LOCALES, Locale, Text
from backend.core.vault import Vault
from backend.media import links, papers
from backend.media.studio import Studio
from backend.sites import errors, queries
from backend.sites.mini_codes import MiniCodes
from backend.sites.tables import SiteCode

SITE_ID = "sit"
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

        async def drawn() -> bytes:
            query = request.query_params
            assert query["lang"] in LOCALES, "it was sealed by us"
            return await self._drawn(Wanted(site, form, query["lang"], query["contact"] or None))

        return await papers.give(
            request, self._vault, self._clock.now(), path=_place(site, form), name=f"{site}.{form}", draw=drawn
        )

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

"""Public pages: what a certificate's code proves, and what a poster's code leads to. No sign-in, no scripts.

A code that was withdrawn, one whose member has left, and one that never was get the same answer with the same status:
the page tells nobody that somebody once had a certificate.
"""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import CANCELLED, ENDED
from backend.certificates import codes, join_codes, neutral, papers, queries, wording
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import Locale, Text, locale_of
from backend.core.vault import Vault
from backend.identity import queries as identity
from backend.rewards import neutrality

RANK = Text("按{measure}第 {rank} 名", "{rank} by {measure}")
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(["html"]), trim_blocks=True
)
_SAFE = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
}


class CertificatePages:
    """Answers who holds a paper in their hands."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/verify", self.ask, methods=["GET"]),
            Route("/verify/{code}", self.verify, methods=["GET"]),
            Route("/join/{campaign}", self.join, methods=["GET"]),
            Route("/neutral/{event}", self.neutral, methods=["GET"]),
        ]

    async def ask(self, request: Request) -> Response:
        """Ask for a code, or go to the page of the one that was typed."""
        locale = _locale(request)
        typed = request.query_params.get("code")
        if typed is None:
            return _shown("ask.html", locale)
        code = codes.read(typed)
        if code is None:
            return _shown("verify.html", locale, 404, told=None)
        return RedirectResponse(f"/verify/{code}?lang={locale}", 303, headers=_SAFE)

    async def verify(self, request: Request) -> Response:
        """Say whether a certificate stands, and what it says; every other code gets one answer."""
        locale, code = _locale(request), codes.read(request.path_params["code"])
        if code is None:
            return _shown("verify.html", locale, 404, told=None)
        async with self._database.read() as session:
            found = await queries.by_code(session, codes.fingerprint(self._vault, code))
            changed = found is not None and await queries.changed_since(session, found)
        if found is None:
            return _shown("verify.html", locale, 404, told=None)
        told = papers.certificate_of(found, self._vault, "", locale)
        return _shown(
            "verify.html",
            locale,
            told=told,
            changed=changed,
            days=wording.days(told.starts_on, told.ends_on, locale),
            sealed_at=wording.moment(told.sealed_at, locale),
            rank=RANK.in_(
                locale,
                rank=told.rank if locale == "zh-CN" else wording.ordinal(told.rank or 0),
                measure=wording.MEASURES[told.measure].in_(locale) if told.measure else "",
            ),
        )

    async def neutral(self, request: Request) -> Response:
        """Say whether the certificate of an event stands, and what it says; every other address gets one answer."""
        locale = _locale(request)
        number = neutral.PAGES.number_of(self._vault, request.path_params["event"])
        async with self._database.read() as session:
            found = await neutrality.certificate(session, number) if number is not None else None
        if found is None:
            return _shown("neutral.html", locale, 404, paper=None)
        return _shown("neutral.html", locale, paper=neutral.NeutralPaper(locale, found, ""))

    async def join(self, request: Request) -> Response:
        """Say what a campaign is and how to take part, to who scanned its poster without a mini-program code."""
        locale = _locale(request)
        number = join_codes.PAGES.number_of(self._vault, request.path_params["campaign"])
        async with self._database.read() as session:
            running = await campaigns.one(session, number) if number is not None else None
            issuer = await identity.institution(session, running.campaign.institution_id) if running else None
        if running is None or issuer is None or running.campaign.state == CANCELLED:
            return _shown("gone.html", locale, 404)
        return _shown(
            "join.html",
            locale,
            copy=running.rules.theme.copy_in(locale),
            slogan=running.rules.theme.slogan_in(running.campaign.starts_on.year).in_(locale),
            cover=f"/art/{running.campaign.theme_hash}/cover.svg",
            days=wording.days(running.campaign.starts_on, running.campaign.ends_on, locale),
            issuer=issuer.name,
            over=running.campaign.state in ENDED or running.today(self._clock.now()) > running.campaign.ends_on,
        )


def _locale(request: Request) -> Locale:
    return locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))


def _shown(page: str, locale: Locale, status: int = 200, **told: object) -> Response:
    return HTMLResponse(_PAGES.get_template(page).render(locale=locale, **told), status, headers=_SAFE)

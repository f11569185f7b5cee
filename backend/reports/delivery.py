"""Give a report, in one of its forms, to who holds a link to it.

The figures are read in one state of the database; workbook and pages are made in the studio's processes, so that
neither holds up a request nor takes the API's memory.
"""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.campaigns.shelf import Shelf
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession
from backend.core.text import LOCALES, Locale
from backend.core.vault import Vault
from backend.identity import queries as identity
from backend.media import links, papers
from backend.media.paper import coverage
from backend.media.studio import Studio
from backend.media.uploads import Uploads
from backend.reports import cases, open_data, paper, queries, sections, words, workbook
from backend.reports.cases import NOBODY, Offered
from backend.reports.content import Content
from backend.reports.figures import Figures, Scope, Worth
from backend.reports.paper import Case, Paper

FORMS = ("pdf", "xlsx", "csv")


def path(vault: Vault, form: str, part: tuple[int, int | None], locale: Locale, until: datetime) -> str:
    """Return where a report of a campaign's part is, in one form, for whoever holds this path, until that instant."""
    campaign_id, institution_id = part
    told = {"campaign": str(campaign_id), "institution": str(institution_id or 0), "lang": locale}
    return links.sealed(vault, _path(form), until, **told)


def _path(form: str) -> str:
    return f"/reports/campaign.{form}"


async def _scope(session: ReadSession, campaign_id: int, institution_id: int | None) -> Scope:
    running = await campaigns.one(session, campaign_id)
    assert running is not None, "the caller has found it"
    place = await identity.institution(session, institution_id) if institution_id else None
    return await queries.scope_of(session, running, place)


class Reports:
    """Makes reports."""

    def __init__(
        self, database: Database, clock: Clock, vault: Vault, *, shelf: Shelf, uploads: Uploads, threshold: int
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._shelf = shelf
        self._uploads = uploads
        self._studio: Studio = uploads.studio
        self._threshold = threshold

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(_path(form), self.report, methods=["GET"]) for form in FORMS]

    async def worth(self, campaign_id: int, institution_id: int | None) -> Worth:
        """Return what the figures of a campaign's part are worth."""
        async with self._database.read() as session:
            scope = await _scope(session, campaign_id, institution_id)
            return await queries.worth(session, scope, self._threshold, self._clock.now())

    async def figures(self, campaign_id: int, institution_id: int | None) -> tuple[Figures, list[Offered]]:
        """Return what is known of a campaign's part, and the cases that were chosen for it."""
        async with self._database.read() as session:
            scope = await _scope(session, campaign_id, institution_id)
            figures = await queries.figures(session, scope, self._shelf.calendar, self._threshold, self._clock.now())
            return figures, await cases.told(session, scope)

    async def report(self, request: Request) -> Response:
        """Give a report to who holds a good link; every other link gets one answer."""
        form = request.url.path.rpartition(".")[2]

        async def made() -> bytes:
            query = request.query_params
            locale = query["lang"]
            assert locale in LOCALES, "it was sealed by us"
            figures, chosen = await self.figures(int(query["campaign"]), int(query["institution"]) or None)
            content = sections.content_of(figures, locale)
            if form == "csv":
                return open_data.written(content)
            if form == "xlsx":
                return await self._studio.draw(workbook.drawn, content)
            return await self._studio.draw(paper.draw, await self._paper(content, chosen))

        name = f"campaign-report.{form}"
        return await papers.give(request, self._vault, self._clock.now(), path=_path(form), name=name, draw=made)

    async def _paper(self, content: Content, chosen: list[Offered]) -> Paper:
        for text in (content.campaign, content.unit, *(_names(content))):
            coverage.printable(text)
        return Paper(content, tuple([await self._case(one, content.locale) for one in chosen]))

    async def _case(self, one: Offered, locale: Locale) -> Case:
        photo = await self._uploads.photo(one.photo.key) if one.photo else None
        by = (
            NOBODY.in_(locale) if one.name is None else words.BY.in_(locale, name=one.name, institution=one.institution)
        )
        return Case(one.case.title, one.case.text, by, photo)


def _names(content: Content) -> list[str]:
    groups = content.section("groups")
    return [str(row[0]) for row in groups.rows] if groups else []

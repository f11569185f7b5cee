"""Give certificates, posters and board pictures to who holds a link to them; they are drawn when they are asked for."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.certificates import board_picture, certificate, codes, join_codes, neutral, poster, queries
from backend.certificates.board_picture import BoardPicture
from backend.certificates.join_codes import JoinCodes
from backend.certificates.links import CERTIFICATE_ID, CertificateWanted, NeutralWanted, PictureWanted, PosterWanted
from backend.certificates.neutral import NeutralPaper
from backend.certificates.poster import Poster
from backend.certificates.queries import Told
from backend.certificates.tables import Certificate
from backend.core import ids
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.errors import NotFound
from backend.core.text import LOCALES, Locale, Text
from backend.core.vault import Vault
from backend.identity import queries as identity
from backend.leaderboards import periods
from backend.leaderboards.boards import Boards
from backend.leaderboards.queries import Scope
from backend.media import papers
from backend.media.studio import Studio
from backend.rewards import neutrality
from backend.settings import Settings
from backend.settlement import queries as settlement

CERTIFICATE = Text("证书", "certificate")


@dataclass(frozen=True)
class Papers:
    """Draws the papers and pictures of this slice."""

    database: Database
    clock: Clock
    vault: Vault
    studio: Studio
    boards: Boards
    join_codes: JoinCodes
    settings: Settings

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/certificates/{certificate}/certificate.{form}", self.certificate, methods=["GET"]),
            Route("/posters/poster.{form}", self.poster, methods=["GET"]),
            Route("/boards/board.{form}", self.board, methods=["GET"]),
            Route("/events/certificate.{form}", self.event, methods=["GET"]),
        ]

    async def certificate(self, request: Request) -> Response:
        """Give a certificate that still stands."""
        named, form = request.path_params["certificate"], request.path_params["form"]
        locale = _locale(request)

        async def drawn() -> bytes:
            async with self.database.read() as session:
                number = ids.find(CERTIFICATE_ID, named)
                row = await session.get(Certificate, number) if number is not None else None
                told = await queries.told(session, row) if row is not None else None
            if told is None:
                raise NotFound(what=CERTIFICATE)
            base = self._base(request)
            return await self.studio.draw(certificate.draw, certificate_of(told, self.vault, base, locale), form)

        return await papers.give(
            request,
            self.vault,
            self.clock.now(),
            path=CertificateWanted(named, form, locale).path,
            name=f"certificate-{named}.{form}",
            draw=drawn,
        )

    async def event(self, request: Request) -> Response:
        """Give the certificate of an event that still stands."""
        form, locale = request.path_params["form"], _locale(request)

        async def drawn() -> bytes:
            number = int(request.query_params["event"])
            async with self.database.read() as session:
                told = await neutrality.certificate(session, number)
            if told is None:
                raise NotFound(what=CERTIFICATE)
            paper = NeutralPaper(locale, told, self._base(request) + neutral.PAGES.path(self.vault, number))
            return await self.studio.draw(neutral.draw, paper, form)

        path, name = NeutralWanted(0, form, locale).path, f"certificate.{form}"
        return await papers.give(request, self.vault, self.clock.now(), path=path, name=name, draw=drawn)

    async def poster(self, request: Request) -> Response:
        """Give a campaign's poster."""
        form, locale = request.path_params["form"], _locale(request)

        async def drawn() -> bytes:
            query = request.query_params
            running, institution = await self._campaign(query["campaign"], query["institution"])
            copy = running.rules.theme.copy_in(locale)
            told = Poster(
                locale=locale,
                title=copy.title,
                slogan=running.rules.theme.slogan_in(running.campaign.starts_on.year).in_(locale),
                institution=institution,
                starts_on=running.campaign.starts_on,
                ends_on=running.campaign.ends_on,
                how=copy.how,
                privacy=copy.privacy,
                address=self._base(request) + join_codes.PAGES.path(self.vault, running.id),
                art=running.rules.theme.art.cover,
                contact=query["contact"] or None,
                mini_code=await self.join_codes.picture(running.id),
            )
            return await self.studio.draw(poster.draw, told, form, query["size"])

        path = PosterWanted(0, 0, "", form, locale).path
        return await papers.give(request, self.vault, self.clock.now(), path=path, name=f"poster.{form}", draw=drawn)

    async def board(self, request: Request) -> Response:
        """Give a board as a picture: as it was sealed, or as it stands now."""
        form, locale = request.path_params["form"], _locale(request)

        async def drawn() -> bytes:
            query = request.query_params
            running, institution = await self._campaign(query["campaign"], query["institution"])
            told = await self._board(request, running, institution, locale)
            return await self.studio.draw(board_picture.draw, told, query["size"])

        path = PictureWanted(0, 0, "", "", "", "", locale, form).path
        return await papers.give(request, self.vault, self.clock.now(), path=path, name=f"board.{form}", draw=drawn)

    async def _board(self, request: Request, running: Running, institution: str, locale: Locale) -> BoardPicture:
        query, now = request.query_params, self.clock.now()
        day = min(running.today(now), running.campaign.ends_on)
        scope = Scope(
            running.id,
            query["level"],  # type: ignore[arg-type]  # it was sealed by us
            periods.named(query["period"], day),
            query["measure"],  # type: ignore[arg-type]  # as above
            int(query["institution"]),
        )
        found = (await self.boards.get(scope, running, day, locale, now)).board
        async with self.database.read() as session:
            seal = await settlement.seal_of(session, running.id) if found.sealed_at else None
        return BoardPicture(
            locale=locale,
            campaign=running.rules.title.in_(locale),
            title=found.title,
            institution=institution,
            period=found.period,
            measure=found.measure,
            starts_on=found.starts_on,
            ends_on=found.ends_on,
            state=found.state,
            rows=found.rows,
            participants=found.participants,
            points=found.points,
            carbon_mg=found.carbon_mg,
            as_of=found.as_of,
            ties=found.ties,
            hidden=found.hidden,
            address=self._base(request) + join_codes.PAGES.path(self.vault, running.id),
            art=running.rules.theme.art.cover,
            frozen_at=found.frozen_at,
            sealed_at=found.sealed_at,
            digest=seal.digest if seal else None,
            mini_code=await self.join_codes.picture(running.id),
        )

    async def _campaign(self, campaign: str, institution: str) -> tuple[Running, str]:
        async with self.database.read() as session:
            running = await campaigns.one(session, int(campaign))
            place = await identity.institution(session, int(institution))
        assert running is not None, "the link was sealed by us"
        assert place is not None, "as above"
        return running, place.name

    def _base(self, request: Request) -> str:
        return self.settings.public_base_url or str(request.base_url).rstrip("/")


def certificate_of(told: Told, vault: Vault, base: str, locale: Locale) -> certificate.Certificate:
    """Return what a certificate says."""
    row, standing, running = told.row, told.standing, told.running
    assert row.name is not None, "it stands"
    code = codes.derived(vault, row.salt)
    return certificate.Certificate(
        locale=locale,
        level=row.level,  # type: ignore[arg-type]  # we wrote it
        name=row.name,
        unit=None if row.level == "institution" else told.institution,
        campaign=running.rules.title.in_(locale),
        starts_on=running.campaign.starts_on,
        ends_on=running.campaign.ends_on,
        acts=standing.acts,
        points=standing.points,
        carbon_mg=standing.carbon_mg,
        participants=standing.participants,
        issuer=told.issuer,
        made_at=row.made_at,
        sealed_at=told.seal.sealed_at,
        number=row.number,
        code=code,
        address=f"{base}/verify/{code}",
        digest=told.seal.digest,
        art=running.rules.theme.art.cover,
        rank=row.rank,
        measure=row.measure,  # type: ignore[arg-type]  # we wrote it
    )


def _locale(request: Request) -> Locale:
    told = request.query_params.get("lang", "")
    return told if told in LOCALES else "zh-CN"

"""Build the ASGI application from settings: the one place where engine, clients and services are made."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from backend import schema as schemas
from backend.amendments.openings import open_of
from backend.campaigns import message_sheet, shelf
from backend.campaigns.shelf import Shelf
from backend.certificates.join_codes import JoinCodes
from backend.certificates.pages import CertificatePages
from backend.certificates.papers import Papers
from backend.checkins.kind import all_kinds
from backend.checkins.recorder import Recorder
from backend.checkins.sheets import Sheets
from backend.core import documents, logs, paths
from backend.core.api import Context, Services
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.endpoint import Endpoint
from backend.core.errors import Unavailable
from backend.core.text import locale_of
from backend.core.vault import Vault
from backend.custody.slips import Slips
from backend.identity.sessions import Sessions
from backend.identity.sign_in_desk import SignInDesk
from backend.leaderboards.boards import Boards
from backend.media import moderation, store, webfonts
from backend.media.studio import Studio
from backend.media.tables import HUMAN, WAITING
from backend.media.uploads import Uploads
from backend.messages.reconciling import Reconciling
from backend.planning.pages import CalendarPages
from backend.reports.delivery import Reports
from backend.screens import assembly as screens
from backend.screens.assembly import Screens
from backend.settings import Settings, clock_of
from backend.settlement.files import SealFiles
from backend.settlement.waiting import Openings
from backend.sites.mini_codes import MiniCodes
from backend.sites.pages import SitePages
from backend.wechat import redaction
from backend.wechat.client import HttpWeChat
from backend.wechat.pushes import Keys, Pushes
from backend.wechat.tokens import DatabaseTokenStore


@dataclass(frozen=True)
class Parts:
    """What the application is made of."""

    settings: Settings
    database: Database
    clock: Clock
    http: httpx.AsyncClient
    services: Services


def assemble(
    settings: Settings, clock: Clock | None = None, http: httpx.AsyncClient | None = None, packs: Shelf | None = None
) -> Parts:
    """Make every part once and hand each what it needs; theme packs that were read already are not read again."""
    redaction.install()
    clock = clock or clock_of(settings)
    http = http or httpx.AsyncClient()
    database = Database(settings.database_url, settings.pool_size, settings.busy_seconds)
    vault = Vault(settings.secret_key)
    tokens = DatabaseTokenStore(database, vault, settings.wechat_app_id)
    boards = Boards(database, settings.board_seconds, settings.suppression_threshold)
    wechat = HttpWeChat(
        http, settings.wechat_base_url, settings.wechat_app_id, settings.wechat_app_secret, tokens, clock
    )
    studio = Studio(settings.photo_workers)
    templates = message_sheet.load(settings.campaigns_folder)
    kept = packs or shelf.load(settings.campaigns_folder)
    uploads = Uploads(
        database,
        clock,
        vault,
        store=store.opened(settings),
        studio=studio,
        photo_bytes=settings.photo_bytes,
        begins=WAITING if settings.platform_sees_photos else HUMAN,
    )
    hung = screens.assembled(database, vault, clock, settings, boards, kept, studio)
    services = Services(
        settings,
        vault,
        Openings((open_of,)),
        wechat,
        Sessions(vault, database, clock, settings.session_cache_seconds),
        SignInDesk(),
        kept,
        Recorder(database, clock, settings.batch_items, settings.writers),
        boards,
        hung,
        hung.showing,
        hung.holders,
        hung.walls,
        uploads,
        Pushes(
            database,
            clock,
            Keys(settings.wechat_push_token, settings.wechat_push_key, settings.wechat_app_id),
            {
                "wxa_media_check": moderation.receive_event,
                **Reconciling(vault, settings.wechat_app_id, templates).receivers(),
            },
        ),
        templates,
        Sheets(database, clock, vault, studio, MiniCodes(database, clock, wechat, settings)),
        Slips(database, clock, vault, studio),
        Papers(database, clock, vault, studio, boards, JoinCodes(clock, wechat, settings), settings),
        Reports(database, clock, vault, shelf=kept, uploads=uploads, threshold=settings.suppression_threshold),
    )
    return Parts(settings, database, clock, http, services)


def create(
    settings: Settings, clock: Clock | None = None, http: httpx.AsyncClient | None = None, packs: Shelf | None = None
) -> FastAPI:
    """Build the application; its connections close when it shuts down."""
    parts = assemble(settings, clock, http, packs)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.parts = parts
        async with parts.services.use(Screens).served():
            yield
        await parts.services.use(Recorder).drain()
        await parts.services.use(Uploads).close()
        await parts.http.aclose()
        await parts.database.close()

    app = FastAPI(title="Tanhui 碳惠", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.parts = parts
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_route("/graphql", _endpoint(parts).answer, methods=["GET", "POST"], include_in_schema=False)
    app.add_route("/healthz", _health, methods=["GET"])
    app.add_route("/readyz", _readiness(parts), methods=["GET"])
    app.router.routes.extend(parts.services.use(Uploads).routes())
    app.router.routes.extend(parts.services.use(Pushes).routes())
    app.router.routes.extend(parts.services.use(Sheets).routes())
    app.router.routes.extend(parts.services.use(Slips).routes())
    vault = parts.services.use(Vault)
    app.router.routes.extend(SealFiles(parts.database, parts.clock, vault).routes())
    app.router.routes.extend(parts.services.use(Papers).routes())
    app.router.routes.extend(CertificatePages(parts.database, vault, parts.clock).routes())
    app.router.routes.extend(parts.services.use(Reports).routes())
    kinds = {key: kind.title for key, kind in all_kinds().items()}
    app.router.routes.extend(SitePages(parts.database, vault, parts.clock, kinds).routes())
    app.router.routes.extend(webfonts.routes())
    app.router.routes.extend(parts.services.use(Screens).routes())
    app.router.routes.extend(CalendarPages(parts.database, vault, parts.clock).routes())
    return app


def from_environment() -> FastAPI:
    """Build the application from the environment, as each of several API processes does."""
    logs.write_json()
    made = create(Settings())
    # Schema and tables are hundreds of thousands of objects that live as long as the process: the collector need
    # not look at them again, and a request's own objects are freed without it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    return made


def _endpoint(parts: Parts) -> Endpoint:
    built = schemas.build()._schema  # noqa: SLF001 - graphql-core's schema, which Strawberry keeps under this name
    return Endpoint(
        built,
        documents.load(paths.folder("graphql") / "operations", built),
        lambda request: context_of(parts, request),
        body_bytes=parts.settings.body_bytes,
        free_documents=parts.settings.mode == "development",
    )


def context_of(parts: Parts, request: Request) -> Context:
    """Return what a resolver knows of a request."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return Context(
        services=parts.services,
        database=parts.database,
        clock=parts.clock,
        locale=locale_of(request.headers.get("accept-language")),
        token=token.strip() or None if scheme.lower() == "bearer" else None,
    )


async def _unavailable(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Unavailable)
    words = fault.text.in_(locale_of(request.headers.get("accept-language")))
    return PlainTextResponse(words, status_code=503, headers={"retry-after": str(fault.retry_seconds)})


async def _health(request: Request) -> Response:
    del request
    return JSONResponse({"status": "ok"})


def _readiness(parts: Parts):  # type: ignore[no-untyped-def]  # noqa: ANN202
    async def ready(request: Request) -> Response:
        """Say whether the database answers and has the shape that this code expects."""
        from backend.core import migrations  # noqa: PLC0415 - Alembic would cost every start a quarter of a second

        del request
        try:
            async with parts.database.read() as session:
                current = await (await session.connection()).run_sync(migrations.is_current)
        except (Unavailable, SQLAlchemyError):
            return JSONResponse({"status": "database unavailable"}, status_code=503, headers={"retry-after": "2"})
        if not current:
            return JSONResponse({"status": "database needs `migrate`"}, status_code=503)
        return JSONResponse({"status": "ready"})

    return ready

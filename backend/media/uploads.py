"""The plain HTTP side of photos: one upload a request, as `wx.uploadFile` sends it, and links to look at them."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime
from typing import Final, TypeVar

import structlog
from sqlmodel import col, select
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.core import ids
from backend.core.clock import Clock
from backend.core.db import Database, ReadSession
from backend.core.errors import Problem, Unavailable
from backend.core.text import locale_of
from backend.core.vault import Vault
from backend.identity import queries as identity
from backend.media import errors, links, queries, service
from backend.media.developed import Position
from backend.media.store import Store, StoreDown
from backend.media.studio import Studio
from backend.media.tables import STORED, Upload
from backend.sites.tables import SiteCode

log = structlog.get_logger()
Found = TypeVar("Found")

UPLOAD_SECONDS: Final = 60
STORE_SECONDS: Final = 20  # for one picture; a bucket's own limits end before it, a dead network folder has none
_STORE_THREADS: Final = 8  # of our own: a store that hangs must not take the threads that everything else shares
_FORM_BYTES: Final = 8192  # what a form adds around its file
_MARK_LENGTH: Final = 32
_STATUS: Final[dict[type[Problem], int]] = {
    errors.TicketUnknown: 404,
    errors.TicketUsed: 409,
    errors.PhotoTooLarge: 413,
    errors.PhotoFormatUnknown: 415,
}
_SAFE: Final = links.SAFE


def ticket_path(vault: Vault, upload_id: int) -> str:
    """Return where an upload's photo is sent to; only who was told the path can send one."""
    return f"/uploads/{ids.encode(service.UPLOAD_ID, upload_id)}.{_mark(vault, upload_id)}"


def _mark(vault: Vault, upload_id: int) -> str:
    return vault.fingerprint(str(upload_id), "upload ticket")[:_MARK_LENGTH]


class _FormInMemory(MultiPartParser):
    spool_max_size = 32 * 1024 * 1024  # above any limit: what a photo tells of places is never written to a disk

    def close(self) -> None:
        """Let go of every file, those of parts that never ended included."""
        for file in self._files_to_close_on_error:
            file.close()


class Uploads:
    """Takes photos, and gives them to who holds a link."""

    upload_seconds: float = UPLOAD_SECONDS
    store_seconds: float = STORE_SECONDS

    def __init__(
        self,
        database: Database,
        clock: Clock,
        vault: Vault,
        *,
        store: Store,
        studio: Studio,
        photo_bytes: int,
        begins: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self.store = store
        self.studio = studio
        self._photo_bytes = photo_bytes
        self._begins = begins  # in which state of moderation
        self._threads = ThreadPoolExecutor(_STORE_THREADS, thread_name_prefix="store")

    async def close(self) -> None:
        """End processes and threads."""
        await self.studio.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/uploads/{ticket}", self.upload, methods=["POST"]),
            Route("/photos/{key}/{picture}", self.picture, methods=["GET"]),
            Route("/checks/{key}.jpg", self.picture_for_the_platform, methods=["GET"]),
        ]

    async def upload(self, request: Request) -> Response:
        """Take one photo; the same photo may be sent again, when the answer was lost."""
        locale = locale_of(request.headers.get("accept-language"))
        try:
            upload = await self._take(request)
        except Problem as problem:
            status = _STATUS.get(type(problem), 400)
            # The rest of a body that is refused is not read: the connection ends with the answer.
            return _told(type(problem).__name__, problem.text(locale), status, connection="close")
        except Unavailable as fault:
            # The ticket stays with these bytes: they may be sent again at any time, as after a crash.
            log.warning("a photo could not be kept", fault=str(fault))
            retry = str(fault.retry_seconds)
            return _told("Unavailable", fault.text.in_(locale), 503, **{"retry-after": retry})
        return JSONResponse({"uploadId": ids.encode(service.UPLOAD_ID, upload.id or 0), "state": upload.state})

    async def _take(self, request: Request) -> Upload:
        number = self._number(request.path_params["ticket"])
        source = await self._file(request)
        digest, now = await asyncio.to_thread(_digest, source), self._clock.now()
        async with self._database.write() as session:
            upload = await service.begin(session, number, digest, now)
            sites = await _sites(session, upload.member_id, now)
        if upload.state == STORED:
            return upload
        try:
            developed = await self.studio.develop(source, now, sites)
        except Problem:
            async with self._database.write() as session:
                await service.give_up(session, number, digest)
            raise
        # The store first: a crash in between leaves pictures that the row names, which the sweep removes.
        await self._errand(self.store.put, f"{upload.key}/photo", developed.photo)
        await self._errand(self.store.put, f"{upload.key}/thumbnail", developed.thumbnail)
        async with self._database.write() as session:
            return await service.store(session, number, developed, now, self._begins)

    def _number(self, ticket: str) -> int:
        opaque, _, mark = ticket.partition(".")
        number = ids.find(service.UPLOAD_ID, opaque)
        if number is None:
            raise errors.TicketUnknown
        if not hmac.compare_digest(mark.encode(), _mark(self._vault, number).encode()):
            raise errors.TicketUnknown
        return number

    async def _file(self, request: Request) -> bytes:
        """Read the form's one file. What says that it is too long is refused before it is read."""
        too_large = errors.PhotoTooLarge(megabytes=self._photo_bytes // 1_048_576)
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > self._photo_bytes + _FORM_BYTES:
            raise too_large
        incomplete = errors.UploadIncomplete(seconds=UPLOAD_SECONDS)
        try:
            async with asyncio.timeout(self.upload_seconds):
                stream = _counted(request.stream(), self._photo_bytes + _FORM_BYTES, too_large)
                with closing(_FormInMemory(request.headers, stream, max_files=1, max_fields=4)) as parser:
                    form = await parser.parse()
                    files = [one for one in form.values() if isinstance(one, UploadFile)]
                    content = await files[0].read() if files else b""
        except (MultiPartException, ClientDisconnect, TimeoutError, KeyError, UnicodeError):
            raise incomplete from None
        if not files:
            raise incomplete
        if len(content) > self._photo_bytes:
            raise too_large
        return content

    async def picture(self, request: Request) -> Response:
        """Give a picture to who holds a good link; everything else gets one answer."""
        key, picture = request.path_params["key"], request.path_params["picture"]
        if not links.is_genuine(self._vault, f"{key}/{picture}", *_until_and_mark(request), self._clock.now()):
            return _missing()
        content = await self._looked_at(key, picture)
        return _missing() if content is None else Response(content, media_type="image/webp", headers=_SAFE)

    async def picture_for_the_platform(self, request: Request) -> Response:
        """Give a photo, as a JPEG, to the platform that was sent a link to look at it."""
        key = request.path_params["key"]
        if not links.is_for_the_platform(self._vault, key, *_until_and_mark(request), self._clock.now()):
            return _missing()
        content = await self._looked_at(key, "photo")
        if content is None:
            return _missing()
        try:
            return Response(await self.studio.jpeg(content), media_type="image/jpeg", headers=_SAFE)
        except errors.PhotoUnreadable:
            return _missing()

    async def photo(self, key: str) -> bytes | None:
        """Return a photo that may be looked at, or None. Raises StoreDown."""
        return await self._looked_at(key, "photo")

    async def _looked_at(self, key: str, picture: str) -> bytes | None:
        # A link lives on for minutes when its picture has been refused.
        async with self._database.read() as session:
            if not await queries.may_be_looked_at(session, key):
                return None
        return await self._errand(self.store.get, f"{key}/{picture}")

    async def _errand(self, call: Callable[..., Found], *arguments: object) -> Found:
        """Let the store do something, and wait for it only so long. Raises StoreDown."""
        try:
            async with asyncio.timeout(self.store_seconds):
                return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)
        except TimeoutError:
            raise StoreDown(f"{call.__name__}: not done in time") from None


def _until_and_mark(request: Request) -> tuple[str, str]:
    return request.query_params.get("until", ""), request.query_params.get("mark", "")


def _missing() -> Response:
    return PlainTextResponse("没有这张照片 · no such photo", status_code=404, headers=_SAFE)


def _digest(source: bytes) -> str:
    return hashlib.sha256(source).hexdigest()


def _told(problem: str, message: str, status: int, **headers: str) -> JSONResponse:
    return JSONResponse({"problem": problem, "message": message}, status_code=status, headers=headers)


async def _counted(stream: AsyncGenerator[bytes, None], most: int, too_large: Problem) -> AsyncGenerator[bytes, None]:
    come = 0
    async for chunk in stream:
        come += len(chunk)
        if come > most:
            raise too_large
        yield chunk


async def _sites(session: ReadSession, member_id: int, now: datetime) -> Sequence[Position]:
    """Return where the stations and canteens of a member's institution are, as far as anybody has said."""
    place = await identity.place_of(session, member_id, now.date())
    if place is None:
        return []
    found = await session.exec(
        select(SiteCode.latitude_e5, SiteCode.longitude_e5).where(
            col(SiteCode.institution_id) == place.institution_id,
            col(SiteCode.latitude_e5).is_not(None),
            col(SiteCode.longitude_e5).is_not(None),
        )
    )
    return [(latitude or 0, longitude or 0) for latitude, longitude in found]

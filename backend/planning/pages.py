"""The address under which an institution's calendar lies."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import locale_of
from backend.core.vault import Vault
from backend.planning import feed, queries
from backend.planning.feed import Listed
from backend.planning.service import FEED_KEY

_SAFE = {
    "cache-control": "private, no-cache",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "vary": "accept-language",
}
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


class CalendarPages:
    """Gives calendars to who holds their keys."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/calendars/{key}.ics", self.calendar)]

    async def calendar(self, request: Request) -> Response:
        """Give the calendar: 304 while it has not changed, 404 for a key that holds nothing (any more)."""
        locale = locale_of(request.query_params.get("lang") or request.headers.get("accept-language"))
        since = (self._clock.now() - feed.SINCE).date()
        async with self._database.read() as session:
            place = await queries.by_key(session, self._vault.fingerprint(request.path_params["key"], FEED_KEY))
            if place is None:
                return PlainTextResponse("没有这个日历 · no such calendar", status_code=404, headers=_SAFE)
            listed = [Listed(*one) for one in await queries.in_feed(session, place.path, since)]
        content = feed.written(place, listed, locale)
        changed_at = max((one.changed_at for one in listed), default=_NEVER).replace(microsecond=0)
        etag = f'"{hashlib.sha256(content).hexdigest()[:24]}"'
        headers = {**_SAFE, "etag": etag, "last-modified": format_datetime(changed_at, usegmt=True)}
        if _is_known(request, etag, changed_at):
            return Response(status_code=304, headers=headers)
        headers["content-disposition"] = 'inline; filename="tanhui.ics"'
        return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


def _is_known(request: Request, etag: str, changed_at: datetime) -> bool:
    """Tell whether the client has this very content; a tag says more than a time, which misses a change of words."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in tags.split(",")]
    try:
        return parsedate_to_datetime(request.headers.get("if-modified-since", "")) >= changed_at
    except (TypeError, ValueError):
        return False

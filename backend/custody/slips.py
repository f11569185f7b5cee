"""Give the slip of devices, as a PDF, to who holds a link to it."""

from collections.abc import Sequence
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import LOCALES, Locale
from backend.core.vault import Vault
from backend.custody import queries, slip, words
from backend.custody.queries import Traced
from backend.custody.slip import Row, Slip
from backend.media import links, papers
from backend.media.paper import coverage
from backend.media.studio import Studio

_PATH = "/custody/slip.pdf"
_CHECK_LETTERS = 8


def path(vault: Vault, item_ids: Sequence[int], locale: Locale, until: datetime) -> str:
    """Return where the slip of these devices is, for whoever holds this path, until that instant."""
    return links.sealed(vault, _PATH, until, devices=" ".join(map(str, item_ids)), lang=locale)


def of_devices(found: Sequence[Traced], locale: Locale, now: datetime) -> Slip:
    """Return the slip of devices of one institution as they stand; raises GlyphMissing for what cannot be printed."""
    first = found[0]
    told = Slip(
        locale=locale,
        institution=first.institutions[first.item.institution_id],
        campaign=first.running.rules.title.in_(locale),
        printed_at=now,
        rows=tuple(_row(one, locale) for one in found),
    )
    for text in (told.institution, told.campaign, *(row.owner for row in told.rows)):
        coverage.printable(text)
    return told


def _row(found: Traced, locale: Locale) -> Row:
    item = found.item
    category, owner = words.CATEGORIES[item.category].in_(locale), words.OWNERS[item.owner].in_(locale)
    return Row(
        seal_code=item.seal_code,
        category=slip.APART.in_(locale, category=category) if item.separate else category,
        owner=f"{owner} {item.approval_number}" if item.approval_number else owner,
        data=(slip.YES if item.data_bearing else slip.NO).in_(locale),
        weight=f"{item.weight_grams} g" if item.weight_grams else "—",
        erasure=_erasure(found, locale),
        check=item.head[:_CHECK_LETTERS].upper(),
    )


def _erasure(found: Traced, locale: Locale) -> str:
    if found.item.erasure is None:
        return slip.NOT_YET.in_(locale) if found.item.data_bearing else "—"
    return words.METHODS[found.item.erasure].in_(locale)


class Slips:
    """Draws slips."""

    def __init__(self, database: Database, clock: Clock, vault: Vault, studio: Studio) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault
        self._studio = studio

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route(_PATH, self.slip, methods=["GET"])]

    async def slip(self, request: Request) -> Response:
        """Give a slip to who holds a good link; every other link gets one answer."""

        async def drawn() -> bytes:
            query = request.query_params
            assert query["lang"] in LOCALES, "it was sealed by us"
            async with self._database.read() as session:
                found = await queries.numbered(session, [int(number) for number in query["devices"].split()])
            return await self._studio.draw(slip.draw, of_devices(found, query["lang"], self._clock.now()))

        return await papers.give(
            request, self._vault, self._clock.now(), path=_PATH, name="hand-over-slip.pdf", draw=drawn
        )

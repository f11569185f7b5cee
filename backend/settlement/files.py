"""Give the file of a seal to who holds a link to it."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from backend.core import ids
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.vault import Vault
from backend.media import links
from backend.settlement import lines, queries

_CAMPAIGN_ID = "cmp"


def path(vault: Vault, campaign_id: int, until: datetime) -> str:
    """Return where the seal of a campaign is as a file, for whoever holds this path, until that instant."""
    return links.sealed(vault, _place(ids.encode(_CAMPAIGN_ID, campaign_id)), until)


def _place(campaign: str) -> str:
    return f"/seals/{campaign}.jsonl"


class SealFiles:
    """Answers with seals, as lines that anybody can check with `seal check`."""

    def __init__(self, database: Database, clock: Clock, vault: Vault) -> None:
        self._database = database
        self._clock = clock
        self._vault = vault

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [Route("/seals/{campaign}.jsonl", self.file, methods=["GET"])]

    async def file(self, request: Request) -> Response:
        """Give a seal to who holds a good link; every other link gets one answer."""
        campaign = request.path_params["campaign"]
        number = ids.find(_CAMPAIGN_ID, campaign)
        seal = None
        if number and links.is_sealed(self._vault, _place(campaign), request.query_params, self._clock.now()):
            async with self._database.read() as session:
                seal = await queries.seal_of(session, number)
        if seal is None:
            return PlainTextResponse("链接无效或已过期 · this link is not good, or no more", 404, headers=links.SAFE)
        named = {"content-disposition": f'attachment; filename="seal-{seal.digest[:12]}.jsonl"'}
        return StreamingResponse(
            lines.exported(lines.read(seal.document)),
            media_type="application/x-ndjson",
            headers=links.SAFE | named,
        )

"""Give the fonts of our papers to pages on devices without a Chinese font: televisions, bare machines."""

from typing import get_args

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from backend.media.paper.coverage import FONTS
from backend.media.paper.styles import Weight

# A new font gets a new name: what a screen has fetched once it never asks for again.
_HEADERS = {"cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff"}


def routes() -> list[Route]:
    """Return the one route."""
    return [Route("/fonts/NotoSansSC-{weight}.woff2", _font)]


async def _font(request: Request) -> Response:
    weight = request.path_params["weight"]
    if weight not in get_args(Weight):
        return PlainTextResponse("no such font", status_code=404)
    return FileResponse(FONTS / f"NotoSansSC-{weight}.woff2", media_type="font/woff2", headers=_HEADERS)

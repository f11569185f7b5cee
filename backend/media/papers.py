"""Give a paper that is drawn when it is asked for, to who holds a sealed link to it."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from backend.core.errors import Problem
from backend.core.text import locale_of
from backend.core.vault import Vault
from backend.media import links

MEDIA_TYPES = {
    "png": "image/png",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
_LOOKED_AT = ("png", "pdf")  # browsers show them; the others are for programs beside it


async def give(
    request: Request, vault: Vault, now: datetime, *, path: str, name: str, draw: Callable[[], Awaitable[bytes]]
) -> Response:
    """Answer with the paper at `path`, called `name`, if the link is ours; every other link gets one answer.

    The name's ending says the form. `draw` is called for a good link only; a problem that it raises is told in the
    reader's language.
    """
    form = name.rpartition(".")[2]
    if form not in MEDIA_TYPES or not links.is_sealed(vault, path, request.query_params, now):
        return PlainTextResponse("链接无效或已过期 · this link is not good, or no more", 404, headers=links.SAFE)
    try:
        content = await draw()
    except Problem as problem:
        told = problem.text(locale_of(request.headers.get("accept-language")))
        answer = {"problem": type(problem).__name__, "message": told}
        return JSONResponse(answer, status_code=422, headers=links.SAFE)
    shown = "inline" if form in _LOOKED_AT else "attachment"
    named = {"content-disposition": f'{shown}; filename="{name}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=links.SAFE | named)

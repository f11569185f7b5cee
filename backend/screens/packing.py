"""Answer with a content, compressed for who can unpack it: screens hang at the end of slow lines."""

import gzip
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

_FROM = 1000  # bytes


def packed(request: Request, content: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """Return the answer, compressed or not."""
    if len(content) < _FROM or "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content, media_type=media_type, headers=dict(headers))
    told = {**headers, "content-encoding": "gzip", "vary": "accept-encoding, accept-language"}
    return Response(gzip.compress(content, 6, mtime=0), media_type=media_type, headers=told)

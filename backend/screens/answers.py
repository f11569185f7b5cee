"""What the paths of screens answer alike: contents compressed for who can unpack them, addresses to be scanned."""

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


def base_of(request: Request, public_base_url: str) -> str:
    """Return what the addresses on a screen begin with: as it is set, else as the screen itself came here."""
    return public_base_url or str(request.base_url).rstrip("/")

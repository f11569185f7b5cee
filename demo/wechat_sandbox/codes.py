"""Draw the codes that open the mini-program at a page."""

import io
import re
from typing import Any
from urllib.parse import quote

import segno

from demo.wechat_sandbox.replies import Refused

PUBLISHED_PAGES = frozenset({"pages/index/index", "pages/scan/scan"})
_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
_NARROWEST, _WIDEST = 280, 1280
_BORDER = 4


def picture(body: dict[str, Any]) -> bytes:
    """Return a PNG: a QR code, not WeChat's own, of the path that the phone would open. Raises 40169, 40097, 41030."""
    scene, page, version = body.get("scene"), body.get("page", ""), body.get("env_version", "release")
    width = body.get("width", 430)
    if not isinstance(scene, str) or not _SCENE.fullmatch(scene):
        raise Refused(40169)
    is_width = isinstance(width, int) and _NARROWEST <= width <= _WIDEST
    if version not in ("release", "trial", "develop") or not isinstance(page, str) or not is_width:
        raise Refused(40097)
    if body.get("check_path", True) and page not in PUBLISHED_PAGES:
        raise Refused(41030)
    code = segno.make(f"{page}?scene={quote(scene, safe='')}", error="m", micro=False)
    written = io.BytesIO()
    code.save(written, kind="png", border=_BORDER, scale=width // code.symbol_size(border=_BORDER)[0])
    return written.getvalue()

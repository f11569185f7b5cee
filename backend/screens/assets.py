"""The page that screens show and what it is made of: read once, named by what it says, kept by devices for ever."""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.core.text import Locale
from backend.screens.inks import INKS

FOLDER: Final = Path(__file__).parent / "web"
# In the order in which they need each other; devices get them as one file.
SCRIPTS: Final = (
    "turns.js",
    "clock.js",
    "paint.js",
    "view.js",
    "keep.js",
    "renew.js",
    "code.js",
    "news.js",
    "screen.js",
)
# What a page with a screen's document is sent with: nothing from elsewhere, nothing written into the page itself.
# Chromium 53 calls `worker-src` still `child-src`.
SAFE: Final[Mapping[str, str]] = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; worker-src 'self'; child-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'",
}
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
# What could end the script element, or its comment, is written as JSON writes any letter.
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class _File:
    content: bytes
    packed: bytes
    type: str


def _file(name: str, text: str) -> _File:
    content = text.encode()
    return _File(content, gzip.compress(content, 9, mtime=0), _TYPES[Path(name).suffix])


def colours() -> str:
    """Return the style sheet of the inks: a name for each, and a class for letters and one for areas."""
    names = "".join(f"--{name}:{colour};" for name, colour in INKS.items())
    classes = (
        f".c-{name}{{color:{colour}}}\n.g-{name}{{background-color:{colour}}}\n" for name, colour in INKS.items()
    )
    return f":root{{{names}}}\n{''.join(classes)}"


class Assets:
    """The files of the page, and the page around a document."""

    def __init__(self) -> None:
        script = "".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
        style = (FOLDER / "screen.css").read_text(encoding="utf-8") + colours()
        self.files = {"screen.js": _file("screen.js", script), "screen.css": _file("screen.css", style)}
        self.worker = _file("worker.js", (FOLDER / "worker.js").read_text(encoding="utf-8"))
        shell = (FOLDER / "page.html").read_bytes()
        whole = b"\0".join([*(one.content for one in self.files.values()), shell])
        self.hash = hashlib.sha256(whole).hexdigest()[:16]
        pages = Environment(loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(["html"]), trim_blocks=True)
        self._page = pages.get_template("page.html")

    def routes(self) -> list[Route]:
        """Return the routes; none of them needs a key."""
        return [
            Route("/screen/assets/{hash}/{name}", self.asset),
            Route("/screen/worker.js", self.service_worker),
        ]

    def page(self, document: bytes, base: str, locale: Locale, title: str, *, is_preview: bool = False) -> str:
        """Return the page with its first document in it; send it with the headers of `SAFE`.

        `base` is where the page asks for more. A preview keeps nothing, tells nothing and asks seldom.
        """
        written = document.decode()
        for letter, escaped in _ESCAPED.items():
            written = written.replace(letter, escaped)
        return self._page.render(
            document=Markup(written),  # noqa: S704 - JSON, in which no letter is left that HTML knows
            base=base, locale=locale, title=title, assets=self.hash, is_preview=is_preview,
        )  # fmt: skip

    async def asset(self, request: Request) -> Response:
        """Give a file; under a hash of another edition it is ours of today, but not to keep."""
        file = self.files.get(request.path_params["name"])
        if file is None:
            return PlainTextResponse("no such file", status_code=404)
        is_ours = request.path_params["hash"] == self.hash
        return _answer(request, file, {"cache-control": _FOREVER if is_ours else "no-store"})

    async def service_worker(self, request: Request) -> Response:
        """Give the worker, which may look after every page of a screen."""
        return _answer(request, self.worker, {"cache-control": "no-cache", "service-worker-allowed": "/screen"})


def _answer(request: Request, file: _File, headers: Mapping[str, str]) -> Response:
    shared = {**headers, "x-content-type-options": "nosniff", "vary": "accept-encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.type, headers={**shared, "content-encoding": "gzip"})
    return Response(file.content, media_type=file.type, headers=shared)


@cache
def assets() -> Assets:
    """Return the files of the page, read once for the life of the process."""
    return Assets()

"""A page says that it is alive: how large it is, what it shows, what went wrong on it."""

import json
import re
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.core.errors import Unauthenticated
from backend.core.text import Text, locale_of
from backend.screens import holders
from backend.screens.holders import Holders
from backend.screens.sightings import Sightings

MOST_BYTES = 2048
LARGEST = 32_768  # pixels of a side
_INSTANCE = re.compile(r"[A-Za-z0-9_-]{1,32}", re.ASCII)
_SCENE = re.compile(r"[a-z0-9_-]{0,20}", re.ASCII)
_WAYS = ("events", "polling")
_LONGEST_FAULT = 200
_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}

NOT_JSON = Text("内容须为一个 JSON 对象，不超过 2 kB。", "It has to be one JSON object of 2 kB at most.")
WRONG = Text("“{field}”填写有误。", "'{field}' cannot be accepted.")
GONE = Text("没有这块屏幕。", "There is no such screen.")


class BeatInvalid(Exception):
    """What a page sent is no beat; `field` names what is wrong, or nothing where it is no object at all."""

    def __init__(self, field: str = "") -> None:
        super().__init__(field)
        self.field = field

    @property
    def text(self) -> Text:
        """What to answer."""
        return WRONG.told(field=self.field) if self.field else NOT_JSON


@dataclass(frozen=True)
class Beat:
    """What a page said."""

    instance: str
    width: int
    height: int
    scene: str
    way: str
    fault: str


class Beats:
    """Takes the beats of pages; none of them asks the database for anything that is not known already."""

    def __init__(self, holders: Holders, sightings: Sightings) -> None:
        self._holders = holders
        self._sightings = sightings

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            Route("/screen/beat", self.answer, methods=["POST"]),
            Route("/screens/{key}/beat", self.answer, methods=["POST"]),
        ]

    async def answer(self, request: Request) -> Response:
        """Note a beat: 204; 404 for a key that holds nothing, 400 in words for what is none."""
        locale = locale_of(request.headers.get("accept-language"))
        try:
            held = await self._holders.get(holders.key_of(request))
            beat = read(await _body(request))
        except Unauthenticated:
            return PlainTextResponse(GONE.in_(locale), status_code=404, headers=_HEADERS)
        except BeatInvalid as invalid:
            return PlainTextResponse(invalid.text.in_(locale), status_code=400, headers=_HEADERS)
        self._sightings.note(
            held.screen.id or 0, beat.instance, "page", beat.width, beat.height, beat.scene, beat.way, beat.fault
        )
        return Response(status_code=204, headers=_HEADERS)


async def _body(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise BeatInvalid
    return body


def read(body: bytes) -> Beat:
    """Return the beat that a page sent; raises BeatInvalid. Its `version` says nothing that is kept."""
    try:
        told = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BeatInvalid from None
    if not isinstance(told, dict):
        raise BeatInvalid
    way = _text(told, "way", 8)
    if way not in _WAYS:
        raise BeatInvalid("way")
    _text(told, "version", 64)
    return Beat(
        instance=_matching(told, "instance", _INSTANCE),
        width=_pixels(told, "width"),
        height=_pixels(told, "height"),
        scene=_matching(told, "scene", _SCENE),
        way=way,
        # Half a surrogate pair or a NUL could not be kept, and a line break breaks the organiser's list.
        fault="".join(one if one.isprintable() else " " for one in _text(told, "fault", _LONGEST_FAULT)),
    )


def _text(told: dict[str, Any], field: str, longest: int) -> str:
    value = told.get(field, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise BeatInvalid(field)
    return value


def _matching(told: dict[str, Any], field: str, shape: re.Pattern[str]) -> str:
    value = _text(told, field, 32)
    if not shape.fullmatch(value):
        raise BeatInvalid(field)
    return value


def _pixels(told: dict[str, Any], field: str) -> int:
    value = told.get(field)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise BeatInvalid(field)
    return value

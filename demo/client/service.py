"""Speak to the service as a released client does: shipped documents by their hash, again until it answers."""

import asyncio
import hashlib
from datetime import date
from pathlib import Path
from typing import Any, Final

import httpx

_DOCUMENTS: Final = Path(__file__).resolve().parents[2] / "graphql" / "operations"
AT_ONCE: Final = 16  # requests in flight
_TRIES: Final = 40
_LONGEST_WAIT_SECONDS: Final = 2.0
_BUSY: Final = (502, 503, 504)


class Unanswered(Exception):
    """The service refused, or did not answer for long."""


class Service:
    """Runs documents by name."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http
        self._ids = {path.stem: _identify(path) for path in _DOCUMENTS.rglob("*.graphql")}

    async def run(self, document: str, token: str | None = None, **variables: Any) -> Any:
        """Run a document and return its one root field; raises Unanswered."""
        headers = {"accept-language": "zh-CN"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        body = self.body(document, **variables)
        answer = (await patiently(self._http, "/graphql", body, headers)).json()
        if answer.get("errors"):
            raise Unanswered(f"{document}: {answer['errors']}")
        (found,) = answer["data"].values()
        return found

    def body(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return what is posted to run a document."""
        return {"documentId": self._ids[document], "variables": variables}

    async def fetch(self, path: str) -> tuple[str, bytes]:
        """Open a link as a browser does; return what kind of thing it is and the thing; raises Unanswered."""
        response = await self._http.get(path)
        if not response.is_success:
            raise Unanswered(f"{path.partition('?')[0]}: {response.status_code}")
        return response.headers["content-type"], response.content

    async def upload(self, path: str, picture: bytes) -> bool:
        """Send a photo as `wx.uploadFile` does; return whether it was taken."""
        wait = 0.1
        for _ in range(_TRIES):
            try:
                response = await self._http.post(path, files={"file": ("tmp_photo.jpg", picture, "image/jpeg")})
            except httpx.TransportError:
                response = None
            if response is not None and response.status_code not in _BUSY:
                return response.is_success
            await asyncio.sleep(wait)
            wait = min(_LONGEST_WAIT_SECONDS, wait * 1.5)
        raise Unanswered(f"{path}: no answer after {_TRIES} tries")


class WeChat:
    """What a phone asks of WeChat: here, the sandbox."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def code(self, what: str, openid: str) -> str:
        """Return a fresh code: `login` for `wx.login`, `phone-code` for the phone button."""
        answer = await patiently(self._http, f"/sandbox/{what}", {"openid": openid}, {})
        code: str = answer.json()["code"]
        return code

    async def walked(self, openid: str, day: date, steps: int) -> dict[str, str]:
        """Let somebody have walked so much, and return what `wx.getWeRunData` gives."""
        told = {"openid": openid, "steps": {day.isoformat(): steps}}
        await patiently(self._http, "/sandbox/steps", told, {})
        sealed: dict[str, str] = (await patiently(self._http, "/sandbox/werun", {"openid": openid}, {})).json()
        return sealed

    async def play(self, what: str, told: dict[str, Any]) -> Any:
        """Let something happen on a phone or in the account."""
        return (await patiently(self._http, f"/sandbox/{what}", told, {})).json()

    async def look(self, what: str) -> Any:
        """Read what the sandbox tells of itself."""
        return (await self._http.get(f"/sandbox/{what}")).raise_for_status().json()

    async def openids(self) -> list[str]:
        """Return everybody who has this mini-program."""
        answer = (await self._http.get("/sandbox/users")).raise_for_status()
        return [user["openid"] for user in answer.json()["users"]]


async def patiently(
    http: httpx.AsyncClient, path: str, body: dict[str, Any], headers: dict[str, str]
) -> httpx.Response:
    """Post until there is an answer: every request of ours may be repeated, by its own id."""
    wait = 0.1
    for _ in range(_TRIES):
        try:
            response = await http.post(path, json=body, headers=headers)
        except httpx.TransportError:
            response = None
        if response is not None and response.status_code not in _BUSY:
            return response
        await asyncio.sleep(wait)
        wait = min(_LONGEST_WAIT_SECONDS, wait * 1.5)
    raise Unanswered(f"{path}: no answer after {_TRIES} tries")


def connect(url: str) -> httpx.AsyncClient:
    """Return an HTTP client for one server."""
    at_once = AT_ONCE
    limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once, keepalive_expiry=30)
    return httpx.AsyncClient(base_url=url, limits=limits, timeout=30, trust_env=False)


def _identify(path: Path) -> str:
    return f"sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"

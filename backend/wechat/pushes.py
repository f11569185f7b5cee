"""The door for what WeChat pushes: genuine, ours, fresh, once; then handed to whoever receives that event.

Only the secure mode is taken, since the plain one signs no body. "success" is said after the commit: until then, and
whenever the database is away, WeChat is left to send again, which it does three times, five seconds apart.
"""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from backend.core.clock import Clock
from backend.core.db import Database, WriteSession, insert_new
from backend.core.errors import Unavailable
from backend.wechat import messages, push
from backend.wechat.errors import PushRefused, PushUnreadable
from backend.wechat.messages import Message
from backend.wechat.tables import WeChatPush

log = structlog.get_logger()

PATH: Final = "/wechat/push"
# Longer than clocks differ and shorter than digests are kept (jobs.py): a replay is either too old or known.
FRESH: Final = timedelta(minutes=10)
MOST_BYTES: Final = 65_536
BODY_SECONDS: Final = 10
_SAFE: Final = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")

Receiver = Callable[[WriteSession, Message, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Keys:
    """What both sides know: the token, the EncodingAESKey, and for which mini-program a push is."""

    token: SecretStr
    encoding_aes_key: SecretStr
    app_id: str


class _TooLarge(Exception):
    """The body is longer than any push."""


class Pushes:
    """Takes pushes and hands each, in its own transaction, to the receiver of its event."""

    def __init__(self, database: Database, clock: Clock, keys: Keys, receivers: Mapping[str, Receiver]) -> None:
        self._database = database
        self._clock = clock
        self._keys = keys
        self._receivers = dict(receivers)

    def routes(self) -> list[Route]:
        """Return the routes: none without keys, for then nothing that comes could be believed."""
        if not (self._keys.token.get_secret_value() and self._keys.encoding_aes_key.get_secret_value()):
            return []
        return [Route(PATH, self.prove, methods=["GET"]), Route(PATH, self.take, methods=["POST"])]

    async def prove(self, request: Request) -> Response:
        """Answer the platform's check of the address, as it asks when the address is entered there."""
        asked = request.query_params
        proof = [asked.get(name, "") for name in ("signature", "timestamp", "nonce")]
        if not push.url_is_genuine(proof[0], self._keys.token, *proof[1:]):
            return _told("refused", 403)
        return _told(asked.get("echostr", ""), 200)

    async def take(self, request: Request) -> Response:
        """Take one push. A repeat is answered alike and changes nothing; an event that nobody receives is ignored."""
        try:
            said = self._opened(request.query_params, await _body(request))
            await self._hand_over(messages.read(said), hashlib.sha256(said.encode()).hexdigest())
        except _TooLarge:
            return _told("too large", 413)
        except PushRefused as refused:
            log.warning("a push was refused", reason=str(refused))
            return _told("refused", 400 if isinstance(refused, PushUnreadable) else 403)
        except Unavailable:
            raise
        except Exception:
            # Ours, not WeChat's: it may send again, and finds us mended or says so once more.
            log.exception("a push could not be taken")
            raise Unavailable from None
        return _told("success", 200)

    def _opened(self, query: Mapping[str, str], body: bytes) -> str:
        """Return the message of a push: signed, decrypted, for us, and sent within the last minutes."""
        try:
            encrypted = messages.read(body.decode()).get("Encrypt")
        except UnicodeDecodeError:
            raise PushUnreadable("the body is not UTF-8") from None
        if not isinstance(encrypted, str):
            raise PushUnreadable("the push is not in secure mode")
        timestamp = query.get("timestamp", "")
        said = push.open_message(
            encrypted,
            query.get("msg_signature", ""),
            timestamp=timestamp,
            nonce=query.get("nonce", ""),
            token=self._keys.token,
            encoding_aes_key=self._keys.encoding_aes_key,
            app_id=self._keys.app_id,
        )
        if not _TIMESTAMP.fullmatch(timestamp) or abs(self._clock.now().timestamp() - int(timestamp)) > FRESH.seconds:
            raise PushRefused("the push is too old, or one of the clocks is wrong")
        return said

    async def _hand_over(self, message: Message, digest: str) -> None:
        if message.get("appid", self._keys.app_id) != self._keys.app_id:
            raise PushRefused("the event is another mini-program's")
        name = str(message.get("Event") or message.get("MsgType"))[:64]
        receiver = self._receivers.get(name)
        if receiver is None:
            log.info("nobody receives this event", name=name)
            return
        now = self._clock.now()
        async with self._database.write() as session:
            if await insert_new(session, WeChatPush, {"digest": digest, "came_at": now}):
                await receiver(session, message, now)


async def _body(request: Request) -> bytes:
    content = b""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise _TooLarge
    except (TimeoutError, ClientDisconnect):
        raise PushUnreadable("the body broke off") from None
    return content


def _told(text: str, status: int) -> Response:
    # What cannot be written as UTF-8 was not WeChat's echo.
    return PlainTextResponse(text.encode("utf-8", "replace"), status_code=status, headers=_SAFE)

"""Speak to WeChat: the protocol the service relies on, and the real client behind it.

Sources: wechat pages code2Session, getStableAccessToken, getPhoneNumber, getUnlimitedQRCode, msgSecCheck and
mediaCheckAsync of the mini-program's server API.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

import httpx
from pydantic import SecretStr

from backend.core.clock import Clock
from backend.wechat import replies, verdicts
from backend.wechat.calls import Caller, Patience, Question
from backend.wechat.checks import LONGEST_TEXT, Scene, TextVerdict
from backend.wechat.errors import (
    NotOpenedLately,
    PhoneCodeInvalid,
    SignInCodeInvalid,
    SignInCodeUsed,
    WeChatReplyUnexpected,
)
from backend.wechat.replies import WeChatSession
from backend.wechat.stable_token import StableToken
from backend.wechat.tokens import StoredToken, TokenStore
from backend.wechat.verdicts import Refusal

_SCENE = re.compile(r"[0-9A-Za-z!#$&'()*+,/:;=?@\-._~]{1,32}")
_PLAUSIBLE_CODE = re.compile(r"[\x21-\x7e]{1,512}")
_SIGN_IN_PROBLEMS = {40029: SignInCodeInvalid, 40163: SignInCodeUsed}
_PHONE_PROBLEMS = {40029: PhoneCodeInvalid, 40163: PhoneCodeInvalid}
_CHECK_PROBLEMS = {40003: NotOpenedLately, 43104: NotOpenedLately, 61010: NotOpenedLately}
_CHECKS_VERSION = 2
_IMAGE = 2


class WeChat(Protocol):
    """What the service needs of WeChat."""

    async def code_to_session(self, code: str) -> WeChatSession:
        """Exchange the code of `wx.login`, once, for who it is.

        Raises `SignInCodeInvalid`, `SignInCodeUsed` (also when an earlier try's answer was lost),
        `WeChatBlocked`, `WeChatTooOften`; `WeChatUnavailable` and `WeChatMisconfigured` are faults.
        """

    async def phone_number(self, code: str, openid: str) -> str:
        """Exchange the code that `openid` got of the phone button, once, for the number, as in +8613800138000.

        Raises `PhoneCodeInvalid`, `WeChatBlocked`, `WeChatTooOften`, and the faults of `code_to_session`.
        """

    async def check_text(self, openid: str, scene: Scene, content: str, *, nickname: str | None = None) -> TextVerdict:
        """Ask what the platform holds of a text (at most 2,500 characters) that `openid` wrote.

        Raises `NotOpenedLately`, `WeChatBlocked`, `WeChatTooOften`, and the faults of `code_to_session`.
        """

    async def check_media(self, openid: str, media_url: str, scene: Scene = Scene.FORUM) -> str:
        """Ask what the platform holds of a picture of `openid`'s, which it fetches from that public address.

        Returns the question's trace id: the answer is pushed, within 30 minutes. Raises what `check_text` raises.
        """

    async def mini_program_code(self, scene: str, *, page: str, env_version: str, width: int) -> bytes:
        """Return the picture (JPEG or PNG) of a code that opens the mini-program at a page with that scene.

        `scene` has 1 to 32 visible characters of those that WeChat allows, `width` is 280 to 1280 pixels. Codes
        made so never end and are without number: what a scene means is for us to end. Faults as in
        `code_to_session`: `WeChatMisconfigured` for a page that is not published (41030).
        """

    async def access_token(self) -> str:
        """Return the access token; faults as in `code_to_session`."""


@dataclass
class HttpWeChat:
    """The real client, over a shared HTTP client."""

    http: httpx.AsyncClient
    base_url: str
    app_id: str
    app_secret: SecretStr
    tokens: TokenStore
    clock: Clock
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self._caller = Caller(self.http, self.base_url, self.patience)
        self._token = StableToken(self._fetch_token, self.tokens, self.clock)

    async def code_to_session(self, code: str) -> WeChatSession:
        """Exchange a sign-in code; see `WeChat.code_to_session`."""
        if not _PLAUSIBLE_CODE.fullmatch(code):
            raise SignInCodeInvalid
        query = {
            "appid": self.app_id,
            "secret": self.app_secret.get_secret_value(),
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            payload = await self._caller.ask(Question("GET", "/sns/jscode2session", query))
        except Refusal as refusal:
            raise verdicts.raised(refusal, _SIGN_IN_PROBLEMS) from None
        return replies.read(WeChatSession, payload)

    async def phone_number(self, code: str, openid: str) -> str:
        """Exchange a phone code; see `WeChat.phone_number`. The platform checks that the code is that user's."""
        if not _PLAUSIBLE_CODE.fullmatch(code):
            raise PhoneCodeInvalid
        try:
            body = {"code": code, "openid": openid}
            payload = await self._token.post(self._caller.ask, "/wxa/business/getuserphonenumber", body)
        except Refusal as refusal:
            raise verdicts.raised(refusal, _PHONE_PROBLEMS) from None
        reply = replies.read(replies.PhoneReply, payload)
        if reply.app_id != self.app_id:
            raise WeChatReplyUnexpected("the phone number's watermark names another mini-program")
        return reply.number

    async def check_text(self, openid: str, scene: Scene, content: str, *, nickname: str | None = None) -> TextVerdict:
        """Check a text; see `WeChat.check_text`."""
        assert 0 < len(content) <= LONGEST_TEXT, "a field that takes longer texts must be checked in parts"
        body: dict[str, Any] = {"openid": openid, "scene": scene, "version": _CHECKS_VERSION, "content": content}
        payload = await self._check("/wxa/msg_sec_check", body | ({"nickname": nickname} if nickname else {}))
        result = replies.read(replies.TextCheckReply, payload).result
        return TextVerdict(result.suggest, result.label)

    async def check_media(self, openid: str, media_url: str, scene: Scene = Scene.FORUM) -> str:
        """Have a picture checked; see `WeChat.check_media`."""
        body = {"openid": openid, "scene": scene, "version": _CHECKS_VERSION}
        payload = await self._check("/wxa/media_check_async", body | {"media_url": media_url, "media_type": _IMAGE})
        return replies.read(replies.MediaCheckReply, payload).trace_id

    async def mini_program_code(self, scene: str, *, page: str, env_version: str, width: int) -> bytes:
        """Return the picture of a code; see `WeChat.mini_program_code`."""
        assert _SCENE.fullmatch(scene), f"no scene for WeChat: {scene!r}"
        body = {
            "scene": scene,
            "page": page,
            # WeChat knows only the pages of the published version: a trial's would be refused.
            "check_path": env_version == "release",
            "env_version": env_version,
            "width": width,
        }
        try:
            return await self._token.post(self._caller.ask_picture, "/wxa/getwxacodeunlimit", body)
        except Refusal as refusal:
            raise verdicts.raised(refusal, {}) from None

    async def access_token(self) -> str:
        """Return the token shared by all processes; see `WeChat.access_token`."""
        return await self._token.current()

    async def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask an endpoint that wants the token; raises `Refusal`, which stays inside this slice, and its faults."""
        return await self._token.post(self._caller.ask, path, body)

    async def _check(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        try:
            return await self.ask(path, body)
        except Refusal as refusal:
            raise verdicts.raised(refusal, _CHECK_PROBLEMS) from None

    async def _fetch_token(self) -> StoredToken:
        body = {
            "grant_type": "client_credential",
            "appid": self.app_id,
            "secret": self.app_secret.get_secret_value(),
        }
        asked_at = self.clock.now()
        try:
            payload = await self._caller.ask(Question("POST", "/cgi-bin/stable_token", body=body))
        except Refusal as refusal:
            raise verdicts.raised(refusal, {}) from None
        reply = replies.read(replies.TokenReply, payload)
        # Counted from before the question, so that the time on the way is not held to be time left.
        return StoredToken(reply.access_token.get_secret_value(), asked_at + timedelta(seconds=reply.expires_in))

"""Send notices through WeCom (企业微信), or a private 政务微信 host of the same line.

Sources: WeCom pages 91039 (gettoken) and 90236 (message/send). The token is the application's that is linked to the
mini-program. One call is one try, as in `notices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

import httpx
from pydantic import SecretStr

from backend.core.clock import Clock
from backend.wechat import replies, verdicts
from backend.wechat.calls import Caller, Patience, Question
from backend.wechat.notices import refused
from backend.wechat.stable_token import StableToken
from backend.wechat.tokens import StoredToken, TokenStore
from backend.wechat.verdicts import Refusal

SEND: Final = "/cgi-bin/message/send"
MOST_AT_ONCE: Final = 1000  # members of one call
NOBODY_CAN: Final = 81013  # nobody of those named exists, or may use the application
# The longest time for which WeCom looks whether the same message was sent already.
DUPLICATES_SECONDS: Final = 4 * 3600
# 40001 is another thing here than with WeChat: the secret. A token that has ended is one of these two.
_STALE: Final = (40014, 42001)


@dataclass(frozen=True)
class WeComNotice:
    """A `miniprogram_notice`: a title, a description (4 to 12 characters each), and rows of a key and a value."""

    page: str
    title: str
    description: str
    rows: tuple[tuple[str, str], ...]
    emphasised: bool = False


@dataclass
class HttpWeCom:
    """The real client of one application, over a shared HTTP client."""

    http: httpx.AsyncClient
    base_url: str
    corp_id: str
    secret: SecretStr
    mini_program: str  # its app id
    tokens: TokenStore
    clock: Clock
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        self._caller = Caller(self.http, self.base_url, self.patience)
        self._token = StableToken(self._fetch_token, self.tokens, self.clock, lambda refusal: refusal.code in _STALE)

    async def send(self, user_ids: Sequence[str], notice: WeComNotice) -> set[str]:
        """Send one notice to members by their user ids, at most a thousand; return those who could not be reached.

        The same notice to the same members is not shown again within four hours. Raises NotSent for what is wrong with
        the notice; `WeChatUnavailable` and `WeChatMisconfigured` are faults of the channel.
        """
        assert 0 < len(user_ids) <= MOST_AT_ONCE, "more are sent in parts"
        try:
            payload = await self._token.post(self._caller.ask, SEND, self._body(user_ids, notice))
        except Refusal as refusal:
            if refusal.code == NOBODY_CAN:
                return set(user_ids)
            raise refused(refusal, ()) from None
        out = _named(payload, "invaliduser") | _named(payload, "unlicenseduser")
        return {one for one in user_ids if one.lower() in out}

    def _body(self, user_ids: Sequence[str], notice: WeComNotice) -> dict[str, Any]:
        return {
            "touser": "|".join(user_ids),
            "msgtype": "miniprogram_notice",
            "miniprogram_notice": {
                "appid": self.mini_program,
                "page": notice.page,
                "title": notice.title,
                "description": notice.description,
                "emphasis_first_item": notice.emphasised,
                "content_item": [{"key": key, "value": value} for key, value in notice.rows],
            },
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATES_SECONDS,
        }

    async def _fetch_token(self) -> StoredToken:
        asked_at = self.clock.now()
        query = {"corpid": self.corp_id, "corpsecret": self.secret.get_secret_value()}
        try:
            payload = await self._caller.ask(Question("GET", "/cgi-bin/gettoken", query))
        except Refusal as refusal:
            raise verdicts.raised(refusal, {}) from None
        reply = replies.read(replies.TokenReply, payload)
        return StoredToken(reply.access_token.get_secret_value(), asked_at + timedelta(seconds=reply.expires_in))


def _named(payload: dict[str, Any], field_name: str) -> set[str]:
    """Return the user ids in a field of the answer; WeCom gives them in small letters."""
    return {one.lower() for one in str(payload.get(field_name) or "").split("|") if one}

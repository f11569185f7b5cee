"""Issue and judge access tokens as `stable_token` does."""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from demo.wechat_sandbox.replies import Refused

TOKEN_SECONDS = 7200
OVERLAP_SECONDS = 300
FORCED_APART_SECONDS = 30
FORCED_A_DAY = 20
DAY_SECONDS = 86400
_SHAPE = re.compile(r"\d{2}_[\w-]{509}")


@dataclass
class Token:
    """One access token."""

    text: str
    ends_at: float
    is_revoked: bool = False


class Credentials:
    """The mini-program's identity and its tokens."""

    def __init__(self, app_id: str, app_secret: str, now: Callable[[], float]) -> None:
        self.app_id = app_id
        self._secret = app_secret
        self._now = now
        self._tokens: dict[str, Token] = {}
        self._current: Token | None = None
        self._forced_at: list[float] = []

    def check(self, app_id: object, secret: object) -> None:
        """Raise 41002, 40013, 41004 or 40125 unless these are the mini-program's own."""
        if not app_id or not isinstance(app_id, str):
            raise Refused(41002)
        if app_id != self.app_id:
            raise Refused(40013)
        if not secret or not isinstance(secret, str):
            raise Refused(41004)
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            raise Refused(40125)

    def stable(self, *, forced: bool) -> tuple[str, int]:
        """Return the token and its seconds left: the same one until five minutes before its end."""
        now = self._now()
        if forced:
            self._revoke(now)
        if self._current is None or now >= self._current.ends_at - OVERLAP_SECONDS:
            self._current = Token(
                f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(400)[:509]}", now + TOKEN_SECONDS
            )
            self._tokens[self._current.text] = self._current
        return self._current.text, int(self._current.ends_at - now)

    def admit(self, text: object) -> None:
        """Raise 40001 (missing, unknown or revoked), 40014 (malformed) or 42001 (ended) unless the token is good."""
        if not text or not isinstance(text, str):
            raise Refused(40001)
        if not _SHAPE.fullmatch(text):
            raise Refused(40014)
        token = self._tokens.get(text)
        if token is None or token.is_revoked:
            raise Refused(40001)
        if self._now() >= token.ends_at:
            raise Refused(42001)

    def revoke(self) -> None:
        """End the present token at once, as a forced refresh by somebody else would."""
        if self._current is not None:
            self._current.is_revoked, self._current = True, None

    def _revoke(self, now: float) -> None:
        self._forced_at = [at for at in self._forced_at if at > now - DAY_SECONDS]
        too_soon = self._forced_at and now < self._forced_at[-1] + FORCED_APART_SECONDS
        if too_soon or len(self._forced_at) >= FORCED_A_DAY:
            raise Refused(45009)
        self._forced_at.append(now)
        self.revoke()

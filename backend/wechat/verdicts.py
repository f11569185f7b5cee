"""Judge WeChat's error codes: who can do something about each, and what.

A code that is not in the table is held to be the operator's, so that a new one raises an alarm and is never
shown to a member.
"""

import logging
from collections.abc import Mapping
from enum import Enum

from backend.core.errors import Problem
from backend.wechat import redaction
from backend.wechat.errors import WeChatBlocked, WeChatMisconfigured, WeChatTooOften

logger = logging.getLogger(__name__)

PER_MINUTE_QUOTA = 45009
TOO_MANY_AT_ONCE = 45033  # WeCom's


class Verdict(Enum):
    """Who can act on a refusal."""

    RETRYABLE = "ask again after a pause"
    TOKEN_STALE = "fetch the token again, then ask once more"  # noqa: S105 - an advice, not a secret
    USER_ACTION = "the member starts the step again"
    TOO_OFTEN = "the member waits"
    BLOCKED = "the platform has restricted the member"
    CONFIGURATION = "the operator mends it"


_VERDICTS = {
    -1: Verdict.RETRYABLE,
    PER_MINUTE_QUOTA: Verdict.RETRYABLE,
    TOO_MANY_AT_ONCE: Verdict.RETRYABLE,
    40001: Verdict.TOKEN_STALE,
    40014: Verdict.TOKEN_STALE,
    42001: Verdict.TOKEN_STALE,
    40029: Verdict.USER_ACTION,
    40163: Verdict.USER_ACTION,
    43101: Verdict.USER_ACTION,
    87009: Verdict.USER_ACTION,
    # The platform checks content in the name of a member: one whom it knows, and who was here lately.
    40003: Verdict.USER_ACTION,
    43104: Verdict.USER_ACTION,
    61010: Verdict.USER_ACTION,
    45011: Verdict.TOO_OFTEN,
    40226: Verdict.BLOCKED,
}

_HINTS = {
    40001: "the app secret or the token is refused, although the token was just fetched",
    40013: "the app id is wrong, or not the one the code was made for",
    40014: "the token is refused as malformed, although it was just fetched",
    40066: "the address or its letter case is wrong: check the base URL",
    40125: "the app secret is wrong",
    40097: "an argument is refused, such as env_version",
    40129: "the scene of a content check is none of WeChat's",
    40164: "this server's address is not in the mini-program's IP allow-list",
    40169: "the scene of a code is too long or empty, or the body is not JSON",
    41030: "the page of the mini-program does not exist or is not published: check the setting of the page",
    42001: "the token is refused as expired, although it was just fetched",
}


def of(code: int) -> Verdict:
    """Return who can act on this error code."""
    return _VERDICTS.get(code, Verdict.CONFIGURATION)


class Refusal(Exception):
    """One answer of WeChat with an error code; stays inside this slice."""

    def __init__(self, path: str, code: int, message: str, rid: str | None) -> None:
        super().__init__(path, code)
        self.path, self.code, self.message, self.rid = path, code, message, rid

    @property
    def verdict(self) -> Verdict:
        """Say who can act on it."""
        return of(self.code)


def raised(refusal: Refusal, problems: Mapping[int, type[Problem]]) -> Exception:
    """Return what to raise for a refusal: a problem of the member's, or a fault logged for the operator."""
    if refusal.verdict is Verdict.USER_ACTION and refusal.code in problems:
        return problems[refusal.code]()
    if refusal.verdict is Verdict.BLOCKED:
        return WeChatBlocked()
    if refusal.verdict is Verdict.TOO_OFTEN:
        return WeChatTooOften()
    hint = _HINTS.get(refusal.code, "a code this version does not know")
    said = redaction.redact(refusal.message)
    logger.error("%s: WeChat answered %s (%s): %r, rid %s", refusal.path, refusal.code, hint, said, refusal.rid)
    return WeChatMisconfigured(refusal.path, refusal.code, hint, refusal.rid)

"""Check texts and pictures as the platform does: texts at once, pictures later, by a push."""

import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.wechat_sandbox.people import People
from demo.wechat_sandbox.replies import Refused, request_id

MINUTE_SECONDS = 60
TEXT, MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"
A_MINUTE = {TEXT: 4000, MEDIA: 2000}
LONGEST_TEXT = 2500
SCENES = (1, 2, 3, 4)
IMAGE, AUDIO = 2, 1
SUGGESTS = ("pass", "review", "risky")


class Quotas:
    """How often each check may be asked within a minute."""

    def __init__(self, now: Callable[[], float]) -> None:
        self.a_minute = dict(A_MINUTE)
        self._now = now
        self._asked: dict[str, deque[float]] = {path: deque() for path in A_MINUTE}

    def count(self, path: str) -> None:
        """Note one question; raises 45009 beyond the quota."""
        asked, now = self._asked[path], self._now()
        while asked and asked[0] <= now - MINUTE_SECONDS:
            asked.popleft()
        if len(asked) >= self.a_minute[path]:
            raise Refused(45009)
        asked.append(now)


class Words:
    """Which words make a text risky, or doubtful."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, int]] = {"违规": ("risky", 20006), "待审": ("review", 21000)}

    def put(self, word: str, suggest: str, label: int) -> None:
        """Add or change a word."""
        self._known[word] = (suggest, label)

    def judge(self, text: str) -> tuple[str, int]:
        """Return the advice and label of a text: of the first known word in it, else of a clean one."""
        found = (verdict for word, verdict in self._known.items() if word in text)
        return next(found, ("pass", 100))


@dataclass(frozen=True)
class Question:
    """A picture that is to be checked."""

    trace_id: str
    openid: str
    media_url: str


def read_text(body: bytes, people: People) -> str:
    """Return the text of a check, its nickname and title too; raises the platform's codes."""
    asked = _asked(body, people)
    content = asked.get("content")
    if not isinstance(content, str) or not content or len(content) > LONGEST_TEXT:
        raise Refused(44002 if not content else 45002)
    if rb"\u" in body:
        return ""  # as on the platform: what is escaped is not recognised, and so passes
    return "\n".join(str(asked.get(name, "")) for name in ("content", "nickname", "title", "signature"))


def read_media(body: bytes, people: People) -> Question:
    """Return what is to be looked at; raises the platform's codes."""
    asked = _asked(body, people)
    url = asked.get("media_url")
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise Refused(44002)
    if asked.get("media_type") not in (IMAGE, AUDIO):
        raise Refused(47001)
    return Question(request_id(), str(asked["openid"]), url)


def text_reply(suggest: str, label: int) -> dict[str, Any]:
    """Return what the text check answers."""
    detail = {"strategy": "content_model", "errcode": 0, "suggest": suggest, "label": label, "prob": 90}
    result = {"suggest": suggest, "label": label}
    return {"errcode": 0, "errmsg": "ok", "result": result, "detail": [detail], "trace_id": secrets.token_hex(16)}


def _asked(body: bytes, people: People) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(47001) from None
    if not isinstance(asked, dict) or asked.get("version") != 2:
        raise Refused(47001)
    person = people.get(asked.get("openid"))
    if person is None:
        raise Refused(40003)
    if asked.get("scene") not in SCENES:
        raise Refused(40129)
    if person.away:
        raise Refused(61010)
    return asked

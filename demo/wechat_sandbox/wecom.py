"""WeCom beside WeChat: one corp, the application that is linked to the mini-program, its members' phones."""

import json
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from demo.wechat_sandbox.replies import Refused

SEND, TOKEN = "/cgi-bin/message/send", "/cgi-bin/gettoken"
TOKEN_SECONDS = 7200
A_DAY_PER_ACCOUNT, A_MINUTE, AN_HOUR = 200, 30, 1000
MINUTE_SECONDS, HOUR_SECONDS, DAY_SECONDS = 60, 3600, 86_400
MOST_MEMBERS, MOST_ROWS, LONGEST_INTERVAL, USUAL_INTERVAL = 1000, 10, 4 * 3600, 1800
MOST_PAGE_BYTES, LONGEST_KEY, LONGEST_VALUE = 1024, 10, 30
_SHAPE = re.compile(r"[\w-]{64}")


@dataclass(frozen=True)
class Told:
    """What reached the phone of a member."""

    userid: str
    notice: dict[str, Any]
    at: float


class Corp:
    """A corp with one application; who is unlicensed is in its sight and cannot be told anything."""

    def __init__(self, mini_program: str, now: Callable[[], float]) -> None:
        self.corp_id = self.secret = ""
        self.accounts = 0
        self.members: set[str] = set()
        self.unlicensed: set[str] = set()
        self.told: list[Told] = []
        self._mini_program, self._now = mini_program, now
        self._tokens: dict[str, float] = {}
        self._current: str | None = None
        self._messages: deque[tuple[float, str]] = deque()
        self._person_times: deque[tuple[float, int]] = deque()

    def token(self, corp_id: str | None, secret: str | None) -> tuple[str, int]:
        """Return the token and its seconds left: the same one until it ends. Raises 40013, 40001."""
        if not self.corp_id or corp_id != self.corp_id:
            raise Refused(40013)
        if secret != self.secret:
            raise Refused(40001)
        now = self._now()
        if self._current is None or now >= self._tokens[self._current]:
            self._current = secrets.token_hex(32)
            self._tokens[self._current] = now + TOKEN_SECONDS
        return self._current, int(self._tokens[self._current] - now)

    def admit(self, token: str | None) -> None:
        """Raise 40014 or 42001 unless the token is good."""
        if not token or not _SHAPE.fullmatch(token) or token not in self._tokens:
            raise Refused(40014)
        if self._now() >= self._tokens[token]:
            raise Refused(42001)

    def revoke(self) -> None:
        """End the present token at once."""
        if self._current is not None:
            del self._tokens[self._current]
            self._current = None

    def send(self, body: dict[str, Any]) -> dict[str, Any]:
        """Tell members; raises WeCom's codes. What goes too fast for a member is dropped without a word."""
        notice = self._notice(body)
        named = [one for one in str(body.get("touser") or "").split("|") if one]
        if not 1 <= len(named) <= MOST_MEMBERS:
            raise Refused(40031)
        known = [one.lower() for one in named if one.lower() in self.members]
        unlicensed = [one for one in known if one in self.unlicensed]
        reached = [one for one in known if one not in self.unlicensed]
        if not reached:
            raise Refused(81013)
        self._count(len(reached))
        if not self._is_repeated(body):
            for userid in reached:
                self._show(userid, notice)
        unknown = [one.lower() for one in named if one.lower() not in self.members]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "invaliduser": "|".join(unknown),
            "unlicenseduser": "|".join(unlicensed),
            "msgid": secrets.token_hex(16),
        }

    def _notice(self, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("msgtype") != "miniprogram_notice":
            raise Refused(40008)
        notice = body.get("miniprogram_notice")
        if not isinstance(notice, dict) or notice.get("appid") != self._mini_program:
            raise Refused(40013)
        rows = notice.get("content_item", [])
        fine = (
            4 <= _length(notice.get("title")) <= 12
            and (not notice.get("description") or 4 <= _length(notice.get("description")) <= 12)
            and len(str(notice.get("page", "")).encode()) <= MOST_PAGE_BYTES
            and isinstance(notice.get("emphasis_first_item", False), bool)
            and isinstance(rows, list)
            and len(rows) <= MOST_ROWS
            and all(_is_row(row) for row in rows)
        )
        if not fine:
            raise Refused(40058)
        return notice

    def _count(self, people: int) -> None:
        now = self._now()
        while self._person_times and self._person_times[0][0] <= now - DAY_SECONDS:
            self._person_times.popleft()
        if sum(count for _, count in self._person_times) + people > self.accounts * A_DAY_PER_ACCOUNT:
            raise Refused(45009)
        self._person_times.append((now, people))

    def _is_repeated(self, body: dict[str, Any]) -> bool:
        """Tell whether the same body came within the interval that it asks to look back."""
        now, text = self._now(), json.dumps(body, sort_keys=True)
        while self._messages and self._messages[0][0] <= now - LONGEST_INTERVAL:
            self._messages.popleft()
        interval = min(int(body.get("duplicate_check_interval", USUAL_INTERVAL)), LONGEST_INTERVAL)
        looks = body.get("enable_duplicate_check") == 1
        repeated = looks and any(text == one and at > now - interval for at, one in self._messages)
        self._messages.append((now, text))
        return repeated

    def _show(self, userid: str, notice: dict[str, Any]) -> None:
        now = self._now()
        own = [one.at for one in self.told if one.userid == userid]
        in_a_minute = sum(at > now - MINUTE_SECONDS for at in own)
        if in_a_minute < A_MINUTE and sum(at > now - HOUR_SECONDS for at in own) < AN_HOUR:
            self.told.append(Told(userid, notice, now))


def _length(text: object) -> int:
    return len(text) if isinstance(text, str) else 0


def _is_row(row: object) -> bool:
    if not isinstance(row, dict):
        return False
    key, value = row.get("key"), row.get("value")
    return 1 <= _length(key) <= LONGEST_KEY and 1 <= _length(value) <= LONGEST_VALUE

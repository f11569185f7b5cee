"""Keep the people who have a phone, and the codes that their phones were given."""

import json
import secrets
from base64 import b64encode
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from demo.wechat_sandbox.replies import Refused

CODE_SECONDS = 300
FORGOTTEN_AFTER_SECONDS = 900
CALLS_A_MINUTE = 100

Purpose = Literal["login", "phone"]


@dataclass
class Person:
    """One WeChat user as this mini-program sees them."""

    openid: str
    phone: str = ""
    country_code: str = "86"
    unionid: str | None = None
    blocked: bool = False
    away: bool = False  # has not opened the mini-program for two hours
    session_key: str | None = None
    steps: dict[date, int] = field(default_factory=dict)
    calls: deque[float] = field(default_factory=deque)

    def public(self) -> dict[str, Any]:
        """Return what the control surface shows; the session key is not for showing."""
        shown = ("openid", "phone", "country_code", "unionid", "blocked", "away")
        return {name: getattr(self, name) for name in shown}

    def count_call(self, now: float) -> None:
        """Note one call; raises 45011 beyond a hundred within a minute."""
        while self.calls and self.calls[0] <= now - 60:
            self.calls.popleft()
        if len(self.calls) >= CALLS_A_MINUTE:
            raise Refused(45011)
        self.calls.append(now)


@dataclass
class Code:
    """A code that works once, for five minutes, for one purpose."""

    person: Person
    purpose: Purpose
    issued_at: float
    is_used: bool = False


class People:
    """Everybody, by openid."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._people: dict[str, Person] = {}
        self._codes: dict[str, Code] = {}

    def load(self, path: Path) -> None:
        """Read people from a JSON list of objects with `phone` and, if they like, the other fields of `Person`."""
        for row in json.loads(path.read_text(encoding="utf-8")):
            self.put(row)

    def put(self, row: dict[str, Any]) -> Person:
        """Create a person, or change the fields that are given; an openid is made up when there is none."""
        openid = str(row.get("openid") or f"o{secrets.token_urlsafe(20)}")
        person = self._people.setdefault(openid, Person(openid))
        for name, kind in (("phone", str), ("country_code", str), ("unionid", str), ("blocked", bool), ("away", bool)):
            if name in row:
                setattr(person, name, kind(row[name]))
        return person

    def get(self, openid: object) -> Person | None:
        """Return the person, if there is one."""
        return self._people.get(openid) if isinstance(openid, str) else None

    def all(self) -> list[Person]:
        """Return everybody, in the order in which they came."""
        return list(self._people.values())

    def login(self, person: Person) -> str:
        """Do what `wx.login` does: replace the session key and return a code."""
        person.away = False
        person.session_key = b64encode(secrets.token_bytes(16)).decode()
        return self.issue(person, "login")

    def issue(self, person: Person, purpose: Purpose) -> str:
        """Return a fresh code."""
        self._forget_old_codes()
        code = f"0{secrets.token_urlsafe(24)[:31]}"
        self._codes[code] = Code(person, purpose, self._now())
        return code

    def redeem(self, text: object, purpose: Purpose, openid: object = None) -> Person:
        """Use up a code; raises 40029, 40163, 40226 or 45011. `openid`, when given, must be its owner's."""
        code = self._codes.get(text) if isinstance(text, str) else None
        if code is None or code.purpose != purpose or self._now() >= code.issued_at + CODE_SECONDS:
            raise Refused(40029)
        if openid is not None and openid != code.person.openid:
            raise Refused(40029)
        code.person.count_call(self._now())
        if code.is_used:
            raise Refused(40163)
        if code.person.blocked:
            raise Refused(40226)
        code.is_used = True
        return code.person

    def _forget_old_codes(self) -> None:
        # Codes are kept in the order of issue, so the old ones stand in front.
        while self._codes:
            oldest = next(iter(self._codes))
            if self._codes[oldest].issued_at > self._now() - FORGOTTEN_AFTER_SECONDS:
                return
            del self._codes[oldest]

"""Subscribe messages and employee messages: templates, what people have allowed, and what reached their phones."""

import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from demo.wechat_sandbox import values
from demo.wechat_sandbox.codes import PUBLISHED_PAGES
from demo.wechat_sandbox.people import People
from demo.wechat_sandbox.replies import Refused

SUBSCRIBE = "/cgi-bin/message/subscribe/send"
EMPLOYEE = "/cgi-bin/message/wxopen/employeerelationmsg/send"
ONE_TIME, LONG_TERM, EMPLOYEE_TYPE = "one_time", "long_term", "employee"
TYPES = (ONE_TIME, LONG_TERM, EMPLOYEE_TYPE)
MOST_ASKED, MOST_BOUND = 5, 6  # templates of one pop-up; of one binding
A_DAY = 10_000_000
DAY_SECONDS = 86_400
_STATES = ("developer", "trial", "formal")
_LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


@dataclass(frozen=True)
class Template:
    """A template as it stands in the account."""

    template_id: str
    type: str
    title: str
    fields: tuple[str, ...]
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the values of an enum


@dataclass(frozen=True)
class Notice:
    """What reached a phone."""

    openid: str
    template_id: str
    page: str
    values: dict[str, str]
    number: int

    def public(self) -> dict[str, Any]:
        """Return what the control surface shows."""
        return vars(self)


class Notices:
    """The account's templates, and every phone's notifications."""

    def __init__(self, people: People, now: Callable[[], float]) -> None:
        self.templates: dict[str, Template] = {}
        self.came: list[Notice] = []
        self.a_day = A_DAY
        self._people, self._now = people, now
        self._credits: Counter[tuple[str, str]] = Counter()
        self._lasting: set[tuple[str, str]] = set()
        self._banned: set[str] = set()
        self._sent_at: deque[float] = deque()

    def left(self, openid: str, template_id: str) -> int:
        """Return how many messages of a template a person still allows."""
        return 1 if (openid, template_id) in self._lasting else self._credits[openid, template_id]

    def ask(self, openid: str, wanted: dict[str, str]) -> dict[str, str]:
        """Do what `wx.requestSubscribeMessage` does when the person answers so; return what the page is told.

        Raises ValueError where the phone would refuse to ask.
        """
        asked = [self.templates.get(template_id) for template_id in wanted]
        if not 1 <= len(asked) <= MOST_ASKED:
            raise ValueError("one call asks for one to five templates")
        known = [one for one in asked if one is not None]
        if len(known) < len(asked) or len({one.type for one in known}) > 1 or known[0].type == EMPLOYEE_TYPE:
            raise ValueError("templates of the account, of one type, for subscribing")
        if len({one.title for one in known}) < len(known):
            raise ValueError("two templates of one call have the same title")
        told = {one.template_id: "ban" if openid in self._banned else wanted[one.template_id] for one in known}
        for one in known:
            if told[one.template_id] == "accept":
                self._allow(openid, one)
        return told

    def bind(self, openid: str, template_ids: list[str]) -> None:
        """Do what `wx.bindEmployeeRelation` does when the person agrees; raises ValueError."""
        known = [self.templates.get(one) for one in template_ids]
        if not 1 <= len(known) <= MOST_BOUND or any(one is None or one.type != EMPLOYEE_TYPE for one in known):
            raise ValueError("one to six employee templates of the account")
        self._lasting |= {(openid, one) for one in template_ids}

    def withdraw(self, openid: str, template_ids: list[str]) -> None:
        """Let a person refuse templates in WeChat's settings, or end the employee relation."""
        for template_id in template_ids:
            self._lasting.discard((openid, template_id))
            self._credits[openid, template_id] = 0

    def _allow(self, openid: str, template: Template) -> None:
        if template.type == ONE_TIME:
            self._credits[openid, template.template_id] += 1
        else:
            self._lasting.add((openid, template.template_id))

    def subscribe_message(self, body: dict[str, Any]) -> Notice:
        """Deliver a subscribe message; raises the platform's codes."""
        template = self._template(body, (ONE_TIME, LONG_TERM))
        openid = self._openid(body, 40003)
        self._check_page(body)
        if body.get("miniprogram_state", "formal") not in _STATES or body.get("lang", "zh_CN") not in _LANGUAGES:
            raise Refused(40097)
        filled = _values(template, body.get("data"))
        if self.left(openid, template.template_id) < 1:
            raise Refused(43101)
        self._count()
        if template.type == ONE_TIME:
            self._credits[openid, template.template_id] -= 1
        return self._delivered(openid, template, body, filled)

    def employee_message(self, body: dict[str, Any]) -> Notice:
        """Deliver an employee message, whose data are a text of JSON; raises the platform's codes."""
        template = self._template(body, (EMPLOYEE_TYPE,))
        openid = self._openid(body, 40257)
        self._check_page(body)
        data = body.get("data")
        try:
            inner = json.loads(data) if isinstance(data, str) else None
        except ValueError:
            inner = None
        if not isinstance(inner, dict):
            raise Refused(40097)
        filled = _values(template, inner.get("data"))
        if self.left(openid, template.template_id) < 1:
            raise Refused(40256)
        return self._delivered(openid, template, body, filled)

    def _template(self, body: dict[str, Any], types: tuple[str, ...]) -> Template:
        template = self.templates.get(str(body.get("template_id")))
        if template is None or template.type not in types:
            raise Refused(40037)
        return template

    def _openid(self, body: dict[str, Any], code: int) -> str:
        person = self._people.get(body.get("touser"))
        if person is None:
            raise Refused(code)
        return person.openid

    def _check_page(self, body: dict[str, Any]) -> None:
        page = body.get("page") or ""
        if page and (not isinstance(page, str) or page.partition("?")[0] not in PUBLISHED_PAGES):
            raise Refused(41030)

    def _count(self) -> None:
        now = self._now()
        while self._sent_at and self._sent_at[0] <= now - DAY_SECONDS:
            self._sent_at.popleft()
        if len(self._sent_at) >= self.a_day:
            raise Refused(45009)
        self._sent_at.append(now)

    def _delivered(self, openid: str, template: Template, body: dict[str, Any], filled: dict[str, str]) -> Notice:
        number = 2_000_000_000_000_000_000 + len(self.came)
        notice = Notice(openid, template.template_id, str(body.get("page") or ""), filled, number)
        self.came.append(notice)
        return notice


def _values(template: Template, data: object) -> dict[str, str]:
    """Return the values of a template's fields: each is there, no other is, and each keeps its rule."""
    if not isinstance(data, dict):
        raise Refused(47003, "argument invalid! data invalid")
    for name in (*template.fields, *data):
        holder = data.get(name)
        value = holder.get("value") if isinstance(holder, dict) else None
        if name not in template.fields or not values.is_good(name, value, template.listed.get(name, ())):
            raise Refused(47003, f"argument invalid! data.{name}.value invalid")
    return {name: data[name]["value"] for name in template.fields}


def event(name: str, openid: str, now: float, rows: list[dict[str, str]], form: str) -> dict[str, Any]:
    """Return the event that tells of templates; in XML its list stands below the event's own name."""
    message: dict[str, Any] = {
        "ToUserName": "gh_0123456789ab",
        "FromUserName": openid,
        "CreateTime": int(now),
        "MsgType": "event",
        "Event": name,
    }
    if form == "xml":
        own = "".join(part.capitalize() for part in name.split("_"))
        return message | {own: {"List": rows}}
    return message | {"List": rows if len(rows) > 1 else rows[0]}

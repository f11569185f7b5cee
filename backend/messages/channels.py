"""The channels over which a message leaves us: how each is filled in, addressed and sent."""

import hashlib
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Text
from backend.messages import kinds
from backend.messages.kinds import KINDS
from backend.messages.tables import Message
from backend.messages.templates import EMPLOYEE, LONG_TERM, ONE_TIME, WECOM, Template, WeComTemplate
from backend.wechat import notices, values
from backend.wechat import wecom as wecoms
from backend.wechat.client import HttpWeChat
from backend.wechat.notices import Notice
from backend.wechat.values import Unfit
from backend.wechat.wecom import HttpWeCom, WeComNotice

NAMES: Final = {
    WECOM: Text("企业微信通知", "WeCom notices"),
    EMPLOYEE: Text("微信用工消息", "WeChat employee messages"),
    LONG_TERM: Text("微信长期订阅消息", "WeChat long-term messages"),
    ONE_TIME: Text("微信一次性订阅消息", "WeChat one-time messages"),
}
# WeCom, page message/send: a member is shown no more than these, the rest is dropped without a word.
WECOM_A_MINUTE: Final = 30
WECOM_AN_HOUR: Final = 1000
WECOM_A_DAY_PER_ACCOUNT: Final = 200


@dataclass(frozen=True)
class Posted:
    """What a call came to: the platform's number of the message, and the addresses that it cannot reach."""

    number: str | None = None
    unreached: frozenset[str] = frozenset()


class Channel(Protocol):
    """One way out."""

    key: str
    most_at_once: int  # addresses of one call

    def notice(self, carrier: Any, message: Message) -> Hashable:
        """Fill in what carries a message; raises Unfit when a value cannot be made to fit its field."""

    async def send(self, notice: Any, addresses: Sequence[str]) -> Posted:
        """Send to these addresses.

        Raises NotSent for what asking again does not change; `WeChatUnavailable` and `WeChatMisconfigured` for a
        channel that does not work just now.
        """


def _filled(message: Message) -> Callable[[str], str]:
    """Return how a text of the configuration is filled in; channels speak Chinese, as their templates do."""
    kind, told = message.kind, message.told
    title, body = KINDS[kind].say(told, "zh-CN")
    at = message.posted_at.astimezone(clock.zone(SHOWN_ZONE)).strftime("%Y-%m-%d %H:%M")
    given = kinds.values_in(told, "zh-CN") | {"title": title, "body": body, "posted_at": at}
    missing = dict.fromkeys(KINDS[kind].values, "")
    return lambda text: text.format_map(missing | given)


@dataclass(frozen=True)
class _Filled:
    """A notice that can be compared and grouped."""

    template_id: str
    page: str
    values: tuple[tuple[str, str], ...]

    @property
    def notice(self) -> Notice:
        return Notice(self.template_id, self.page, dict(self.values))


@dataclass
class WeChatChannel:
    """Subscribe messages, one-time or long-term, and employee messages: one member a call."""

    key: str
    wechat: HttpWeChat
    version: str
    most_at_once: int = field(default=1, init=False)

    def notice(self, carrier: Template, message: Message) -> Hashable:
        """Fill in a template; see `Channel.notice`."""
        fill = _filled(message)
        filled = {name: values.fitted(name, fill(text)) for name, text in carrier.fields.items()}
        return _Filled(carrier.template, fill(carrier.page), tuple(sorted(filled.items())))

    async def send(self, notice: _Filled, addresses: Sequence[str]) -> Posted:
        """Send to one openid; see `Channel.send`."""
        (openid,) = addresses
        if self.key == EMPLOYEE:
            return Posted(await notices.send_employee(self.wechat, openid, notice.notice))
        return Posted(await notices.send_subscribe(self.wechat, openid, notice.notice, self.version))


def _named(page: str, message: Message) -> str:
    """Return a page that names the message: WeCom holds two notices of the same words to be one, and shows one."""
    mark = hashlib.sha256(f"{message.kind}/{message.key}".encode()).hexdigest()[:12]
    return f"{page}{'&' if '?' in page else '?'}m={mark}"


@dataclass
class WeComChannel:
    """Notices of WeCom: the same one for up to a thousand members a call."""

    wecom: HttpWeCom
    key: str = field(default=WECOM, init=False)
    most_at_once: int = field(default=wecoms.MOST_AT_ONCE, init=False)

    def notice(self, carrier: WeComTemplate, message: Message) -> Hashable:
        """Fill in a notice; see `Channel.notice`."""
        fill = _filled(message)
        rows = tuple((row.key, values.plain(fill(row.value), 30)) for row in carrier.rows)
        title, description = values.plain(fill(carrier.title), 12), values.plain(fill(carrier.description), 12)
        for name, text in (("title", title), ("description", description)):
            if values.length(text) < 4:  # noqa: PLR2004 - WeCom's page message/send
                raise Unfit(name, "4 to 12 characters")
        return WeComNotice(_named(fill(carrier.page), message), title, description, rows, carrier.emphasise_first)

    async def send(self, notice: WeComNotice, addresses: Sequence[str]) -> Posted:
        """Send to user ids; see `Channel.send`."""
        return Posted(unreached=frozenset(await self.wecom.send(addresses, notice)))

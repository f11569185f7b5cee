"""Send messages to members through WeChat: subscribe messages and employee messages.

Sources: wechat pages subscribeMessage.send and sendEmployeeRelationMsg. One call is one try, because an answer that got
lost may have been a success: who calls tries again later, and says so with `Patience(tries=1)`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import structlog

from backend.wechat import redaction, verdicts
from backend.wechat.client import HttpWeChat
from backend.wechat.verdicts import Refusal

log = structlog.get_logger()

SUBSCRIBE: Final = "/cgi-bin/message/subscribe/send"
EMPLOYEE: Final = "/cgi-bin/message/wxopen/employeerelationmsg/send"
# What a code says of a member, by what it means; every other code is the operator's to mend.
NOT_SUBSCRIBED: Final = 43101
NOT_BOUND: Final = 40256
# What is wrong with a whole channel, and with no message: app id, secret, token, address. It is mended and tried again.
OF_THE_CHANNEL: Final = (40001, 40013, 40014, 40125, 40164, 42001, 60020)
STATES: Final = {"release": "formal", "trial": "trial", "develop": "developer"}


class Whose(Enum):
    """Who can act on a message that was not taken."""

    MEMBER = "the member has not agreed, or not any more"
    OPERATOR = "the configuration is wrong"


class NotSent(Exception):
    """The platform has refused a message for good; asking again changes nothing."""

    def __init__(self, code: int, whose: Whose) -> None:
        super().__init__(code, whose.value)
        self.code, self.whose = code, whose


@dataclass(frozen=True)
class Notice:
    """A filled template: its id, the page that it opens, the value of each field."""

    template_id: str
    page: str
    values: Mapping[str, str]

    @property
    def data(self) -> dict[str, dict[str, str]]:
        """The values as the platform wants them."""
        return {field: {"value": value} for field, value in self.values.items()}


def refused(refusal: Refusal, members: tuple[int, ...]) -> Exception:
    """Return what to raise for a refusal, after telling the operator of what is theirs to mend."""
    if refusal.code in members:
        return NotSent(refusal.code, Whose.MEMBER)
    if refusal.code in OF_THE_CHANNEL:
        return verdicts.raised(refusal, {})
    said = redaction.redact(refusal.message)
    log.error("a message was refused", path=refusal.path, code=refusal.code, said=said, rid=refusal.rid)
    return NotSent(refusal.code, Whose.OPERATOR)


async def send_subscribe(wechat: HttpWeChat, openid: str, notice: Notice, version: str) -> str | None:
    """Send a subscribe message, one-time or long-term alike; return its number there.

    Raises NotSent (43101: not subscribed, or not any more). `WeChatUnavailable` and `WeChatMisconfigured` are faults
    of the whole channel: the same message may be sent later.
    """
    body = {
        "touser": openid,
        "template_id": notice.template_id,
        "page": notice.page,
        "data": notice.data,
        "miniprogram_state": STATES[version],
        "lang": "zh_CN",
    }
    return await _sent(wechat, SUBSCRIBE, body, (NOT_SUBSCRIBED,))


async def send_employee(wechat: HttpWeChat, openid: str, notice: Notice) -> str | None:
    """Send an employee message (用工关系), whose data travel as a text of JSON; faults as in `send_subscribe`."""
    data = json.dumps({"data": notice.data}, ensure_ascii=False, sort_keys=True)
    body = {"touser": openid, "template_id": notice.template_id, "page": notice.page, "data": data}
    return await _sent(wechat, EMPLOYEE, body, (NOT_BOUND,))


async def _sent(wechat: HttpWeChat, path: str, body: dict[str, Any], members: tuple[int, ...]) -> str | None:
    try:
        payload = await wechat.ask(path, body)
    except Refusal as refusal:
        raise refused(refusal, members) from None
    number = payload.get("msgid")
    return str(number)[:64] if number is not None else None

"""Messages through WeChat: sent once a call, each refusal told apart, and nothing of them in a log."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
import structlog

from backend.wechat import notices
from backend.wechat.client import HttpWeChat
from backend.wechat.errors import WeChatMisconfigured, WeChatUnavailable
from backend.wechat.notices import EMPLOYEE, SUBSCRIBE, Notice, NotSent, Whose
from tests.wechat.sandbox import LIN, Sandbox

TEMPLATE = "a-template-of-ours"
NOTICE = Notice(TEMPLATE, "pages/index/index", {"thing1": "节能宣传周", "time2": "2026年6月15日 11:50"})


@pytest_asyncio.fixture
async def account(sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    """Return a sandbox whose account has a template, which Lin has allowed twice."""
    await sandbox.play("templates", template_id=TEMPLATE, type="one_time", fields=["thing1", "time2"])
    for _ in range(2):
        await sandbox.play("subscribe", openid=LIN, answers={TEMPLATE: "accept"})
    yield sandbox


def once(sandbox: Sandbox, **more: Any) -> HttpWeChat:
    """Return a client that tries once, as the outbox's does."""
    return sandbox.client(tries=1, **more)


async def came(sandbox: Sandbox) -> list[dict[str, Any]]:
    """Return what reached phones."""
    found: list[dict[str, Any]] = (await sandbox.http.get(f"{sandbox.base_url}/sandbox/notices")).json()["notices"]
    return found


async def test_a_subscribe_message_is_sent_and_has_a_number(account: Sandbox) -> None:
    number = await notices.send_subscribe(once(account), LIN, NOTICE, "release")

    (notice,) = await came(account)
    assert number == str(notice["number"])
    assert (notice["openid"], notice["page"]) == (LIN, "pages/index/index")
    assert notice["values"] == dict(NOTICE.values)


@pytest.mark.parametrize(
    ("openid", "notice", "code", "whose"),
    [
        ("oNobody", NOTICE, 40003, Whose.OPERATOR),
        (LIN, Notice("another-template-00", "", {}), 40037, Whose.OPERATOR),
        (LIN, Notice(TEMPLATE, "pages/nowhere", NOTICE.values), 41030, Whose.OPERATOR),
        (LIN, Notice(TEMPLATE, "", {"thing1": "字" * 21, "time2": "11:50"}), 47003, Whose.OPERATOR),
        (LIN, Notice(TEMPLATE, "", {"thing1": "好"}), 47003, Whose.OPERATOR),
    ],
    ids=["openid", "template", "page", "value", "field"],
)
async def test_what_the_operator_must_mend_is_told_apart_and_logged_with_its_number(
    account: Sandbox, openid: str, notice: Notice, code: int, whose: Whose
) -> None:
    with structlog.testing.capture_logs() as logged, pytest.raises(NotSent) as refused:
        await notices.send_subscribe(once(account), openid, notice, "release")

    assert (refused.value.code, refused.value.whose) == (code, whose)
    assert [(one["event"], one["code"], bool(one["rid"])) for one in logged] == [("a message was refused", code, True)]
    assert "节能" not in str(logged)


async def test_who_has_allowed_no_more_is_no_alarm(account: Sandbox) -> None:
    for _ in range(2):
        await notices.send_subscribe(once(account), LIN, NOTICE, "release")

    with structlog.testing.capture_logs() as logged, pytest.raises(NotSent) as refused:
        await notices.send_subscribe(once(account), LIN, NOTICE, "release")

    assert (refused.value.code, refused.value.whose, logged) == (43101, Whose.MEMBER, [])


@pytest.mark.parametrize("mode", ["busy", "quota", "error500", "html", "down", "lost"])
async def test_a_passing_fault_is_asked_once_and_left_to_the_outbox(account: Sandbox, mode: str) -> None:
    await account.client().access_token()
    await account.play("faults", endpoint=SUBSCRIBE, mode=mode)

    with pytest.raises(WeChatUnavailable):
        await notices.send_subscribe(once(account), LIN, NOTICE, "release")

    assert await account.asked(SUBSCRIBE) == 1
    assert account.pauses == []
    assert len(await came(account)) == (1 if mode == "lost" else 0)


async def test_an_address_that_is_not_allowed_is_the_channels_fault_not_the_messages(account: Sandbox) -> None:
    await account.client().access_token()
    await account.play("faults", endpoint=SUBSCRIBE, mode="ip")

    with pytest.raises(WeChatMisconfigured, match="40164"):
        await notices.send_subscribe(once(account), LIN, NOTICE, "release")


async def test_a_token_that_ended_is_fetched_again_and_the_message_goes(account: Sandbox) -> None:
    await account.client().access_token()
    await account.play("revoke-token")

    await notices.send_subscribe(once(account), LIN, NOTICE, "release")

    assert len(await came(account)) == 1


@pytest.mark.parametrize(("version", "state"), [("release", "formal"), ("trial", "trial"), ("develop", "developer")])
async def test_the_body_is_what_the_platform_documents(account: Sandbox, version: str, state: str) -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={"errcode": 0, "errmsg": "ok"})

    await account.client().access_token()
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        number = await notices.send_subscribe(once(account, http=http), LIN, NOTICE, version)
        await notices.send_employee(once(account, http=http), LIN, NOTICE)

    data = {"thing1": {"value": "节能宣传周"}, "time2": {"value": "2026年6月15日 11:50"}}
    common = {"touser": LIN, "template_id": TEMPLATE, "page": "pages/index/index"}
    subscribe, employee = (json.loads(body) for body in sent)
    assert number is None
    assert subscribe == common | {"data": data, "miniprogram_state": state, "lang": "zh_CN"}
    assert employee | {"data": json.loads(employee["data"])} == common | {"data": {"data": data}}


async def test_an_employee_message_wants_a_bound_employee(sandbox: Sandbox) -> None:
    await sandbox.play("templates", template_id=TEMPLATE, type="employee", fields=["thing1", "time2"])

    with pytest.raises(NotSent) as refused:
        await notices.send_employee(once(sandbox), LIN, NOTICE)
    await sandbox.play("bind-employee", openid=LIN, templates=[TEMPLATE])
    await notices.send_employee(once(sandbox), LIN, NOTICE)

    assert (refused.value.code, refused.value.whose) == (40256, Whose.MEMBER)
    assert len(await came(sandbox)) == 1
    assert await sandbox.asked(EMPLOYEE) == 2

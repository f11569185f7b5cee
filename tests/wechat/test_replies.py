"""Replies are read at the door: lenient to additions, strict to gaps."""

from typing import Any

import httpx
import pytest

from backend.wechat.errors import WeChatMisconfigured, WeChatReplyUnexpected, WeChatUnavailable
from tests.wechat.sandbox import LIN, Sandbox

KEY = "canary-session-key"


def _answering(content: object) -> httpx.AsyncClient:
    if isinstance(content, bytes):
        return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=content)))
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=content)))


@pytest.mark.parametrize("extra", [{}, {"errcode": 0, "errmsg": ""}, {"errcode": None}, {"is_new": [1, 2]}], ids=str)
async def test_a_success_may_lack_errcode_and_have_more_fields(sandbox: Sandbox, extra: dict[str, Any]) -> None:
    async with _answering({"openid": "oLin", "session_key": KEY, **extra}) as http:
        session = await sandbox.client(http=http).code_to_session("0code")

    assert (session.openid, session.unionid) == ("oLin", None)


@pytest.mark.parametrize(
    "reply",
    [{}, {"session_key": KEY}, {"openid": "", "session_key": KEY}, {"openid": 7, "session_key": KEY}, {"openid": "o"}],
    ids=str,
)
async def test_a_success_without_identity_is_a_fault_that_repeats_no_secret(
    sandbox: Sandbox, reply: dict[str, Any]
) -> None:
    async with _answering(reply) as http:
        with pytest.raises(WeChatReplyUnexpected) as fault:
            await sandbox.client(http=http).code_to_session("0code")

    assert KEY not in str(fault.value)
    assert sandbox.pauses == []


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"7", b"\xff\xfe", b'{"errcode": "busy"}', b"[" * 100_000], ids=lambda c: c[:8]
)
async def test_what_is_not_a_reply_of_wechats_counts_as_unavailable(sandbox: Sandbox, content: bytes) -> None:
    async with _answering(content) as http:
        with pytest.raises(WeChatUnavailable):
            await sandbox.client(http=http).code_to_session("0code")


async def test_an_unknown_error_code_is_logged_with_its_rid_for_the_operator(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    async with _answering({"errcode": 61999, "errmsg": "new rule, rid: 6700-aa-bb, secret=canary"}) as http:
        with pytest.raises(WeChatMisconfigured) as fault:
            await sandbox.client(http=http).code_to_session("0code")

    assert (fault.value.code, fault.value.rid) == (61999, "6700-aa-bb")
    assert "new rule" in caplog.text
    assert "canary" not in caplog.text
    assert "new rule" not in str(fault.value)


@pytest.mark.parametrize(
    "phone",
    [
        {"purePhoneNumber": "13800138000", "countryCode": "86", "watermark": {"appid": "wxsomebodyelse"}},
        {"purePhoneNumber": "", "countryCode": "86", "watermark": {"appid": "wx00000000000000a1"}},
        {"purePhoneNumber": "13800138000"},
    ],
    ids=["another mini-program's", "empty", "incomplete"],
)
async def test_a_phone_number_that_is_not_ours_or_incomplete_is_a_fault(
    sandbox: Sandbox, phone: dict[str, Any]
) -> None:
    await sandbox.client().access_token()

    async with _answering({"errcode": 0, "phone_info": phone}) as http:
        with pytest.raises(WeChatReplyUnexpected):
            await sandbox.client(http=http).phone_number("0code", LIN)

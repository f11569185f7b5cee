"""Texts are checked at once, pictures by a question whose answer comes later; each refusal reaches who can act."""

import json
from typing import Any

import httpx
import pytest

from backend.wechat import checks
from backend.wechat.checks import Scene, Suggest, TextVerdict, media_verdict
from backend.wechat.errors import (
    NotOpenedLately,
    PushUnreadable,
    WeChatMisconfigured,
    WeChatReplyUnexpected,
    WeChatTooOften,
    WeChatUnavailable,
)
from tests.wechat.sandbox import LIN, Sandbox

TEXT, MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"
URL = "https://tanhui.example.gov.cn/checks/a-key.jpg?until=1&mark=2"


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("小满", TextVerdict(Suggest.PASS, 100)),
        ("违规的话", TextVerdict(Suggest.RISKY, 20006)),
        ("待审的话", TextVerdict(Suggest.REVIEW, 21000)),
        ("字" * 2500, TextVerdict(Suggest.PASS, 100)),
    ],
    ids=lambda one: str(one)[:8],
)
async def test_a_text_is_judged(sandbox: Sandbox, text: str, verdict: TextVerdict) -> None:
    assert await sandbox.client().check_text(LIN, Scene.COMMENT, text) == verdict


async def test_a_nickname_is_sent_as_one_and_nothing_is_escaped(sandbox: Sandbox) -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200, json={"errcode": 0, "result": {"suggest": "pass", "label": 100}})

    await sandbox.client().access_token()
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        await sandbox.client(http=http).check_text(LIN, Scene.PROFILE, "小满", nickname="小满")

    body = {"openid": LIN, "scene": 1, "version": 2, "content": "小满", "nickname": "小满"}
    assert json.loads(sent[0]) == body
    assert "小满".encode() in sent[0]


async def test_a_picture_is_asked_about_and_the_question_has_a_name(sandbox: Sandbox) -> None:
    first, second = [await sandbox.client().check_media(LIN, URL) for _ in range(2)]

    asked = (await sandbox.http.get(f"{sandbox.base_url}/sandbox/checks")).json()["checks"]
    assert [one["trace_id"] for one in asked] == [first, second]
    assert {(one["openid"], one["media_url"]) for one in asked} == {(LIN, URL)}
    assert checks.TRACE.fullmatch(first)


@pytest.mark.parametrize("who", ["away", "unknown"])
async def test_who_was_not_here_lately_is_asked_to_come_again(sandbox: Sandbox, who: str) -> None:
    await sandbox.play("users", openid=LIN, away=True)
    openid = LIN if who == "away" else "oNobody"

    for asking in (sandbox.client().check_text(openid, Scene.COMMENT, "好"), sandbox.client().check_media(openid, URL)):
        with pytest.raises(NotOpenedLately):
            await asking

    assert sandbox.pauses == []


async def test_who_signs_in_again_is_here(sandbox: Sandbox) -> None:
    await sandbox.play("users", openid=LIN, away=True)
    await sandbox.client().code_to_session(await sandbox.login())

    assert (await sandbox.client().check_text(LIN, Scene.COMMENT, "好")).suggest is Suggest.PASS


async def test_beyond_the_minutes_quota_the_caller_is_told_to_come_back_in_a_minute(sandbox: Sandbox) -> None:
    await sandbox.play("quotas", endpoint=MEDIA, a_minute=1)
    await sandbox.client().check_media(LIN, URL)

    with pytest.raises(WeChatUnavailable) as fault:
        await sandbox.client().check_media(LIN, URL)

    assert fault.value.retry_seconds == 60
    assert await sandbox.asked(MEDIA) == 4


async def test_a_stale_token_is_replaced_on_the_way(sandbox: Sandbox) -> None:
    await sandbox.client().access_token()
    await sandbox.play("revoke-token")

    assert (await sandbox.client().check_text(LIN, Scene.COMMENT, "好")).suggest is Suggest.PASS


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        (40129, WeChatMisconfigured),
        (44002, WeChatMisconfigured),
        (47001, WeChatMisconfigured),
        (43104, NotOpenedLately),
        (45011, WeChatTooOften),
    ],
)
async def test_each_error_code_reaches_who_can_act(sandbox: Sandbox, code: int, raised: type[Exception]) -> None:
    await sandbox.client().access_token()

    async with _answering({"errcode": code, "errmsg": "no, rid: 1-2-3"}) as http:
        for client in (sandbox.client(http=http), sandbox.client(http=http)):
            with pytest.raises(raised):
                await client.check_text(LIN, Scene.COMMENT, "好")


def _answering(content: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=content)))


@pytest.mark.parametrize(
    "reply",
    [{}, {"trace_id": ""}, {"trace_id": 7}, {"trace_id": "x" * 65}, {"trace_id": "a b"}, {"trace_id": "a\x00"}],
    ids=str,
)
async def test_a_question_without_a_name_that_can_be_kept_is_a_fault(sandbox: Sandbox, reply: dict[str, Any]) -> None:
    await sandbox.client().access_token()

    async with _answering({"errcode": 0, **reply}) as http:
        with pytest.raises(WeChatReplyUnexpected):
            await sandbox.client(http=http).check_media(LIN, URL)


@pytest.mark.parametrize("result", [None, {}, {"label": 100}, "pass"], ids=str)
async def test_a_text_check_without_a_result_passes_nothing(sandbox: Sandbox, result: object) -> None:
    await sandbox.client().access_token()

    async with _answering({"errcode": 0, "result": result}) as http:
        with pytest.raises(WeChatReplyUnexpected):
            await sandbox.client(http=http).check_text(LIN, Scene.COMMENT, "好")


@pytest.mark.parametrize(
    ("event", "suggest", "label"),
    [
        ({"result": {"suggest": "pass", "label": "100"}}, Suggest.PASS, 100),
        ({"errcode": "0", "result": {"suggest": "risky", "label": "20002"}}, Suggest.RISKY, 20002),
        ({"errcode": -1008}, None, None),
        ({"errcode": "-1008", "result": {"suggest": "pass", "label": 100}}, None, None),
        ({"errcode": 0}, Suggest.REVIEW, None),
    ],
    ids=str,
)
def test_a_pushed_verdict_is_read(event: dict[str, Any], suggest: Suggest | None, label: int | None) -> None:
    verdict = media_verdict({"trace_id": "t", **event})

    assert (verdict.trace_id, verdict.suggest, verdict.label) == ("t", suggest, label)


@pytest.mark.parametrize(
    "event",
    [{}, {"trace_id": ""}, {"trace_id": ["t"]}, {"trace_id": "t", "errcode": "x"}, {"trace_id": "t", "result": "pass"}],
    ids=str,
)
def test_a_pushed_verdict_without_its_parts_is_named(event: dict[str, Any]) -> None:
    with pytest.raises(PushUnreadable, match="wxa_media_check"):
        media_verdict(event)

"""Passing faults are asked again, within a budget; what asking again cannot change is not."""

import time

import httpx
import pytest

from backend.wechat.errors import SignInCodeUsed, WeChatMisconfigured, WeChatUnavailable
from tests.wechat.sandbox import LIN, Sandbox

SIGN_IN = "/sns/jscode2session"


@pytest.mark.parametrize("mode", ["busy", "quota", "html", "error500", "down"])
async def test_a_passing_fault_is_asked_again_after_a_growing_pause(sandbox: Sandbox, mode: str) -> None:
    await sandbox.play("faults", endpoint=SIGN_IN, mode=mode, count=2)

    session = await sandbox.client().code_to_session(await sandbox.login())

    assert session.openid == LIN
    assert await sandbox.asked(SIGN_IN) == 3
    assert 0.15 <= sandbox.pauses[0] <= 0.3 <= sandbox.pauses[1] <= 0.6


@pytest.mark.parametrize(
    ("mode", "hint"), [("busy", 5), ("quota", 60), ("html", 5), ("error500", 5), ("down", 5)], ids=str
)
async def test_after_three_tries_the_caller_is_told_when_to_come_back(sandbox: Sandbox, mode: str, hint: int) -> None:
    await sandbox.play("faults", endpoint=SIGN_IN, mode=mode, count=9)

    with pytest.raises(WeChatUnavailable) as fault:
        await sandbox.client().code_to_session(await sandbox.login())

    assert fault.value.retry_seconds == hint
    assert await sandbox.asked(SIGN_IN) == 3


@pytest.mark.parametrize(("mode", "seconds"), [("slow", 0.6), ("lost", 0)], ids=["slow", "lost"])
async def test_a_code_spent_by_a_try_whose_answer_was_lost_means_sign_in_again(
    sandbox: Sandbox, mode: str, seconds: float
) -> None:
    await sandbox.play("faults", endpoint=SIGN_IN, mode=mode, seconds=seconds)

    with pytest.raises(SignInCodeUsed):
        await sandbox.client().code_to_session(await sandbox.login())

    assert await sandbox.asked(SIGN_IN) == 2


async def test_a_wechat_that_is_always_slow_is_given_up_within_the_budget(sandbox: Sandbox) -> None:
    await sandbox.play("faults", endpoint=SIGN_IN, mode="slow", seconds=1.5, count=9)
    started = time.monotonic()

    with pytest.raises(WeChatUnavailable):
        await sandbox.client(read_seconds=1, budget_seconds=0.5).code_to_session(await sandbox.login())

    assert time.monotonic() - started < 1
    assert await sandbox.asked(SIGN_IN) == 1


async def test_no_pause_is_made_that_would_outlast_the_budget(sandbox: Sandbox) -> None:
    await sandbox.play("faults", endpoint=SIGN_IN, mode="busy")

    with pytest.raises(WeChatUnavailable):
        await sandbox.client(first_pause_seconds=20, budget_seconds=5).code_to_session(await sandbox.login())

    assert sandbox.pauses == []


async def test_nobody_at_the_address_is_an_unavailable_wechat(sandbox: Sandbox) -> None:
    with pytest.raises(WeChatUnavailable):
        await sandbox.client(base_url="http://127.0.0.1:1").code_to_session("0code")

    assert len(sandbox.pauses) == 2


async def test_a_redirect_is_never_followed_with_our_secret(sandbox: Sandbox) -> None:
    visited: list[str] = []

    def redirect(request: httpx.Request) -> httpx.Response:
        visited.append(request.url.host)
        return httpx.Response(302, headers={"location": "http://elsewhere.test/"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(redirect), follow_redirects=True) as http:
        with pytest.raises(WeChatUnavailable):
            await sandbox.client(http=http).code_to_session("0code")

    assert set(visited) == {"127.0.0.1"}


async def test_an_http_error_without_json_is_the_operators(sandbox: Sandbox) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(404, text="no such page"))

    async with httpx.AsyncClient(transport=transport) as http:
        with pytest.raises(WeChatMisconfigured) as fault:
            await sandbox.client(http=http).code_to_session("0code")

    assert fault.value.code == 404
    assert sandbox.pauses == []

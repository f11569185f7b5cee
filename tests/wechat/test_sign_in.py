"""A code of `wx.login` becomes an identity, or one clear problem."""

from datetime import timedelta

import pytest

from backend.wechat.errors import SignInCodeInvalid, SignInCodeUsed, WeChatBlocked, WeChatMisconfigured, WeChatTooOften
from tests.wechat.sandbox import APP_ID, APP_SECRET, LIN, Sandbox

SIGN_IN = "/sns/jscode2session"


async def test_a_fresh_code_names_the_member_and_hides_the_session_key(sandbox: Sandbox) -> None:
    code = await sandbox.login()

    session = await sandbox.client().code_to_session(code)

    assert (session.openid, session.unionid) == (LIN, "uLin")
    assert len(session.session_key.get_secret_value()) == 24
    assert session.session_key.get_secret_value() not in repr(session) + str(session) + session.model_dump_json()


async def test_every_login_brings_another_session_key(sandbox: Sandbox) -> None:
    client = sandbox.client()

    first = await client.code_to_session(await sandbox.login())
    second = await client.code_to_session(await sandbox.login())

    assert first.session_key != second.session_key


async def test_a_used_code_is_refused_with_40163(sandbox: Sandbox) -> None:
    code = await sandbox.login()
    await sandbox.client().code_to_session(code)

    with pytest.raises(SignInCodeUsed):
        await sandbox.client().code_to_session(code)


async def test_a_forged_code_is_refused_once_and_not_asked_again(sandbox: Sandbox) -> None:
    client = sandbox.client()

    with pytest.raises(SignInCodeInvalid):
        await client.code_to_session("0forged")

    assert await sandbox.asked(SIGN_IN) == 1


async def test_a_code_is_refused_after_five_minutes(sandbox: Sandbox) -> None:
    code = await sandbox.login()
    sandbox.clock.at += timedelta(minutes=5)

    with pytest.raises(SignInCodeInvalid):
        await sandbox.client().code_to_session(code)


async def test_a_phone_code_does_not_sign_in(sandbox: Sandbox) -> None:
    code = await sandbox.phone_code()

    with pytest.raises(SignInCodeInvalid):
        await sandbox.client().code_to_session(code)


@pytest.mark.parametrize("code", ["", " ", "a b", "c\n", "\x00", "码", "x" * 513], ids=repr)
async def test_what_cannot_be_a_code_is_refused_without_asking_wechat(sandbox: Sandbox, code: str) -> None:
    with pytest.raises(SignInCodeInvalid):
        await sandbox.client().code_to_session(code)

    assert await sandbox.asked(SIGN_IN) == 0


async def test_a_member_whom_the_platform_restricts_is_told_so(sandbox: Sandbox) -> None:
    await sandbox.play("users", openid=LIN, blocked=True)

    with pytest.raises(WeChatBlocked):
        await sandbox.client().code_to_session(await sandbox.login())

    assert sandbox.pauses == []


async def test_the_hundred_and_first_sign_in_within_a_minute_is_too_many(sandbox: Sandbox) -> None:
    client = sandbox.client()
    for _ in range(100):
        await client.code_to_session(await sandbox.login())

    with pytest.raises(WeChatTooOften):
        await client.code_to_session(await sandbox.login())

    sandbox.clock.at += timedelta(minutes=1)
    assert (await client.code_to_session(await sandbox.login())).openid == LIN


@pytest.mark.parametrize(
    ("app_id", "secret", "path", "code"),
    [
        ("wx00000000000000ff", APP_SECRET, "", 40013),
        (APP_ID, "another-secret", "", 40125),
        (APP_ID, APP_SECRET, "/proxy", 40066),
    ],
    ids=["app id", "secret", "path"],
)
async def test_a_wrong_setting_is_the_operators_and_says_which(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, *, app_id: str, secret: str, path: str, code: int
) -> None:
    client = sandbox.client(app_id=app_id, secret=secret, base_url=sandbox.base_url + path)

    with pytest.raises(WeChatMisconfigured) as fault:
        await client.code_to_session(await sandbox.login())

    assert fault.value.code == code
    assert fault.value.rid is not None
    assert fault.value.rid in caplog.text
    assert secret not in caplog.text + str(fault.value)


async def test_an_address_outside_the_allow_list_is_the_operators(sandbox: Sandbox) -> None:
    await sandbox.play("faults", endpoint="/cgi-bin/stable_token", mode="ip")

    with pytest.raises(WeChatMisconfigured, match="allow-list") as fault:
        await sandbox.client().access_token()

    assert fault.value.code == 40164

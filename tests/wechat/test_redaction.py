"""What WeChat wants in a URL never reaches a log, also at the most talkative level."""

import logging
from collections.abc import Iterator

import pytest

from backend.wechat import redaction
from backend.wechat.errors import WeChatUnavailable
from tests.wechat.sandbox import LIN, Sandbox


@pytest.fixture(autouse=True)
def talkative() -> Iterator[None]:
    """Let the HTTP libraries say everything, redacted, and leave their loggers as they were."""
    before = {
        name: (logging.getLogger(name).level, list(logging.getLogger(name).filters)) for name in redaction.LOGGERS
    }
    redaction.install()
    for name in redaction.LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield
    for name, (level, filters) in before.items():
        logging.getLogger(name).setLevel(level)
        logging.getLogger(name).filters[:] = filters


async def test_real_requests_leave_no_secret_in_the_logs(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = sandbox.client()
    sign_in_code, phone_code = await sandbox.login(), await sandbox.phone_code()

    session = await client.code_to_session(sign_in_code)
    await client.phone_number(phone_code, LIN)

    secrets = [sign_in_code, phone_code, session.session_key.get_secret_value(), await client.access_token()]
    assert "/sns/jscode2session" in caplog.text
    assert "access_token=***" in caplog.text
    assert [secret for secret in (*secrets, client.app_secret.get_secret_value()) if secret in caplog.text] == []


async def test_failing_requests_leave_no_secret_in_logs_and_exceptions(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await sandbox.play("faults", mode="lost", count=3)
    client, code = sandbox.client(), await sandbox.login()

    with pytest.raises(WeChatUnavailable) as fault:
        await client.code_to_session(code)
    logging.getLogger("backend").error("failed", exc_info=fault.value)

    assert "try 3 of 3: RemoteProtocolError" in caplog.text
    assert client.app_secret.get_secret_value() not in caplog.text
    assert code not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "GET https://host/p?appid=wx1&secret=canary&js_code=canary&grant_type=x",
        "POST https://host/p?access_token=canary",
        "access_token%3Dcanary",
        "{'secret': 'canary'}",
        '{"session_key": "canary", "openid": "o"}',
        '{\\"session_key\\":\\"canary\\"}',
        "b'appsecret=canary'",
        "ACCESS_TOKEN=canary",
    ],
)
def test_a_secret_in_any_dress_is_replaced(text: str) -> None:
    redacted = redaction.redact(text)

    assert "canary" not in redacted
    assert "***" in redacted


def test_what_is_no_secret_stays_readable() -> None:
    text = "GET https://host/sns/jscode2session?appid=wx1&grant_type=authorization_code 200"

    assert redaction.redact(text) == text


def test_installing_twice_filters_once() -> None:
    before = [len(logging.getLogger(name).filters) for name in redaction.LOGGERS]

    redaction.install()

    assert [len(logging.getLogger(name).filters) for name in redaction.LOGGERS] == before

"""Pushes are verified and opened as the platform's published samples show."""

import pytest
from pydantic import SecretStr

from backend.wechat import push
from backend.wechat.errors import PushRefused

# The sample that the platform publishes with its message encryption library (Sample of WXBizMsgCrypt).
TOKEN = SecretStr("QDG6eK")
APP_ID = "wx5823bf96d3bd56c7"
AES_KEY = SecretStr("jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
SIGNATURE = "477715d11cdb4164915debcba66cb864d751f3e6"
TIMESTAMP = "1409659813"
NONCE = "1372623149"
ENCRYPTED = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/sYYvuJTs3TUUkSU"
    "XxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJYuR+LtwGc2hgf5gsijff0ekUNXZiq"
    "ATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGUcallcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Nc"
    "x4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDYA5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)


def _open(
    encrypted: str = ENCRYPTED, signature: str | None = SIGNATURE, app_id: str = APP_ID, key: SecretStr = AES_KEY
) -> str:
    made = push.message_signature(TOKEN.get_secret_value(), TIMESTAMP, NONCE, encrypted)
    return push.open_message(
        encrypted,
        made if signature is None else signature,
        timestamp=TIMESTAMP,
        nonce=NONCE,
        token=TOKEN,
        encoding_aes_key=key,
        app_id=app_id,
    )


def test_the_published_url_signature_is_reproduced() -> None:
    published = "f464b24fc39322e44b38aa78f5edd27bd1441696"

    assert push.url_signature("AAAAA", "1714036504", "1514711492") == published
    assert push.url_is_genuine(published, SecretStr("AAAAA"), "1714036504", "1514711492")
    assert not push.url_is_genuine(published, SecretStr("AAAAA"), "1714036505", "1514711492")
    assert not push.url_is_genuine("", SecretStr("AAAAA"), "1714036504", "1514711492")


def test_the_published_message_is_verified_and_opened() -> None:
    message = _open()

    assert message.startswith("<xml><ToUserName><![CDATA[wx5823bf96d3bd56c7]]></ToUserName>")
    assert "<Content><![CDATA[hello]]></Content>" in message
    assert message.endswith("</xml>")


def test_a_message_that_was_changed_is_refused_before_it_is_decrypted() -> None:
    with pytest.raises(PushRefused, match="signature"):
        _open(encrypted="A" + ENCRYPTED[1:])


def test_a_message_for_another_mini_program_is_refused() -> None:
    with pytest.raises(PushRefused, match="another mini-program"):
        _open(app_id="wx5823bf96d3bd56c8")


@pytest.mark.parametrize(
    ("encrypted", "key"),
    [
        (ENCRYPTED[:-4], AES_KEY),
        ("", AES_KEY),
        ("AAAA", AES_KEY),
        ("不是", AES_KEY),
        (ENCRYPTED, SecretStr("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")),
        (ENCRYPTED, SecretStr("short")),
    ],
    ids=["cut", "empty", "not whole blocks", "not Base64", "another key", "short key"],
)
def test_a_signed_message_that_cannot_be_read_is_refused(encrypted: str, key: SecretStr) -> None:
    with pytest.raises(PushRefused):
        _open(encrypted=encrypted, signature=None, key=key)

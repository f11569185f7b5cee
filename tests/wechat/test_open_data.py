"""Open data are decrypted as the platform's own published sample shows, and their watermark is checked."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from backend.wechat import open_data
from backend.wechat.errors import OpenDataRefused, SessionKeyStale
from demo.wechat_sandbox.sealing import seal
from tests.wechat.sandbox import APP_ID, LIN, Sandbox

# The sample that the platform publishes beside its decryption page (demo of WXBizDataCrypt).
SAMPLE_APP_ID = "wx4f4bc4dec97d474b"
SAMPLE_KEY = SecretStr("tiihtNczf5v6AKRyjwEUhQ==")
SAMPLE_IV = "r7BXXKkLb8qrSNn05n0qiA=="
SAMPLE = (
    "CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6O"
    "YStslQ142dNCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYz"
    "BIBzD6WUfTIF9GRHpOn/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4PC7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5a"
    "naHqZ9J6nKEBvB4DnNLIVWSgARns/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYVoKlaRv85IfVunYzO0IKXsyl7JCU"
    "jCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuyDb/XcxxmK01EpqOyuxINew=="
)
SAMPLE_MADE_AT = datetime.fromtimestamp(1477314187, UTC)
KEY = SecretStr("AAAAAAAAAAAAAAAAAAAAAA==")
NOW = datetime(2026, 6, 15, 4, 0, tzinfo=UTC)


def test_the_published_sample_decrypts() -> None:
    payload = open_data.decrypt(SAMPLE, SAMPLE_IV, SAMPLE_KEY, app_id=SAMPLE_APP_ID, now=SAMPLE_MADE_AT)

    assert payload["openId"] == "oGZUI0egBJY1zhBYw2KhdUfwVJJE"
    assert payload["unionId"] == "ocMvos6NjeKLIBqg5Mr9QjxrP1FA"
    assert payload["watermark"] == {"timestamp": 1477314187, "appid": SAMPLE_APP_ID}


def test_the_published_raw_data_signature_is_reproduced() -> None:
    raw = (
        '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN",'
        '"avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpuj'
        'xyzYsrztuuICqIM5ibXQ/0"}'
    )
    key = SecretStr("HyVFkGl5F5OQWJZZaNzBBg==")
    published = "75e81ceda165f4ffa64f4068af58c64b8f54b88c"

    assert open_data.raw_data_signature(raw, key) == published
    assert open_data.raw_data_is_genuine(raw, published, key)
    assert not open_data.raw_data_is_genuine(raw.replace("Band", "Bond"), published, key)


async def test_steps_from_a_phone_open_under_the_key_of_the_last_login(sandbox: Sandbox) -> None:
    session = await sandbox.client().code_to_session(await sandbox.login())
    steps = {"stepInfoList": [{"timestamp": 1445866601, "step": 100}]}
    sealed = await sandbox.play("encrypt", openid=LIN, payload=steps)

    payload = open_data.decrypt(
        sealed["encryptedData"], sealed["iv"], session.session_key, app_id=APP_ID, now=sandbox.clock.now()
    )

    assert payload["stepInfoList"] == steps["stepInfoList"]


async def test_a_later_login_on_the_phone_makes_our_key_stale(sandbox: Sandbox) -> None:
    session = await sandbox.client().code_to_session(await sandbox.login())
    await sandbox.login()
    sealed = await sandbox.play("encrypt", openid=LIN, payload={})

    with pytest.raises(SessionKeyStale):
        open_data.decrypt(
            sealed["encryptedData"], sealed["iv"], session.session_key, app_id=APP_ID, now=sandbox.clock.now()
        )


@pytest.mark.parametrize(
    "watermark",
    [
        {"appid": "wxsomebodyelse", "timestamp": int(NOW.timestamp())},
        {"appid": APP_ID, "timestamp": int((NOW - timedelta(hours=1, seconds=1)).timestamp())},
        {"appid": APP_ID, "timestamp": int((NOW + timedelta(minutes=6)).timestamp())},
        {"appid": APP_ID, "timestamp": 10**30},
        {"appid": APP_ID},
        None,
    ],
    ids=["another mini-program", "too old", "from the future", "absurd", "without time", "none"],
)
def test_a_watermark_that_is_not_ours_or_not_timely_is_refused(watermark: dict[str, object] | None) -> None:
    sealed = seal({"watermark": watermark}, KEY.get_secret_value())

    with pytest.raises(OpenDataRefused):
        open_data.decrypt(sealed["encryptedData"], sealed["iv"], KEY, app_id=APP_ID, now=NOW)


@pytest.mark.parametrize(
    ("encrypted", "iv"),
    [
        ("", SAMPLE_IV),
        ("AAAA", SAMPLE_IV),
        ("not base64!", SAMPLE_IV),
        ("码", SAMPLE_IV),
        (SAMPLE, "AAAA"),
        (SAMPLE, ""),
    ],
    ids=["empty", "not whole blocks", "not Base64", "not ASCII", "short iv", "no iv"],
)
def test_malformed_open_data_are_refused(encrypted: str, iv: str) -> None:
    with pytest.raises(OpenDataRefused):
        open_data.decrypt(encrypted, iv, SAMPLE_KEY, app_id=SAMPLE_APP_ID, now=SAMPLE_MADE_AT)


def test_no_wrong_key_ever_gives_anything_but_stale() -> None:
    for number in range(2000):
        key = SecretStr(SAMPLE_KEY.get_secret_value().replace("tiih", f"{number:04}"))

        with pytest.raises(SessionKeyStale):
            open_data.decrypt(SAMPLE, SAMPLE_IV, key, app_id=SAMPLE_APP_ID, now=SAMPLE_MADE_AT)

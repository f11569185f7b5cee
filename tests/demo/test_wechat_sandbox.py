"""The sandbox answers as WeChat does: HTTP 200 and an error code, never more."""

import asyncio
import hashlib
import hmac
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from backend.wechat import open_data
from backend.wechat.errors import SessionKeyStale
from demo.wechat_sandbox import create_app

APP_ID = "wx00000000000000a1"
SECRET = "the-secret"
START = 1_780_000_000.0
TOKEN = {"grant_type": "client_credential", "appid": APP_ID, "secret": SECRET}


class Time:
    """A clock for the sandbox that the test moves."""

    seconds = START

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def now() -> Time:
    """Return the sandbox's clock."""
    return Time()


@pytest_asyncio.fixture
async def wechat(now: Time) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a sandbox in which Lin has a phone."""
    transport = httpx.ASGITransport(create_app(APP_ID, SECRET, now=now))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        await client.post("/sandbox/users", json={"openid": "oLin", "phone": "13800138000"})
        yield client


async def _play(wechat: httpx.AsyncClient, what: str, **body: Any) -> dict[str, Any]:
    response = await wechat.post(f"/sandbox/{what}", json=body)
    answer: dict[str, Any] = response.raise_for_status().json()
    return answer


async def _sign_in(wechat: httpx.AsyncClient, code: str, **other: str) -> dict[str, Any]:
    query = {"appid": APP_ID, "secret": SECRET, "js_code": code, "grant_type": "authorization_code", **other}
    response = await wechat.get("/sns/jscode2session", params=query)
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


async def _token(wechat: httpx.AsyncClient, **other: object) -> dict[str, Any]:
    answer: dict[str, Any] = (await wechat.post("/cgi-bin/stable_token", json={**TOKEN, **other})).json()
    return answer


async def _check(wechat: httpx.AsyncClient, token: str, key: str, **other: str) -> int:
    signature = hmac.new(key.encode(), b"", hashlib.sha256).hexdigest()
    query = {"access_token": token, "openid": "oLin", "signature": signature, "sig_method": "hmac_sha256", **other}
    return int((await wechat.get("/wxa/checksession", params=query)).json()["errcode"])


async def test_a_code_signs_in_once_and_a_success_has_no_errcode(wechat: httpx.AsyncClient) -> None:
    code = (await _play(wechat, "login", openid="oLin"))["code"]

    first, second = await _sign_in(wechat, code), await _sign_in(wechat, code)

    assert set(first) == {"openid", "session_key"}
    assert second["errcode"] == 40163
    assert re.fullmatch(r"code been used, rid: [\w-]+", second["errmsg"])


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({}, 40029),
        ({"appid": ""}, 41002),
        ({"appid": "wxother"}, 40013),
        ({"secret": ""}, 41004),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"js_code": ""}, 41008),
    ],
    ids=str,
)
async def test_each_wrong_part_of_a_sign_in_has_its_code(
    wechat: httpx.AsyncClient, other: dict[str, str], code: int
) -> None:
    assert (await _sign_in(wechat, "0unknown", **other))["errcode"] == code


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/sns/jsCode2session", 40066),
        ("GET", "/elsewhere", 40066),
        ("GET", "/", 40066),
        ("POST", "/sns/jscode2session", 43001),
        ("GET", "/cgi-bin/stable_token", 43002),
    ],
)
async def test_a_wrong_address_or_method_has_its_code(
    wechat: httpx.AsyncClient, method: str, path: str, code: int
) -> None:
    response = await wechat.request(method, path)

    assert (response.status_code, response.json()["errcode"]) == (200, code)


async def test_the_token_stays_the_same_and_the_old_one_works_five_minutes_longer(
    wechat: httpx.AsyncClient, now: Time
) -> None:
    first = await _token(wechat)
    assert (first["expires_in"], len(first["access_token"])) == (7200, 512)
    now.seconds += 6899
    assert await _token(wechat) == {"access_token": first["access_token"], "expires_in": 301}

    now.seconds += 1
    second = await _token(wechat)
    session = await _sign_in(wechat, (await _play(wechat, "login", openid="oLin"))["code"])

    assert second["access_token"] != first["access_token"]
    for token in (first, second):
        assert await _check(wechat, token["access_token"], session["session_key"]) == 0
    now.seconds += 300
    assert await _check(wechat, first["access_token"], session["session_key"]) == 42001
    assert await _check(wechat, second["access_token"], session["session_key"]) == 0


async def test_a_forced_token_ends_the_old_one_and_is_rationed(wechat: httpx.AsyncClient, now: Time) -> None:
    first = await _token(wechat)

    second = await _token(wechat, force_refresh=True)

    assert second["access_token"] != first["access_token"]
    assert await _check(wechat, first["access_token"], "") == 40001
    now.seconds += 29
    assert (await _token(wechat, force_refresh=True))["errcode"] == 45009
    now.seconds += 1
    for _ in range(19):
        assert "access_token" in await _token(wechat, force_refresh=True)
        now.seconds += 30
    assert (await _token(wechat, force_refresh=True))["errcode"] == 45009


@pytest.mark.parametrize(("token", "code"), [("", 40001), (f"10_{'x' * 509}", 40001), ("short", 40014)], ids=str)
async def test_a_missing_unknown_or_malformed_token_has_its_code(
    wechat: httpx.AsyncClient, token: str, code: int
) -> None:
    assert await _check(wechat, token, "") == code


async def test_a_session_is_checked_by_its_key_and_every_login_replaces_the_key(wechat: httpx.AsyncClient) -> None:
    token = (await _token(wechat))["access_token"]
    old = (await _sign_in(wechat, (await _play(wechat, "login", openid="oLin"))["code"]))["session_key"]
    new = (await _sign_in(wechat, (await _play(wechat, "login", openid="oLin"))["code"]))["session_key"]

    assert await _check(wechat, token, new) == 0
    assert await _check(wechat, token, old) == 87009
    assert await _check(wechat, token, new, openid="oNobody") == 40003
    assert await _check(wechat, token, new, sig_method="md5") == 87008


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 100_000], ids=lambda body: body[:4])
async def test_a_body_that_is_no_json_object_is_47001(wechat: httpx.AsyncClient, body: bytes) -> None:
    assert (await wechat.post("/cgi-bin/stable_token", content=body)).json()["errcode"] == 47001


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("login", {"openid": "oNobody"}, 404),
        ("login", {"openid": ["oLin"]}, 404),
        ("encrypt", {"openid": "oLin"}, 409),
        ("steps", {"openid": "oLin", "steps": {"yesterday": 5}}, 400),
        ("steps", {"openid": "oLin", "steps": [5]}, 400),
        ("steps", {"openid": "oNobody", "steps": {}}, 404),
        ("faults", {"mode": "rain"}, 400),
        ("faults", {"mode": "busy", "endpoint": "/nowhere"}, 400),
        ("faults", {"mode": "busy", "count": "many"}, 400),
        ("login", [], 400),
    ],
    ids=str,
)
async def test_a_mistake_on_the_control_surface_is_told(
    wechat: httpx.AsyncClient, what: str, body: object, status: int
) -> None:
    assert (await wechat.post(f"/sandbox/{what}", json=body)).status_code == status


async def test_faults_befall_the_endpoint_so_many_times_until_they_are_cleared(wechat: httpx.AsyncClient) -> None:
    await _play(wechat, "faults", endpoint="/cgi-bin/stable_token", mode="busy", count=1)
    assert (await _sign_in(wechat, "0unknown"))["errcode"] == 40029
    assert (await _token(wechat))["errcode"] == -1
    assert "access_token" in await _token(wechat)

    await _play(wechat, "faults", mode="ip", count=5)
    assert (await _token(wechat))["errcode"] == 40164
    await wechat.delete("/sandbox/faults")

    assert "access_token" in await _token(wechat)
    counts = (await wechat.get("/sandbox/counts")).json()["counts"]
    assert counts == {"/cgi-bin/stable_token": 4, "/sns/jscode2session": 1}


async def test_users_are_created_in_bulk_and_their_keys_are_not_shown(wechat: httpx.AsyncClient) -> None:
    created = await _play(wechat, "users", users=[{"phone": "13900139000"}, {"openid": "oLin", "blocked": True}])

    listed = (await wechat.get("/sandbox/users")).json()["users"]

    assert [user["phone"] for user in created["users"]] == ["13900139000", "13800138000"]
    assert created["users"][1] == listed[0] | {"blocked": True}
    assert len(listed) == 2
    assert "session_key" not in listed[0]


async def test_werun_tells_of_the_last_31_days_under_the_key_of_the_last_login(
    wechat: httpx.AsyncClient, now: Time
) -> None:
    session = await _sign_in(wechat, (await _play(wechat, "login", openid="oLin"))["code"])
    await _play(wechat, "steps", openid="oLin", steps={"2026-05-29": 8000, "2026-05-28": 60})
    put = await _play(wechat, "steps", openid="oLin", steps={"2026-05-28": 70, "2026-04-01": 5})

    sealed = await _play(wechat, "werun", openid="oLin")

    assert put == {"steps": {"2026-04-01": 5, "2026-05-28": 70, "2026-05-29": 8000}}
    at = datetime.fromtimestamp(now.seconds, UTC)
    key = SecretStr(session["session_key"])
    payload = open_data.decrypt(sealed["encryptedData"], sealed["iv"], key, app_id=APP_ID, now=at)
    entries = payload["stepInfoList"]
    midnight = int(datetime(2026, 5, 29, tzinfo=timezone(timedelta(hours=8))).timestamp())
    assert [one["timestamp"] for one in entries] == [midnight - 86_400 * ago for ago in reversed(range(31))]
    assert [one["step"] for one in entries] == [0] * 29 + [70, 8000]


async def test_a_new_login_makes_what_was_sealed_before_unreadable_and_each_call_differs(
    wechat: httpx.AsyncClient, now: Time
) -> None:
    assert (await wechat.post("/sandbox/werun", json={"openid": "oLin"})).status_code == 409
    await _play(wechat, "login", openid="oLin")
    before, again = await _play(wechat, "werun", openid="oLin"), await _play(wechat, "werun", openid="oLin")
    session = await _sign_in(wechat, (await _play(wechat, "login", openid="oLin"))["code"])
    after = await _play(wechat, "werun", openid="oLin")

    def opened(sealed: dict[str, str]) -> dict[str, Any]:
        at = datetime.fromtimestamp(now.seconds, UTC)
        key = SecretStr(session["session_key"])
        return open_data.decrypt(sealed["encryptedData"], sealed["iv"], key, app_id=APP_ID, now=at)

    assert before != again
    with pytest.raises(SessionKeyStale):
        opened(before)
    assert len(opened(after)["stepInfoList"]) == 31


async def test_it_runs_as_a_program_with_a_file_of_users_and_prints_its_port(tmp_path: Path) -> None:
    users = tmp_path / "users.json"
    users.write_text(json.dumps([{"openid": "oChen", "phone": "13700137000"}]), encoding="utf-8")
    program = [sys.executable, "-m", "demo.wechat_sandbox", "--port", "0", "--app-id", APP_ID, "--app-secret", SECRET]
    root = Path(__file__).parents[2]

    sandbox = await asyncio.create_subprocess_exec(
        *program, "--users", str(users), stdout=asyncio.subprocess.PIPE, cwd=root, env=os.environ
    )
    try:
        assert sandbox.stdout is not None
        port = int(await sandbox.stdout.readline())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            session = await _sign_in(client, (await _play(client, "login", openid="oChen"))["code"])
    finally:
        sandbox.terminate()
        await sandbox.wait()

    assert session["openid"] == "oChen"

"""The sandbox checks texts and pictures as WeChat does, and pushes verdicts late, twice, out of order, or spoilt."""

import hashlib
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from demo.wechat_sandbox import create_app
from demo.wechat_sandbox.pushes import SPOILS
from tests.demo.test_wechat_sandbox import APP_ID, SECRET, START, Time, _play, _token

KEY = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
TEXT, MEDIA = "/wxa/msg_sec_check", "/wxa/media_check_async"
JPEG = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class Service:
    """What pushes are sent to, and pictures fetched from."""

    answers: list[str] = field(default_factory=list)  # the last one stays
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    picture: bytes | None = JPEG  # None: it is not there

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        answer = await self._taken(request) if request.method == "POST" else self._shown()
        await answer(scope, receive, send)

    def _shown(self) -> Response:
        return Response(status_code=404) if self.picture is None else Response(self.picture)

    async def _taken(self, request: Request) -> Response:
        self.came.append((dict(request.query_params), await request.body()))
        said = self.answers.pop(0) if self.answers else "success"
        return PlainTextResponse(said, status_code=200 if said in ("success", "") else int(said))


@dataclass
class Stage:
    """The sandbox, and the service behind its back."""

    wechat: httpx.AsyncClient
    service: Service
    token: str = ""

    async def ask(self, path: str, **body: Any) -> dict[str, Any]:
        """Ask for a check."""
        asked = {"version": 2, "openid": "oLin", "scene": 3, **body}
        response = await self.wechat.post(path, params={"access_token": self.token}, json=asked)
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    async def ask_media(self, **body: Any) -> str:
        """Ask for a picture's check; return its trace id."""
        answer = await self.ask(MEDIA, media_url="https://service.test/a.jpg", media_type=2, **body)
        assert answer["errcode"] == 0, answer
        return str(answer["trace_id"])

    def opened(self, number: int = -1) -> dict[str, Any]:
        """Decrypt a push that came."""
        query, body = self.service.came[number]
        encrypted = json.loads(body)["Encrypt"]
        parts = sorted(["a-token", query["timestamp"], query["nonce"], encrypted])
        assert query["msg_signature"] == hashlib.sha1("".join(parts).encode(), usedforsecurity=False).hexdigest()
        frame = decrypted(encrypted)
        length = int.from_bytes(frame[16:20], "big")
        assert frame[20 + length :] == APP_ID.encode()
        message: dict[str, Any] = json.loads(frame[20 : 20 + length])
        return message


def decrypted(encrypted: str) -> bytes:
    """Return the frame of a push."""
    key = b64decode(KEY + "=")
    decryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).decryptor()
    unpadder = PKCS7(256).unpadder()
    return unpadder.update(decryptor.update(b64decode(encrypted)) + decryptor.finalize()) + unpadder.finalize()


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return a sandbox that pushes to a service, when it is told to."""
    app, service = create_app(APP_ID, SECRET, now=Time()), Service()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox")
    app.state.world.pushes.http = httpx.AsyncClient(transport=httpx.ASGITransport(service))
    async with client, app.state.world.pushes.http:
        await client.post("/sandbox/users", json={"openid": "oLin"})
        address = {"url": "https://service.test/push", "token": "a-token", "key": KEY}
        await _play(client, "push-address", **address, delay_seconds=None, resend_seconds=0)
        yield Stage(client, service, (await _token(client))["access_token"])


@pytest.mark.parametrize(
    ("text", "suggest", "label"),
    [
        ("今天吃光了", "pass", 100),
        ("有违规的字", "risky", 20006),
        ("有待审的字", "review", 21000),
        ("坏词", "risky", 20003),
    ],
)
async def test_a_text_is_judged_at_once_by_the_words_in_it(stage: Stage, text: str, suggest: str, label: int) -> None:
    await _play(stage.wechat, "words", word="坏词", suggest="risky", label=20003)

    answers = [await stage.ask(TEXT, content=text), await stage.ask(TEXT, content="好", nickname=text, scene=1)]

    for answer in answers:
        assert answer["result"] == {"suggest": suggest, "label": label}
        assert answer["detail"][0]["errcode"] == 0
        assert answer["trace_id"]


async def test_what_is_escaped_in_the_json_is_not_recognised(stage: Stage) -> None:
    body = json.dumps({"version": 2, "openid": "oLin", "scene": 2, "content": "违规"})

    answer = await stage.wechat.post(TEXT, params={"access_token": stage.token}, content=body)

    assert "\\u" in body
    assert answer.json()["result"]["suggest"] == "pass"


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (TEXT, {"content": ""}, 44002),
        (TEXT, {"content": "长" * 2501}, 45002),
        (TEXT, {"content": "好", "scene": 9}, 40129),
        (TEXT, {"content": "好", "openid": "oNobody"}, 40003),
        (TEXT, {"content": "好", "version": 1}, 47001),
        (MEDIA, {"media_type": 2}, 44002),
        (MEDIA, {"media_url": "file:///etc/passwd", "media_type": 2}, 44002),
        (MEDIA, {"media_url": "https://service.test/a.jpg", "media_type": 3}, 47001),
        (MEDIA, {"media_url": "https://service.test/a.jpg", "media_type": 2, "scene": None}, 40129),
    ],
    ids=str,
)
async def test_each_mistake_has_its_code(stage: Stage, path: str, body: dict[str, Any], code: int) -> None:
    assert (await stage.ask(path, **body))["errcode"] == code


async def test_who_is_away_is_not_checked_until_they_sign_in_again(stage: Stage) -> None:
    await _play(stage.wechat, "users", openid="oLin", away=True)
    away = await stage.ask(TEXT, content="好")
    await _play(stage.wechat, "login", openid="oLin")

    assert away["errcode"] == 61010
    assert (await stage.ask(TEXT, content="好"))["errcode"] == 0


async def test_checks_are_rationed_by_the_minute(stage: Stage) -> None:
    await _play(stage.wechat, "quotas", endpoint=TEXT, a_minute=2)

    codes = [(await stage.ask(TEXT, content="好"))["errcode"] for _ in range(3)]

    assert codes == [0, 0, 45009]


async def test_a_verdict_is_pushed_signed_and_encrypted_when_it_is_asked_for(stage: Stage) -> None:
    await _play(stage.wechat, "verdicts", suggest="risky", label=20002, label_as_text=True)
    trace = await stage.ask_media()
    assert stage.service.came == []

    answers = await _play(stage.wechat, "deliver")

    message = stage.opened()
    assert answers == {"answers": [["success"]]}
    assert (message["Event"], message["appid"], message["trace_id"]) == ("wxa_media_check", APP_ID, trace)
    assert (message["errcode"], message["result"]) == (0, {"suggest": "risky", "label": "20002"})
    assert (message["FromUserName"], message["CreateTime"]) == ("oLin", int(START))


@pytest.mark.parametrize("picture", [b"RIFF....WEBP", b"<html>", b"", None], ids=str)
async def test_a_picture_that_cannot_be_fetched_or_read_is_told_so(stage: Stage, picture: bytes | None) -> None:
    stage.service.picture = picture
    trace = await stage.ask_media()

    await _play(stage.wechat, "deliver")

    message = stage.opened()
    assert (message["trace_id"], message["errcode"]) == (trace, -1008)
    assert "result" not in message


async def test_verdicts_come_in_whichever_order_and_as_often_as_one_likes(stage: Stage) -> None:
    await _play(stage.wechat, "verdicts", copies=2)
    first, second = [await stage.ask_media() for _ in range(2)]

    await _play(stage.wechat, "deliver", trace_ids=[second, first, second])

    came = [stage.opened(number)["trace_id"] for number in range(len(stage.service.came))]
    assert came == [second, first, first, second]


async def test_a_plan_can_be_for_one_person(stage: Stage) -> None:
    await _play(stage.wechat, "users", openid="oZhou")
    await _play(stage.wechat, "verdicts", openid="oZhou", suggest="risky", label=20002)
    lin, zhou = await stage.ask_media(), await stage.ask_media(openid="oZhou")

    await _play(stage.wechat, "deliver", trace_ids=[lin, zhou])

    assert [stage.opened(number)["result"]["suggest"] for number in (0, 1)] == ["pass", "risky"]


@pytest.mark.parametrize(
    ("answers", "lost", "sent"),
    [
        (["503", "success"], 0, ["503", "success"]),
        ([""], 0, ["success"]),
        (["500"] * 9, 0, ["500"] * 4),
        ([], 2, ["lost", "lost", "success"]),
        ([], 9, ["lost"] * 4),
    ],
    ids=str,
)
async def test_a_push_is_sent_again_three_times_at_most(
    stage: Stage, answers: list[str], lost: int, sent: list[str]
) -> None:
    await _play(stage.wechat, "verdicts", lost=lost)
    stage.service.answers = answers
    await stage.ask_media()

    assert await _play(stage.wechat, "deliver") == {"answers": [sent]}

    (check,) = (await stage.wechat.get("/sandbox/checks")).json()["checks"]
    assert check["answers"] == sent


async def test_with_a_delay_a_verdict_comes_by_itself(stage: Stage) -> None:
    await _play(stage.wechat, "verdicts", delay_seconds=0)
    pushes = stage.wechat._transport.app.state.world.pushes  # type: ignore[attr-defined]
    trace = await stage.ask_media()

    while pushes._under_way:
        await next(iter(pushes._under_way))

    assert stage.opened()["trace_id"] == trace


@pytest.mark.parametrize("spoil", SPOILS)
async def test_a_push_can_be_spoilt_in_each_way(stage: Stage, spoil: str) -> None:
    await _play(stage.wechat, "send", message={"Event": "any", "trace_id": "t"}, spoil=spoil)
    query, body = stage.service.came[0]

    try:
        spoilt = stage.opened() != {"Event": "any", "trace_id": "t"} or int(query["timestamp"]) != int(START)
    except (AssertionError, KeyError, ValueError):
        spoilt = True

    assert body
    assert spoilt


async def test_it_pushes_xml_where_that_is_configured(stage: Stage) -> None:
    address = {"url": "https://service.test/push", "token": "a-token", "key": KEY, "form": "xml"}
    await _play(stage.wechat, "push-address", **address)

    await _play(stage.wechat, "send", message={"Event": "any", "CreateTime": 7, "detail": [{"a": 1}, {"a": 2}]})

    body = stage.service.came[0][1].decode()
    encrypted = body.partition("<Encrypt><![CDATA[")[2].partition("]]>")[0]
    assert body.startswith("<xml><ToUserName>")
    inner = b"<xml><Event><![CDATA[any]]></Event><CreateTime>7</CreateTime><detail><a>1</a></detail><detail><a>2</a>"
    assert inner in decrypted(encrypted)


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("words", {"word": "", "suggest": "risky"}, 400),
        ("words", {"word": "x", "suggest": "bad"}, 400),
        ("quotas", {"endpoint": "/nowhere", "a_minute": 1}, 400),
        ("push-address", {"url": "x"}, 400),
        ("push-address", {"uri": "x"}, 400),
        ("verdicts", {"suggest": "bad"}, 400),
        ("verdicts", {"spoil": "milk"}, 400),
        ("verdicts", {"colour": "red"}, 400),
        ("deliver", {"trace_ids": ["nobody's"]}, 409),
        ("send", {"message": {}, "spoil": "milk"}, 409),
    ],
    ids=str,
)
async def test_a_mistake_on_the_control_surface_is_told(
    stage: Stage, what: str, body: dict[str, Any], status: int
) -> None:
    assert (await stage.wechat.post(f"/sandbox/{what}", json=body)).status_code == status

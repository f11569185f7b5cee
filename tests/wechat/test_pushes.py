"""The door for pushes: what is WeChat's own is taken once, all else is refused below 500, and nothing is lost."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr
from sqlmodel import select

from backend import app as apps
from backend.core.clock import FixedClock
from backend.core.db import WriteSession
from backend.core.errors import Unavailable
from backend.media.tables import PASSED, PENDING, ModerationQuestion
from backend.wechat import jobs, push, pushes
from backend.wechat.messages import Message
from backend.wechat.pushes import Pushes
from demo.wechat_sandbox import sealing
from demo.wechat_sandbox.pushes import SPOILS
from tests.api.asking import nothing_written
from tests.cast import APP_ID, populate, settings_for
from tests.media.moderating import BASE, PUSH_KEY, PUSH_TOKEN, REACHABLE, Play, moderated
from tests.wechat.test_messages import BOMB, OUTSIDE

PATH = "/wechat/push"


@pytest_asyncio.fixture
async def play(database_url: str, clock: FixedClock) -> AsyncIterator[Play]:
    """Bring the cast and a platform that can reach us."""
    async with moderated(database_url, clock) as play:
        yield play


async def pending(play: Play) -> tuple[str, str]:
    """Let a photo wait for its verdict; return its id and its question's."""
    photo = await play.stored()
    await play.ask()
    (trace,) = await play.traces()
    assert await play.state(photo) == PENDING
    return photo, trace


def verdict(trace: str, **more: Any) -> dict[str, Any]:
    """Return the event of a pass."""
    result = {"suggest": "pass", "label": 100}
    event = {"MsgType": "event", "Event": "wxa_media_check", "appid": APP_ID, "trace_id": trace, "result": result}
    return event | more


def signed(play: Play, encrypted: str, age: timedelta = timedelta(0), **query: str) -> dict[str, str]:
    """Return the query of a push as WeChat signs it."""
    timestamp, nonce = str(int((play.world.clock.now() - age).timestamp())), "a-nonce"
    signature = push.message_signature(PUSH_TOKEN, timestamp, nonce, encrypted)
    return {"timestamp": timestamp, "nonce": nonce, "msg_signature": signature, "encrypt_type": "aes"} | query


async def sent(
    play: Play, message: str, *, age: timedelta = timedelta(0), app_id: str = APP_ID, **query: str
) -> httpx.Response:
    """Push a message, sealed and signed as WeChat does."""
    encrypted = sealing.seal_push(message, PUSH_KEY, app_id)
    body = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted})
    return await play.world.client.post(PATH, params=signed(play, encrypted, age, **query), content=body)


# The address.


async def test_the_platforms_check_of_the_address_is_answered_with_its_echo(play: Play) -> None:
    query = {"timestamp": "1714036504", "nonce": "1514711492", "echostr": "<b>4375120948345356249</b>"}
    query["signature"] = push.url_signature(PUSH_TOKEN, query["timestamp"], query["nonce"])

    answer = await play.world.client.get(PATH, params=query)
    forged = await play.world.client.get(PATH, params=query | {"signature": query["signature"].upper()})
    nothing = await play.world.client.get(PATH)

    assert (answer.status_code, answer.text) == (200, query["echostr"])
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (forged.status_code, nothing.status_code) == (403, 403)
    assert query["echostr"] not in forged.text


async def test_without_keys_there_is_no_such_address(database_url: str, clock: FixedClock) -> None:
    async with populate(database_url, clock) as world:
        answers = [await world.client.get(PATH), await world.client.post(PATH, content=b"{}")]

    assert [answer.status_code for answer in answers] == [404, 404]


# What is WeChat's own.


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_a_push_is_taken_in_either_form(play: Play, form: str) -> None:
    photo, trace = await pending(play)
    address = {"url": f"{BASE}{PATH}", "token": PUSH_TOKEN, "key": PUSH_KEY, "form": form}
    await play.control("push-address", **address)

    answers = await play.hear(trace)

    assert answers == ["success"]
    assert await play.state(photo) == PASSED


async def test_success_is_said_only_after_the_commit_and_a_push_that_failed_comes_again(play: Play) -> None:
    photo, trace = await pending(play)
    database = play.world.parts.database
    broken = {"commits": 0}
    original = database.write

    @asynccontextmanager
    async def failing_once() -> AsyncIterator[WriteSession]:
        async with original() as session:
            yield session
            broken["commits"] += 1
            if broken["commits"] == 1:
                raise Unavailable

    database.write = failing_once  # type: ignore[method-assign]
    answers = await play.hear(trace)

    assert answers == ["503", "success"]
    assert await play.state(photo) == PASSED


async def test_a_database_that_is_away_is_an_honest_503(play: Play) -> None:
    _, trace = await pending(play)

    async with gone(play) as client:
        encrypted = sealing.seal_push(json.dumps(verdict(trace)), PUSH_KEY, APP_ID)
        answer = await client.post(PATH, params=signed(play, encrypted), content=json.dumps({"Encrypt": encrypted}))

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


@asynccontextmanager
async def gone(play: Play) -> AsyncIterator[httpx.AsyncClient]:
    """Serve a database that is not there."""
    settings = settings_for("sqlite:////nowhere/gone.db", **REACHABLE)
    app = apps.create(settings, play.world.clock, httpx.AsyncClient())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gone.test")
    async with client, app.router.lifespan_context(app):
        yield client


async def test_a_fault_of_ours_is_a_503_too_so_that_the_push_comes_again(play: Play) -> None:
    calls = []

    async def stumbling(session: WriteSession, message: Message, now: object) -> None:
        calls.append(message["n"])
        if len(calls) == 1:
            raise ZeroDivisionError

    receive(play, "test_event", stumbling)
    message = json.dumps({"MsgType": "event", "Event": "test_event", "n": 1})

    answers = [await sent(play, message) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [503, 200, 200]
    assert calls == [1, 1]


def receive(play: Play, event: str, receiver: Any) -> None:
    """Let somebody receive an event."""
    play.world.parts.services.use(Pushes)._receivers[event] = receiver


async def test_of_many_sendings_at_once_one_is_received(play: Play) -> None:
    calls = []

    async def count(session: WriteSession, message: Message, now: object) -> None:
        calls.append(message)

    receive(play, "subscribe_msg_popup_event", count)
    message = json.dumps({"MsgType": "event", "Event": "subscribe_msg_popup_event", "CreateTime": 1})

    answers = await asyncio.gather(*(sent(play, message) for _ in range(8)))
    other = await sent(play, message.replace("1", "2"))

    assert {(answer.status_code, answer.text) for answer in [*answers, other]} == {(200, "success")}
    assert [call["CreateTime"] for call in calls] == [1, 2]


IGNORED = [
    {"MsgType": "event", "Event": "user_enter_tempsession"},
    {"MsgType": "text", "Content": "你好"},
    {"MsgType": "event", "Event": ["wxa_media_check"]},
    {"MsgType": "event", "Event": None},
    {},
    {"MsgType": "event", "Event": "x" * 10_000},
]


async def test_what_nobody_receives_is_acknowledged_and_ignored(play: Play) -> None:
    for message in IGNORED:
        async with nothing_written(play.world):
            answer = await sent(play, json.dumps(message))

        assert (answer.status_code, answer.text) == (200, "success")


@pytest.mark.parametrize("trace", ["a-trace-of-nobody", "x" * 64])
async def test_an_unknown_question_is_acknowledged_and_changes_no_photo(play: Play, trace: str) -> None:
    photo, _ = await pending(play)
    before = await play.row(photo)

    answer = await sent(play, json.dumps(verdict(trace)))

    assert (answer.status_code, answer.text) == (200, "success")
    assert await play.row(photo) == before


async def test_a_name_that_is_no_questions_is_acknowledged_and_not_kept(play: Play) -> None:
    for trace in ("x" * 65, "a b", "a\u0000b", "中", "' OR 1=1 --"):
        answer = await sent(play, json.dumps(verdict(trace)))

        assert (answer.status_code, answer.text) == (200, "success")
    async with play.world.parts.database.read() as session:
        assert (await session.exec(select(ModerationQuestion))).all() == []


# What is not.


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("spoil", [spoil for spoil in SPOILS if spoil != "trace"])
async def test_a_push_that_is_spoilt_is_refused_each_time_and_changes_nothing(
    play: Play, spoil: str, form: str
) -> None:
    photo, trace = await pending(play)
    address = {"url": f"{BASE}{PATH}", "token": PUSH_TOKEN, "key": PUSH_KEY, "form": form, "resend_seconds": 0}
    await play.control("push-address", **address)

    async with nothing_written(play.world):
        answers = (await play.control("send", message=verdict(trace), spoil=spoil))["answers"]

    assert answers == (["400"] if spoil == "plain" else ["403"]) * 4
    assert await play.state(photo) == PENDING


@pytest.mark.parametrize("minutes", [11, -11, 60 * 24 * 365])
async def test_an_old_push_replayed_is_refused(play: Play, minutes: int) -> None:
    photo, trace = await pending(play)

    async with nothing_written(play.world):
        answer = await sent(play, json.dumps(verdict(trace)), age=timedelta(minutes=minutes))

    assert answer.status_code == 403
    assert await play.state(photo) == PENDING


async def test_a_push_replayed_within_minutes_changes_nothing(play: Play) -> None:
    _, trace = await pending(play)
    message = json.dumps(verdict(trace))
    first = await sent(play, message)

    async with nothing_written(play.world):
        again = await sent(play, message, age=timedelta(minutes=9))

    assert (first.text, again.text) == ("success", "success")


QUERIES = [
    {"timestamp": ""},
    {"timestamp": "soon"},
    {"timestamp": "²"},
    {"timestamp": "1e9"},
    {"timestamp": "9" * 400},
    {"timestamp": "-1"},
    {"nonce": ""},
    {"nonce": "another"},
    {"msg_signature": ""},
    {"msg_signature": "0" * 40},
    {"msg_signature": "签名"},
    {"msg_signature": "\x00"},
    {"msg_signature": "A" * 50_000},
]


async def test_a_query_that_is_not_wechats_is_refused(play: Play) -> None:
    for query in QUERIES:
        async with nothing_written(play.world):
            answer = await sent(play, json.dumps(verdict("a-trace")), **query)  # type: ignore[arg-type]

        assert answer.status_code == 403


async def test_a_signature_in_capitals_is_not_wechats(play: Play) -> None:
    encrypted = sealing.seal_push(json.dumps(verdict("a-trace")), PUSH_KEY, APP_ID)
    query = signed(play, encrypted)
    query["msg_signature"] = query["msg_signature"].upper()

    answer = await play.world.client.post(PATH, params=query, content=json.dumps({"Encrypt": encrypted}))

    assert answer.status_code == 403


NONSENSE = ["", "AAAA", "A" * 43 + "=", "不是", "\ud83d", "A" * 64, "====", " " * 64]


async def test_signed_nonsense_is_refused(play: Play) -> None:
    for encrypted in NONSENSE:
        body = json.dumps({"Encrypt": encrypted})
        timestamp, nonce = str(int(play.world.clock.now().timestamp())), "a-nonce"
        signature = push._signature(PUSH_TOKEN, timestamp, nonce, encrypted)
        query = {"timestamp": timestamp, "nonce": nonce, "msg_signature": signature}

        async with nothing_written(play.world):
            answer = await play.world.client.post(PATH, params=query, content=body)

        assert answer.status_code in (400, 403)


FRAMES = [
    b"",
    b"\x00" * 19,
    b"\x00" * 16 + b"\xff\xff\xff\xff" + b"{}" + APP_ID.encode(),
    b"\x00" * 16 + (0).to_bytes(4) + APP_ID.encode(),
    b"\x00" * 16 + (3).to_bytes(4) + b"{}" + APP_ID.encode(),
    b"\x00" * 16 + (2).to_bytes(4) + b"{}",
    b"\x00" * 16 + (2).to_bytes(4) + b"\xff\xfe" + APP_ID.encode(),
    b"\x00" * 16 + (4).to_bytes(4) + b"null" + APP_ID.encode(),
]


async def test_a_frame_that_lies_about_its_length_is_refused(play: Play) -> None:
    for frame in FRAMES:
        encrypted = seal_frame(frame)

        async with nothing_written(play.world):
            answer = await play.world.client.post(
                PATH, params=signed(play, encrypted), content=json.dumps({"Encrypt": encrypted})
            )

        assert answer.status_code in (400, 403)


def seal_frame(frame: bytes) -> str:
    from base64 import b64decode, b64encode

    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
    from cryptography.hazmat.primitives.padding import PKCS7

    key = b64decode(PUSH_KEY + "=")
    padder = PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES256(key), modes.CBC(key[:16])).encryptor()
    return b64encode(encryptor.update(padder.update(frame) + padder.finalize()) + encryptor.finalize()).decode()


async def test_a_genuine_push_that_cannot_be_read_is_a_bad_request(play: Play) -> None:
    for inner in (BOMB, OUTSIDE, "<xml>", "{", "[]", "null", "", "<xml/>"):
        async with nothing_written(play.world):
            answer = await sent(play, inner)

        assert answer.status_code == 400, inner[:40]


BODIES = [
    b"",
    b"null",
    b"[]",
    b"7",
    b"{",
    b"\xff\xfe",
    b"\x00" * 1000,
    b"[" * 60_000,
    b'{"Encrypt": null}',
    b'{"Encrypt": {"a": 1}}',
    b'{"Encrypt": 9999999999999999999999}',
    json.dumps(verdict("a-trace")).encode(),
    sealing.as_xml(verdict("a-trace")).encode(),
    BOMB.encode(),
    OUTSIDE.encode(),
    b"<xml><Encrypt><a/></Encrypt></xml>",
    b"<xml><Encrypt>1</Encrypt><Encrypt>2</Encrypt></xml>",
    b"a=1&b=2",
    b"\x1f\x8b" + b"\x00" * 100,
]


async def test_a_body_that_is_not_in_secure_mode_is_a_bad_request(play: Play) -> None:
    for body in BODIES:
        async with nothing_written(play.world):
            answer = await play.world.client.post(PATH, params=signed(play, ""), content=body)

        assert answer.status_code in (400, 403)


@pytest.mark.parametrize("told", [True, False])
async def test_what_is_longer_than_any_push_is_refused_before_it_is_read(play: Play, told: bool) -> None:
    read = []

    async def flood() -> AsyncIterator[bytes]:
        for number in range(80):
            read.append(number)
            yield b"x" * 65_536

    content: Any = b"x" * 5_000_000 if told else flood()

    answer = await play.world.client.post(PATH, params=signed(play, ""), content=content)

    assert answer.status_code == 413
    assert len(read) < 5


async def test_no_bytes_whatever_lead_to_a_fault(play: Play) -> None:
    chance = random.Random(20260615)
    encrypted = sealing.seal_push(json.dumps(verdict("a-trace")), PUSH_KEY, APP_ID)
    good = json.dumps({"ToUserName": "gh_1", "Encrypt": encrypted}).encode()

    for _ in range(200):
        body = bytearray(good)
        for _ in range(chance.randrange(1, 5)):
            body[chance.randrange(len(body))] = chance.randrange(256)
        answer = await play.world.client.post(PATH, params=signed(play, encrypted), content=bytes(body))
        assert answer.status_code in (200, 400, 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_other_methods_are_not_allowed(play: Play, method: str) -> None:
    assert (await play.world.client.request(method, PATH)).status_code == 405


# What is kept of pushes.


async def test_digests_are_kept_longer_than_a_push_is_fresh_and_then_forgotten(play: Play) -> None:
    _, trace = await pending(play)
    await play.hear(trace)
    database, clock = play.world.parts.database, play.world.clock

    play.world.clock.advance(pushes.FRESH)
    early = await jobs.forget_pushes(database, clock)
    play.world.clock.advance(jobs.PUSHES_KEPT)
    gone_now = [await jobs.forget_pushes(database, clock) for _ in range(2)]

    assert pushes.FRESH < jobs.PUSHES_KEPT
    assert (early, gone_now) == (0, [1, 0])


def test_keys_are_not_shown() -> None:
    keys = pushes.Keys(SecretStr("canary"), SecretStr("canary" * 7 + "k"), "wx1")

    assert "canary" not in repr(keys)

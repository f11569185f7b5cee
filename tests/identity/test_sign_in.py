"""Signing in with the code of `wx.login`, on good days of WeChat and on bad ones."""

import asyncio
import socket
from datetime import timedelta
from typing import Any

import httpx

from backend.wechat.client import HttpWeChat
from tests.api.asking import answered, contents, hurry, nothing_written
from tests.cast import APP_ID, APP_SECRET, Person, World

EXCHANGE = "/sns/jscode2session"
INVALID = {"problem": "SignInCodeInvalid", "zh": "登录凭证无效或已过期", "en": "not valid or has expired"}
HOPELESS = ["", "forged", "x" * 4096, "凭证", "two words", "nul\u0000", "' OR 1=1 --"]


async def sign_in(person: Person, code: str) -> Any:
    return await person.run("SignIn", input={"code": code})


async def exchanges(world: World) -> int:
    counts = (await world.wechat.get("/sandbox/counts")).json()["counts"]
    return int(counts.get(EXCHANGE, 0))


async def test_a_forged_code_is_refused_and_nothing_is_written(world: World) -> None:
    async with nothing_written(world):
        for code in HOPELESS:
            await answered(world.stranger(), "SignIn", **INVALID, input={"code": code})


async def test_a_code_older_than_five_minutes_is_refused(world: World) -> None:
    code = await world.login_code("Lin")
    world.clock.advance(timedelta(minutes=5, seconds=1))

    async with nothing_written(world):
        await answered(world.stranger(), "SignIn", **INVALID, input={"code": code})


async def test_a_code_of_the_phone_button_opens_no_session(world: World) -> None:
    answer = await world.wechat.post("/sandbox/phone-code", json={"openid": world.openids["Lin"]})

    async with nothing_written(world):
        await answered(world.stranger(), "SignIn", **INVALID, input={"code": answer.json()["code"]})


async def test_a_code_that_was_exchanged_elsewhere_is_refused_as_used(world: World) -> None:
    codes = [await world.login_code("Lin"), await world.login_code("Zhou")]
    for code in codes:
        query = {"appid": APP_ID, "secret": APP_SECRET, "js_code": code, "grant_type": "authorization_code"}
        assert "openid" in (await world.wechat.get(EXCHANGE, params=query)).json()

    async with nothing_written(world):
        chinese, english = await asyncio.gather(
            sign_in(world.stranger(), codes[0]), sign_in(world.stranger("en"), codes[1])
        )

    assert chinese["__typename"] == english["__typename"] == "SignInCodeUsed"
    assert "已使用过，请重新登录" in chinese["message"]
    assert "already used" in english["message"]


async def test_fifty_requests_with_one_code_get_one_session(world: World) -> None:
    code = await world.login_code("Lin")

    answers = await asyncio.gather(*[sign_in(world.stranger(), code) for _ in range(50)])

    assert len({answer["token"] for answer in answers}) == 1
    assert await exchanges(world) == 1
    assert len((await contents(world))["session"]) == 1


async def test_a_repeat_gets_the_same_session_for_five_minutes_and_no_longer(world: World) -> None:
    code = await world.login_code("Lin")
    first = await sign_in(world.stranger(), code)

    world.clock.advance(timedelta(minutes=4))
    again = await sign_in(world.stranger(), code)
    world.clock.advance(timedelta(minutes=2))
    later = await sign_in(world.stranger(), code)

    assert again == first
    assert later["__typename"] == "SignInCodeInvalid"


async def test_an_account_that_wechat_blocks_and_one_that_asks_too_often_are_told_so(world: World) -> None:
    await world.wechat.post("/sandbox/users", json={"openid": world.openids["Zhou"], "blocked": True})
    for _ in range(100):
        query = {"appid": APP_ID, "secret": APP_SECRET, "grant_type": "authorization_code"}
        await world.wechat.get(EXCHANGE, params=query | {"js_code": await world.login_code("Lin")})

    async with nothing_written(world):
        code = await world.login_code("Zhou")
        await answered(
            world.stranger(), "SignIn", "WeChatBlocked", zh="存在风险", en="restricted", input={"code": code}
        )
        code = await world.login_code("Lin")
        await answered(world.stranger(), "SignIn", "WeChatTooOften", zh="过于频繁", en="Too many", input={"code": code})


async def test_a_bad_day_of_wechat_is_a_503_with_a_hint_and_nothing_is_written(world: World) -> None:
    hurry(world)
    for mode in ("busy", "error500", "html", "slow"):
        await world.wechat.post(
            "/sandbox/faults", json={"endpoint": EXCHANGE, "mode": mode, "count": 6, "seconds": 0.2}
        )
        code, before = await world.login_code("Lin"), await exchanges(world)

        async with nothing_written(world):
            for language, words in (("zh-CN", "微信服务暂时没有响应"), ("en", "WeChat does not answer")):
                await unavailable(world.stranger(language), code, words)
        assert await exchanges(world) == before + 6

        # A slow platform has taken the code all the same; the others have not.
        later = await sign_in(world.stranger(), await world.login_code("Lin") if mode == "slow" else code)
        assert later["__typename"] == "SignedIn", mode


async def unavailable(person: Person, code: str, words: str) -> None:
    response = await person.send("SignIn", {"input": {"code": code}})
    (error,) = response.json()["errors"]
    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert error["extensions"] == {"code": "UNAVAILABLE", "retryAfterSeconds": 5}
    assert words in error["message"]


async def test_wechat_that_cannot_be_reached_is_a_503(world: World) -> None:
    hurry(world)
    wechat = world.parts.services.use(HttpWeChat)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = listener.getsockname()[1]
    async with httpx.AsyncClient() as http:
        wechat.http, wechat.base_url = http, f"http://127.0.0.1:{closed}"
        wechat.__post_init__()

        async with nothing_written(world):
            await unavailable(world.stranger(), "any", "微信服务")


async def test_a_refusal_that_only_the_operator_can_mend_shows_no_details(world: World) -> None:
    await world.wechat.post("/sandbox/faults", json={"endpoint": EXCHANGE, "mode": "ip"})

    async with nothing_written(world):
        response = await world.stranger().send("SignIn", {"input": {"code": await world.login_code("Lin")}})

    (error,) = response.json()["errors"]
    assert error["extensions"]["code"] == "UNEXPECTED"
    assert "40164" not in response.text
    assert APP_SECRET not in response.text

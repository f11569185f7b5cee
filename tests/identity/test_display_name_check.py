"""WeChat looks at a display name before anybody else: what it doubts is not written, and its bad days lose nothing."""

from typing import Any

import httpx
import pytest

from backend.core.api import Context
from backend.core.clock import FixedClock
from backend.identity import texts
from backend.identity.errors import TextRefused
from backend.wechat.checks import Scene
from backend.wechat.errors import NotOpenedLately
from tests.api.asking import answered, failed, hurry, nothing_written
from tests.cast import Person, World, populate

TEXT = "/wxa/msg_sec_check"


async def asked(world: World) -> int:
    """Say how often WeChat was asked about a text."""
    return int((await world.wechat.get("/sandbox/counts")).json()["counts"].get(TEXT, 0))


async def named(world: World, name: str = "小满") -> Person:
    """Return Lin with a display name that has passed."""
    lin = await world.sign_in("Lin")
    answer = await lin.run("SetDisplayName", input={"displayName": name})
    assert answer["__typename"] == "DisplayNameSet", answer
    return lin


async def test_a_name_that_passes_is_kept(world: World) -> None:
    lin = await named(world)

    assert (await lin.run("Home"))["member"]["displayName"] == "小满"
    assert await asked(world) == 1


@pytest.mark.parametrize("name", ["违规昵称", "待审昵称"])
async def test_a_name_that_wechat_refuses_or_doubts_is_not_written(world: World, name: str) -> None:
    lin = await named(world)
    zh, en = "未通过微信的内容安全检测", "did not pass WeChat's content check"

    async with nothing_written(world):
        await answered(lin, "SetDisplayName", "DisplayNameRefused", zh=zh, en=en, input={"displayName": name})

    assert (await lin.run("Home"))["member"]["displayName"] == "小满"


async def test_who_has_not_opened_the_mini_program_lately_is_told_to_come_again(world: World) -> None:
    lin = await named(world)
    await world.wechat.post("/sandbox/users", json={"openid": "openid-Lin", "away": True})
    zh, en = "重新打开、登录再试", "open it, sign in and try again"

    async with nothing_written(world):
        await answered(lin, "SetDisplayName", "NotOpenedLately", zh=zh, en=en, input={"displayName": "立夏"})
    again = await world.sign_in("Lin")

    assert (await again.run("SetDisplayName", input={"displayName": "立夏"}))["member"]["displayName"] == "立夏"


@pytest.mark.parametrize("mode", ["busy", "quota", "html", "error500"])
async def test_while_wechat_is_down_the_old_name_stays_and_a_retry_succeeds(world: World, mode: str) -> None:
    hurry(world)
    lin = await named(world)
    await world.wechat.post("/sandbox/faults", json={"endpoint": TEXT, "mode": mode, "count": 6})
    zh, en = "微信服务暂时没有响应", "WeChat does not answer"

    async with nothing_written(world):
        await failed(lin, "SetDisplayName", "UNAVAILABLE", zh=zh, en=en, input={"displayName": "立夏"})
    answer = await lin.run("SetDisplayName", input={"displayName": "立夏"})

    assert answer["member"]["displayName"] == "立夏"


async def test_a_refusal_that_only_the_operator_can_mend_is_a_fault_and_writes_nothing(world: World) -> None:
    hurry(world)
    lin = await named(world)
    await world.wechat.post("/sandbox/faults", json={"endpoint": TEXT, "mode": "ip", "count": 2})

    async with nothing_written(world):
        await failed(lin, "SetDisplayName", "UNEXPECTED", zh="意外错误", en="Unexpected", input={"displayName": "立夏"})


async def test_what_a_board_cannot_show_and_going_back_to_the_masked_name_are_not_asked_about(world: World) -> None:
    lin = await world.sign_in("Lin")

    await lin.run("SetDisplayName", input={"displayName": "长" * 13})
    await lin.run("SetDisplayName", input={"displayName": None})

    assert await asked(world) == 0


async def test_wechat_is_asked_about_the_name_as_it_is_kept_while_no_transaction_is_open(world: World) -> None:
    lin = await world.sign_in("Lin")
    bodies: list[bytes] = []
    transport = world.wechat._transport
    original = transport.handle_async_request

    async def watched(request: httpx.Request) -> httpx.Response:
        if request.url.path == TEXT:
            bodies.append(await request.aread())
            async with world.parts.database.write():  # SQLite has one writer: this would wait for an open one
                pass
            pool: Any = world.parts.database.engine.pool
            assert pool.checkedout() == 0
        return await original(request)

    transport.handle_async_request = watched  # type: ignore[method-assign]
    answer = await lin.run("SetDisplayName", input={"displayName": "  Cafe\u0301 "})

    assert answer["__typename"] == "DisplayNameSet"
    assert len(bodies) == 1
    assert '"content":"Caf\u00e9","nickname":"Caf\u00e9"'.encode() in bodies[0]


async def test_where_text_checks_are_switched_off_wechat_is_not_asked(database_url: str, clock: FixedClock) -> None:
    async with populate(database_url, clock, text_checks=False) as world:
        lin = await world.sign_in("Lin")

        answer = await lin.run("SetDisplayName", input={"displayName": "违规昵称"})

        assert answer["member"]["displayName"] == "违规昵称"
        assert await asked(world) == 0


# Any other text.


def context_of(world: World, person: Person, language: Any = "zh-CN") -> Context:
    """Return what a resolver of that person's request knows."""
    return Context(world.parts.services, world.parts.database, world.clock, language, person.token)


async def test_any_text_can_be_checked_and_its_refusal_is_told_in_both_languages(world: World) -> None:
    context = context_of(world, await world.sign_in("Lin"))

    await texts.check(context, "申诉：照片里是我自己的杯子")
    with pytest.raises(TextRefused) as refused:
        await texts.check(context, "一句违规的话", Scene.COMMENT)
    await world.wechat.post("/sandbox/users", json={"openid": "openid-Lin", "away": True})
    with pytest.raises(NotOpenedLately):
        await texts.check(context, "好")

    assert "内容安全检测" in refused.value.text("zh-CN")
    assert "content check" in refused.value.text("en")

"""Messages on screens: written, shown, withdrawn; what cannot be shown; how many. And what a preview's link opens."""

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import select

from backend.core.vault import Vault
from backend.screens import links
from backend.screens.links import PreviewWanted
from backend.screens.tables import ScreenMessage
from tests.api.asking import answered, failed, fresh_id, nothing_written
from tests.cast import Failed, World

NOT_FOUND = {"zh": "没有找到这项内容，或您无权查看：留言", "en": "Not found, or not yours to see: message"}


def draft(world: World, **more: Any) -> dict[str, Any]:
    """Return the input of WriteScreenMessage: from now, for a day."""
    now = world.clock.now()
    return {
        "requestId": fresh_id(),
        "institutionId": world.institution_id("A"),
        "textZh": "周五食堂只供应素食",
        "textEn": "Friday is meatless",
        "beginsAt": now.isoformat(),
        "endsAt": (now + timedelta(days=1)).isoformat(),
        **more,
    }


async def test_a_message_is_written_once_listed_and_taken_off(world: World) -> None:
    wu, asked = await world.sign_in("Wu"), draft(world, textZh=" 低碳午餐：每人一份 CO₂ 账单 ")

    first, again = [await wu.run("WriteScreenMessage", input=asked) for _ in range(2)]
    off = [await wu.run("WithdrawScreenMessage", input={"messageId": first["written"]["id"]}) for _ in range(2)]
    (listed,) = await wu.run("ScreenMessages", institutionId=world.institution_id("A"))

    assert (first["replayed"], again["replayed"]) == (False, True)
    assert first["written"] == again["written"]
    assert first["written"]["textZh"] == "低碳午餐：每人一份 CO2 账单"  # as the fonts print it
    assert off[0] == off[1]
    assert listed == first["written"] | off[0]["withdrawn"]
    reused = asked | {"textEn": "Another"}
    await answered(wu, "WriteScreenMessage", "RequestReused", zh="已用于另一项", en="something else", input=reused)
    short = asked | {"requestId": "x"}
    await answered(wu, "WriteScreenMessage", "RequestIdInvalid", zh="8 至 64", en="8 to 64", input=short)


@pytest.mark.parametrize(
    ("wrong", "field", "zh", "en"),
    [
        ({"textZh": ""}, "textZh", "1–60", "1 to 60"),
        ({"textZh": "碳" * 61}, "textZh", "1–60", "1 to 60"),
        ({"textZh": "第一行\n第二行"}, "textZh", "须为一行文字", "one line"),
        ({"textZh": "食堂\u202e"}, "textZh", "须为一行文字", "one line"),
        ({"textZh": "加油💪"}, "textZh", "没有“💪”（U+1F4AA）", "have no '💪'"),
        ({"textEn": " "}, "textEn", "1–120", "1 to 120"),
        ({"textEn": "x" * 121}, "textEn", "1–120", "1 to 120"),
        ({"textEn": "مرحبا"}, "textEn", "没有", "have no"),
        ({"endsAt": "2026-06-15T04:00:00+00:00"}, "endsAt", "须晚于开始时间", "after the beginning"),
        ({"beginsAt": "2026-06-01T00:00:00Z", "endsAt": "2026-06-14T00:00:00Z"}, "endsAt", "晚于现在", "after now"),
        ({"endsAt": "2026-07-16T04:00:01+00:00"}, "endsAt", "最多显示 31 天", "31 days"),
        ({"beginsAt": "0001-01-01T00:00:00+08:00"}, "endsAt", "最多显示 31 天", "31 days"),
        ({"endsAt": "9999-12-31T23:59:59-08:00"}, "endsAt", "最多显示 31 天", "31 days"),
        ({"beginsAt": "2026-06-15T04:00:00"}, "beginsAt", "须带时区", "an offset"),
        ({"endsAt": "2026-06-16T04:00:00"}, "endsAt", "须带时区", "an offset"),
    ],
    ids=str,
)
async def test_what_cannot_stand_on_a_screen_is_refused_by_name(
    world: World, wrong: dict[str, Any], field: str, zh: str, en: str
) -> None:
    wu, asked = await world.sign_in("Wu"), draft(world, **wrong)

    async with nothing_written(world):
        told = await wu.run("WriteScreenMessage", input=asked)
        await answered(wu, "WriteScreenMessage", "InvalidValue", zh=zh, en=en, input=asked)

    assert told["field"] == field


async def test_five_messages_stand_or_wait_at_most_even_when_all_are_written_at_once(world: World) -> None:
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    later = (world.clock.now() + timedelta(hours=1)).isoformat()

    answers = await asyncio.gather(
        *(
            person.run("WriteScreenMessage", input=draft(world, beginsAt=later))
            for person in (wu, sun)
            for _ in range(4)
        )
    )
    kinds = sorted(one["__typename"] for one in answers)
    words = {"zh": "已有 5 条", "en": "5 messages wait or stand"}
    await answered(wu, "WriteScreenMessage", "TooManyScreenMessages", **words, input=draft(world))
    (kept, *_) = await wu.run("ScreenMessages", institutionId=world.institution_id("A"))
    await wu.run("WithdrawScreenMessage", input={"messageId": kept["id"]})
    again = await wu.run("WriteScreenMessage", input=draft(world))

    assert kinds == ["ScreenMessageWritten"] * 5 + ["TooManyScreenMessages"] * 3
    assert again["__typename"] == "ScreenMessageWritten"


async def test_who_manages_nothing_there_neither_writes_reads_nor_takes_off(world: World) -> None:
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    stands = (await wu.run("WriteScreenMessage", input=draft(world)))["written"]["id"]
    no = {"code": "FORBIDDEN", "zh": "没有进行此操作的权限", "en": "not allowed"}

    async with nothing_written(world):
        for person, place in ((lin, world.institution_id("A")), (wu, world.institution_id("B")), (wu, "ins_zzzz")):
            await failed(person, "WriteScreenMessage", **no, input=draft(world, institutionId=place))
            await failed(person, "ScreenMessages", **no, institutionId=place)
            await failed(
                person, "ScreenPreview", **no, input={"institutionId": place, "scene": "idle", "shape": "strip"}
            )
        for person, number in ((lin, stands), (wu, "smg_zzzz"), (wu, "' OR 1=1"), (wu, "")):
            await answered(person, "WithdrawScreenMessage", "NotFound", **NOT_FOUND, input={"messageId": number})
    async with world.parts.database.read() as session:
        assert len((await session.exec(select(ScreenMessage))).all()) == 1


async def test_a_preview_is_a_link_for_ten_minutes_in_which_nothing_can_be_changed(world: World) -> None:
    wu, vault, now = await world.sign_in("Wu"), world.parts.services.use(Vault), world.clock.now()
    at = (now + timedelta(days=3)).isoformat()
    asked = {"institutionId": world.institution_id("A"), "scene": "messages", "size": "1080x1920", "locale": "en"}

    told = await wu.run(
        "ScreenPreview", input=asked | {"at": at, "messageZh": "周五 & 素食", "messageEn": "Meatless = ok"}
    )
    page, picture = urlsplit(told["page"]), urlsplit(told["picture"])
    query = dict(parse_qsl(page.query))
    place = world.institutions["A"].id or 0

    assert (page.path, picture.path, picture.query) == ("/screen-preview", "/screen-preview/current.png", page.query)
    wanted = links.opened(vault, query, now)
    assert wanted == PreviewWanted(place, "messages", "1080x1920", "en", at, "周五 & 素食", "Meatless = ok")
    assert wanted.instant == now + timedelta(days=3)
    assert told["expiresAt"] == (now + timedelta(minutes=10)).isoformat()
    assert links.opened(vault, query, now + timedelta(minutes=10)) is None
    for name, value in (("institution", str(world.institutions["B"].id)), ("zh", "其他"), ("more", "1"), ("mark", "x")):
        assert links.opened(vault, query | {name: value}, now) is None
    assert links.opened(vault, {}, now) is None


async def test_a_preview_by_shape_has_the_first_of_its_sizes_and_shows_the_present(world: World) -> None:
    wu, vault, now = await world.sign_in("Wu"), world.parts.services.use(Vault), world.clock.now()
    sizes = {}

    for shape in ("landscape", "portrait", "wide", "strip"):
        asked = {"institutionId": world.institution_id("A"), "scene": "idle", "shape": shape}
        told = await wu.run("ScreenPreview", input=asked)
        wanted = links.opened(vault, dict(parse_qsl(urlsplit(told["page"]).query)), now)
        assert wanted is not None
        assert (wanted.instant, wanted.zh, wanted.lang) == (None, "", "zh-CN")
        sizes[shape] = wanted.size

    assert sizes == {"landscape": "1920x1080", "portrait": "1080x1920", "wide": "3840x1080", "strip": "1920x360"}


@pytest.mark.parametrize(
    ("wrong", "zh", "en"),
    [
        ({"scene": "weather"}, "“scene”填写有误：没有这个画面", "there is no such scene"),
        ({"shape": None}, "须且只须填一个", "shape or size"),
        ({"shape": "round"}, "可用的有：landscape", "one of: landscape"),
        ({"size": "1920x1080"}, "须且只须填一个", "shape or size"),
        ({"shape": None, "size": "1x1"}, "1920x1080", "1920x1080"),
        ({"locale": "fr"}, "“locale”填写有误", "'locale' cannot"),
        ({"at": "2028-01-01T00:00:00Z"}, "400 天", "400 days"),
        ({"at": "0001-01-01T00:00:00+08:00"}, "400 天", "400 days"),
        ({"at": "2026-06-15T04:00:00"}, "须带时区", "an offset"),
        ({"messageEn": "x"}, "先填写中文", "goes with the Chinese"),
        ({"messageZh": "💪"}, "没有“💪”", "have no '💪'"),
    ],
    ids=str,
)
async def test_a_preview_that_cannot_be_is_told_why(world: World, wrong: dict[str, Any], zh: str, en: str) -> None:
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A"), "scene": "idle", "shape": "strip"} | wrong

    await failed(wu, "ScreenPreview", "PROBLEM", zh=zh, en=en, input=asked)
    with pytest.raises(Failed):
        await world.stranger().run("ScreenPreview", input=asked)

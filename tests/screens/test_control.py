"""Setting what a screen shows: place, language, playlist, edition; every item's mistakes named."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from backend.screens import playlists
from backend.screens.programme import Item
from backend.screens.tables import Screen
from tests.api.asking import answered, nothing_written
from tests.cast import Person, World
from tests.screens.devices import Device, pair

ITEM = {"scene": "departments", "seconds": 20}
NOT_FOUND = {"zh": "没有找到这项内容，或您无权查看：屏幕", "en": "Not found, or not yours to see: screen"}
PASSED = {"zh": "该内容已被他人修改", "en": "Somebody else has changed it"}


def setting(screen: dict[str, Any], edition: int = 1, **more: Any) -> dict[str, Any]:
    """Return the input of SetScreen."""
    return {"screenId": screen["id"], "edition": edition, "place": "一层食堂", **more}


async def site(world: World, at: str = "A", *, changes: bool = True, hours: int = 8) -> str:
    """Let Sun show a code at a canteen and return its site."""
    now = world.clock.now()
    issued = await (await world.sign_in("Sun")).run(
        "IssueCode.v2",
        input={
            "institutionId": world.institution_id(at),
            "kind": "clear_plate",
            "place": "一层食堂",
            "validFrom": now.isoformat(),
            "validUntil": (now + timedelta(hours=hours)).isoformat(),
            "changes": changes,
        },
    )
    assert issued["__typename"] == "CodeIssued", issued
    identifier: str = issued["siteId"]
    return identifier


async def paired(world: World) -> tuple[Person, dict[str, Any]]:
    """Let Wu pair a screen at A."""
    wu = await world.sign_in("Wu")
    return wu, await pair(world, wu, Device(world))


async def test_a_screen_is_set_whole_and_its_edition_grows(world: World) -> None:
    wu, screen = await paired(world)
    items = [
        ITEM,
        {"scene": "code", "seconds": 60, "begins": "11:00", "ends": "13:30", "siteId": await site(world)},
        {"scene": "persons", "seconds": 5, "begins": "22:00", "ends": "02:00"},
    ]

    done = await wu.run("SetScreen", input=setting(screen, place=" 二层食堂 ", locale="en", playlist=items))
    (listed,) = await wu.run("Screens.v2", institutionId=world.institution_id("A"))
    back = await wu.run("SetScreen", input=setting(screen, 2))

    shown = [{"begins": None, "ends": None, "siteId": None} | item for item in items]
    for told in (done["screen"], listed):
        assert (told["place"], told["locale"], told["edition"]) == ("二层食堂", "en", 2)
        assert told["playlist"] == shown
    assert (back["screen"]["playlist"], back["screen"]["locale"], back["screen"]["edition"]) == (None, None, 3)


async def test_screens_follow_the_playlist_as_it_is_kept(world: World) -> None:
    wu, screen = await paired(world)
    item = {"scene": "persons", "seconds": 5, "begins": "22:00", "ends": "02:05"}

    await wu.run("SetScreen", input=setting(screen, playlist=[item]))
    async with world.parts.database.read() as session:
        (row,) = (await session.exec(select(Screen))).all()

    assert playlists.read(row.playlist) == (Item("persons", 5, 22 * 60, 2 * 60 + 5),)
    assert playlists.read(None) is None


@pytest.mark.parametrize(
    ("item", "field", "zh", "en"),
    [
        ({"scene": "weather"}, "scene", "可用的有：", "there are: "),
        ({"scene": ""}, "scene", "没有这个画面", "no such scene"),
        ({"seconds": 4}, "seconds", "须为 5 至 300 秒", "5 to 300 seconds"),
        ({"seconds": 301}, "seconds", "须为 5 至 300 秒", "5 to 300 seconds"),
        ({"seconds": -(2**31)}, "seconds", "须为 5 至 300 秒", "5 to 300 seconds"),
        ({"begins": "7:30", "ends": "08:00"}, "begins", "07:30", "07:30"),
        ({"begins": "07:30", "ends": "24:00"}, "ends", "00:00 至 23:59", "00:00 to 23:59"),
        ({"begins": "１１:00", "ends": "12:00"}, "begins", "07:30", "07:30"),
        ({"begins": "11:60", "ends": "12:00"}, "begins", "07:30", "07:30"),
        ({"begins": "", "ends": ""}, "begins", "07:30", "07:30"),
        ({"begins": "11:00\n", "ends": "12:00"}, "begins", "07:30", "07:30"),
        ({"begins": "11:00"}, "ends", "同时填写", "go together"),
        ({"ends": "11:00"}, "begins", "同时填写", "go together"),
        ({"scene": "code"}, "siteId", "须指定一个二维码变化的点位", "needs a site"),
        ({"scene": "code", "siteId": "sit_7777"}, "siteId", "须为本单位", "no site of this institution"),
        ({"scene": "code", "siteId": "' OR 1=1"}, "siteId", "须为本单位", "no site of this institution"),
        ({"siteId": "sit_1"}, "siteId", "不使用点位", "shows no site"),
    ],
    ids=str,
)
async def test_an_item_that_cannot_be_shown_is_named_with_its_field(
    world: World, item: dict[str, Any], field: str, zh: str, en: str
) -> None:
    wu, screen = await paired(world)
    wanted = setting(screen, playlist=[ITEM, ITEM | item])

    async with nothing_written(world):
        told = await wu.run("SetScreen", input=wanted)
        await answered(wu, "SetScreen", "PlaylistItemInvalid", zh=zh, en=en, input=wanted)

    assert (told["item"], told["field"]) == (2, field)


async def test_only_a_good_site_of_this_institution_whose_code_changes_is_shown(world: World) -> None:
    wu, screen = await paired(world)
    printed, foreign = await site(world, changes=False), await site(world, "B")
    ended, revoked = await site(world, hours=1), await site(world)
    await wu.run("RevokeSite", input={"siteId": revoked})
    world.clock.advance(timedelta(hours=1))

    async with nothing_written(world):
        for wrong in (printed, foreign, ended, revoked):
            wanted = setting(screen, playlist=[{"scene": "code", "seconds": 60, "siteId": wrong}])
            words = {"zh": "“siteId”有误：须为本单位仍有效", "en": "no site of this institution that is good"}
            await answered(wu, "SetScreen", "PlaylistItemInvalid", **words, input=wanted)


async def test_the_codes_of_two_sites_follow_each_other_and_never_share_an_hour(world: World) -> None:
    wu, screen = await paired(world)
    lunch = {"scene": "code", "seconds": 30, "begins": "11:00", "ends": "13:30", "siteId": await site(world)}
    other = {"scene": "code", "seconds": 30, "siteId": await site(world)}

    async with nothing_written(world):
        words = {"zh": "第 2 项的“siteId”有误：同一时段只能显示一个点位的码", "en": "one site's code"}
        for beside in ({}, {"begins": "13:29", "ends": "13:31"}, {"begins": "20:00", "ends": "11:01"}):
            wanted = setting(screen, playlist=[lunch, other | beside])
            await answered(wu, "SetScreen", "PlaylistItemInvalid", **words, input=wanted)
    after = setting(screen, playlist=[lunch, lunch, other | {"begins": "13:30", "ends": "11:00"}])

    assert (await wu.run("SetScreen", input=after))["__typename"] == "ScreenSet"


async def test_a_playlist_has_one_to_thirty_items_and_place_and_language_are_checked(world: World) -> None:
    wu, screen = await paired(world)

    async with nothing_written(world):
        for count in (0, 31):
            wanted = setting(screen, playlist=[ITEM] * count)
            await answered(wu, "SetScreen", "InvalidValue", zh="须有 1 至 30 项", en="1 to 30 items", input=wanted)
        words = {"zh": "“place”填写有误", "en": "'place' cannot be"}
        await answered(wu, "SetScreen", "InvalidValue", **words, input=setting(screen) | {"place": "食\u202e堂"})
        words = {"zh": "“locale”填写有误", "en": "'locale' cannot be"}
        await answered(wu, "SetScreen", "InvalidValue", **words, input=setting(screen, locale="fr"))
    most = await wu.run("SetScreen", input=setting(screen, playlist=[ITEM] * 30))

    assert len(most["screen"]["playlist"]) == 30


async def test_who_has_seen_an_earlier_edition_changes_nothing_and_a_lost_answer_is_given_again(world: World) -> None:
    wu, screen = await paired(world)
    sun = await world.sign_in("Sun")

    first = await wu.run("SetScreen", input=setting(screen, place="二层"))
    async with nothing_written(world):
        again = await wu.run("SetScreen", input=setting(screen, place="二层"))
        await answered(sun, "SetScreen", "EditionPassed", **PASSED, input=setting(screen, place="三层"))
        await answered(sun, "SetScreen", "EditionPassed", **PASSED, input=setting(screen, 3, place="二层"))
    assert first["screen"]["edition"] == again["screen"]["edition"] == 2


async def test_of_two_who_set_one_edition_at_once_one_is_told(world: World) -> None:
    wu, screen = await paired(world)
    sun = await world.sign_in("Sun")

    answers = await asyncio.gather(
        wu.run("SetScreen", input=setting(screen, place="二层")),
        sun.run("SetScreen", input=setting(screen, place="三层")),
        sun.run("SetScreen", input=setting(screen, place="四层")),
    )

    assert sorted(one["__typename"] for one in answers) == ["EditionPassed", "EditionPassed", "ScreenSet"]


async def test_a_screen_of_others_a_revoked_one_and_none_are_not_found(world: World) -> None:
    wu, screen = await paired(world)
    lin = await world.sign_in("Lin")
    gone = await pair(world, wu, Device(world))
    await wu.run("RevokeScreen", input={"screenId": gone["id"]})

    async with nothing_written(world):
        for person, number in (
            (lin, screen["id"]), (wu, gone["id"]), (wu, "scr_zzzz"), (wu, ""), (wu, "scr_1\u0000"), (wu, "x" * 5000),
        ):  # fmt: skip
            await answered(person, "SetScreen", "NotFound", **NOT_FOUND, input=setting({"id": number}))

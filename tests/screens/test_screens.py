"""The canteen screen: its key, its document, its page in both languages."""

import json
import re
from datetime import timedelta

from tests.api.asking import accepted, answered, failed, forget_boards, joined, nothing_written, record_for
from tests.cast import Person, World, trip
from tests.leaderboards.test_places import both_trips, followed_by_four, items


async def register(world: World, place: str = "一层食堂") -> str:
    """Let Wu register a screen at A and return its key."""
    asked = {"institutionId": world.institution_id("A"), "place": place}
    key: str = (await (await world.sign_in("Wu")).run("RegisterScreen", input=asked))["key"]
    return key


async def texts(world: World, key: str, **query: str) -> str:
    """Return all that a screen's document says, a line each."""
    wall = (await world.client.get(f"/screens/{key}/document.json", params=query)).json()["wall"]
    boxes = [*wall["frame"], *(box for scene in wall["scenes"] for sheet in scene["sheets"] for box in sheet)]
    return "\n".join("".join(box["l"]) for box in boxes if "l" in box)


async def test_a_screen_shows_its_campaign_and_boards_as_page_document_and_graphql(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", 6)
    await record_for(world, campaign, {one: items(world, campaign, 2) for one in people})
    await world.project()

    document = (await world.client.get(f"/screens/{key}/board.json")).json()
    answer = await Person(world.client, key).run("CanteenBoard")
    told = await texts(world, key)

    assert [(one["level"], one["measure"]) for one in document["boards"]] == [
        ("institution", "points_per_head"),
        ("department", "points_per_head"),
        ("person", "points"),
    ]
    assert (
        [len(one["rows"]) for one in document["boards"]] == [len(one["rows"]) for one in answer["boards"]] == [1, 1, 3]
    )
    assert answer["campaign"]["slogan"] == document["slogan"] == "节能新起点 低碳向未来"
    for words in ("滨河区档案馆", "节能新起点 低碳向未来", "财务处", "员**", "自愿参加"):
        assert words in told, words
    whole = (await world.client.get(f"/screens/{key}/document.json")).json()
    assert whole["screen"]["place"] == "一层食堂"
    assert (await world.client.get(document["cover"])).headers["content-type"] == "image/svg+xml"


async def test_the_page_speaks_english_when_asked_and_says_when_nothing_runs(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign("energy-week", days=1)
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await world.project()

    english = (await world.client.get(f"/screens/{key}", params={"lang": "en"})).text
    by_header = (await world.client.get(f"/screens/{key}", headers={"accept-language": "en-GB,zh;q=0.5"})).text
    world.clock.at = world.clock.at.replace(month=8)
    forget_boards(world)
    empty = [(await world.client.get(f"/screens/{key}", params={"lang": one})).text for one in ("zh-CN", "en")]

    for page in (english, by_header):
        assert '<html lang="en">' in page
        assert "Taking part is voluntary" in page
        assert "自愿" not in page
    assert all("滨河区档案馆" in page and "节能新起点" not in page for page in empty)
    assert '<html lang="zh-CN">' in empty[0]
    assert (await world.client.get(f"/screens/{key}/board.json")).json()["boards"] == []


async def test_the_document_has_a_tag_and_is_not_sent_again_while_it_stands(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    await followed_by_four(world, campaign)
    path = f"/screens/{key}/board.json"

    first = await world.client.get(path)
    same = await world.client.get(path, headers={"if-none-match": first.headers["etag"]})
    await accepted(lin, *both_trips(world, campaign))
    await world.project()
    changed = await world.client.get(path, headers={"if-none-match": first.headers["etag"]})

    assert (first.status_code, same.status_code, changed.status_code) == (200, 304, 200)
    assert (same.content, same.headers["etag"]) == (b"", first.headers["etag"])
    assert changed.headers["etag"] != first.headers["etag"]
    assert changed.json()["boards"][2]["rows"][0]["name"] == "林**"


async def test_a_key_that_is_unknown_malformed_or_revoked_shows_nothing(world: World) -> None:
    key, wu = await register(world), await world.sign_in("Wu")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))
    assert (await world.client.get(f"/screens/{key}")).status_code == 200
    assert (await wu.run("RevokeScreen", input={"screenId": screen["id"]}))["__typename"] == "ScreenRevoked"

    async with nothing_written(world):
        for wrong in (key, key[:-1], key.swapcase(), "x" * 5000, "%00", "%ED%A0%80", "..%2f..", "码", "' OR 1=1"):
            for path in (f"/screens/{wrong}", f"/screens/{wrong}/board.json"):
                response = await world.client.get(path)
                assert response.status_code == 404, wrong
                assert "档案馆" not in response.text
        for wrong in (key, "", "x" * 5000):
            holder = Person(world.client, wrong)
            await failed(holder, "CanteenBoard", "UNAUTHENTICATED", zh="登录已失效", en="session has ended")
    assert await wu.run("Screens", institutionId=world.institution_id("A")) == []


async def test_a_screen_of_another_institution_cannot_be_revoked_nor_one_that_does_not_exist(world: World) -> None:
    await register(world)
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))

    async with nothing_written(world):
        for person, number in ((lin, screen["id"]), (wu, "scr_zzzz"), (wu, "1 OR 1=1"), (wu, "")):
            await answered(
                person, "RevokeScreen", "NotFound", zh="无权查看", en="not yours to see", input={"screenId": number}
            )


async def test_a_place_that_cannot_be_shown_is_refused(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for place in ("", "  ", "x" * 61, "食\u0000堂", "食\u202e堂", "食\n堂"):
            asked = {"institutionId": world.institution_id("A"), "place": place}
            await answered(
                wu, "RegisterScreen", "InvalidValue", zh="“place”填写有误：须为 1–60 个字符", en="1 to 60", input=asked
            )


async def test_a_place_that_our_fonts_cannot_write_is_refused_with_the_character(world: World) -> None:
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A"), "place": "二层😀食堂"}

    async with nothing_written(world):
        await answered(wu, "RegisterScreen", "InvalidValue", zh="没有“😀”（U+1F600）", en="have no '😀'", input=asked)


async def test_a_key_is_taken_back_once_however_often_that_is_asked(world: World) -> None:
    await register(world)
    wu = await world.sign_in("Wu")
    (screen,) = await wu.run("Screens", institutionId=world.institution_id("A"))

    first = await wu.run("RevokeScreen", input={"screenId": screen["id"]})
    world.clock.advance(timedelta(hours=1))
    again = await wu.run("RevokeScreen", input={"screenId": screen["id"]})

    assert first == again


async def test_markup_in_a_display_name_or_a_place_is_shown_as_text(world: World) -> None:
    key, campaign = await register(world, "<img src=x>"), await world.open_campaign()
    lin = await joined(world, "Lin", campaign)
    await lin.run("SetDisplayName", input={"displayName": "<i>\"&'</i>"})
    await followed_by_four(world, campaign)
    await accepted(lin, *both_trips(world, campaign))
    await world.project()

    response = await world.client.get(f"/screens/{key}")
    document = await world.client.get(f"/screens/{key}/board.json")

    assert "\\u003ci\\u003e" in response.text
    assert "<i>" not in response.text
    assert "<img src=x>" not in response.text
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
    assert response.headers["referrer-policy"] == "no-referrer"
    assert json.loads(document.text)["boards"][2]["rows"][0]["name"] == "<i>\"&'</i>"
    named = re.search(r'src="(/screen/assets/[^"]+)"', response.text)
    assert named
    script = (await world.client.get(named[1])).text
    assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", script)


async def test_pictures_are_those_of_pinned_themes_and_nothing_else(world: World) -> None:
    await world.open_campaign()

    for path in ("0" * 64 + "/cover", "x/cover", "..%2f..%2fetc/passwd", "%00/icon"):
        assert (await world.client.get(f"/art/{path}.svg")).status_code == 404, path


async def test_a_paused_campaign_stays_on_the_screen_and_says_why(world: World) -> None:
    key, campaign = await register(world), await world.open_campaign("energy-week")
    sun = await world.sign_in("Sun")
    because = {"edition": 1, "reason": "暴雨<停>"}

    await sun.run("PauseCampaign", input={"campaignId": campaign, "because": because})
    forget_boards(world)
    document = (await world.client.get(f"/screens/{key}/board.json")).json()
    told = await texts(world, key)
    shown = await Person(world.client, key).run("CanteenBoard")
    running = await world.open_campaign("plastic-free")
    forget_boards(world)
    other = (await world.client.get(f"/screens/{key}/board.json")).json()

    assert document["notice"] == "活动暂停：暴雨<停>"
    assert "暴雨<停>" in told
    assert shown["campaign"]["state"] == "paused"
    assert (other["notice"], other["campaign"]) == (None, "减塑行动")  # one that runs comes first
    assert running != campaign


async def test_a_screen_without_a_chinese_font_is_brought_one_that_the_page_may_load(world: World) -> None:
    key = await register(world)
    page = await world.client.get(f"/screens/{key}")
    sheet = re.search(r'href="(/screen/assets/[^"]+)"', page.text)
    assert sheet
    style = (await world.client.get(sheet[1])).text
    named = re.findall(r"url\([\"']?(/fonts/[^)\"']+)", style)

    fonts = [await world.client.get(name) for name in named]
    other = await world.client.get("/fonts/NotoSansSC-Light.woff2")

    assert len(named) == 2
    assert all(font.content[:4] == b"wOF2" and "immutable" in font.headers["cache-control"] for font in fonts)
    assert "font-src 'self'" in page.headers["content-security-policy"]
    assert "Tanhui Sans" in style
    assert other.status_code == 404

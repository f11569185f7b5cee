"""Posters and board pictures for organisers: links that end, the boards' rules of privacy, seals that are quoted."""

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from backend.certificates import board_picture
from backend.certificates.board_picture import BoardPicture
from backend.certificates.poster import Poster
from backend.media.studio import Studio
from tests.api.asking import failed, hurry, joined, nothing_written, record_for
from tests.cast import Person, World
from tests.certificates.sealing import ONE_DATABASE, page, rename, settled
from tests.leaderboards.test_places import items
from tests.media.paper.marks import scanned

CODES = "/wxa/getwxacodeunlimit"
Told = Poster | BoardPicture


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Told]:
    """Catch what is handed to the studio, and draw nothing: what is drawn of it is tested by itself."""
    caught: list[Told] = []

    async def draw(studio: Studio, drawing: Any, what: Told, *more: Any) -> bytes:
        caught.append(what)
        return b"drawn"

    monkeypatch.setattr(Studio, "draw", draw)
    return caught


def board(world: World, campaign: str, level: str = "INSTITUTION", **more: Any) -> dict[str, Any]:
    """Return what is asked of a board's picture at A."""
    asked = {"campaignId": campaign, "institutionId": world.institution_id("A"), "level": level}
    return {"input": asked | more}


async def pictured(world: World, by: Person, campaign: str, level: str = "INSTITUTION", **more: Any) -> None:
    """Have a board drawn."""
    link = await by.run("BoardPicture", **board(world, campaign, level, **more))
    answer = await world.client.get(link["path"])
    assert answer.status_code == 200, answer.text


@ONE_DATABASE
async def test_a_board_s_picture_is_drawn_of_the_board_and_leads_to_the_campaign(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    people = await world.add_members("A", "财务处", 6)
    await record_for(world, campaign, {one: items(world, campaign, 2) for one in people})
    await world.project()
    wu = await world.sign_in("Wu")

    link = (await wu.run("BoardPicture", **board(world, campaign, size="TALL")))["path"]
    drawn = await world.client.get(link)
    picture = Image.open(io.BytesIO(drawn.content))
    (address,) = scanned(picture.convert("RGB"))
    forged = [(await world.client.get(link.replace("level=institution", f"level={one}"))).status_code for one in "xy"]
    world.clock.advance(timedelta(minutes=11))

    assert (drawn.headers["content-type"], picture.size) == ("image/png", (1080, 1920))
    assert address.startswith("pages/scan/scan?scene=c%3Dcmp_")
    assert [*forged, (await world.client.get(link)).status_code] == [404] * 3


async def test_a_picture_shows_what_the_board_shows_and_says_that_it_is_live(world: World, told: list[Told]) -> None:
    campaign = await world.open_campaign("energy-week")
    people = [world.members["Lin"], world.members["Zhou"], *await world.add_members("A", "财务处", 8)]
    await rename(world, "Lin", display_name="低碳小满")
    await record_for(world, campaign, {one: items(world, campaign, 2) for one in people})
    await world.project()
    wu, zhou = await world.sign_in("Wu"), await world.sign_in("Zhou")

    for level in ("PERSON", "DEPARTMENT"):
        await pictured(world, wu, campaign, level, period="DAY")
    await zhou.run("LeaveCampaign", input={"campaignId": campaign})
    await pictured(world, wu, campaign, "PERSON", measure="CARBON", language="EN")

    persons, departments, left = told
    assert isinstance(persons, BoardPicture)
    assert isinstance(departments, BoardPicture)
    assert isinstance(left, BoardPicture)
    names = [row.name for row in persons.rows]
    assert len(names) == 5
    assert set(names) <= {"低碳小满", "周**", "员**"}
    assert not [name for name in ("林小满", "周立夏") if name in repr(persons)]
    assert [row.name for row in departments.rows] == ["财务处"]
    assert (persons.state, persons.sealed_at, persons.period) == ("running", None, "2026-06-15")
    assert persons.standing == board_picture.STATES["running"].zh
    assert (persons.scan, left.scan) == ("扫码参加", "Scan to join")
    assert "周" not in repr(left.rows)
    assert (left.title, left.participants) == ("People", 9)


async def test_a_sealed_campaign_s_picture_quotes_the_sealed_result_without_who_has_left(
    world: World, told: list[Told]
) -> None:
    done = await settled(world)
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    await lin.run("LeaveCampaign", input={"campaignId": done.campaign})

    await pictured(world, wu, done.campaign)
    await pictured(world, wu, done.campaign, "PERSON")
    await pictured(world, wu, done.campaign, period="WEEK")

    institutions, persons, week = told
    assert isinstance(institutions, BoardPicture)
    assert isinstance(persons, BoardPicture)
    assert isinstance(week, BoardPicture)
    assert [(row.rank, row.name, row.value) for row in institutions.rows] == [
        (1, "滨河区档案馆", 1800),
        (2, "滨河区图书馆", 1600),
    ]
    assert (institutions.digest, institutions.state) == (done.digest, "sealed")
    assert [(row.rank, row.name, row.value) for row in persons.rows][:3] == [
        (1, "员**", 100),
        (2, "员**", 99),
        (2, "周**", 99),
    ]
    assert "林" not in repr(persons.rows)
    assert (institutions.standing, week.standing) == ("结果已封存", "结果已封存")
    assert institutions.scan == "扫码了解活动"


@ONE_DATABASE
async def test_a_poster_tells_the_campaign_and_leads_to_it(world: World, told: list[Told]) -> None:
    campaign = await world.open_campaign("energy-week")
    wu = await world.sign_in("Wu")
    asked = {"campaignId": campaign, "institutionId": world.institution_id("A"), "contact": " 办公室 022-1 "}

    for more in ({}, {"language": "EN", "format": "PNG", "size": "A3"}):
        link = await wu.run("Poster", input=asked | more)
        assert (await world.client.get(link["path"])).content == b"drawn"

    zh, en = told
    assert isinstance(zh, Poster)
    assert isinstance(en, Poster)
    assert (zh.title, zh.slogan, zh.institution) == ("节能宣传周", "节能新起点 低碳向未来", "滨河区档案馆")
    assert (zh.contact, zh.days) == ("办公室 022-1", "2026年6月15日至6月21日")
    assert (en.title, en.slogan) == ("Energy Saving Week", "A new start for saving energy, a low-carbon future")
    assert zh.mini_code is not None
    status, shown = await page(world, zh.address.removeprefix("http://api.test"))
    assert (status, "节能宣传周" in shown) == (200, True)


@ONE_DATABASE
async def test_while_wechat_is_down_the_plain_address_is_printed_and_nobody_waits_again(
    world: World, told: list[Told]
) -> None:
    campaign = await world.open_campaign("energy-week")
    wu = await world.sign_in("Wu")
    asked = {"campaignId": campaign, "institutionId": world.institution_id("A")}
    hurry(world)
    await world.wechat.post("/sandbox/faults", json={"endpoint": CODES, "mode": "busy", "count": 99})

    codes = []
    for minutes in (0, 1, 6):
        world.clock.advance(timedelta(minutes=minutes))
        if minutes == 1:
            await world.wechat.delete("/sandbox/faults")
        link = await wu.run("Poster", input=asked)
        await world.client.get(link["path"])
        codes.append(told[-1].mini_code is not None)

    assert codes == [False, False, True]


async def test_pictures_are_for_managers_of_who_takes_part_and_for_boards_that_there_are(world: World) -> None:
    campaign, at_b = await world.open_campaign("energy-week"), await world.open_campaign(at="B")
    wu, lin = await world.sign_in("Wu"), await joined(world, "Lin", campaign)
    poster = {"campaignId": campaign, "institutionId": world.institution_id("A")}

    async with nothing_written(world):
        refusal = {"code": "FORBIDDEN", "zh": "没有进行此操作的权限", "en": "not allowed"}
        await failed(lin, "Poster", **refusal, input=poster)
        await failed(lin, "BoardPicture", **refusal, **board(world, campaign))
        for wrong in (world.institution_id("B"), "ins_7777", "nonsense"):
            await failed(wu, "Poster", **refusal, input=poster | {"institutionId": wrong})
        missing = {"code": "PROBLEM", "zh": "无权查看：活动", "en": "not yours to see: campaign"}
        for wrong in (at_b, "cmp_7777", "nonsense", ""):
            await failed(wu, "Poster", **missing, input=poster | {"campaignId": wrong})
            await failed(wu, "BoardPicture", **missing, **board(world, wrong))
        asked = board(world, campaign, "PERSON", measure="CARBON_PER_HEAD")
        await failed(wu, "BoardPicture", "PROBLEM", zh="个人榜没有人均", en="no per-head value", **asked)
        long = {"zh": "40 个字符以内", "en": "up to 40 characters"}
        await failed(wu, "Poster", "PROBLEM", **long, input=poster | {"contact": "某" * 41})
        glyph = {"zh": "无法印刷", "en": "cannot be printed"}
        await failed(wu, "Poster", "PROBLEM", **glyph, input=poster | {"contact": "找小满🌱"})

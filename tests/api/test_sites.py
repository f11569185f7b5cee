"""What the office does with codes: list them, take them back, hang them up."""

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from backend.core import ids
from backend.identity import service as identity
from backend.sites import mini_codes
from backend.sites.tables import MiniCode, SiteCode
from backend.wechat import code_pictures
from backend.wechat.client import HttpWeChat
from tests.api.asking import LANGUAGES, accepted, act, answered, failed, hurry, joined, nothing_written, refused
from tests.cast import Person, World, settings_for
from tests.media.paper.marks import scanned

CODES = "/wxa/getwxacodeunlimit"
PAGE = "pages/scan/scan?scene=s%3D"


async def issue(world: World, name: str, key: str, kind: str = "lecture", **more: Any) -> Any:
    """Let an organiser issue a code that is good for two hours from now, and return all that is told of it."""
    now = world.clock.now()
    asked = {"institutionId": world.institution_id(key), "kind": kind, "place": "礼堂"}
    asked |= {"validFrom": now.isoformat(), "validUntil": (now + timedelta(hours=2)).isoformat()}
    return await (await world.sign_in(name)).run("IssueCode.v2", input=asked | more)


async def sheet_path(person: Person, site_id: str, form: str = "PNG", language: str = "ZH_CN", **more: Any) -> str:
    """Ask for a sheet and return where it is."""
    told = await person.run("SiteSheet", siteId=site_id, format=form, language=language, **more)
    path: str = told["path"]
    return path


async def asked_of_wechat(world: World) -> int:
    """Say how often WeChat was asked for a code."""
    return int((await world.wechat.get("/sandbox/counts")).json()["counts"].get(CODES, 0))


# Listing.


async def test_the_office_sees_its_sites_with_codes_to_print_meals_and_last_uses(world: World) -> None:
    campaign = await world.open_campaign()
    printed = await issue(world, "Wu", "A")
    await issue(world, "Wu", "A", "clear_plate", changes=True, slot="lunch", place="一层食堂")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, act(campaign, "lecture", world.clock.now(), code=printed["code"]))

    page = await (await world.sign_in("Wu")).run("Sites", institutionId=world.institution_id("A"))

    canteen, hall = page["items"]
    assert page["next"] is None
    assert (canteen["changes"], canteen["code"], canteen["lastUsedOn"]) == (True, None, None)
    assert (canteen["slot"], canteen["slotTitle"], canteen["title"]) == ("lunch", "午餐 11:00–14:00", "光盘行动")
    assert (hall["id"], hall["code"], hall["changes"]) == (printed["siteId"], printed["code"], False)
    assert (hall["lastUsedOn"], hall["revokedAt"]) == ("2026-06-15", None)


async def test_many_sites_come_in_pages(world: World) -> None:
    wu = await world.sign_in("Wu")
    made = [(await issue(world, "Wu", "A"))["siteId"] for _ in range(53)]

    first = await wu.run("Sites", institutionId=world.institution_id("A"))
    second = await wu.run("Sites", institutionId=world.institution_id("A"), after=first["next"])

    assert [one["id"] for one in first["items"] + second["items"]] == made[::-1]
    assert (len(second["items"]), second["next"]) == (3, None)


async def test_what_belongs_to_another_institution_and_what_does_not_exist_get_one_answer(world: World) -> None:
    site = (await issue(world, "Wu", "A"))["siteId"]
    async with world.parts.database.write() as session:
        place = world.institutions["B"].id or 0
        await identity.grant(session, world.members["Chen"], "organiser", place, world.clock.now())
    chen, lin = await world.sign_in("Chen"), await world.sign_in("Lin")
    wrong = [site, "sit_7777", "sit_", "cmp_1", "", "1 OR 1=1", "x" * 9999, "sit_1\u0000"]

    async with nothing_written(world):
        for one in wrong:
            for person in (chen, lin):
                shown = {"format": "PDF", "language": "EN", "siteId": one}
                await failed(person, "SiteSheet", "PROBLEM", zh="没有找到", en="Not found", **shown)
                await answered(person, "RevokeSite", "NotFound", zh="没有找到", en="Not found", input={"siteId": one})
        for place_id in (world.institution_id("A"), "ins_7777", "", "ins_1\u0000"):
            await failed(chen, "Sites", "PROBLEM", zh="没有找到", en="Not found", institutionId=place_id)
        stranger = world.stranger()
        await failed(stranger, "Sites", "UNAUTHENTICATED", zh="登录", en="session", institutionId="ins_1")


async def test_kinds_tell_to_which_meals_and_sessions_a_code_may_be_limited(world: World) -> None:
    told = {one["key"]: one for one in await (await world.sign_in("Wu")).run("CodeKinds")}

    assert [one["key"] for one in told["clear_plate"]["codeSlots"]] == ["breakfast", "lunch", "dinner"]
    assert told["lecture"]["codeSlots"][0] == {"key": "morning", "title": "上午场"}
    assert told["waste_sorting"]["codeSlots"] == []


# Taking back.


async def test_a_code_that_is_taken_back_proves_nothing_from_that_moment(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    for changes in (False, True):
        made = await issue(world, "Wu", "A", changes=changes)
        code = made["code"]
        if changes:
            code = (await world.client.get(f"{made['displayPath']}/code.json")).json()["code"]

        revoked = await wu.run("RevokeSite", input={"siteId": made["siteId"]})

        assert revoked["site"]["revokedAt"] is not None
        item = act(campaign, "lecture", world.clock.now(), code=code)
        await refused(lin, item, "CodeNotValid", zh="无效", en="unknown, expired")
        if changes:
            assert (await world.client.get(made["displayPath"])).status_code == 404


async def test_taking_back_again_changes_nothing(world: World) -> None:
    wu, site = await world.sign_in("Wu"), (await issue(world, "Wu", "A"))["siteId"]
    first = await wu.run("RevokeSite", input={"siteId": site})
    world.clock.advance(timedelta(minutes=5))

    async with nothing_written(world):
        again = await wu.run("RevokeSite", input={"siteId": site})

    assert again == first


# Hanging up.


@pytest.mark.parametrize("language", ["ZH_CN", "EN"])
async def test_a_sheet_is_printed_with_a_mini_program_code_that_proves_presence(world: World, language: str) -> None:
    campaign = await world.open_campaign()
    lin, made = await joined(world, "Lin", campaign), await issue(world, "Wu", "A")
    path = await sheet_path(await world.sign_in("Wu"), made["siteId"], "PNG", language)

    sheet = await world.client.get(path)

    assert (sheet.status_code, sheet.headers["content-type"]) == (200, "image/png")
    (read,) = scanned(Image.open(io.BytesIO(sheet.content)))
    assert read == PAGE + made["code"]
    # What the mini-program is opened with, as it comes, decoded, and as scanned from within it.
    for member, code in ((lin, read.partition("?")[2]), (await joined(world, "Zhou", campaign), read)):
        (proved,) = await accepted(member, act(campaign, "lecture", world.clock.now(), code=code))
        assert proved["proof"] == "station"


async def test_printing_again_asks_wechat_no_more_and_the_pdf_has_the_same_code(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    forms = ("PNG", "PDF", "PDF")
    paths = [await sheet_path(wu, made["siteId"], form, contact="办公室 022-12345678") for form in forms]

    *_, sheet = [await world.client.get(path) for path in paths]

    assert await asked_of_wechat(world) == 1
    assert sheet.headers["content-type"] == "application/pdf"
    page = pypdfium2.PdfDocument(sheet.content)[0].render(scale=2).to_pil()
    assert scanned(page) == [PAGE + made["code"]]


async def test_without_wechat_a_plain_code_is_printed_and_nobody_waits_twice(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    hurry(world)
    await world.wechat.post("/sandbox/faults", json={"endpoint": CODES, "mode": "busy", "count": 99})

    for _ in range(2):
        sheet = await world.client.get(await sheet_path(wu, made["siteId"]))
        assert scanned(Image.open(io.BytesIO(sheet.content))) == [made["code"]]

    assert await asked_of_wechat(world) == 3
    await world.wechat.delete("/sandbox/faults")
    world.clock.advance(code_pictures.REST)
    again = await world.client.get(await sheet_path(wu, made["siteId"]))
    assert scanned(Image.open(io.BytesIO(again.content))) == [PAGE + made["code"]]


async def test_a_code_of_another_page_is_asked_for_anew_and_one_taken_back_is_forgotten(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    await world.client.get(await sheet_path(wu, made["siteId"]))
    number = ids.decode("sit", made["siteId"])
    async with world.parts.database.write() as session:
        kept = await session.get_one(MiniCode, number)
        kept.asked = "wx0 release pages/old/old"

    await world.client.get(await sheet_path(wu, made["siteId"]))
    await wu.run("RevokeSite", input={"siteId": made["siteId"]})

    assert await asked_of_wechat(world) == 2
    async with world.parts.database.read() as session:
        assert await session.get(MiniCode, number) is None


async def test_a_link_ends_after_ten_minutes_and_nothing_in_it_can_be_changed(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    other = (await issue(world, "Wu", "A"))["siteId"]
    path = await sheet_path(wu, made["siteId"])
    changed = [
        path.replace(made["siteId"], other),
        path.replace("sheet.png", "sheet.pdf"),
        path.replace("sheet.png", "sheet.svg"),
        path.replace("zh-CN", "en"),
        path.replace("contact=", "contact=me"),
        path.replace("until=", "until=9"),
        path.partition("&mark=")[0],
        path.partition("?")[0],
        path + "&more=1",
        path[:-1] + ("0" if path[-1] != "0" else "1"),
    ]

    answers = [await world.client.get(one) for one in changed]
    world.clock.advance(timedelta(minutes=10))
    late = await world.client.get(path)

    assert len(set(changed)) == len(changed)
    assert {(one.status_code, one.text) for one in (*answers, late)} == {(404, late.text)}
    for one in (*answers, late):
        assert one.headers["cache-control"] == "private, no-store"
        assert one.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in one.headers["content-security-policy"]


async def test_a_changing_code_is_not_printed(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A", changes=True)
    asked = {"siteId": made["siteId"], "format": "PDF", "language": "ZH_CN"}

    async with nothing_written(world):
        await failed(wu, "SiteSheet", "PROBLEM", zh="动态码", en="code changes", **asked)
    response = await wu.send("SiteSheet", asked)

    assert response.json()["errors"][0]["extensions"]["problem"] == "SiteChanges"


async def test_a_code_that_has_ended_is_not_printed_and_an_old_link_says_so(world: World) -> None:
    wu, revoked, expiring = await world.sign_in("Wu"), await issue(world, "Wu", "A"), await issue(world, "Wu", "A")
    world.clock.advance(timedelta(hours=2) - timedelta(minutes=1))
    paths = [await sheet_path(wu, one["siteId"]) for one in (revoked, expiring)]
    await wu.run("RevokeSite", input={"siteId": revoked["siteId"]})
    world.clock.advance(timedelta(minutes=1))

    for made, path in zip((revoked, expiring), paths, strict=True):
        asked = {"siteId": made["siteId"], "format": "PDF", "language": "ZH_CN"}
        await failed(wu, "SiteSheet", "PROBLEM", zh="已撤销或已过期", en="revoked or has expired", **asked)
        for language in LANGUAGES:
            answer = await world.client.get(path, headers={"accept-language": language})
            assert (answer.status_code, answer.json()["problem"]) == (422, "SiteEnded")
            assert "礼堂" in answer.json()["message"]


async def test_a_place_that_cannot_be_printed_is_named_before_anything_is_drawn(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A", place="食堂🍚")
    asked = {"siteId": made["siteId"], "format": "PDF", "language": "ZH_CN"}

    await failed(wu, "SiteSheet", "PROBLEM", zh="“🍚”（U+1F35A）无法印刷", en="which cannot be printed", **asked)
    assert (await wu.send("SiteSheet", asked)).json()["errors"][0]["extensions"]["problem"] == "GlyphMissing"


@pytest.mark.parametrize("contact", ["x" * 41, "办公室\n022", "\u202e", "a\u0000"])
async def test_a_contact_that_cannot_be_printed_is_refused(world: World, contact: str) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    asked = {"siteId": made["siteId"], "format": "PDF", "language": "ZH_CN", "contact": contact}

    await failed(wu, "SiteSheet", "PROBLEM", zh="contact", en="contact", **asked)


async def test_who_reviews_may_print_but_not_take_back(world: World) -> None:
    made = await issue(world, "Wu", "A")
    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        await identity.grant(session, world.members["Zhou"], "reviewer", place, world.clock.now())
    zhou = await world.sign_in("Zhou")

    assert (await sheet_path(zhou, made["siteId"])).startswith(f"/sites/{made['siteId']}/sheet.png?")
    await answered(zhou, "RevokeSite", "NotFound", zh="没有", en="Not", input={"siteId": made["siteId"]})


async def test_who_is_not_signed_in_prints_nothing(world: World) -> None:
    wu, made = await world.sign_in("Wu"), await issue(world, "Wu", "A")
    asked = {"siteId": made["siteId"], "format": "PDF", "language": "ZH_CN"}

    for token in (None, "stolen"):
        await failed(replace(wu, token=token), "SiteSheet", "UNAUTHENTICATED", zh="登录", en="session", **asked)


async def test_where_no_page_is_set_wechat_is_not_asked(world: World) -> None:
    made = await issue(world, "Wu", "A")
    async with world.parts.database.read() as session:
        site = await session.get_one(SiteCode, ids.decode("sit", made["siteId"]))
    wechat, settings = world.parts.services.use(HttpWeChat), settings_for("sqlite://", wechat_code_page="")

    picture = await mini_codes.MiniCodes(world.parts.database, world.clock, wechat, settings).picture(site)

    assert picture is None
    assert await asked_of_wechat(world) == 0

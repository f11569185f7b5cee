"""The public pages: both languages, no more than was agreed to, one answer for whatever proves nothing."""

import re
from datetime import timedelta
from urllib.parse import urlencode

from pydantic import SecretStr
from sqlmodel import col, select

from backend.certificates import join_codes, neutral
from backend.core.vault import Vault
from backend.points import service as points
from backend.points.explain import ReversalTerms
from backend.points.tables import Transfer
from tests.cast import World
from tests.certificates.sealing import ONE_DATABASE, made, page, rename, settled


async def corrected(world: World, member: int) -> None:
    """Reverse what a member has earned, as a correction after the seal does."""
    async with world.parts.database.write() as session:
        own = (await session.exec(select(Transfer).where(col(Transfer.member_id) == member))).all()
        posting = await points.open_posting(session, world.clock.now())
        posting.reverse(own, ReversalTerms(reason="更正"))
        await posting.write(session)


@ONE_DATABASE
async def test_the_page_speaks_the_reader_s_language_and_runs_nothing(world: World) -> None:
    done = await settled(world)
    path = (await made(await world.sign_in("Lin"), done.campaign, "REAL"))["verifyPath"]

    answer = await world.client.get(path, headers={"accept-language": "en-GB,zh;q=0.5"})
    _, by_link = await page(world, f"{path}?lang=zh-CN", "en")

    assert '<html lang="en">' in answer.text
    for words in ("This certificate is genuine", "Energy Saving Week", "15–21 June 2026", "Estimated carbon avoided"):
        assert words in answer.text, words
    assert "证书真实有效" in by_link
    assert not re.findall(r"<script|https?://|@import|javascript:", answer.text)
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_only_what_was_agreed_to_is_shown_and_what_changes_later_changes_nothing(world: World) -> None:
    done = await settled(world)
    lin = await world.sign_in("Lin")
    certificate = await made(lin, done.campaign, "MASKED")
    await rename(world, "Lin", name="林改名", display_name="小满满")

    _, shown = await page(world, certificate["verifyPath"])

    assert "林**" in shown
    for words in ("林小满", "林改名", "小满满", "财务处", "A001", "周立夏", "员工"):
        assert words not in shown, words


async def test_changes_after_the_seal_are_told_without_amounts(world: World) -> None:
    done = await settled(world)
    lin, zhou = await world.sign_in("Lin"), await world.sign_in("Zhou")
    wu = await world.sign_in("Wu")
    pages = [(await made(person, done.campaign, "REAL"))["verifyPath"] for person in (lin, zhou)]
    group = {"requestId": "group-of-a", "campaignId": done.campaign, "groupId": world.institution_id("A")}
    form = {"format": "PDF", "language": "ZH_CN"}
    made_for = await wu.run("MakeGroupCertificate", input=group | {"measure": "CARBON"}, **form)
    pages.append(made_for["certificate"]["verifyPath"])
    before = [await page(world, path) for path in pages]
    await corrected(world, world.members["Lin"])  # in the instant of the seal: what tells is the batch
    after = [await page(world, path) for path in pages]

    assert ["更正" in told for _, told in before] == [False, False, False]
    assert ["有过更正或补记" in told for _, told in after] == [True, False, True]
    assert ["100 分" in told for _, told in after] == [True, False, False]


@ONE_DATABASE
async def test_a_code_may_be_typed_in_groups_and_small_letters_and_anything_else_is_no_code(world: World) -> None:
    done = await settled(world)
    code = (await made(await world.sign_in("Lin"), done.campaign))["verifyPath"].removeprefix("/verify/")
    typed = " ".join(code[place : place + 4] for place in range(0, 16, 4)).lower()

    asked = await world.client.get("/verify")
    found = await world.client.get("/verify", params={"code": typed}, follow_redirects=True)
    wrong = [
        code[:-1],
        code[:-1] + ("A" if code[-1] != "A" else "B"),
        "0" * 16,
        "x" * 5000,
        "../" * 5,
        "\u0000",
        "١" * 16,
    ]
    answers = {(await page(world, f"/verify?{urlencode({'code': one})}")) for one in wrong}
    by_path = [(await world.client.get(f"/verify/{one}")).status_code for one in ("x" * 5000, "%00", "%ff", code + "A")]

    assert (asked.status_code, found.status_code) == (200, 200)
    assert "输入证书上的核验码" in asked.text
    assert "林**" in found.text
    ((status, told),) = answers
    assert status == 404
    assert "没有有效的证书" in told
    assert by_path == [404] * 4


async def test_a_poster_s_page_says_what_the_poster_says_to_who_has_its_address(world: World) -> None:
    campaign = await world.open_campaign("energy-week", at="A")
    vault = world.parts.services.use(Vault)
    path = join_codes.PAGES.path(vault, 1)
    assert path.startswith(f"/join/{campaign}-")

    status, shown = await page(world, path)
    _, english = await page(world, path, "en")
    missing = [
        (await page(world, one))[0] for one in ("/join/cmp_1", "/join/cmp_1-", f"{path}x", f"/join/cmp_2{path[11:]}")
    ]
    world.clock.advance(timedelta(days=8))
    _, over = await page(world, path)

    assert status == 200
    for words in ("节能宣传周", "节能新起点 低碳向未来", "2026年6月15日至6月21日", "滨河区档案馆", "自愿参加"):
        assert words in shown, words
    assert "Taking part is voluntary" in english
    assert missing == [404] * 4
    assert ("活动已经结束" in shown, "活动已经结束" in over) == (False, True)


def test_what_was_printed_on_paper_opens_its_page_for_as_long_as_the_secret_stays() -> None:
    vault, printed = Vault(SecretStr("a secret of a test")), ("cmp_7-10aab7e0309a", "evt_7-163788195300b457")

    pages = (join_codes.PAGES, neutral.PAGES)

    assert [one.path(vault, 7) for one in pages] == [f"/join/{printed[0]}", f"/neutral/{printed[1]}"]
    assert [one.number_of(vault, told) for one, told in zip(pages, printed, strict=True)] == [7, 7]
    assert [one.number_of(vault, told) for one, told in zip(pages, printed[::-1], strict=True)] == [None, None]

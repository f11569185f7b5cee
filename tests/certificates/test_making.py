"""A member makes a certificate of a sealed campaign under the name that they choose, and takes it back."""

import asyncio
import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlmodel import select

from backend.campaigns.tables import Participation
from backend.certificates import queries
from backend.certificates.tables import Certificate
from backend.core.db import WriteSession
from tests.api.asking import answered, fresh_id, joined, nothing_written
from tests.cast import Person, World
from tests.certificates.sealing import ONE_DATABASE, made, make, page, rename, settled
from tests.media.paper.marks import scanned


@ONE_DATABASE
async def test_a_certificate_comes_by_a_link_and_its_code_opens_the_page_that_quotes_the_seal(world: World) -> None:
    done = await settled(world)
    lin = await world.sign_in("Lin")

    certificate = await make(lin, done.campaign, "REAL")
    paper = await world.client.get(certificate["certificate"]["paper"]["path"])
    (address,) = scanned(Image.open(io.BytesIO(paper.content)).convert("RGB"))
    status, shown = await page(world, address.removeprefix("http://api.test"))

    assert (paper.status_code, paper.headers["content-type"]) == (200, "image/png")
    assert address == "http://api.test" + certificate["certificate"]["verifyPath"]
    assert status == 200
    for words in (
        "证书真实有效",
        "林小满",
        "滨河区档案馆",
        "节能宣传周",
        "100 分",
        "3 次",
        "1.2 kg CO2e",
        "估算减排量",
    ):
        assert words in shown, words
    for words in (done.digest, certificate["certificate"]["number"], "2026年6月15日至6月21日", "noindex"):
        assert words in shown, words
    assert "核证" not in shown


async def test_without_a_choice_the_display_name_is_printed_else_a_masked_one(world: World) -> None:
    done = await settled(world)
    await rename(world, "Zhou", display_name="低碳小周")

    shown = [(await made(await world.sign_in(name), done.campaign)) for name in ("Lin", "Zhou")]

    assert [(one["nameKind"], one["name"]) for one in shown] == [("MASKED", "林**"), ("DISPLAY", "低碳小周")]
    _, told = await page(world, shown[0]["verifyPath"])
    assert "林**" in told
    assert "林小满" not in told


async def test_a_repeat_is_answered_alike_and_another_name_needs_the_first_to_be_withdrawn(world: World) -> None:
    done = await settled(world)
    lin, again = await world.sign_in("Lin"), fresh_id()

    first = await make(lin, done.campaign, "REAL", requestId=again)
    repeat = await make(lin, done.campaign, "REAL", requestId=again)
    other_request = await make(lin, done.campaign, "REAL")

    assert (first["replayed"], repeat["replayed"], other_request["replayed"]) == (False, True, False)
    assert first["certificate"]["id"] == repeat["certificate"]["id"] == other_request["certificate"]["id"]
    asked = {"format": "PDF", "language": "EN"}
    async with nothing_written(world):
        content = {"requestId": again, "campaignId": done.campaign, "name": "MASKED"}
        words = {"zh": "已用于另一项内容", "en": "used for something else"}
        await answered(lin, "MakeCertificate", "RequestReused", **words, input=content, **asked)
        content = {"requestId": fresh_id(), "campaignId": done.campaign, "name": "MASKED"}
        words = {"zh": "请先撤回原证书", "en": "Withdraw it first"}
        await answered(lin, "MakeCertificate", "CertificateStands", **words, input=content, **asked)
    await lin.run("WithdrawCertificate", input={"certificateId": first["certificate"]["id"]})
    assert (await made(lin, done.campaign, "MASKED"))["id"] != first["certificate"]["id"]


async def test_the_same_request_and_other_ones_at_the_same_instant_make_one_certificate(world: World) -> None:
    done = await settled(world)
    lin = await world.sign_in("Lin")

    asked = [make(lin, done.campaign, "REAL", requestId=one) for one in ("at-once-1", "at-once-1", "at-once-2")]
    answers = await asyncio.gather(*asked)

    assert {one["__typename"] for one in answers} == {"CertificateMade"}
    assert len({one["certificate"]["verifyPath"] for one in answers}) == 1


async def test_the_same_request_for_something_else_at_the_same_instant_is_told_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = await settled(world)
    lin, again = await world.sign_in("Lin"), fresh_id()
    await make(lin, done.campaign, "REAL", requestId=again)
    look, looks = queries.requested, list[str]()

    async def late(session: WriteSession, by_member: int, request_id: str) -> Certificate | None:
        looks.append(request_id)  # the other one commits after the first look
        return None if len(looks) == 1 else await look(session, by_member, request_id)

    monkeypatch.setattr(queries, "requested", late)

    answer = await make(lin, done.campaign, "MASKED", requestId=again)

    assert answer["__typename"] == "RequestReused"
    assert looks == [again] * 2


async def test_what_was_withdrawn_what_was_left_and_what_never_was_get_one_answer(world: World) -> None:
    done = await settled(world)
    lin, zhou = await world.sign_in("Lin"), await world.sign_in("Zhou")
    withdrawn, left = await made(lin, done.campaign, "REAL"), await made(zhou, done.campaign, "REAL")
    papers = [(await make(lin, done.campaign, "REAL"))["certificate"]["paper"]["path"],
              (await make(zhou, done.campaign, "REAL"))["certificate"]["paper"]["path"]]  # fmt: skip

    gone = await lin.run("WithdrawCertificate", input={"certificateId": withdrawn["id"]})
    again = await lin.run("WithdrawCertificate", input={"certificateId": withdrawn["id"]})
    await zhou.run("LeaveCampaign", input={"campaignId": done.campaign})
    never = "/verify/" + "Z" * 16
    answers = {await page(world, one["verifyPath"]) for one in (withdrawn, left)} | {await page(world, never)}
    drawn = [(await world.client.get(path)).status_code for path in papers]

    assert gone["certificate"]["withdrawnAt"] == again["certificate"]["withdrawnAt"]
    assert gone["certificate"]["name"] is None
    ((status, told),) = answers
    assert status == 404
    assert "没有有效的证书" in told
    assert "林" not in told
    assert drawn == [422, 422]
    async with world.parts.database.read() as session:
        rows = (await session.exec(select(Certificate))).all()
    assert [row.name for row in rows if row.withdrawn_at is not None] == [None]
    assert (await zhou.run("MyCertificates"))["certificates"] == []


async def test_nothing_can_be_made_of_a_campaign_that_is_not_sealed_foreign_or_without_acts(world: World) -> None:
    running = await world.open_campaign()
    lin = await joined(world, "Lin", running)
    chen = await world.sign_in("Chen")
    form = {"format": "PNG", "language": "ZH_CN"}

    async with nothing_written(world):
        asked = {"requestId": fresh_id(), "campaignId": running}
        words = {"zh": "结果尚未封存", "en": "is not sealed yet"}
        await answered(lin, "MakeCertificate", "CampaignNotSealed", **words, input=asked, **form)
        words = {"zh": "无权查看：活动", "en": "not yours to see: campaign"}
        for named in (running, "cmp_7777", "nonsense"):
            await answered(chen, "MakeCertificate", "NotFound", **words, input=asked | {"campaignId": named}, **form)
        words = {"zh": "8 至 64 个字母", "en": "8 to 64 letters"}
        await answered(lin, "MakeCertificate", "RequestIdInvalid", **words, input=asked | {"requestId": "x"}, **form)
    done = await settled(world)
    chen, lin = await joined_late(world, done.number), await world.sign_in("Lin")
    asked = {"requestId": fresh_id(), "campaignId": done.campaign}
    nothing = {"zh": "没有您的记录", "en": "holds nothing of yours"}
    await answered(chen, "MakeCertificate", "NothingSealed", **nothing, input=asked, **form)
    words = {"zh": "没有设置昵称", "en": "not chosen a display name"}
    await answered(lin, "MakeCertificate", "InvalidValue", **words, input=asked | {"name": "DISPLAY"}, **form)
    words = {"zh": "仅用于部门和单位", "en": "for departments and institutions"}
    await answered(lin, "MakeCertificate", "InvalidValue", **words, input=asked | {"name": "GROUP"}, **form)


async def joined_late(world: World, campaign: int) -> Person:
    """Let Chen have joined without having done anything that counts."""
    async with world.parts.database.write() as session:
        session.add(Participation(campaign_id=campaign, member_id=world.members["Chen"], joined_at=world.clock.now()))
    return await world.sign_in("Chen")


async def test_a_name_that_the_font_lacks_is_told_with_what_to_do(world: World) -> None:
    done = await settled(world)
    await rename(world, "Lin", name="林\U00030000满", display_name="小满")
    lin = await world.sign_in("Lin")
    asked = {"requestId": fresh_id(), "campaignId": done.campaign, "name": "REAL"}

    async with nothing_written(world):
        words = {"zh": "U+30000）字库中没有，印不出来。请改选其他显示方式", "en": "Choose another form"}
        form = {"format": "PNG", "language": "ZH_CN"}
        await answered(lin, "MakeCertificate", "NameNotPrintable", **words, input=asked, **form)

    assert (await made(lin, done.campaign, "DISPLAY"))["name"] == "小满"


async def test_members_see_their_own_sealed_campaigns_and_nobody_withdraws_another_s(world: World) -> None:
    done = await settled(world)
    lin, zhou, wu = [await world.sign_in(name) for name in ("Lin", "Zhou", "Wu")]
    certificate = await made(lin, done.campaign, "REAL")

    (offer,) = (await lin.run("MyCertificates"))["certificates"]
    (of_zhou,) = (await zhou.run("MyCertificates"))["certificates"]

    assert offer["names"] == [{"kind": "REAL", "name": "林小满"}, {"kind": "MASKED", "name": "林**"}]
    assert offer["campaign"] == "节能宣传周"
    assert offer["certificate"] == {key: value for key, value in certificate.items() if key != "paper"}
    assert of_zhou["certificate"] is None
    assert (await wu.run("MyCertificates"))["certificates"] == []
    async with nothing_written(world):
        for person in (zhou, wu):
            words = {"zh": "无权查看：", "en": "not yours to see: "}
            for named in (certificate["id"], "crt_7777", "nonsense"):
                await answered(person, "WithdrawCertificate", "NotFound", **words, input={"certificateId": named})


async def test_a_link_to_a_certificate_ends_and_cannot_be_changed(world: World) -> None:
    done = await settled(world)
    lin = await world.sign_in("Lin")

    path = (await make(lin, done.campaign))["certificate"]["paper"]["path"]
    forged = [path.replace("crt_1", "crt_2"), path.replace("lang=zh-CN", "lang=en"), path.partition("?")[0]]
    answers = [(await world.client.get(one)).status_code for one in forged]
    world.clock.advance(timedelta(minutes=11))

    assert set(forged) & {path} == set()
    assert [*answers, (await world.client.get(path)).status_code] == [404] * 4

"""Reports reach those who run the campaign, by links that end; and tell of nobody who did not ask for it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pypdfium2
import pytest
from sqlmodel import col, select

from backend.campaigns import service as campaigns
from backend.checkins.tables import CheckIn
from backend.identity.tables import Member, Membership
from backend.media.studio import Studio
from backend.media.tables import DeletionProof
from backend.reports import open_data, queries, sections, workbook
from backend.reports.delivery import Reports
from backend.reports.paper import Paper
from backend.reports.words import TOO_FEW
from tests.api.asking import failed, joined, nothing_written
from tests.cast import NAMES, PEOPLE, Person, World
from tests.reports.play import DEPARTMENTS, days_of, given, links, number, read, sheets, week, words_of
from tests.reports.test_cases import TEXT, chosen, kept, offered

FORMS = {
    "pdfPath": "application/pdf",
    "xlsxPath": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csvPath": "text/csv; charset=utf-8",
}


async def test_a_report_comes_in_three_forms_by_links_that_end_and_cannot_be_changed(world: World) -> None:
    campaign = await week(world, {"财务处": 6}, days=1)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    case = await offered(lin, campaign, title="不坐电梯", name="REAL", photoId=await kept(world, "Lin"))
    await chosen(wu, case, withPhoto=True)

    found = await links(world, wu, campaign, language="EN")

    assert (found["standing"], found["digest"], found["tooFew"]) == (
        "Live: the campaign is running and figures will change", None, False
    )  # fmt: skip
    assert found["expiresAt"] == (world.clock.now() + timedelta(minutes=10)).isoformat()
    for path, kind in FORMS.items():
        answer = await world.client.get(found[path])
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert answer.headers["cache-control"] == "private, no-store"
        assert f"campaign-report.{path[:-4]}" in answer.headers["content-disposition"]
        changed = (("campaign=1", "campaign=2"), ("lang=en", "lang=zh-CN"), ("institution=0", "institution=3"))
        for forged in (*(found[path].replace(*one) for one in changed), found[path].partition("?")[0]):
            assert (await world.client.get(forged)).status_code == 404
    pages = pypdfium2.PdfDocument(await given(world, found["pdfPath"]))
    assert len(pages) >= 4
    world.clock.advance(timedelta(minutes=11))
    assert {(await world.client.get(found[path])).status_code for path in FORMS} == {404}


async def test_reports_are_for_managers_of_the_campaign_or_of_the_part_that_they_ask_for(world: World) -> None:
    campaign = await week(world, {"财务处": 6}, days=1, at="D")
    lin, chen, wu, sun = [await world.sign_in(name) for name in ("Lin", "Chen", "Wu", "Sun")]

    words = {"zh": "无权查看：活动", "en": "not yours to see: campaign"}
    async with nothing_written(world):
        for document in ("CampaignReport", "ComplianceStatement"):
            for person, place in ((lin, None), (chen, "A"), (wu, None), (wu, "B"), (wu, "D"), (sun, "C")):
                part = world.institution_id(place) if place else None
                asked = dict[str, Any](campaignId=campaign, institutionId=part, language="EN")
                await failed(person, document, "PROBLEM", **words, **asked)
            for nonsense in ("cmp_77", "nonsense"):
                await failed(sun, document, "PROBLEM", **words, campaignId=nonsense, language="EN")
            refusal = {"zh": "登录已失效", "en": "session has ended"}
            await failed(world.stranger(), document, "UNAUTHENTICATED", **refusal, campaignId=campaign, language="EN")
    assert (await links(world, wu, campaign, "A"))["tooFew"] is False
    assert (await links(world, sun, campaign))["tooFew"] is False
    assert (await links(world, sun, campaign, "B"))["tooFew"] is True


async def test_links_are_given_without_counting_what_lies_behind_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await week(world, {"财务处": 6}, days=1)

    async def counted(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(queries, "figures", counted)

    assert (await links(world, await world.sign_in("Wu"), campaign))["tooFew"] is False


async def test_a_department_whose_name_cannot_be_printed_is_named_and_the_workbook_comes(world: World) -> None:
    campaign = await week(world, {"处📱": 6}, days=1)
    found = await links(world, await world.sign_in("Wu"), campaign)

    answer = await world.client.get(found["pdfPath"], headers={"accept-language": "en"})

    assert (answer.status_code, answer.json()["problem"]) == (422, "GlyphMissing")
    assert "cannot be printed" in answer.json()["message"]
    assert "处📱" in repr(sheets(await given(world, found["xlsxPath"])))


async def test_workbook_and_pages_are_made_in_the_studios_processes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign = await week(world, {"财务处": 6}, days=1)
    found = await links(world, await world.sign_in("Wu"), campaign)
    drawn: list[str] = []

    async def draw(self: Studio, drawing: object, *asked: object) -> bytes:
        drawn.append(getattr(drawing, "__module__", ""))
        return b""

    monkeypatch.setattr(Studio, "draw", draw)
    for path in FORMS:
        await given(world, found[path])

    assert drawn == ["backend.reports.paper", "backend.reports.workbook"]


async def _secrets(world: World) -> list[str]:
    """Return what must stand nowhere: names, staff numbers and phones of everybody on the rosters."""
    async with world.parts.database.read() as session:
        names = (await session.exec(select(Member.name))).all()
        shown = (await session.exec(select(Member.display_name).where(col(Member.display_name).is_not(None)))).all()
        staff = (await session.exec(select(Membership.staff_number))).all()
    phones = [phone for *_, phone in PEOPLE.values()]
    return [*names, *(one for one in shown if one), *staff, *phones, *(phone[-7:] for phone in phones)]


async def _everything(world: World, person: Person, campaign: str, parts: Mapping[str | None, str]) -> str:
    """Return all that the reports of these parts say, each in a language: cells, pages, open data, the statement."""
    told: list[str] = []
    for place, language in parts.items():
        number_of = world.institutions[place].id if place else None
        figures, cases = await world.parts.services.use(Reports).figures(number(campaign), number_of)
        content = sections.content_of(figures, "zh-CN" if language == "ZH_CN" else "en")
        told += [repr(sheets(workbook.drawn(content))), open_data.written(content).decode("utf-8-sig")]
        told.append(words_of(read(Paper(content))))
        asked = {"campaignId": campaign, "institutionId": world.institution_id(place) if place else None}
        told.append(repr(await person.run("ComplianceStatement", **asked, language=language)))
        assert cases == []
    return "\n".join(told)


async def test_nothing_that_a_report_says_names_a_person_or_a_handful(world: World) -> None:
    campaign = await week(world, {**DEPARTMENTS, "收发室": 1}, days=2, at="D")
    lin = await joined(world, "Lin", campaign)  # she takes part, and has done nothing
    await lin.run("SetDisplayName", input={"displayName": "小满"})
    await offered(lin, campaign, name="REAL")  # nobody has chosen it
    async with world.parts.database.write() as session:
        act = (await session.exec(select(CheckIn).order_by(col(CheckIn.id)).limit(1))).one()
        await campaigns.leave(session, number(campaign), act.member_id, world.clock.now())
    await world.project()
    sun = await world.sign_in("Sun")

    told = await _everything(world, sun, campaign, {None: "EN", "A": "ZH_CN", "B": "EN"})

    secrets = await _secrets(world)
    assert len(secrets) > 30
    assert [one for one in secrets if one in told] == []
    assert [one for one in NAMES.values() if one[0] + "*" in told] == []
    assert TEXT not in told
    assert [name for name in ("小车班", "收发室", "保管科") if name in told] == []  # three, one, and six to cover them
    assert "财务处" in told
    assert "节能处" not in told  # of the district, whose people do not take part


async def test_the_statement_tells_each_rule_with_this_campaigns_figures(world: World) -> None:
    campaign = await week(world, days=1)
    now = world.clock.now()
    async with world.parts.database.write() as session:
        session.add(
            DeletionProof(made_at=now, pictures=4, standing=2, deleted=812, held=0, unnamed=0, overdue=0)
        )  # fmt: skip
    wu = await world.sign_in("Wu")

    told = await wu.run("ComplianceStatement", campaignId=campaign, language="ZH_CN")

    assert "国办函〔2026〕12号" in told["basis"]
    assert told["standing"] == "实时数据，活动进行中，数字会变化"
    proofs = {one["invariant"]: one["proved"] for one in told["items"]}
    assert all(one["held"] for one in told["items"])
    assert list(proofs.values()) == [
        "加入 25 人，退出 0 人",
        "个人榜至多 10 名；本报告不含个人榜",
        "本人同意提供的案例 0 件，撤回 0 件",
        "列出 2 个，未单列 2 个",
        proofs["不强制要求照片、定位、步数"],
        proofs["设有投诉建议渠道"],
        "2026-06-16 核对：在存 2 张，已删除 812 张，逾期未删 0 张（全系统）",
        "本报告最小的统计群体为 7 人",
    ]
    assert "（100.0%），附照片的 0 次" in proofs["不强制要求照片、定位、步数"]
    assert ("渠道由主办单位另行公布" in proofs["设有投诉建议渠道"]) or ("件" in proofs["设有投诉建议渠道"])


async def test_the_statement_of_a_hidden_part_does_not_say_how_many_joined_it(world: World) -> None:
    campaign = await week(world, {"财务处": 9}, days=1, at="D")
    await days_of(world, campaign, await world.add_members("B", "办公室", 3), 1)
    sun = await world.sign_in("Sun")

    items = [
        (await sun.run("ComplianceStatement", campaignId=campaign, institutionId=place, language="ZH_CN"))["items"]
        for place in (None, world.institution_id("A"))
    ]

    assert [one[0]["proved"] for one in items] == ["加入 12 人，退出 0 人", TOO_FEW.in_("zh-CN", threshold=5)]

"""Cases that members offer: with consent, under the name they chose, told where chosen, gone when withdrawn."""

import asyncio
import io
import secrets
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from sqlmodel import col, select, update

from backend.core import ids
from backend.identity.tables import Member
from backend.media import jobs as media_jobs
from backend.media.tables import RISKY, Upload
from backend.media.uploads import Uploads
from backend.reports.delivery import Reports
from backend.reports.jobs import forget_case_photos
from tests.api.asking import act, answered, contents, failed, fresh_id, joined, nothing_written, record
from tests.api.test_photo_proof import upload
from tests.cast import Person, World
from tests.media.test_uploads import photo, send, stored, ticket
from tests.reports.play import number

TEXT = "每天走楼梯上七楼，一个月没有坐过电梯，同科室的三位同事也加入进来。"


def case(campaign: str, **more: Any) -> dict[str, Any]:
    """Return a case as it is offered."""
    said = {"requestId": fresh_id(), "campaignId": campaign, "title": "不坐电梯", "text": TEXT}
    return said | {"name": "ANONYMOUS", "consents": True} | more


async def offered(person: Person, campaign: str, **more: Any) -> str:
    """Offer a case, which must be taken, and return its id."""
    step = await person.run("OfferCase", input=case(campaign, **more))
    assert (step["__typename"], step["state"]) == ("CaseStep", "offered"), step
    return str(step["caseId"])


async def chosen(person: Person, case_id: str, **more: Any) -> Any:
    """Choose a case."""
    asked = {"requestId": fresh_id(), "caseId": case_id, "appears": True}
    return await person.run("ChooseCase", input=asked | more)


async def withdrawn(person: Person, case_id: str) -> Any:
    """Take a case back."""
    return await person.run("WithdrawCase", input={"requestId": fresh_id(), "caseId": case_id})


async def told(world: World, campaign: str) -> list[tuple[str, str | None, bool]]:
    """Return what the report would tell: title, name, whether with a photo."""
    _, found = await world.parts.services.use(Reports).figures(number(campaign), None)
    return [(one.case.title, one.name, one.photo is not None) for one in found]


async def sent(world: World, person: Person, seed: str = "lin", request_id: str = "photo-0001") -> str:
    """Let somebody send a photo and return its id."""
    asked = await ticket(person, request_id)
    answer = await send(world, asked["path"], photo(seed))
    assert answer.status_code == 200, answer.text
    return str(asked["uploadId"])


async def kept(world: World, name: str) -> str:
    """Let somebody have a photo in the store, without a studio that develops it; return its id."""
    key, written = secrets.token_urlsafe(24), io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(written, "WEBP")
    store = world.parts.services.use(Uploads).store
    for one in ("photo", "thumbnail"):
        store.put(f"{key}/{one}", written.getvalue())
    return await upload(world, name, fresh_id(), key=key)


async def test_a_case_is_told_under_the_name_that_its_member_chose_once_it_is_chosen(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, zhou = [await joined(world, name, campaign) for name in ("Lin", "Zhou")]
    await zhou.run("SetDisplayName", input={"displayName": "立夏"})
    by_lin = [
        await offered(lin, campaign, title=name, name=name) for name in ("REAL", "DISPLAY", "ANONYMOUS")
    ]  # fmt: skip
    by_zhou = await offered(zhou, campaign, title="zhou", name="DISPLAY")
    wu = await world.sign_in("Wu")

    before = await told(world, campaign)
    seen = (await wu.run("OfferedCases", campaignId=campaign))["items"]
    for one in [*by_lin, by_zhou]:
        assert (await chosen(wu, one))["state"] == "chosen"
    after = await told(world, campaign)
    left_out = await chosen(wu, by_lin[0], appears=False)

    assert before == []
    assert {(one["title"], one["name"]) for one in seen} == {
        ("REAL", "林小满"), ("DISPLAY", "林**"), ("ANONYMOUS", "一位参与者"), ("zhou", "立夏")
    }  # fmt: skip
    assert [(one["appears"], one["photoPath"], one["photoShown"]) for one in seen] == [(False, None, False)] * 4
    names = [("REAL", "林小满"), ("DISPLAY", "林**"), ("ANONYMOUS", None), ("zhou", "立夏")]
    assert after == [(title, name, False) for title, name in names]
    assert left_out["state"] == "left_out"
    assert await told(world, campaign) == after[1:]
    mine = (await lin.run("MyCases"))["cases"]
    assert [(one["id"], one["name"], one["appears"]) for one in mine] == [
        (by_lin[2], "ANONYMOUS", True), (by_lin[1], "DISPLAY", True), (by_lin[0], "REAL", False)
    ]  # fmt: skip


async def test_what_is_withdrawn_or_whose_member_has_left_is_in_no_later_report(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, zhou = [await joined(world, name, campaign) for name in ("Lin", "Zhou")]
    wu = await world.sign_in("Wu")
    first = await offered(lin, campaign, title="first", photoId=await kept(world, "Lin"))
    second = await offered(zhou, campaign, title="second")
    for one in (first, second):
        await chosen(wu, one, withPhoto=True)
    assert await told(world, campaign) == [("first", None, True), ("second", None, False)]

    step = await withdrawn(lin, first)
    await zhou.run("LeaveCampaign", input={"campaignId": campaign})

    assert step["state"] == "withdrawn"
    assert await told(world, campaign) == []
    assert (await wu.run("OfferedCases", campaignId=campaign))["items"] == []
    (mine,) = (await lin.run("MyCases"))["cases"]
    assert (mine["title"], mine["text"], mine["hasPhoto"], mine["appears"]) == ("", "", False, False)
    assert (mine["withdrawnAt"], mine["campaignId"]) == (world.clock.now().isoformat(), campaign)
    assert TEXT not in repr([row for row in (await contents(world))["typical_case"] if "first" in row])
    await answered(wu, "ChooseCase", "CaseWithdrawn", zh="本人已撤回", en="has withdrawn",
                   input={"requestId": fresh_id(), "caseId": first, "appears": True})  # fmt: skip
    store = world.parts.services.use(Uploads).store
    assert len(stored(world)) == 2
    assert await media_jobs.sweep(store, world.parts.database, world.clock) == 1
    assert stored(world) == []


async def test_a_request_is_answered_once_however_often_it_is_sent(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin = await joined(world, "Lin", campaign)
    asked = case(campaign, photoId=await kept(world, "Lin"))
    taking = {"requestId": fresh_id(), "caseId": "cas_1"}

    answers = await asyncio.gather(*(lin.run("OfferCase", input=asked) for _ in range(3)))
    taken = [await lin.run("WithdrawCase", input=taking) for _ in range(2)]
    late = await lin.run("OfferCase", input=asked)

    assert {one["caseId"] for one in answers} == {"cas_1"}
    assert sorted(one["replayed"] for one in answers) == [False, True, True]
    assert [one["replayed"] for one in taken] == [False, True]
    assert late == answers[0] | {"replayed": True}
    assert len((await contents(world))["typical_case"]) == 1
    wu = await world.sign_in("Wu")
    async with nothing_written(world):
        words = {"zh": "该请求编号已用于另一项内容", "en": "was used for something else"}
        await answered(lin, "OfferCase", "RequestReused", **words, input=asked | {"title": "换一个"})
        await answered(lin, "WithdrawCase", "RequestReused", **words, input=taking | {"caseId": "cas_2"})
        for document, person in (("OfferCase", lin), ("WithdrawCase", lin), ("ChooseCase", wu)):
            short = {"OfferCase": case(campaign), "ChooseCase": taking | {"appears": True}}.get(document, taking)
            words = {"zh": "请求编号须为", "en": "A requestId has"}
            await answered(person, document, "RequestIdInvalid", **words, input=short | {"requestId": "short"})


async def test_what_cannot_be_told_is_refused_by_name_and_writes_nothing(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, zhou = await joined(world, "Lin", campaign), await world.sign_in("Zhou")
    chen = await world.sign_in("Chen")

    async with nothing_written(world):
        for changed, problem, zh, en in (
            ({"consents": False}, "ConsentMissing", "明确同意", "express consent"),
            ({"text": "太短"}, "InvalidValue", "“text”填写有误：须为 20–400", "20 to 400"),
            ({"text": "长" * 401}, "InvalidValue", "20–400", "20 to 400"),
            ({"title": "短"}, "InvalidValue", "“title”填写有误：须为 2–30", "2 to 30"),
            ({"title": "看\u202e不见"}, "InvalidValue", "“title”", "'title'"),
            ({"text": f"{TEXT}📱"}, "GlyphMissing", "“📱”", "'📱'"),
            ({"text": f"{TEXT}违规"}, "TextRefused", "内容安全检测", "content check"),
            ({"photoId": "pho_77"}, "PhotoUnknown", "没有找到", ""),
            ({"photoId": "nonsense"}, "PhotoUnknown", "没有找到", ""),
            ({"campaignId": "cmp_77"}, "NotFound", "活动", "campaign"),
        ):  # fmt: skip
            await answered(lin, "OfferCase", problem, zh=zh, en=en, input=case(campaign, **changed))
        await answered(zhou, "OfferCase", "NotJoined", zh="尚未参加", en="not joined", input=case(campaign))
        await answered(chen, "OfferCase", "NotFound", zh="无权查看", en="not yours", input=case(campaign))
        await answered(lin, "WithdrawCase", "NotFound", zh="案例", en="case",
                       input={"requestId": fresh_id(), "caseId": "cas_77"})  # fmt: skip


async def test_a_member_offers_three_cases_at_most_and_takes_back_only_their_own(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, zhou = [await joined(world, name, campaign) for name in ("Lin", "Zhou")]
    cases = [await offered(lin, campaign, title=f"第{one}件") for one in range(3)]

    async with nothing_written(world):
        words = {"zh": "至多提供 3 个", "en": "up to 3 cases"}
        await answered(lin, "OfferCase", "TooManyCases", **words, input=case(campaign))
        words = {"zh": "无权查看：案例", "en": "not yours to see: case"}
        asked = {"requestId": fresh_id(), "caseId": cases[0]}
        await answered(zhou, "WithdrawCase", "NotFound", **words, input=asked)
    await withdrawn(lin, cases[0])

    assert await offered(lin, campaign, title="第四件")


async def test_a_photo_is_ones_own_and_used_for_nothing_but_ones_own_act(world: World) -> None:
    campaign = await world.open_campaign("grain-day", at="A")
    lin, zhou = [await joined(world, name, campaign) for name in ("Lin", "Zhou")]
    proof = await sent(world, lin, "plate", "photo-act")
    await record(lin, act(campaign, "clear_plate", world.clock.now()) | {"photoId": proof})
    copy = await sent(world, zhou, "plate", "photo-copy")
    again = await sent(world, lin, "plate", "photo-again")
    risky = await upload(world, "Lin", moderation=RISKY)

    async with nothing_written(world):
        for person, one, problem in (
            (lin, proof, "PhotoUsed"),
            (zhou, copy, "PhotoCopied"),
            (zhou, again, "PhotoUnknown"),
            (lin, risky, "PhotoRefused"),
        ):
            answer = await person.run("OfferCase", input=case(campaign, photoId=one))
            assert answer["__typename"] == problem, answer
    taken = await offered(lin, campaign, photoId=again)

    assert taken
    other = await record(lin, act(campaign, "food_pledge", world.clock.now()) | {"photoId": again})
    assert other["outcomes"][0]["__typename"] == "PhotoUsed"


async def test_who_chooses_a_photo_has_found_it_fit_and_a_risky_one_is_never_shown(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    opaque = await kept(world, "Lin")
    one = await offered(lin, campaign, photoId=opaque)
    (shown,) = (await wu.run("OfferedCases", campaignId=campaign))["items"]
    assert (await world.client.get(shown["photoPath"])).headers["content-type"] == "image/webp"

    without = await chosen(wu, one)
    words = await told(world, campaign)
    with_it = await chosen(wu, one, withPhoto=True)
    both = await told(world, campaign)
    async with world.parts.database.write() as session:
        await session.exec(update(Upload).values(moderation=RISKY))

    assert (without["state"], with_it["state"]) == ("chosen", "chosen")
    assert ([seen for *_, seen in words], [seen for *_, seen in both]) == ([False], [True])
    assert [seen for *_, seen in await told(world, campaign)] == [False]
    asked = {"requestId": fresh_id(), "caseId": one, "appears": True, "withPhoto": True}
    async with nothing_written(world):
        await answered(wu, "ChooseCase", "PhotoRefused", zh="照片", en="photo", input=asked)


async def test_only_managers_of_its_institution_see_and_choose_a_case(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="D")
    lin, chen = [await joined(world, name, campaign) for name in ("Lin", "Chen")]
    at_a, at_b = await offered(lin, campaign), await offered(chen, campaign)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    place = world.institution_id("A")

    async with nothing_written(world):
        for person, key in ((lin, None), (chen, None), (wu, None), (wu, "B"), (wu, "C")):
            words = {"zh": "无权查看：活动", "en": "not yours to see: campaign"}
            asked = {"campaignId": campaign, "institutionId": world.institution_id(key) if key else None}
            await failed(person, "OfferedCases", "PROBLEM", **words, **dict[str, Any](asked))
        for person, one in ((lin, at_a), (wu, at_b), (sun, "cas_77"), (sun, "nonsense")):
            words = {"zh": "无权查看：案例", "en": "not yours to see: case"}
            choice = {"requestId": fresh_id(), "caseId": one, "appears": True}
            await answered(person, "ChooseCase", "NotFound", **words, input=choice)
    assert [one["id"] for one in (await wu.run("OfferedCases", campaignId=campaign, institutionId=place))["items"]] == [
        at_a
    ]
    assert [one["id"] for one in (await sun.run("OfferedCases", campaignId=campaign))["items"]] == [at_b, at_a]
    assert (await chosen(wu, at_a))["state"] == (await chosen(sun, at_b))["state"] == "chosen"


async def test_a_name_that_cannot_be_printed_any_more_is_left_out(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await chosen(wu, await offered(lin, campaign, name="DISPLAY"))

    async with world.parts.database.write() as session:
        await session.exec(update(Member).where(col(Member.id) == world.members["Lin"]).values(display_name="林📱"))

    assert [name for _, name, _ in await told(world, campaign)] == [None]
    await answered(lin, "OfferCase", "GlyphMissing", zh="无法印刷", en="cannot be printed",
                   input=case(campaign, name="DISPLAY"))  # fmt: skip


async def test_a_year_after_its_campaign_a_cases_photo_goes(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A")
    lin = await joined(world, "Lin", campaign)
    opaque = await kept(world, "Lin")
    await offered(lin, campaign, photoId=opaque)
    database, clock = world.parts.database, world.clock

    clock.advance(timedelta(days=390))
    early = await forget_case_photos(database, clock)
    clock.advance(timedelta(days=30))
    late = [await forget_case_photos(database, clock) for _ in range(2)]

    assert (early, late) == (0, [1, 0])
    async with database.read() as session:
        row = (await session.exec(select(Upload).where(col(Upload.id) == ids.decode("pho", opaque)))).one()
    assert row.state == "leaving"


@pytest.mark.parametrize("count", [31])
async def test_cases_are_paged(world: World, count: int) -> None:
    from backend.reports.tables import TypicalCase

    campaign = await world.open_campaign("green-office", at="A")
    await joined(world, "Lin", campaign)
    wu = await world.sign_in("Wu")
    async with world.parts.database.write() as session:
        for one in range(count):
            session.add(
                TypicalCase(
                    campaign_id=number(campaign),
                    institution_id=world.institutions["A"].id or 0,
                    member_id=world.members["Lin"],
                    title=f"第{one}件",
                    text=TEXT,
                    name_form="anonymous",
                    consented_at=world.clock.now(),
                )
            )

    first = await wu.run("OfferedCases", campaignId=campaign)
    rest = await wu.run("OfferedCases", campaignId=campaign, after=first["next"])

    assert (len(first["items"]), len(rest["items"]), rest["next"]) == (30, 1, None)

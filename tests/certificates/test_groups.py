"""Departments and institutions get certificates from their managers, with a rank where the sealed board lists it."""

from typing import Any

from sqlmodel import col, delete, update

from backend.core import ids
from backend.core.db import WriteSession
from backend.identity.tables import Department
from backend.leaderboards.tables import BoardPin, PinnedStanding
from backend.settlement.tables import Seal, SealedStanding
from tests.api.asking import answered, failed, fresh_id, nothing_written
from tests.cast import Person, World
from tests.certificates.sealing import Settled, page, settled

FORM = {"format": "PDF", "language": "ZH_CN"}


async def groups(by: Person, done: Settled, at: str = "A", measure: str = "POINTS") -> list[dict[str, object]]:
    """Return the groups that may have a certificate."""
    institution = done.world.institution_id(at)
    found: list[dict[str, object]] = await by.run(
        "CertifiedGroups", campaignId=done.campaign, institutionId=institution, measure=measure
    )
    return found


def asked(done: Settled, group: object, measure: str = "POINTS") -> dict[str, object]:
    """Return the input of a group's certificate."""
    return {"requestId": fresh_id(), "campaignId": done.campaign, "groupId": group, "measure": measure}


async def add_department(session: WriteSession, done: Settled, name: str, points: int) -> int:
    """Let the sealed result hold another department of A, of six people."""
    own = done.world.institutions["A"].id or 0
    row = Department(institution_id=own, name=name)
    session.add(row)
    await session.flush()
    line: dict[str, Any] = {"campaign_id": done.number, "level": "department", "subject_id": row.id, "name": name}
    line |= {"institution_id": own, "points": points, "carbon_mg": 0, "participants": 6, "people": 6}
    session.add(SealedStanding(**line, acts=6))
    session.add(PinnedStanding(**line, period="campaign"))
    return row.id or 0


async def test_managers_see_which_groups_may_have_one_by_rank(world: World) -> None:
    done = await settled(world)
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")

    at_a, of_all = await groups(wu, done), await groups(sun, done, "D")

    assert [(one["level"], one["name"], one["rank"], one["points"]) for one in at_a] == [
        ("INSTITUTION", "滨河区档案馆", 1, 1800),
        ("DEPARTMENT", "财务处", 1, 1080),
        ("DEPARTMENT", "办公室", 2, 540),
    ]
    assert [one["name"] for one in of_all] == ["滨河区档案馆", "滨河区图书馆"]


async def test_a_group_s_certificate_tells_its_rank_and_no_person(world: World) -> None:
    done = await settled(world)
    wu = await world.sign_in("Wu")
    async with world.parts.database.write() as session:  # what it is called now is not what was sealed
        await session.exec(update(Department).values(name=col(Department.name) + "（新）"))
    _, finance, _ = await groups(wu, done)

    answer = await wu.run("MakeGroupCertificate", input=asked(done, finance["id"]), **FORM)
    status, shown = await page(world, answer["certificate"]["verifyPath"])

    assert (answer["certificate"]["rank"], status) == (1, 200)
    for words in ("财务处", "滨河区档案馆", "按总积分第 1 名", "12 人", "1,080 分"):
        assert words in shown, words
    assert not [name for name in ("林", "周立夏", "员工", "（新）") if name in shown]
    (_, again, _) = await groups(wu, done)
    assert again["certificate"]["number"] == answer["certificate"]["number"]  # type: ignore[index]
    gone = await wu.run("WithdrawCertificate", input={"certificateId": answer["certificate"]["id"]})
    assert gone["__typename"] == "CertificateWithdrawn"
    assert (await page(world, answer["certificate"]["verifyPath"]))[0] == 404


async def test_a_group_that_is_too_small_or_would_give_another_away_gets_none(world: World) -> None:
    done = await settled(world)
    office = done.departments["办公室"]
    async with world.parts.database.write() as session:
        few = update(PinnedStanding).where(
            col(PinnedStanding.level) == "department", col(PinnedStanding.subject_id) == office
        )
        await session.exec(few.values(participants=4))
    wu = await world.sign_in("Wu")

    listed = await groups(wu, done)

    assert [one["level"] for one in listed] == ["INSTITUTION"]
    async with nothing_written(world):
        words = {"zh": "不单独颁发证书", "en": "is not listed alone"}
        for department in ("办公室", "财务处"):
            group = f"dep_{done.departments[department]}"
            await answered(wu, "MakeGroupCertificate", "GroupTooSmall", **words, input=asked(done, group), **FORM)


async def test_a_rank_is_told_within_the_top_of_the_board_only(world: World) -> None:
    done = await settled(world)
    async with world.parts.database.write() as session:
        more = [await add_department(session, done, f"{place} 组", points=500 - place) for place in range(3, 12)]
    wu = await world.sign_in("Wu")

    ranks = [
        (await wu.run("MakeGroupCertificate", input=asked(done, ids.encode("dep", one)), **FORM))["certificate"]["rank"]
        for one in (done.departments["财务处"], more[-2], more[-1])
    ]

    assert ranks == [1, 10, None]
    assert [one["rank"] for one in await groups(wu, done)][1:] == list(range(1, 12))


async def test_a_group_that_is_listed_alone_has_no_rank(world: World) -> None:
    done = await settled(world)
    office = done.departments["办公室"]
    async with world.parts.database.write() as session:
        for table in (PinnedStanding, SealedStanding):
            own = (col(table.level) == "department", col(table.subject_id) == office)
            await session.exec(delete(table).where(*own))
    wu = await world.sign_in("Wu")

    answer = await wu.run("MakeGroupCertificate", input=asked(done, f"dep_{done.departments['财务处']}"), **FORM)
    _, shown = await page(world, answer["certificate"]["verifyPath"])

    assert answer["certificate"]["rank"] is None
    assert "1,080 分" in shown
    assert "按总积分" not in shown


async def test_boards_that_stand_still_before_the_seal_list_no_group_for_a_certificate(world: World) -> None:
    done = await settled(world)
    async with world.parts.database.write() as session:
        await session.exec(delete(SealedStanding))
        await session.exec(delete(Seal))
        await session.exec(update(BoardPin).values(is_seal=False))

    assert await groups(await world.sign_in("Wu"), done) == []


async def test_groups_are_for_those_who_manage_them_and_only_once_the_result_is_sealed(world: World) -> None:
    running = await world.open_campaign()
    wu, lin = await world.sign_in("Wu"), await world.sign_in("Lin")
    own = world.institution_id("A")

    async with nothing_written(world):
        early = {"requestId": fresh_id(), "campaignId": running, "groupId": own, "measure": "CARBON"}
        words = {"zh": "尚未封存", "en": "not sealed yet"}
        await answered(wu, "MakeGroupCertificate", "CampaignNotSealed", **words, input=early, **FORM)
        words = {"zh": "无权查看：部门或单位", "en": "not yours to see: department or institution"}
        for person, group in ((lin, own), (wu, world.institution_id("B")), (wu, "dep_7777"), (wu, "ins_"), (wu, "")):
            wrong = early | {"groupId": group}
            await answered(person, "MakeGroupCertificate", "NotFound", **words, input=wrong, **FORM)
        words = {"zh": "无权查看：活动", "en": "not yours to see: campaign"}
        wrong = early | {"campaignId": "cmp_7777"}
        await answered(wu, "MakeGroupCertificate", "NotFound", **words, input=wrong, **FORM)
        refusal = {"zh": "没有进行此操作的权限", "en": "not allowed"}
        given = {"campaignId": running, "institutionId": own, "measure": "POINTS"}
        await failed(lin, "CertifiedGroups", "FORBIDDEN", **refusal, **given)


async def test_a_group_s_name_that_cannot_be_printed_is_named(world: World) -> None:
    done = await settled(world)
    wu = await world.sign_in("Wu")
    async with world.parts.database.write() as session:
        finance = done.departments["财务处"]
        own = (col(SealedStanding.level) == "department", col(SealedStanding.subject_id) == finance)
        await session.exec(update(SealedStanding).where(*own).values(name="财务处🌱"))

    words = {"zh": "“🌱”（U+1F331）无法印刷", "en": "cannot be printed"}
    group = asked(done, f"dep_{finance}")
    await answered(wu, "MakeGroupCertificate", "GlyphMissing", **words, input=group, **FORM)

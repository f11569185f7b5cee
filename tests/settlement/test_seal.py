"""A result is sealed once: by what counts, whatever its rows are called, and it stays as it was sealed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select, update
from structlog.testing import capture_logs

from backend.campaigns import queries
from backend.campaigns import service as campaigns
from backend.campaigns.tables import PinnedDocument
from backend.checkins import causes
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.identity.tables import Department, HeadCount, Institution, Member, Membership
from backend.leaderboards.boards import Boards
from backend.leaderboards.queries import Level, Measure, Scope
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import PointsTerms
from backend.points.tables import POINTS
from backend.settlement import lines, recount, verify
from backend.settlement.tables import Seal, SealedStanding
from tests.api.asking import forget_boards
from tests.cast import World
from tests.settlement.way import acts, at, findings, row, seals, state, to_provisional, to_seal


def told(seal: Seal) -> list[dict[str, Any]]:
    """Return the lines of a seal."""
    return [json.loads(one) for one in lines.read(seal.document)]


async def sealed(world: World) -> tuple[str, list[int], Seal]:
    """Let six people of a department take part, and come to the seal."""
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    await acts(world, campaign, people[:2], "paperless", sheets=3)
    return campaign, people, await to_seal(world, campaign)


async def test_a_seal_holds_every_act_that_counts_and_nobodys_name(world: World) -> None:
    campaign, _, seal = await sealed(world)

    found = told(seal)
    assert [one["line"] for one in found[:3]] == ["seal", "rules", "calendar"]
    assert len([one for one in found if one["line"] == "act"]) == 8
    assert [one["participants"] for one in found if one["line"] == "standing"] == [6, 6]
    assert lines.digest(seal.document) == seal.digest == (await row(world, campaign)).seal_digest
    assert "员工" not in "".join(one.decode() for one in lines.read(seal.document))
    assert recount.first_wrong(lines.read(seal.document)) is None
    async with world.parts.database.read() as session:
        assert await session.get(PinnedDocument, found[2]["hash"]) is not None
    assert await findings(world) == []


async def test_who_has_left_is_not_in_it_and_counts_nowhere(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    async with world.parts.database.write() as session:
        await campaigns.leave(session, ids.decode("cmp", campaign), people[0], world.clock.now())

    seal = await to_seal(world, campaign)

    assert [one["participants"] for one in told(seal) if one["line"] == "standing"] == [5, 5]
    assert len([one for one in told(seal) if one["line"] == "participant"]) == 5
    async with world.parts.database.read() as session:
        persons = select(SealedStanding.subject_id).where(col(SealedStanding.level) == "person")
        assert set(await session.exec(persons)) == set(people[1:])


def move(posting: ledger.Posting, act: CheckIn, cause: str, points: int) -> None:
    """Move points of an act's member by hand, under a cause; less than nothing takes them."""
    budget, own = account(AccountKind.CAMPAIGN, act.campaign_id), account(AccountKind.MEMBER, act.member_id)
    made = ledger.Cause(
        key=cause,
        campaign_id=act.campaign_id,
        member_id=act.member_id,
        department_id=act.department_id,
        institution_id=act.institution_id,
        day=act.day,
        proof=act.proof,
        rule_version=2,
    )
    terms = PointsTerms(base=1, units="1", unit="act", proof_percent=100, before_cap=1)
    where = {"from_account": own, "to_account": budget} if points < 0 else {"from_account": budget, "to_account": own}
    posting.award(made, POINTS, amount=abs(points), terms=terms, **where)


async def test_what_was_restated_or_adjusted_is_sealed_as_it_stands(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    async with world.parts.database.write() as session:
        first, second, *_ = (await session.exec(select(CheckIn).order_by(col(CheckIn.id)))).all()
        posting = await ledger.open_posting(session, world.clock.now())
        move(posting, first, causes.of_restatement(first.id, 2), -2)
        move(posting, second, "adjustment/1", 7)
        move(posting, second, "adjustment/2", -1)
        await posting.write(session)
        first.points, first.rule_version = 3, 2
        session.add(first)

    seal = await to_seal(world, campaign)

    found = told(seal)
    assert min((one["points"], one["rules"]) for one in found if one["line"] == "act") == (3, 2)
    assert sorted(one["points"] for one in found if one["line"] == "adjustment") == [-1, 7]
    assert {one["points"] for one in found if one["line"] == "standing"} == {5 * 6 - 2 + 6}
    assert await findings(world) == []


async def rename_department(world: World, people: list[int]) -> None:
    """Call the department something else."""
    async with world.parts.database.write() as session:
        await session.exec(update(Department).where(col(Department.name) == "财务处").values(name="计财处"))


async def merge_departments(world: World, people: list[int]) -> None:
    """Let everybody of the department belong to another one, from the first day on."""
    async with world.parts.database.write() as session:
        office = select(Department.id).where(
            col(Department.name) == "办公室", col(Department.institution_id) == world.institutions["A"].id
        )
        number = (await session.exec(office)).one()
        await session.exec(update(Membership).where(col(Membership.member_id).in_(people)).values(department_id=number))


async def move_institution(world: World, people: list[int]) -> None:
    """Put the institution under the city, and call it otherwise."""
    city, own = world.institutions["C"], world.institutions["A"]
    async with world.parts.database.write() as session:
        await session.exec(
            update(Institution)
            .where(col(Institution.id) == own.id)
            .values(parent_id=city.id, path=f"{city.path}{own.id}/", name="市档案馆")
        )


async def rename_members(world: World, people: list[int]) -> None:
    """Let somebody show another name."""
    async with world.parts.database.write() as session:
        await session.exec(update(Member).where(col(Member.id).in_(people)).values(display_name="另一个名字"))


async def count_heads_anew(world: World, people: list[int]) -> None:
    """Say afterwards that there were many more people."""
    async with world.parts.database.write() as session:
        place = world.institutions["A"].id or 0
        counted_on = world.clock.now().date().replace(month=1, day=2)
        session.add(HeadCount(institution_id=place, counted_on=counted_on, people=900))


async def every_board(world: World, campaign: str) -> list[object]:
    """Return what A's boards of a campaign say, but for the names that people show."""
    forget_boards(world)
    number, place, found = ids.decode("cmp", campaign), world.institutions["A"].id or 0, list[object]()
    async with world.parts.database.read() as session:
        running = (await queries.running(session, [number]))[number]
    scopes: list[tuple[Level, Measure]] = [
        ("institution", "points_per_head"),
        ("department", "points"),
        ("person", "points"),
    ]
    for level, measure in scopes:
        scope = Scope(number, level, "campaign", measure, place)
        day, now = running.campaign.ends_on, world.clock.now()
        board = (await world.parts.services.use(Boards).get(scope, running, day, "zh-CN", now)).board
        rows = [(one.rank, one.value, one.correction, one.participants) for one in board.rows]
        names = [one.name for one in board.rows if level != "person"]
        found.append((board.points, board.participants, rows, names))
    return found


async def test_a_sealed_result_does_not_move_whatever_becomes_of_its_people_and_units(world: World) -> None:
    campaign, people, seal = await sealed(world)
    before = await every_board(world, campaign)

    for change in (rename_department, merge_departments, move_institution, rename_members, count_heads_anew):
        await change(world, people)
        assert await every_board(world, campaign) == before, change

    (kept,) = await seals(world.parts.database)
    assert kept.digest == seal.digest
    assert await findings(world) == []


TAMPERINGS = (
    ("UPDATE seal SET digest = '" + "0" * 64 + "'", "its document has the digest"),
    ("UPDATE seal SET document = substr(document, 1, 40)", "cannot be opened"),
    ("UPDATE sealed_standing SET points = points + 1 WHERE level = 'person'", "standings of persons"),
    ("UPDATE sealed_standing SET people = 7 WHERE level = 'department'", "standings of departments"),
    ("UPDATE campaign SET seal_digest = NULL", "quotes another digest"),
    ("UPDATE pinned_standing SET points = points + 1 WHERE level = 'person'", "the boards show"),
    ("DELETE FROM board_pin", "the boards of the campaign do not show it"),
    ("UPDATE transfer SET amount = amount + 1 WHERE ledger = 'points'", "the ledger as of the seal"),
    ("DELETE FROM seal", "has no seal"),
)


async def test_verify_names_what_was_changed_behind_our_back(world: World) -> None:
    await sealed(world)

    for tampering, complaint in TAMPERINGS:
        async with world.parts.database.write() as session:
            await (await session.connection()).execute(text(tampering))
            (found,) = await verify.findings(session)
            await session.rollback()
        assert complaint in found, tampering

    assert await findings(world) == []


async def test_acts_that_the_ledger_does_not_bear_out_are_not_sealed(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    async with world.parts.database.write() as session:
        await session.exec(update(CheckIn).where(col(CheckIn.member_id) == people[0]).values(counted=False))

    with pytest.raises(AssertionError, match="provisional"), capture_logs() as logged:
        await to_seal(world, campaign)

    assert await seals(world.parts.database) == []
    assert any("do not belong to an act that counts" in one.get("fault", "") for one in logged)


async def test_a_result_that_cannot_be_sealed_is_drawn_up_once_in_ten_minutes(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    own = update(CheckIn).where(col(CheckIn.member_id) == people[0])
    async with world.parts.database.write() as session:
        await session.exec(own.values(counted=False))
    seals_at = (await to_provisional(world, campaign)).seals_at

    with capture_logs() as logged:
        drawn = []
        for minutes in (0, 1, 9, 10, 19):
            await at(world, seals_at + timedelta(minutes=minutes))
            drawn.append(len([one for one in logged if "fault" in one]))
    async with world.parts.database.write() as session:
        await session.exec(own.values(counted=True))
    await at(world, seals_at + timedelta(minutes=20))

    assert drawn == [1, 1, 1, 2, 2]
    assert await state(world, campaign) == "sealed"


async def test_a_seal_is_read_once_for_its_digest_and_once_for_what_it_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, seal = await sealed(world)
    read, times = lines.read, []

    def counted(document: bytes) -> Iterator[bytes]:
        times.append(len(document))
        return read(document)

    monkeypatch.setattr(lines, "read", counted)

    assert await findings(world) == []
    assert times == [len(seal.document)] * 2

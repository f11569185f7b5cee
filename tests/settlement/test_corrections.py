"""Seal, then correct, then recompute: the digest holds, the offset stands beside the result and says why."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from sqlmodel import select

from backend.campaigns import queries
from backend.campaigns import service as campaigns
from backend.checkins import decisions
from backend.checkins import verify as act_laws
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.api import Context
from backend.leaderboards import api
from backend.leaderboards import verify as board_laws
from backend.leaderboards.boards import Boards, Made
from backend.leaderboards.queries import Level, Scope
from backend.points import verify as ledger_laws
from backend.settlement.tables import Seal
from tests.amendments.office import adjustment, adjustment_proposed, verdict
from tests.api.asking import forget_boards, fresh_id, joined
from tests.cast import Person, World
from tests.settlement.way import acts, findings, row, to_seal


async def sealed(world: World) -> tuple[str, list[int], Seal]:
    """Let Lin and nine others take part, and come to the seal."""
    campaign = await world.open_campaign("green-office")
    await joined(world, "Lin", campaign)
    people = [world.members["Lin"], *await world.add_members("A", "财务处", 9)]
    await acts(world, campaign, people)
    await acts(world, campaign, people[:4], "energy_act", act="lights_off")
    return campaign, people, await to_seal(world, campaign)


async def undo(world: World, member: int, reason: str = "照片不符") -> None:
    """Let Wu undo the first act of a member."""
    async with world.parts.database.write() as session:
        found = await session.exec(select(CheckIn).where(CheckIn.member_id == member, CheckIn.kind == "own_cup"))
        one = found.one()
        await decisions.reverse(session, one.id, world.members["Wu"], reason, world.clock.now())
    await world.project()
    forget_boards(world)


async def shown(person: Person, campaign: str, level: str, measure: str = "POINTS", period: str = "CAMPAIGN") -> Any:
    """Return a board with the caller's place."""
    return (await person.run("Board.v2", campaignId=campaign, level=level, period=period, measure=measure))["board"]


async def laws(world: World) -> list[str]:
    """Return what is wrong with ledger, acts, boards and seals."""
    async with world.parts.database.read() as session:
        found = [*await ledger_laws.findings(session), *await act_laws.findings(session)]
        return [*found, *await board_laws.findings(session), *await findings(world)]


async def test_a_correction_stands_beside_the_sealed_result_and_the_digest_verifies(world: World) -> None:
    campaign, people, seal = await sealed(world)
    lin, sun = await world.sign_in("Lin"), await world.sign_in("Sun")
    before = await shown(lin, campaign, "PERSON")
    world.clock.advance(timedelta(days=1))

    await undo(world, people[0])

    after, department = await shown(lin, campaign, "PERSON"), await shown(lin, campaign, "DEPARTMENT")
    listed = await sun.run("Corrections", campaignId=campaign)
    assert before["me"]["place"]["correction"] == 0
    assert after["me"]["place"]["value"] == before["me"]["place"]["value"]
    assert after["me"]["place"]["rank"] == before["me"]["place"]["rank"]
    assert (after["me"]["place"]["correction"], department["board"]["rows"][0]["correction"]) == (-5, -5)
    assert department["board"]["rows"][0]["correctionLabel"] == "-5 分"
    assert after["board"]["rows"]
    assert {one["correction"] for one in after["board"]["rows"]} == {
        None
    }  # what was taken from a person is theirs to know
    assert (after["board"]["sealedAt"], after["board"]["frozenAt"]) == (before["board"]["sealedAt"], None)
    assert [(one["ledger"], one["amount"]) for one in listed["items"]] == [("points", -5)]
    assert "照片不符" in listed["items"][0]["reason"]
    assert (await row(world, campaign)).seal_digest == seal.digest
    assert await laws(world) == []
    assert (await lin.run("MyLedger"))["balance"]["points"] == before["me"]["place"]["value"] - 5


async def test_per_head_values_and_days_are_corrected_in_their_own_unit(world: World) -> None:
    campaign, people, _ = await sealed(world)
    lin = await world.sign_in("Lin")

    await undo(world, people[0])

    heads = (await shown(lin, campaign, "INSTITUTION", "POINTS_PER_HEAD"))["board"]["rows"][0]
    whole = (await shown(lin, campaign, "INSTITUTION"))["board"]["rows"][0]
    assert (whole["correction"], whole["participants"]) == (-5, 10)
    assert heads["correction"] < 0
    assert heads["correctionLabel"].startswith("-0.")


async def test_who_leaves_after_the_seal_is_shown_no_more_and_groups_stand(world: World) -> None:
    campaign, people, seal = await sealed(world)
    lin = await world.sign_in("Lin")
    persons, department = await shown(lin, campaign, "PERSON"), await shown(lin, campaign, "DEPARTMENT")

    async with world.parts.database.write() as session:
        await campaigns.leave(session, ids.decode("cmp", campaign), people[0], world.clock.now())
    forget_boards(world)

    left, standing = await shown(lin, campaign, "PERSON"), await shown(lin, campaign, "DEPARTMENT")
    assert persons["me"]["place"] is not None
    assert left["me"]["place"] is None
    assert left["board"]["participants"] == persons["board"]["participants"] - 1
    assert standing["board"]["rows"] == department["board"]["rows"]
    assert (await row(world, campaign)).seal_digest == seal.digest
    assert await findings(world) == []


async def test_nothing_is_corrected_while_nothing_is_sealed(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, sun = await joined(world, "Lin", campaign), await world.sign_in("Sun")
    await acts(world, campaign, [world.members["Lin"], *await world.add_members("A", "财务处", 5)])

    view = await shown(lin, campaign, "PERSON")
    listed = await sun.run("Corrections", campaignId=campaign)

    assert view["me"]["place"]["correction"] is None
    assert (view["board"]["sealedAt"], view["board"]["notice"]) == (None, None)
    assert listed == {"items": [], "next": None}


async def test_an_objection_that_is_upheld_after_the_seal_is_a_correction(world: World) -> None:
    campaign, people, seal = await sealed(world)
    lin, sun = await world.sign_in("Lin"), await world.sign_in("Sun")
    before = (await lin.run("MyLedger"))["balance"]
    await undo(world, people[0])
    async with world.parts.database.read() as session:
        found = await session.exec(select(CheckIn.id).where(CheckIn.member_id == people[0], CheckIn.kind == "own_cup"))
        act = ids.encode("chk", found.one())
    objection = {"requestId": fresh_id(), "checkInId": act, "text": "照片拍的就是当天的杯子"}
    made = await lin.run("ObjectToUndoing", input=objection)

    ruling = {"requestId": fresh_id(), "objectionId": made["objection"]["id"], "upheld": True, "note": "已核对照片"}
    decided = await sun.run("DecideObjection", input=ruling)
    await world.project()
    forget_boards(world)

    own = (await shown(lin, campaign, "PERSON"))["me"]["place"]
    listed = await sun.run("Corrections", campaignId=campaign)
    assert (decided["__typename"], decided["state"]) == ("ObjectionReceipt", "upheld")
    assert (own["correction"], (await lin.run("MyLedger"))["balance"]) == (0, before)
    assert sorted(one["amount"] for one in listed["items"] if one["ledger"] == "points") == [-5, 5]
    assert (await row(world, campaign)).seal_digest == seal.digest
    assert await laws(world) == []


async def board_of(world: World, campaign: str, level: Level, period: str) -> Made:
    """Return A's board of points in a period."""
    number, place = ids.decode("cmp", campaign), world.institutions["A"].id or 0
    async with world.parts.database.read() as session:
        running = await queries.one(session, number)
    assert running is not None
    scope = Scope(number, level, period, "points", place)
    return await world.parts.services.use(Boards).get(
        scope, running, running.campaign.ends_on, "zh-CN", world.clock.now()
    )


async def test_who_has_less_than_nothing_in_a_period_corrects_nothing(world: World) -> None:
    campaign = await world.open_campaign("green-office", at="A", days=10)
    await joined(world, "Lin", campaign)
    wu, sun, lin = await world.sign_in("Wu"), await world.sign_in("Sun"), world.members["Lin"]
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, [lin, *people])
    world.clock.advance(timedelta(days=7))
    await acts(world, campaign, people)
    made = await adjustment_proposed(wu, adjustment(world, campaign, -3))
    await sun.run("DecideAdjustment", input=verdict(made))

    await to_seal(world, campaign)

    for period in ("2026-W25", "2026-W26", "campaign"):
        (line,) = (await board_of(world, campaign, "department", period)).board.rows
        assert line.correction == 0, period


async def test_what_corrects_a_neighbour_is_not_told(world: World) -> None:
    campaign, people, _ = await sealed(world)
    for one in people:
        await undo(world, one)
    made, context = await board_of(world, campaign, "person", "campaign"), cast("Context", SimpleNamespace(locale="en"))

    place = api._places(made, people[0], context)

    assert {made.places[one].correction for one in people} == {-5}
    assert place.place is not None
    assert place.place.correction == -5
    assert [one.correction for one in place.neighbours if one.mine] == [-5]
    assert {one.correction for one in place.neighbours if not one.mine} == {None}

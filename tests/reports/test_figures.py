"""What a report counts: those who take part, in groups that are large enough, as it stands or as it was sealed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func
from sqlmodel import col, select, update

from backend.checkins import causes, decisions
from backend.checkins.dispositions import Settling
from backend.checkins.tables import CheckIn
from backend.core.db import WriteSession
from backend.identity import tree
from backend.identity.tables import Department
from backend.points.accounts import AccountKind, account
from backend.points.explain import PointsTerms, ReversalTerms
from backend.points.service import Cause, open_posting
from backend.points.tables import CARBON_MG, POINTS, LedgerBatch, Transfer
from backend.reports.delivery import Reports
from backend.reports.figures import Complaints, Counts, Figures, Willing
from backend.settlement import queries as settlement
from backend.settlement.tables import Seal, SealedStanding
from tests.cast import World
from tests.complaints.desk import answer, file, forward
from tests.reports.play import days_of, number, week


async def figures_of(world: World, campaign: str, institution: str | None = None) -> Figures:
    """Return the figures of a campaign, or of an institution's part in it."""
    place = world.institutions[institution].id if institution else None
    figures, _ = await world.parts.services.use(Reports).figures(number(campaign), place)
    return figures


async def counts_of(world: World, campaign: str, institution: str | None = None) -> Counts:
    """Return the counts, which must be told."""
    counts = (await figures_of(world, campaign, institution)).counts
    assert counts is not None
    return counts


async def first_act(world: World, campaign: str, kind: str = "commute") -> CheckIn:
    """Return the first act of a kind."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(CheckIn)
            .where(col(CheckIn.campaign_id) == number(campaign), col(CheckIn.kind) == kind)
            .order_by(col(CheckIn.id))
            .limit(1)
        )
        return found.one()


async def test_every_sum_adds_up_to_the_same_total(world: World) -> None:
    campaign = await week(world)

    counts = await counts_of(world, campaign)

    acts = 2 * 25 + 25 + 17  # everybody daily; every second member every other day; a third of them daily
    assert counts.participants == 25
    assert counts.total.acts == sum(one.total.acts for one in counts.days) == sum(one.acts for one in counts.proofs)
    assert abs(counts.total.acts - acts) <= 1
    assert counts.total.points == sum(one.total.points for one in counts.kinds)
    assert counts.total.carbon_mg == sum(one.carbon_mg for one in counts.methods) > 0
    assert [one.participants for one in counts.days] == [25, 25, None]
    (method,) = counts.methods
    assert (method.factor, method.version, method.value) == ("reduction.travel.rail_km", 1, Decimal("0.072"))
    assert (method.unit, method.confidence, method.awards) == ("kgCO2/km", "derived", method.carbon_mg // 180_000)
    assert "DB11/T 3043" in method.source


async def test_a_small_department_is_hidden_with_another_so_that_nothing_can_be_subtracted(world: World) -> None:
    campaign = await week(world)

    groups = (await counts_of(world, campaign)).groups

    assert [(one.name, one.participants) for one in groups.listed] == [("办公室", 7), ("财务处", 9)]
    assert groups.hidden == 2  # three drivers, and with them the six of the next smallest


@pytest.mark.parametrize("people", [0, 4])
async def test_of_a_handful_nothing_is_counted_at_all(world: World, people: int) -> None:
    campaign = await week(world, {"财务处": people}, days=1)

    figures = await figures_of(world, campaign)

    assert figures.counts is None
    assert figures.willing == Willing(None, None)


async def test_an_institution_that_the_whole_would_hide_has_no_report_of_its_own(world: World) -> None:
    campaign = await week(world, {"财务处": 9}, days=1, at="D")
    await days_of(world, campaign, await world.add_members("B", "办公室", 3), 1)

    whole, at_a, at_b = [await figures_of(world, campaign, place) for place in (None, "A", "B")]

    assert whole.counts is not None
    assert whole.counts.participants == 12
    assert whole.counts.groups.listed == ()  # A too: what it has, taken from the whole, is what the three at B have
    assert (at_a.counts, at_b.counts) == (None, None)
    assert whole.willing.joined == 12
    assert (at_a.willing, at_b.willing) == (Willing(None, None), Willing(None, None))  # nine of twelve leave three


async def test_institutions_that_are_large_enough_have_reports_of_their_departments(world: World) -> None:
    campaign = await week(world, {"财务处": 9}, days=1, at="D")
    await days_of(world, campaign, await world.add_members("B", "办公室", 6), 1)

    whole, at_b = await counts_of(world, campaign), await counts_of(world, campaign, "B")

    assert [one.participants for one in whole.groups.listed] == [6, 9]
    assert [(one.name, one.participants) for one in at_b.groups.listed] == [("办公室", 6)]
    assert at_b.total.acts < whole.total.acts
    assert [(await figures_of(world, campaign, place)).willing.joined for place in (None, "A", "B")] == [15, 9, 6]


async def test_who_has_left_is_in_no_figure(world: World) -> None:
    campaign = await week(world, {"财务处": 8}, days=1)
    before = await counts_of(world, campaign)
    async with world.parts.database.write() as session:
        from backend.campaigns import service as campaigns

        act = await first_act(world, campaign, "energy_act")
        await campaigns.leave(session, number(campaign), act.member_id, world.clock.now())
    await world.project()

    after = await figures_of(world, campaign)

    assert after.counts is not None
    assert (before.participants, after.counts.participants) == (8, 7)
    assert after.counts.total.acts < before.total.acts
    assert (after.willing.joined, after.willing.left) == (8, None)


async def test_what_was_undone_counts_no_more_and_is_told_as_refused_only_by_review(world: World) -> None:
    campaign = await week(world, {"财务处": 8}, days=1)
    before, act = await counts_of(world, campaign), await first_act(world, campaign)
    async with world.parts.database.write() as session:
        await decisions.reverse(session, act.id, world.members["Wu"], "记错了", world.clock.now())
    await world.project()

    after = await counts_of(world, campaign)

    assert after.total.acts == before.total.acts - 1
    assert after.methods[0].carbon_mg == before.methods[0].carbon_mg - act.carbon_mg
    assert after.methods[0].awards == before.methods[0].awards - 1
    assert after.evidence.refused == 0


async def seal(world: World, campaign: str) -> None:
    """Seal a campaign by hand, with what its boards say now."""
    counts = await counts_of(world, campaign)
    own = {"campaign_id": number(campaign), "institution_id": world.institutions["A"].id or 0}
    async with world.parts.database.write() as session:
        last = (await session.exec(select(func.max(LedgerBatch.id)))).one()
        told: dict[str, Any] = {"sealed_at": world.clock.now(), "document": b"", "last_batch": last}
        session.add(Seal(campaign_id=number(campaign), digest="5ea1" * 16, **told))
        people = await session.exec(
            select(CheckIn.member_id, CheckIn.department_id)
            .where(col(CheckIn.campaign_id) == number(campaign))
            .distinct()
        )
        rows = people.all()
        session.add(_line(own, "institution", own["institution_id"], counts.participants, counts))
        for member, _ in rows:
            session.add(_line(own, "person", member, 1, counts))
        for department in {one for _, one in rows}:
            named = await session.get(Department, department)
            assert named is not None
            size = sum(one == department for _, one in rows)
            session.add(_line(own | {"name": named.name}, "department", department, size, counts))


def _line(own: dict[str, Any], level: str, subject: int, participants: int, counts: Counts) -> SealedStanding:
    total = counts.total
    return SealedStanding(
        **own,
        level=level,
        subject_id=subject,
        points=total.points,
        carbon_mg=total.carbon_mg,
        acts=total.acts,
        participants=participants,
        people=participants if level != "person" else None,
    )


async def test_a_sealed_campaign_is_told_as_it_was_sealed_and_what_was_corrected_since_beside_it(world: World) -> None:
    campaign = await week(world, {"财务处": 8, "办公室": 6}, days=2)
    before, act = await counts_of(world, campaign), await first_act(world, campaign)
    await seal(world, campaign)
    untouched = await counts_of(world, campaign)
    async with world.parts.database.write() as session:
        # In the same instant, in a batch of its own: instants do not tell before from after.
        await decisions.reverse(session, act.id, world.members["Wu"], "记错了", world.clock.now())
        await session.exec(update(Department).values(name=col(Department.name) + "（新）"))
    await world.project()

    figures = await figures_of(world, campaign)

    after = figures.counts
    assert after is not None
    assert figures.sealed is not None
    assert figures.sealed.digest == "5ea1" * 16
    assert (after.total, after.participants) == (before.total, before.participants)
    assert (after.days[:2], after.kinds, after.proofs) == (before.days[:2], before.kinds, before.proofs)
    assert after.methods == before.methods
    assert [(one.name, one.participants) for one in after.groups.listed] == [("办公室", 6), ("财务处", 8)]
    assert untouched.corrections is not None
    assert after.corrections is not None
    assert (untouched.corrections.transfers, untouched.corrections.carbon_mg) == (0, 0)
    assert (after.corrections.transfers, after.corrections.carbon_mg) == (2, -act.carbon_mg)
    assert after.corrections.points == -act.points
    async with world.parts.database.read() as session:
        sealed = await settlement.seal_of(session, number(campaign))
        assert sealed is not None
        page = await settlement.corrections(session, sealed, None)
    assert after.corrections.transfers == len(page)
    assert sum(one.amount for one in page) == after.corrections.points + after.corrections.carbon_mg


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_moved_since_the_seal_is_found_through_who_takes_part(world: World) -> None:
    campaign = await week(world, {"财务处": 8}, days=1)
    await seal(world, campaign)
    engine, asked = world.parts.database.engine.sync_engine, list[tuple[str, Any]]()

    def heard(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", heard)
    await counts_of(world, campaign)
    event.remove(engine, "before_cursor_execute", heard)

    over_ledger = [one for one in asked if " transfer" in one[0]]
    async with world.parts.database.read() as session:
        connection = await session.connection()
        plans = [
            repr((await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)).all())
            for statement, values in over_ledger
        ]
    assert len(plans) >= 4
    assert [one for one in plans if "SCAN transfer" in one or "(rowid>" in one] == []


async def give(session: WriteSession, world: World, campaign: str, member: CheckIn, points: int) -> int:
    """Give points by hand, and return the transfer's number."""
    posting = await open_posting(session, world.clock.now())
    transfer = posting.award(
        Cause("adjustment/1", number(campaign), member.member_id, member.department_id, member.institution_id,
              member.day, "confirmed", 1),
        POINTS,
        from_account=account(AccountKind.CAMPAIGN, number(campaign)),
        to_account=account(AccountKind.MEMBER, member.member_id),
        amount=points,
        terms=PointsTerms(base=points, units="1", unit="act", proof_percent=100, before_cap=points),
    )  # fmt: skip
    await posting.write(session)
    return transfer


async def test_points_given_by_hand_are_in_the_total_and_told_apart(world: World) -> None:
    campaign = await week(world, {"财务处": 8}, days=1)
    before = await counts_of(world, campaign)
    async with world.parts.database.write() as session:
        given = await give(session, world, campaign, await first_act(world, campaign), 30)
    await world.project()

    after = await counts_of(world, campaign)
    async with world.parts.database.write() as session:
        posting, transfer = await open_posting(session, world.clock.now()), await session.get(Transfer, given)
        assert transfer is not None
        posting.reverse([transfer], ReversalTerms(reason="给错了人"))
        await posting.write(session)
    await world.project()
    reversed_again = await counts_of(world, campaign)

    assert after.total.points == before.total.points + 30 == sum(one.total.points for one in after.kinds) + 30
    assert (before.adjusted_points, after.adjusted_points) == (0, 30)
    assert sum(one.total.points for one in after.groups.listed) == after.total.points
    assert (reversed_again.adjusted_points, reversed_again.total) == (0, before.total)


async def change(world: World, campaign: str, **changed: Any) -> None:
    """Change a campaign's row behind the product's back."""
    from backend.campaigns.tables import Campaign

    async with world.parts.database.write() as session:
        row = await session.get(Campaign, number(campaign))
        assert row is not None
        for name, value in changed.items():
            setattr(row, name, value)


async def test_a_budget_is_told_in_whole_percent_and_only_of_the_whole(world: World) -> None:
    campaign = await week(world, {"财务处": 8}, days=1, at="D")
    total = (await counts_of(world, campaign)).total.points
    assert (await figures_of(world, campaign)).budget is None

    await change(world, campaign, budget_points=1000)

    budget = (await figures_of(world, campaign)).budget
    assert budget is not None
    assert (budget.points, budget.used_percent) == (1000, total * 100 // 1000)
    assert (await figures_of(world, campaign, "A")).budget is None


async def test_carbon_that_changed_rules_restated_stands_beside_the_methods(world: World) -> None:
    campaign = await week(world, {"财务处": 6}, days=1)
    before, act = await counts_of(world, campaign), await first_act(world, campaign)
    async with world.parts.database.write() as session:
        posting = await open_posting(session, world.clock.now())
        posting.award(
            Cause(f"restated/{act.id}/02", act.campaign_id, act.member_id, act.department_id, act.institution_id,
                  act.day, act.proof, 2),
            CARBON_MG,
            from_account=account(AccountKind.MEMBER, act.member_id),
            to_account=account(AccountKind.CAMPAIGN, act.campaign_id),
            amount=20_000,
            terms=ReversalTerms(reason="出行因子更新"),
        )  # fmt: skip
        await posting.write(session)

    after = await counts_of(world, campaign)

    assert (before.offsets, after.offsets) == ((0, 0), (1, -20_000))
    assert after.methods == before.methods


async def test_last_years_campaign_stands_beside_this_ones_by_head_and_workday(world: World) -> None:
    async with world.parts.database.write() as session:
        await tree.set_head_count(session, world.institutions["A"].id or 0, None, world.clock.now().date(), 50)
    last = await week(world, {"财务处": 8}, days=2)
    assert (await counts_of(world, last)).comparison is None  # there is none before it
    world.clock.advance(timedelta(days=363))
    campaign = await week(world, {"办公室": 6}, days=3)

    found = (await counts_of(world, campaign)).comparison

    assert found is not None
    assert (found.now.participants, found.before.participants) == (6, 8)
    assert (found.before.workdays, found.now.people) == (4, 50)  # the Dragon Boat Festival fell into that week
    assert found.before.total == (await counts_of(world, last)).total
    assert (found.rules_differ, found.factors_differ, found.is_live) == (False, False, True)
    assert (found.now.workdays_published, found.before.workdays_published) == (False, True)


async def test_a_handful_of_last_year_is_not_told_beside_this_year(world: World) -> None:
    await week(world, {"财务处": 3}, days=1)
    world.clock.advance(timedelta(days=364))
    campaign = await week(world, {"办公室": 6}, days=1)

    assert (await counts_of(world, campaign)).comparison is None


async def test_complaints_of_a_campaign_are_counted_for_the_whole_and_for_each_institution(world: World) -> None:
    campaign = await week(world, {"财务处": 6}, days=1, at="D")
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    of_a = [await file(lin, text, campaignId=campaign) for text in ("海报贴得太高了", "另一件事情要说")]
    await file(await world.sign_in("Chen"), campaignId=campaign)
    await file(lin, "与活动无关的一件事")
    await answer(wu, of_a[0])
    before = await figures_of(world, campaign, "A")
    await forward(lin, of_a[0])  # it was answered, and is open again one level up

    whole, at_a, at_b = [(await figures_of(world, campaign, place)).complaints for place in (None, "A", "B")]

    assert before.complaints == at_a
    assert (whole, at_a, at_b) == (Complaints(3, 1), Complaints(2, 1), Complaints(1, 0))


async def test_what_became_of_devices_after_the_seal_changes_nothing_that_was_sealed(world: World) -> None:
    campaign = await week(world, {"财务处": 6}, days=1)
    act, when = await first_act(world, campaign), world.clock.now()
    async with world.parts.database.write() as session:
        # As settled before the seal: 1,000 mg by the disposition, of which changed rules took 200 again.
        posting, own = await open_posting(session, when), account(AccountKind.MEMBER, act.member_id)
        fund = account(AccountKind.CAMPAIGN, act.campaign_id)
        for key, amount, way in (
            (causes.of_disposition(act.id), 1000, (fund, own)),
            (causes.of_redisposition(act.id, 2), 200, (own, fund)),
        ):
            cause = Cause(key, act.campaign_id, act.member_id, act.department_id, act.institution_id, act.day, "", 2)
            ends = {"from_account": way[0], "to_account": way[1]}
            posting.award(cause, CARBON_MG, **ends, amount=amount, terms=ReversalTerms(reason="处置"))
        await posting.write(session)
        values = {"carbon_mg": act.carbon_mg + 800, "rule_version": 2}
        await session.exec(update(CheckIn).where(col(CheckIn.id) == act.id).values(**values))
    await world.project()
    before = await counts_of(world, campaign)
    await seal(world, campaign)

    told = []
    async with world.parts.database.write() as session:
        settling = Settling(session, when)
        await settling.take_back(act.id, world.members["Wu"], "登记有误")
        await settling.write()
    told.append(await counts_of(world, campaign))
    async with world.parts.database.write() as session:
        await decisions.reverse(session, act.id, world.members["Wu"], "记错了", when)
    told.append(await counts_of(world, campaign))

    assert [one.total for one in told] == [before.total] * 2
    assert [one.days[0] for one in told] == [before.days[0]] * 2
    assert [one.corrections and one.corrections.carbon_mg for one in told] == [-800, -800 - act.carbon_mg]

"""What becomes of complaints later: closed by themselves, counted, forgotten; the same cost however many there are."""

from datetime import timedelta

from sqlmodel import select

from backend.complaints import queries
from backend.complaints.jobs import close_the_answered, forget_old_texts
from backend.complaints.queries import Counts
from backend.complaints.tables import Complaint, ComplaintAnswer, ComplaintReceipt
from backend.core import ids
from tests.api.asking import contents
from tests.api.test_statements import statements
from tests.cast import World
from tests.complaints.desk import answer, file, forward, mine, office


async def test_an_answer_to_which_nothing_more_is_said_closes_by_itself(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    step, other = await file(lin), await file(lin, "另一件事情要说")
    await answer(wu, step)
    world.clock.advance(timedelta(days=14, seconds=-1))

    early = await close_the_answered(world.parts.database, world.clock)
    world.clock.advance(timedelta(seconds=1))
    done = [await close_the_answered(world.parts.database, world.clock) for _ in range(2)]
    states = {one["id"]: one["state"] for one in await mine(lin)}

    assert (early, done) == (0, [1, 0])
    assert states == {step["complaintId"]: "closed", other["complaintId"]: "open"}


async def test_two_years_after_closing_nobody_knows_what_was_said_or_by_whom(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    step, waiting = await file(lin, campaignId=campaign), await file(lin, "另一件事情要说")
    await answer(wu, step)
    world.clock.advance(timedelta(days=14))
    await close_the_answered(world.parts.database, world.clock)
    world.clock.advance(timedelta(days=730))

    early = await forget_old_texts(world.parts.database, world.clock)
    world.clock.advance(timedelta(seconds=1))
    gone = [await forget_old_texts(world.parts.database, world.clock) for _ in range(2)]
    async with world.parts.database.read() as session:
        rows = {row.id: row for row in (await session.exec(select(Complaint))).all()}
        answers = (await session.exec(select(ComplaintAnswer))).all()
        receipts = (await session.exec(select(ComplaintReceipt))).all()
        counted = await queries.counts(session, ids.decode("cmp", campaign))

    first, second = (rows[ids.decode("cpl", one["complaintId"])] for one in (step, waiting))
    assert (early, gone) == (0, [1, 0])
    assert (first.text, first.member_id) == (None, None)
    assert [one.text for one in answers] == [None]
    assert (second.text, second.member_id) == ("另一件事情要说", world.members["Lin"])
    assert receipts == []
    assert (counted.filed, counted.answered) == (1, 1)


async def test_the_counts_of_a_campaign_tell_no_person_and_no_text(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu, sun = [await world.sign_in(name) for name in ("Lin", "Wu", "Sun")]
    in_time, late = await file(lin, campaignId=campaign), await file(lin, "另一件事情要说", campaignId=campaign)
    await file(lin, "与活动无关的一件事")
    await answer(wu, in_time)
    await forward(lin, in_time)
    world.clock.advance(timedelta(days=9))
    await answer(wu, late)
    await file(await world.sign_in("Zhou"), "建议多放几张海报", campaignId=campaign, kind="SUGGESTION")
    await answer(sun, in_time, "已请该单位整改")

    async with world.parts.database.read() as session:
        counted = await queries.counts(session, ids.decode("cmp", campaign))
        none = await queries.counts(session, 4711)

    assert counted == Counts(filed=3, suggestions=1, answered=2, answered_in_time=1, forwarded=1, waiting=1)
    assert none == Counts(0, 0, 0, 0, 0, 0)


async def test_the_jobs_leave_what_is_not_due_as_it_is(world: World) -> None:
    lin, wu = await world.sign_in("Lin"), await world.sign_in("Wu")
    await answer(wu, await file(lin))
    before = await contents(world)

    await close_the_answered(world.parts.database, world.clock)
    await forget_old_texts(world.parts.database, world.clock)

    assert await contents(world) == before


async def test_the_lists_cost_the_same_for_one_and_for_many(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu, zhou = [await world.sign_in(name) for name in ("Lin", "Wu", "Zhou")]
    await file(lin, campaignId=campaign)
    await mine(lin)

    with statements(world) as one:
        await mine(lin)
        await office(world, wu)
    for number in range(3):
        await file(zhou, f"第 {number} 件事情要说", campaignId=campaign, anonymous=number == 1)
    await file(lin, "另一件事情要说")
    with statements(world) as many:
        await mine(lin)
        await office(world, wu)

    # Mine: who asks, the page, institutions, answers, the campaign. The office's: who asks (thrice, as nothing is
    # remembered here), the institution, their role there, where they belong, what they manage; then as for mine, and
    # names and places.
    assert len(one) == 18, one
    assert len(many) == len(one), many

"""The nightly draw: each act in exactly one, never above capacity, once whoever runs it, caught up in order."""

import asyncio
import json
from collections import Counter
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlmodel import col, select

from backend.campaigns import service as campaigns
from backend.checkins import service
from backend.checkins.requests import Item, Request
from backend.core import ids
from backend.core.db import Database, insert_many
from backend.core.jobs import JobRun
from backend.review import drawing, risk, sampling, verify
from backend.review.jobs import DRAW, draw
from backend.review.tables import BANDS, KNOWN, ReviewBand, ReviewDraw
from tests.api.asking import accepted, act, fresh_id, joined, record_for
from tests.cast import World
from tests.review.desk import acts_of, cases, decide, next_morning, refuse, undo, waiting


async def draws(world: World) -> list[ReviewDraw]:
    """Return every draw in the order in which it was made."""
    async with world.parts.database.read() as session:
        return list((await session.exec(select(ReviewDraw).order_by(col(ReviewDraw.id)))).all())


async def bands(world: World) -> Counter[str]:
    """Return how many acts lay in each band, over all draws."""
    async with world.parts.database.read() as session:
        found = (await session.exec(select(ReviewBand))).all()
    total: Counter[str] = Counter()
    for row in found:
        total[row.band] += row.population
    return total


async def minutes(world: World, minutes_a_day: int) -> None:
    """Let Wu say how much time there is."""
    wu = await world.sign_in("Wu")
    answer = await wu.run(
        "SetReviewMinutes", input={"institutionId": world.institution_id("A"), "minutesADay": minutes_a_day}
    )
    assert answer["__typename"] == "ReviewSettings", answer


async def wrong(world: World) -> list[str]:
    """Return what the laws of review complain about."""
    async with world.parts.database.read() as session:
        return await verify.findings(session)


async def test_a_draw_keeps_to_the_minutes_and_can_be_drawn_again_from_its_seed(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await minutes(world, 5)  # at 20 seconds each: 15 cases
    await acts_of(world, campaign, await world.add_members("A", "财务处", 40))
    await acts_of(world, campaign, await world.add_members("B", "办公室", 3))

    made = await next_morning(world)

    assert made == 2
    of_a, of_b = await draws(world)
    found = await cases(world)
    counts = Counter(one.draw_id for one in found)
    assert (of_a.capacity, of_b.capacity) == (15, 90)
    assert counts == {of_a.id: 15, of_b.id: 3}
    assert {one.day for one in (of_a, of_b)} == {(world.clock.now() - timedelta(days=1)).date()}
    assert of_a.seed != of_b.seed
    kept = {number: band for number, band, _ in sampling.unpack(of_a.acts)}
    assert len(kept) == 40
    again = sampling.first(of_a.seed, kept, sampling.allocate(Counter(kept.values()), 15))
    drawn = {one.check_in_id: one.turn for one in found if one.draw_id == of_a.id}
    assert drawn == {number: sampling.turn(kept[number], place) for number, place in again.items()}
    assert await wrong(world) == []


async def test_every_act_is_in_the_population_of_exactly_one_draw(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=10)
    people = await world.add_members("A", "财务处", 6)
    # From noon in Beijing on: over several midnights, of Beijing and of the world.
    for step in range(16):
        at = world.clock.now()
        some = people[: 1 + step % 6]
        items = (
            [Item(campaign, "paperless", at, {"sheets": 1 + step})] if step % 3 else [Item(campaign, "own_cup", at, {})]
        )
        taken = {one: items for one in some if step % 7 or one != some[0]}
        if taken:
            await record_quietly(world, campaign, taken)
        world.clock.advance(timedelta(hours=5, minutes=13))
        await draw(world.parts.database, world.clock)
    world.clock.advance(timedelta(days=2))
    await draw(world.parts.database, world.clock)

    async with world.parts.database.read() as session:
        connection = await session.connection()
        recorded = (await connection.exec_driver_sql("SELECT id FROM check_in")).scalars().all()
    populations = [number for one in await draws(world) for number, _, _ in sampling.unpack(one.acts)]
    assert len(populations) > 20
    assert sorted(populations) == sorted(recorded)
    assert len(await draws(world)) >= 4


async def record_quietly(world: World, campaign: str, acts: dict[int, Any]) -> None:
    """Record what may be refused, as an act of the same slot."""
    async with world.parts.database.write() as session:
        for member_id in acts:
            await campaigns.join(session, ids.decode("cmp", campaign), member_id, world.clock.now())
        await service.record(
            session,
            [Request(member_id, fresh_id(), tuple(items)) for member_id, items in acts.items()],
            world.clock.now(),
        )


async def test_two_workers_at_once_and_a_second_tick_draw_once(world: World, database: Database) -> None:
    campaign = await world.open_campaign("green-office")
    for institution in ("A", "B"):
        await acts_of(world, campaign, await world.add_members(institution, "财务处", 5))
    world.clock.advance(timedelta(days=1))
    workers = [world.parts.database, database, Database(database.url)]

    made = await asyncio.gather(*(draw(one, world.clock) for one in workers * 2))
    await workers[2].close()
    again = await draw(database, world.clock)

    assert (sum(made), again) == (2, 0)
    assert len(await cases(world)) == 10


async def test_a_draw_comes_five_minutes_after_midnight_and_not_before(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 2))
    world.clock.advance(timedelta(hours=12, minutes=4, seconds=59))  # 00:04:59 in Beijing

    early = await draw(world.parts.database, world.clock)
    world.clock.advance(timedelta(seconds=1))
    due = await draw(world.parts.database, world.clock)

    assert (early, due) == (0, 1)


async def test_nights_off_are_caught_up_in_order_and_what_is_older_than_a_fortnight_is_let_go(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=30)
    people = await world.add_members("A", "财务处", 3)
    first = world.clock.now().date()
    for _ in range(20):
        await acts_of(world, campaign, people)
        world.clock.advance(timedelta(days=1))

    made = await draw(world.parts.database, world.clock)

    found = await draws(world)
    assert made == len(found) == 14
    assert [one.day for one in found] == [first + timedelta(days=day) for day in range(6, 20)]


async def test_a_draw_that_fails_half_way_leaves_nothing_and_is_made_again(world: World, monkeypatch: Any) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 3))
    world.clock.advance(timedelta(days=1))

    async def fail(session: Any, table: Any, rows: Any) -> None:
        await insert_many(session, table, rows)
        raise ConnectionResetError

    monkeypatch.setattr(drawing, "insert_many", fail)
    failure = await asyncio.gather(draw(world.parts.database, world.clock), return_exceptions=True)
    monkeypatch.undo()
    after_failure = (len(await draws(world)), len(await cases(world)))
    made = await draw(world.parts.database, world.clock)

    assert isinstance(failure[0], Exception)
    assert after_failure == (0, 0)
    assert (made, len(await cases(world))) == (1, 3)


async def test_what_staff_confirmed_is_known_and_what_was_undone_is_nowhere(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, zhou, wu = [await joined(world, name, campaign) for name in ("Lin", "Zhou", "Wu")]
    cup = act(campaign, "own_cup", world.clock.now())
    (confirmed,), (undone,), _ = [await accepted(one, cup) for one in (lin, zhou, wu)]
    await wu.run("ConfirmCheckIn", input={"checkInId": confirmed["id"]})
    await wu.run("ReverseTransfer", input={"checkInId": undone["id"], "reason": "误报"})

    await next_morning(world)

    (case,) = await cases(world)
    assert case.member_id == world.members["Wu"]
    assert await bands(world) == {KNOWN: 1, case.band: 1}


async def test_a_stronger_proof_on_another_day_is_drawn_as_what_it_is(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (word,) = await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    await next_morning(world)

    confirmed = await wu.run("ConfirmCheckIn", input={"checkInId": word["id"]})
    await next_morning(world)

    assert confirmed["__typename"] == "CheckInConfirmed"
    assert len(await cases(world)) == 1
    assert (await bands(world))[KNOWN] == 1
    assert await waiting(world, wu) == []


async def test_what_was_put_back_is_not_drawn_a_second_time(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(lin, act(campaign, "own_cup", world.clock.now()))
    await next_morning(world)
    (case,) = await waiting(world, wu)
    await decide(wu, refuse(case["id"]))
    await undo(wu, case["id"])

    drawn = [await next_morning(world) for _ in range(2)]

    assert drawn == [0, 0]
    assert len(await waiting(world, wu)) == 1


async def test_marks_come_from_what_is_known_of_member_day_and_photo(world: World) -> None:
    campaign = await world.open_campaign("green-office", days=20)
    people = await world.add_members("A", "财务处", 7)
    wu = await world.sign_in("Wu")
    for day in range(4):
        await acts_of(world, campaign, people, "paperless", sheets=10)
        await next_morning(world)
        if day == 0:
            case = next(one for one in await cases(world) if one.member_id == people[0])
            await decide(wu, refuse(ids.encode("rvw", case.id or 0)))
    at = world.clock.now()
    await acts_of(world, campaign, people[1:], "paperless", sheets=10)
    burst = [Item(campaign, "energy_act", at, {"act": one}) for one in ("lights_off", "screen_off", "stairs")]
    much = Item(campaign, "paperless", at - timedelta(minutes=5), {"sheets": 90})
    await record_for(world, campaign, {people[0]: [much], people[1]: burst})

    await next_morning(world)

    found = [one for one in await cases(world) if one.draw_id == 5]
    marks = {member: [set_of(one) for one in group] for member, group in groupby(sorted(found, key=by), key=by)}
    assert marks[people[0]] == [{"DECLARED", "LARGE", "REFUSED_ONCE"}]
    assert {frozenset(one) for one in marks[people[1]]} == {
        frozenset({"DECLARED", "BURST"}),
        frozenset({"DECLARED", "BURST", "NOVEL"}),
    }
    assert marks[people[2]] == [{"DECLARED"}]
    first = next(one for one in found if one.member_id == people[0])
    assert (first.earlier_acts, first.earlier_refusals, first.risk, first.band) == (3, 1, 500, "high")
    assert all(one.band == risk.band(one.risk) and one.band in BANDS for one in found)


def by(case: Any) -> int:
    """Return whose act it was."""
    return int(case.member_id)


def set_of(case: Any) -> set[str]:
    """Return the names of a case's marks."""
    return set(json.loads(case.marks))


async def test_an_unused_day_costs_one_look(world: World) -> None:
    await draw(world.parts.database, world.clock)

    async with world.parts.database.read() as session:
        claimed = (await session.exec(select(JobRun).where(JobRun.job == DRAW))).all()

    assert {one.unit_id for one in claimed} == {0}
    assert len(claimed) == 14

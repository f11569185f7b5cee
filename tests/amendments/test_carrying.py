"""A restatement may be killed anywhere, run by many at once, and meet people who record: it ends the same."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from backend.amendments import carrying
from backend.amendments.jobs import carry_on
from backend.campaigns import restatements
from backend.campaigns import service as joining
from backend.checkins import service as recording
from backend.checkins.requests import Item, Request
from backend.checkins.tables import CheckIn
from backend.messages.tables import Message
from backend.points.tables import Transfer
from tests.amendments.office import agreed, carried, complaints, number, points, restating, revalue_factor
from tests.api.asking import accepted, fresh_id, joined, record_for
from tests.cast import World, trip
from tests.custody.drive import begin, device, moved

DEARER = {"kinds": [{"kind": "commute", "points": 20}]}
PEOPLE = 7


class Killed(Exception):
    """The worker died."""


def _trip(campaign: str, world: World) -> Item:
    return Item(campaign, "commute", world.clock.now(), trip(campaign, world.clock.now())["details"])


async def _agreed(world: World) -> tuple[str, list[int]]:
    """Let a change be agreed to over seven people's trips, and nothing be carried out."""
    campaign = await world.open_campaign(at="A")
    members = await world.add_members("A", "财务处", PEOPLE)
    await record_for(world, campaign, {one: [_trip(campaign, world)] for one in members})
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    await agreed(wu, sun, restating(world, campaign, **DEARER))
    return campaign, members


async def _state(world: World, campaign: str) -> tuple[list[tuple[int, int, int]], int, int]:
    """Return what each act is worth and by which rules, how many offsets there are, and how many messages."""
    async with world.parts.database.read() as session:
        acts = (
            await session.exec(
                select(CheckIn).where(col(CheckIn.campaign_id) == number(campaign), col(CheckIn.counted))
            )
        ).all()
        offsets = (await session.exec(select(Transfer.id).where(col(Transfer.cause).startswith("restated/")))).all()
        told = (await session.exec(select(Message.id).where(col(Message.kind) == "rules_changed"))).all()
    return sorted((act.member_id, act.points, act.rule_version) for act in acts), len(offsets), len(told)


async def test_killed_at_every_statement_it_goes_on_to_the_same_result(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrying, "MEMBERS", 3)
    campaign, members = await _agreed(world)
    engine, left, deaths = world.parts.database.engine.sync_engine, [0], 0

    def die(_connection: Any, _cursor: Any, _statement: str, *_: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    event.listen(engine, "before_cursor_execute", die)
    try:
        for lived in range(200):
            left[0] = lived
            try:
                await carry_on(world.parts.database, world.clock)
            except Killed:
                deaths += 1
            else:
                break
    finally:
        event.remove(engine, "before_cursor_execute", die)
    await carried(world)

    assert deaths > 20
    assert await _state(world, campaign) == ([(one, 10, 2) for one in members], PEOPLE, PEOPLE)
    assert await complaints(world) == []


async def test_many_workers_at_once_offset_everything_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "MEMBERS", 2)
    campaign, members = await _agreed(world)

    await asyncio.gather(*(carry_on(world.parts.database, world.clock) for _ in range(4)))
    await carried(world)

    assert await _state(world, campaign) == ([(one, 10, 2) for one in members], PEOPLE, PEOPLE)
    assert await complaints(world) == []


async def test_who_was_recording_by_the_older_rules_meanwhile_comes_to_the_new_ones(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    wu, sun = await world.sign_in("Wu"), await world.sign_in("Sun")
    (late,) = await world.add_members("A", "财务处", 1)
    database, recorded, release = world.parts.database, asyncio.Event(), asyncio.Event()

    async def record() -> None:
        async with database.write() as session:
            await joining.join(session, number(campaign), late, world.clock.now())
            await recording.record(session, [Request(late, fresh_id(), (_trip(campaign, world),))], world.clock.now())
            recorded.set()
            await release.wait()

    writing = asyncio.create_task(record())
    await recorded.wait()
    if database.is_sqlite:  # where nobody else can write meanwhile
        release.set()
        await writing
    await agreed(wu, sun, restating(world, campaign, **DEARER))
    await carry_on(database, world.clock)
    release.set()
    await writing
    between = await _state(world, campaign)
    async with database.read() as session:
        unsealable = await restatements.is_restating(session, number(campaign))
    await carried(world)

    assert between[0] == [(late, 10, 2) if database.is_sqlite else (late, 5, 1)]
    assert (await _state(world, campaign))[0] == [(late, 10, 2)]
    assert unsealable
    async with database.read() as session:
        assert not await restatements.is_restating(session, number(campaign))
    assert await complaints(world) == []


async def test_who_records_while_members_are_restated_waits_and_counts_by_the_new_rules(world: World) -> None:
    campaign, members = await _agreed(world)
    later = Item(campaign, "commute", world.clock.now(), trip(campaign, world.clock.now(), "from_work")["details"])

    async def record(member: int) -> None:
        async with world.parts.database.write() as session:
            await recording.record(session, [Request(member, fresh_id(), (later,))], world.clock.now())

    await asyncio.gather(carry_on(world.parts.database, world.clock), *(record(one) for one in members))
    await carried(world)

    acts, offsets, _ = await _state(world, campaign)
    assert acts == sorted((one, 10, 2) for one in members for _ in range(2))
    assert offsets == PEOPLE
    assert await complaints(world) == []


async def test_a_factor_restates_carbon_and_a_correction_takes_both_back(world: World) -> None:
    drive = await begin(world, at="A")
    lin = await drive.member("Lin")
    phone = await drive.brought(lin, "certified")
    revalue_factor(world, "device.cn.phone_resale", "30")

    await agreed(drive.wu, drive.sun, restating(world, drive.campaign, factors=["device.cn.phone_resale"]))
    await carried(world)
    restated = (await device(lin))["carbon"]["milligrams"]
    assert await complaints(world) == []
    moved(await drive.correct(phone, "parts", by=drive.sun))
    await world.project()

    assert restated == 30_000_000
    held = (await lin.run("MyLedger"))["balance"]
    assert held["carbon"]["milligrams"] == 0
    assert await complaints(world) == []


async def test_a_day_with_a_limit_is_restated_in_the_order_in_which_it_was_recorded(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    now = world.clock.now()
    await accepted(lin, trip(campaign, now), trip(campaign, now, "from_work"))

    await agreed(wu, sun, restating(world, campaign, pointsPerDay=15, **DEARER))
    await carried(world)

    acts = (await lin.run("MyCheckIns"))["checkIns"]["items"]
    assert [(one["slot"], one["points"]) for one in reversed(acts)] == [("to_work", 10), ("from_work", 5)]
    assert await points(lin) == 15


async def test_what_counted_goes_on_counting_under_a_smaller_number_a_day(world: World) -> None:
    campaign = await world.open_campaign(at="A")
    lin, wu, sun = await joined(world, "Lin", campaign), await world.sign_in("Wu"), await world.sign_in("Sun")
    now = world.clock.now()
    await accepted(lin, trip(campaign, now), trip(campaign, now, "from_work"))

    await agreed(wu, sun, restating(world, campaign, kinds=[{"kind": "commute", "perDay": 1}]))
    await carried(world)
    world.clock.advance(timedelta(days=1))
    now = world.clock.now()
    await accepted(lin, trip(campaign, now))
    refused = await lin.run(
        "RecordCheckIns", input={"requestId": fresh_id(), "items": [trip(campaign, now, "from_work")]}
    )

    assert await points(lin) == 15
    assert refused["outcomes"][0]["__typename"] == "CapReached"


async def test_what_was_agreed_to_is_carried_out_though_the_campaign_is_cancelled(world: World) -> None:
    campaign, members = await _agreed(world)
    sun = await world.sign_in("Sun")
    asked = {"campaignId": campaign, "because": {"edition": 2, "reason": "暴雨红色预警"}}
    cancelled = await sun.run("CallOffCampaign", input=asked)

    await carried(world)

    assert cancelled["campaign"]["state"] == "cancelled"
    assert await _state(world, campaign) == ([(one, 10, 2) for one in members], PEOPLE, PEOPLE)
    assert await complaints(world) == []

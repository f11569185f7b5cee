"""The job that follows the ledger: once for each badge, whoever runs it, however late, and lost with what earned it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from backend.campaigns import service as campaigns
from backend.campaigns.tables import RUNNING, SEALED
from backend.campaigns.theme_sheet import Badge
from backend.core import ids
from backend.honours import service
from backend.messages import service as messages
from backend.points.tables import LedgerBatch
from tests.api.asking import accepted, act, contents, joined
from tests.campaigns.city import SHELF
from tests.cast import World
from tests.honours.following import CALENDAR, act_daily, follow, honours, inbox, rows, set_state


async def test_a_badge_is_told_of_once_however_often_late_or_by_how_many_workers_it_is_followed(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    people = [*(await world.add_members("A", "财务处", 8)), world.members["Lin"]]
    await act_daily(world, campaign, people, 5)  # and a week's end passes without a worker
    world.clock.advance(timedelta(days=2))

    workers = await asyncio.gather(*(follow(world) for _ in range(3)))
    once = await contents(world)
    again = await follow(world)

    earned = await rows(world)
    assert sum(workers) == 5
    assert again == 0
    assert await contents(world) == once
    assert {key for _, key in earned} == {"five-in-a-row", "low-carbon-day"}
    assert len(earned) == len(once["message"]) == 2 * len(people)


async def test_a_badge_is_lost_with_the_act_that_earned_it_and_comes_back_without_a_second_message(
    world: World,
) -> None:
    campaign = await world.open_campaign("energy-week", days=10)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await act_daily(world, campaign, [world.members["Lin"]], 4)
    (made,) = await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="screen_off"))
    await follow(world)
    first = await rows(world)
    held = (await honours(lin, campaign))["badges"][0]

    await wu.run("ReverseTransfer", input={"entryId": made["pointsEntry"], "reason": "误报"})
    gone = await honours(lin, campaign)
    await follow(world)
    lost = await rows(world)
    await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="lights_off"))
    world.clock.advance(timedelta(minutes=1))
    await follow(world)
    back = await rows(world)

    key = (world.members["Lin"], "five-in-a-row")
    assert (held["held"], held["earnedAt"]) == (True, first[key].earned_at.isoformat())
    assert (gone["streak"]["current"], gone["badges"][0]["held"], gone["badges"][0]["earnedAt"]) == (4, False, None)
    assert lost[key].lost_at is not None
    assert (back[key].lost_at, back[key].earned_at) == (None, first[key].earned_at)
    assert len([one for one in await inbox(world, "Lin", "badge_earned") if one.key.endswith("five-in-a-row")]) == 1


async def test_after_the_seal_nothing_is_taken_away(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await act_daily(world, campaign, [world.members["Lin"]], 4)
    (made,) = await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="screen_off"))
    await follow(world)
    await set_state(world, campaign, SEALED)

    await wu.run("ReverseTransfer", input={"entryId": made["pointsEntry"], "reason": "误报"})
    await follow(world)
    found = await honours(lin, campaign)

    assert found["streak"]["current"] == 4
    assert [one["held"] for one in found["badges"]] == [True, True, False]
    assert all(row.lost_at is None for row in (await rows(world)).values())


async def test_a_habit_is_earned_in_another_campaign_after_its_week_has_closed(world: World) -> None:
    week = await world.open_campaign("waste-sorting-week")
    lin = await joined(world, "Lin", week)
    for _ in range(7):
        await accepted(lin, act(week, "waste_sorting", world.clock.now(), waste_class="kitchen"))
        world.clock.advance(timedelta(days=1))
    await follow(world)
    office = await world.open_campaign("green-office", days=20)
    await joined(world, "Lin", office)
    for _ in range(14):
        lin = await world.sign_in("Lin")
        await accepted(lin, act(office, "waste_sorting", world.clock.now(), waste_class="kitchen"))
        world.clock.advance(timedelta(days=1))
    before = (await honours(lin, week))["streak"]
    await follow(world)
    told = [one.key for one in await inbox(world, "Lin", "badge_earned")]
    await lin.run("LeaveCampaign", input={"campaignId": office})
    after = (await honours(lin, week))["streak"]

    assert (before["current"], before["target"], before["reached"]) == (21, 21, True)
    assert f"badge/{ids.decode('cmp', week)}/habit-21" in told
    assert after["current"] == 7  # what was done in a campaign that was left counts nowhere


async def test_a_late_act_within_the_grace_time_repairs_the_streak(world: World) -> None:
    campaign = await world.open_campaign("green-commute-month", days=14)
    lin = await joined(world, "Lin", campaign)
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    days = [world.clock.now() + timedelta(days=number) for number in range(4)]
    for number, day in enumerate(days):
        world.clock.at = day
        if number != 2:
            await accepted(lin, act(campaign, "commute", day, **details))

    broken = (await honours(lin, campaign))["streak"]
    await accepted(lin, act(campaign, "commute", days[2], **details))
    repaired = (await honours(lin, campaign))["streak"]

    assert (broken["current"], broken["next"]["day"]) == (3, days[2].date().isoformat())
    assert (repaired["current"], repaired["longest"]) == (4, 4)
    assert {one["day"]: one["mark"] for one in repaired["days"]}[days[2].date().isoformat()] == "done"


async def test_a_pause_breaks_no_streak(world: World) -> None:
    campaign = await world.open_campaign("green-commute-month", days=20)
    lin = await joined(world, "Lin", campaign)
    details = {"mode": "metro", "distance": "from_5_km", "direction": "to_work"}
    await accepted(lin, act(campaign, "commute", world.clock.now(), **details))
    first = world.clock.now()
    world.clock.advance(timedelta(days=14))

    without = (await honours(lin, campaign))["streak"]["current"]
    for edition, (document, day) in enumerate((("PauseCampaign", 1), ("ResumeCampaign", 13)), start=1):
        world.clock.at = first + timedelta(days=day)
        sun, because = await world.sign_in("Sun"), {"edition": edition, "reason": "台风"}
        held = await sun.run(document, input={"campaignId": campaign, "because": because})
        assert held["__typename"] == "CampaignUpdated", held
    world.clock.at = first + timedelta(days=14)
    paused = (await honours(lin, campaign))["streak"]

    assert (without, paused["current"]) == (0, 1)
    assert paused["next"]["day"] == world.clock.at.date().isoformat()  # and nothing before it is to be repaired


async def test_who_dies_in_the_middle_has_followed_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = await world.open_campaign("energy-week")
    await act_daily(world, campaign, [world.members["Lin"]], 5)
    await world.project()
    before = await contents(world)

    async def die(*_: Any, **__: Any) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as broken:
        broken.setattr(messages, "post", die)
        with pytest.raises(Exception, match="unavailable"):
            async with world.parts.database.write() as session:
                await service.follow(session, CALENDAR, 5, world.clock.now())
    during = await contents(world)
    await follow(world)

    assert during == before
    assert len(await inbox(world, "Lin", "badge_earned")) == 2


async def test_batches_that_the_boards_have_not_followed_wait(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    await act_daily(world, campaign, [world.members["Lin"]], 1)

    async with world.parts.database.read() as session:
        early = await service.waiting(session)
    await world.project()
    async with world.parts.database.write() as session:
        waiting = await service.waiting(session)
        await session.exec(update(LedgerBatch).values(projected_at=None))
        unprojected = await service.waiting(session)
        recorded = list(await session.exec(select(col(LedgerBatch.recorded_at))))

    assert (early, unprojected) == ({}, {})
    assert list(waiting.values()) == recorded


async def test_a_badge_for_points_counts_what_the_ledger_holds(world: World) -> None:
    pack = SHELF.themes["energy-week"]
    theme = pack.model_copy(update={"badges": (Badge(key="all-round", points=15),)})
    async with world.parts.database.write() as session:
        opened = await campaigns.open_campaign(
            session,
            theme=theme,
            factors=SHELF.factors,
            institution_id=world.institutions["A"].id or 0,
            starts_on=world.clock.now().date(),
            ends_on=world.clock.now().date() + timedelta(days=6),
            opened_by=None,
            now=world.clock.now(),
        )
        opened.state = RUNNING
        campaign = ids.encode("cmp", opened.id or 0)
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    acts = [act(campaign, "energy_act", world.clock.now(), act=one) for one in ("lights_off", "screen_off", "stairs")]
    made = await accepted(lin, *acts)

    reached = (await honours(lin, campaign))["badges"]
    await follow(world)
    await wu.run("ReverseTransfer", input={"entryId": made[0]["pointsEntry"], "reason": "误报"})
    lost = (await honours(lin, campaign))["badges"]

    assert [(one["have"], one["need"], one["held"]) for one in reached] == [(15, 15, True)]
    assert [(one["have"], one["held"], one["earnedAt"]) for one in lost] == [(10, False, None)]
    assert len(await inbox(world, "Lin", "badge_earned")) == 1

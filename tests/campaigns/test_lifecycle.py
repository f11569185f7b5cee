"""Organisers change a campaign before it starts, extend, pause, resume and cancel it; members read why."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from backend.campaigns import gate, pauses, queries
from backend.campaigns.errors import DoneDuringPause
from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.tables import Campaign, CampaignEvent
from backend.core import ids
from backend.messages.tables import Message
from backend.review.jobs import draw
from tests.amendments.office import agreed, carried, restating
from tests.api.asking import accepted, answered, board, fresh_id, joined, nothing_written, record, refused
from tests.campaigns.city import MONDAY
from tests.cast import Person, World, trip
from tests.settlement.way import to_provisional

STORM = "暴雨红色预警，全市停工停课"
DAY = timedelta(days=1)


async def scheduled(world: World, at: str = "D", theme: str = "green-commute-month", days: int = 7) -> str:
    """Let Sun open a campaign for the week after this one."""
    first = MONDAY + 7 * DAY
    asked = {"theme": theme, "institutionId": world.institution_id(at), "startsOn": first.isoformat()}
    sun = await world.sign_in("Sun")
    opened = await sun.run("OpenCampaign", input=asked | {"endsOn": (first + (days - 1) * DAY).isoformat()})
    identifier: str = opened["campaign"]["id"]
    return identifier


async def hold(person: Person, verb: str, campaign: str, edition: int, reason: str = STORM) -> Any:
    """Pause or resume a campaign, or call it off."""
    because = {"edition": edition, "reason": reason}
    return await person.run(verb, input={"campaignId": campaign, "because": because})


async def cancel(person: Person, campaign: str, edition: int, reason: str = STORM) -> Any:
    """Cancel a campaign for a reason."""
    return await hold(person, "CallOffCampaign", campaign, edition, reason)


async def change(person: Person, campaign: str, edition: int, **asked: Any) -> Any:
    """Change a campaign."""
    return await person.run("ChangeCampaign", input={"campaignId": campaign, "edition": edition, **asked})


async def trail(world: World, campaign: str) -> list[str]:
    """Return what happened to a campaign."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(CampaignEvent.what)
            .where(col(CampaignEvent.campaign_id) == ids.decode("cmp", campaign))
            .order_by(col(CampaignEvent.id))
        )
        return list(found)


async def inbox(world: World, name: str) -> list[dict[str, Any]]:
    """Return what a member was told, oldest first."""
    async with world.parts.database.read() as session:
        found = await session.exec(
            select(Message.told).where(col(Message.member_id) == world.members[name]).order_by(col(Message.id))
        )
        return [json.loads(told) for told in found]


async def test_before_it_starts_everything_may_change_and_the_clock_follows(world: World) -> None:
    campaign, wu = await scheduled(world, at="A"), await world.sign_in("Wu")

    moved = await change(wu, campaign, 1, startsOn="2026-06-24", endsOn="2026-06-30")
    windows = await change(wu, campaign, 2, reviewDays=3, objectionDays=0, budgetPoints=50_000)
    unlimited = await change(wu, campaign, 3, budgetPoints=None)

    assert moved["campaign"]["opensAt"] == "2026-06-23T16:00:00+00:00"
    assert moved["campaign"]["startsOn"] == "2026-06-24"
    assert moved["campaign"]["closesAt"] > "2026-06-30"
    assert [one["campaign"]["edition"] for one in (moved, windows, unlimited)] == [2, 3, 4]
    assert await trail(world, campaign) == ["opened", "changed", "changed", "changed"]
    world.clock.at = world.clock.at.replace(day=23, hour=15, minute=59)
    assert await follow_the_calendar(world.parts.database, world.clock) == 0
    world.clock.advance(timedelta(minutes=1))
    assert await follow_the_calendar(world.parts.database, world.clock) == 1


async def test_what_cannot_be_is_refused_and_nothing_changes(world: World) -> None:
    campaign, other, wu = await scheduled(world), await scheduled(world, days=8), await world.sign_in("Sun")
    days_invalid = {
        ("2026-06-22", "2026-06-21"): ("结束日期早于开始日期", "the last day is before the first"),
        ("2026-06-22", "2026-06-29"): ("已有活动", "has a campaign"),
        ("2026-06-01", "2026-06-02"): ("已经过去", "has passed already"),
    }
    values = {"reviewDays": (0, 15), "objectionDays": (-1, 15), "budgetPoints": (-1, -5, 10**13)}

    async with nothing_written(world):
        for (first, last), (zh, en) in days_invalid.items():
            asked = {"campaignId": campaign, "edition": 1, "startsOn": first, "endsOn": last}
            await answered(wu, "ChangeCampaign", "CampaignDaysInvalid", zh=zh, en=en, input=asked)
        for field, wrong in values.items():
            for value in wrong:
                asked = {"campaignId": campaign, "edition": 1, field: value}
                await answered(wu, "ChangeCampaign", "InvalidValue", zh=field, en=field, input=asked)
        for reason in ("x", "  ", "长" * 201, "a\u0000b"):
            refused_for = await cancel(wu, campaign, 1, reason)
            assert refused_for["__typename"] == "InvalidValue"
            assert "2 至 200" in refused_for["message"]

    assert other != campaign


@pytest.mark.parametrize(("cut", "refused_change"), [(4, True), (0, False)])
async def test_days_cannot_be_moved_beside_a_campaign_whose_days_begin_at_another_hour(
    world: World, cut: int, *, refused_change: bool
) -> None:
    campaign, sun = await scheduled(world, at="A"), await world.sign_in("Sun")
    beside = await world.open_campaign("plastic-free", starts_on=MONDAY + 20 * DAY)
    async with world.parts.database.write() as session:
        row = update(Campaign).where(col(Campaign.id) == ids.decode("cmp", beside))
        await session.exec(row.values(day_cut_hour=cut))

    near = await change(sun, campaign, 1, endsOn=(MONDAY + 19 * DAY).isoformat())

    assert (near["__typename"] == "CampaignDaysInvalid") is refused_change
    assert ("每日起算时间不同" in near.get("message", "")) is refused_change


async def test_the_acts_of_a_cancelled_campaign_are_still_reviewed(world: World) -> None:
    campaign, sun, wu = await world.open_campaign(), await world.sign_in("Sun"), await world.sign_in("Wu")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await cancel(sun, campaign, 1)

    world.clock.advance(DAY)
    await draw(world.parts.database, world.clock)
    queue = await wu.run("ReviewQueue", institutionId=world.institution_id("A"))

    assert len(queue["items"]) == 1


async def test_the_review_of_a_cancelled_campaign_ends_after_its_own_days(world: World) -> None:
    campaign, sun, wu = await world.open_campaign(), await world.sign_in("Sun"), await world.sign_in("Wu")
    async with world.parts.database.write() as session:
        await session.exec(update(Campaign).values(review_days=2))
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    await cancel(sun, campaign, 1)
    waiting = []

    for _ in range(3):
        world.clock.advance(DAY)
        await draw(world.parts.database, world.clock)
        queue = await wu.run("ReviewQueue", institutionId=world.institution_id("A"))
        waiting.append(len(queue["items"]))

    assert waiting == [1, 0, 0]


async def test_who_comes_second_is_told_of_budgets_rules_and_states(world: World) -> None:
    campaign, wu, sun = await world.open_campaign(at="A"), await world.sign_in("Wu"), await world.sign_in("Sun")

    async def told(edition: int) -> tuple[str, str]:
        answers = [await hold(one, "PauseCampaign", campaign, edition) for one in (sun, replace(sun, language="en"))]
        assert {one["__typename"] for one in answers} == {"CampaignChanged"}, answers
        return answers[0]["message"], answers[1]["message"]

    await wu.run("SetBudget", input={"requestId": fresh_id(), "campaignId": campaign, "points": 100})
    budget = await told(1)
    await agreed(wu, sun, restating(world, campaign, pointsPerDay=15))
    rules = await told(2)
    await carried(world)
    await to_provisional(world, campaign)
    states = await told(3)

    for (zh, en), words in (
        (budget, ("修改预算（积分预算 — → 100）", "budget changed (budget of points — → 100)")),
        (rules, ("规则调整", "rules changed")),
        (states, ("已审核完毕；已公布初步结果", "was reviewed; has a provisional result")),
    ):
        assert (words[0] in zh, words[1] in en) == (True, True), (zh, en)


async def test_the_second_of_two_organisers_is_told_what_the_first_changed(world: World) -> None:
    campaign, wu, sun = await scheduled(world, at="A"), await world.sign_in("Wu"), await world.sign_in("Sun")

    first = await change(wu, campaign, 1, endsOn="2026-06-30", reviewDays=5)
    async with nothing_written(world):
        second = await change(sun, campaign, 1, endsOn="2026-06-27")
        english = await change(replace(sun, language="en"), campaign, 1, endsOn="2026-06-27")

    assert first["__typename"] == "CampaignUpdated"
    assert (second["__typename"], second["edition"]) == ("CampaignChanged", 2)
    assert "结束日期 2026-06-28 → 2026-06-30、审核天数 14 → 5" in second["message"]
    assert "last day 2026-06-28 → 2026-06-30, days of review 14 → 5" in english["message"]
    assert "吴" not in second["message"]


async def test_at_one_moment_one_of_two_organisers_wins(world: World) -> None:
    campaign, wu, sun = await scheduled(world, at="A"), await world.sign_in("Wu"), await world.sign_in("Sun")

    answers = await asyncio.gather(
        change(wu, campaign, 1, endsOn="2026-06-30"), change(sun, campaign, 1, endsOn="2026-07-01")
    )

    assert sorted(one["__typename"] for one in answers) == ["CampaignChanged", "CampaignUpdated"]


async def test_a_change_sent_again_is_done_once_and_answered_alike(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    extended = [await change(sun, campaign, 1, endsOn="2026-06-23", reason="应各单位要求") for _ in range(2)]
    paused = [await hold(sun, "PauseCampaign", campaign, 2) for _ in range(2)]
    resumed = [await hold(sun, "ResumeCampaign", campaign, 3) for _ in range(2)]
    cancelled = [await cancel(sun, campaign, 4) for _ in range(2)]

    for first, again in (extended, paused, resumed, cancelled):
        assert first["campaign"]["edition"] == again["campaign"]["edition"]
        assert first == again
    assert await trail(world, campaign) == ["opened", "started", "extended", "paused", "resumed", "cancelled"]


async def test_after_the_start_there_are_only_more_days_and_all_that_follows_moves(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin = await joined(world, "Lin", campaign)
    before = (await lin.run("Home.v2"))["campaigns"][0]

    for asked in ({"startsOn": "2026-06-16"}, {"endsOn": "2026-06-20"}, {"reviewDays": 3}, {"budgetPoints": 9}):
        refused_change = await change(sun, campaign, 1, reason="不行", **asked)
        assert (refused_change["__typename"], refused_change["endsOn"]) == ("OnlyExtendable", "2026-06-21")
    unexplained = await change(sun, campaign, 1, endsOn="2026-06-24")
    extended = await change(sun, campaign, 1, endsOn="2026-06-24", reason="应各单位要求延长三天")
    world.clock.at = world.clock.at.replace(day=24)
    await accepted(lin, trip(campaign, world.clock.now()))

    assert unexplained["__typename"] == "InvalidValue"
    assert before["closesAt"] == "2026-06-23T16:00:00+00:00"
    assert extended["campaign"]["closesAt"] == "2026-06-26T16:00:00+00:00"
    (told,) = await inbox(world, "Lin")
    assert told["what"][0] == "活动时间改为 2026-06-15 至 2026-06-24"
    assert told["reason"] == "应各单位要求延长三天"


async def test_a_paused_campaign_takes_nothing_says_why_and_goes_on(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin = await joined(world, "Lin", campaign)
    before_pause = world.clock.now()
    world.clock.advance(timedelta(hours=1))

    paused = await hold(sun, "PauseCampaign", campaign, 1)
    (managed,) = await sun.run("Campaigns.v2", institutionId=world.institution_id("A"))
    during = world.clock.now() + timedelta(minutes=30)
    world.clock.at = during
    await refused(lin, trip(campaign, before_pause), "CampaignPaused", zh=STORM, en="is paused")
    shown = (await lin.run("Home.v2"))["campaigns"][0]
    world.clock.advance(timedelta(hours=1))
    resumed = await hold(sun, "ResumeCampaign", campaign, 2, "预警解除")

    assert (paused["campaign"]["state"], paused["campaign"]["stateReason"]) == ("paused", STORM)
    assert (shown["state"], shown["stateReason"]) == ("paused", STORM)
    assert (managed["id"], managed["edition"], managed["stateReason"]) == (campaign, 2, STORM)
    assert (resumed["campaign"]["state"], resumed["campaign"]["stateReason"]) == ("running", None)
    assert resumed["campaign"]["closesAt"] == paused["campaign"]["closesAt"]
    await refused(
        lin, trip(campaign, during), "DoneDuringPause", zh="2026-06-15 13:00 至 2026-06-15 14:30", en="2026-06-15 13:00"
    )
    await accepted(lin, trip(campaign, before_pause), trip(campaign, world.clock.now(), "from_work"))
    assert [one["reason"] for one in await inbox(world, "Lin")] == [STORM, "预警解除"]
    assert await inbox(world, "Zhou") == []  # who does not take part is not told


async def test_a_pause_takes_nothing_from_the_time_for_late_reports(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin, done_at = await joined(world, "Lin", campaign), world.clock.now()
    world.clock.advance(timedelta(hours=6))
    await hold(sun, "PauseCampaign", campaign, 1)
    world.clock.advance(timedelta(days=3))
    await hold(sun, "ResumeCampaign", campaign, 2)

    await accepted(lin, trip(campaign, done_at))
    world.clock.advance(timedelta(days=3))
    await refused(lin, trip(campaign, done_at, "from_work"), "TooLate", zh="2026-06-21", en="2026-06-21")


@pytest.mark.parametrize(("pause_days", "more_days"), [(3, 3), (60, 36)])
def test_a_long_pause_lengthens_the_time_for_late_reports_as_far_as_judging_looks_back(
    pause_days: int, more_days: int
) -> None:
    began = datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    until = began + 3 * DAY
    pause = pauses.Pause(began + DAY, began + (1 + pause_days) * DAY, STORM)
    later = pauses.Pause(began + 100 * DAY, None, STORM)

    assert pauses.lengthened(until, began, [pause, later]) == until + more_days * DAY
    assert pauses.read(pauses.write([pause, later])) == (pause, later)


@pytest.mark.parametrize(
    ("from_day", "to_day", "more_days"),
    [(3, 5, 0), (2, 5, 3), (-2, -1, 0), (-2, 1, 1), (1, None, 0)],  # after it, across its end, before, into, not over
)
def test_only_what_a_pause_took_of_the_time_for_late_reports_is_given_back(
    from_day: int, to_day: int | None, more_days: int
) -> None:
    began = datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    pause = pauses.Pause(began + from_day * DAY, None if to_day is None else began + to_day * DAY, STORM)

    assert pauses.lengthened(began + 3 * DAY, began, [pause]) == began + (3 + more_days) * DAY
    assert pauses.lengthened(began + 50 * DAY, began, []) == began + 50 * DAY


def test_a_pause_that_has_ended_stays_as_it_was_and_none_ends_before_it_began() -> None:
    now = datetime(2026, 6, 14, 16, 0, tzinfo=UTC)
    over, later = pauses.Pause(now - 2 * DAY, now - DAY, STORM), pauses.Pause(now + DAY, None, STORM)

    kept = pauses.read(pauses.ended(pauses.write([over, later]), now))

    assert kept == (over, pauses.Pause(now + DAY, now + DAY, STORM))


async def test_the_steps_of_a_day_count_unless_the_whole_day_was_a_pause(world: World) -> None:
    campaign, sun = await world.open_campaign("energy-week"), await world.sign_in("Sun")
    await joined(world, "Lin", campaign)
    await hold(sun, "PauseCampaign", campaign, 1)
    world.clock.advance(2 * DAY)
    await hold(sun, "ResumeCampaign", campaign, 2)
    async with world.parts.database.read() as session:
        running = await queries.one(session, ids.decode("cmp", campaign))
    assert running

    def whole(day: date) -> tuple[datetime, datetime]:
        return running.began_at(day), running.began_at(day + DAY)

    gate.refuse_pause(running, *whole(MONDAY))
    gate.refuse_pause(running, *whole(MONDAY + 2 * DAY))
    with pytest.raises(DoneDuringPause):
        gate.refuse_pause(running, *whole(MONDAY + DAY))


async def test_a_campaign_whose_time_is_over_is_not_paused_though_no_worker_has_closed_it(world: World) -> None:
    campaign, sun = await world.open_campaign(days=1), await world.sign_in("Sun")
    world.clock.advance(timedelta(days=4))

    late = [await hold(sun, "PauseCampaign", campaign, 1), await cancel(sun, campaign, 1)]

    assert [one["__typename"] for one in late] == ["CampaignStateForbids"] * 2


async def test_a_paused_campaign_whose_time_is_over_closes(world: World) -> None:
    campaign, sun = await world.open_campaign(days=1), await world.sign_in("Sun")
    await hold(sun, "PauseCampaign", campaign, 1)
    world.clock.advance(timedelta(days=4))

    late = [
        await hold(sun, "ResumeCampaign", campaign, 2),
        await change(sun, campaign, 2, endsOn="2026-07-01", reason="延长"),
    ]
    done = await follow_the_calendar(world.parts.database, world.clock)
    after = [await hold(sun, "ResumeCampaign", campaign, 2), await cancel(sun, campaign, 2)]

    assert [one["__typename"] for one in late] == ["CampaignStateForbids", "CampaignClosed"]
    assert done == 1
    assert [one["__typename"] for one in after] == ["CampaignStateForbids"] * 2
    assert "已截止，不能恢复" in after[0]["message"]
    assert await trail(world, campaign) == ["opened", "started", "paused", "closed"]


async def test_a_cancelled_campaign_keeps_what_was_earned_and_tells_why(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin = await joined(world, "Lin", campaign)
    await accepted(lin, trip(campaign, world.clock.now()))
    earned = (await lin.run("Home.v2"))["balance"]["points"]
    world.clock.advance(timedelta(hours=1))

    cancelled = await cancel(sun, campaign, 1)
    await world.project()
    home, released = await lin.run("Home.v2"), await lin.run("Home")

    assert earned > 0
    assert cancelled["campaign"]["state"] == "cancelled"
    assert cancelled["campaign"]["closesAt"] == world.clock.now().isoformat()
    await refused(lin, trip(campaign, world.clock.now(), "from_work"), "CampaignCalledOff", zh=STORM, en="cancelled")
    assert home["balance"]["points"] == earned
    assert [(one["id"], one["state"], one["stateReason"]) for one in home["campaigns"]] == [
        (campaign, "cancelled", STORM)
    ]
    assert released["campaigns"] == []
    standing = await board(lin, campaign, "PERSON")
    assert (standing["board"]["points"], standing["me"]["place"]["value"]) == (earned, earned)
    (told,) = await inbox(world, "Lin")
    assert "已获得的积分和减排量保留" in told["what"][0]
    world.clock.at = world.clock.at.replace(day=22)
    assert (await lin.run("Home.v2"))["campaigns"] == []


async def test_only_who_may_open_it_may_change_it(world: World) -> None:
    campaign = await world.open_campaign()
    strangers = [await world.sign_in(name) for name in ("Lin", "Wu", "Chen")]

    async with nothing_written(world):
        for person in strangers:
            answers = [
                await change(person, campaign, 1, endsOn="2026-07-01", reason="延长"),
                await hold(person, "PauseCampaign", campaign, 1),
                await hold(person, "ResumeCampaign", campaign, 1),
                await cancel(person, campaign, 1),
                await change(person, "cmp_zzzz", 1, endsOn="2026-07-01"),
            ]
            assert [one["__typename"] for one in answers] == ["NotFound"] * 5


@pytest.mark.parametrize("verb", ["PauseCampaign", "ResumeCampaign"])
async def test_what_has_not_started_is_neither_paused_nor_resumed(world: World, verb: str) -> None:
    campaign, sun = await scheduled(world), await world.sign_in("Sun")

    answer = await hold(sun, verb, campaign, 1)

    assert answer["__typename"] == "CampaignStateForbids"
    assert "尚未开始" in answer["message"]


async def test_who_has_left_is_told_nothing_and_keeps_their_score(world: World) -> None:
    campaign, sun = await world.open_campaign(), await world.sign_in("Sun")
    lin, zhou = await joined(world, "Lin", campaign), await joined(world, "Zhou", campaign)
    await accepted(zhou, trip(campaign, world.clock.now()))
    await zhou.run("LeaveCampaign", input={"campaignId": campaign})

    await hold(sun, "PauseCampaign", campaign, 1)
    await hold(sun, "ResumeCampaign", campaign, 2)
    receipt = await record(zhou, trip(campaign, world.clock.now(), "from_work"))

    assert len(await inbox(world, "Lin")) == 2
    assert await inbox(world, "Zhou") == []
    assert receipt["outcomes"][0]["__typename"] == "NotJoined"
    assert (await zhou.run("Home.v2"))["balance"]["points"] > 0
    assert lin.token != zhou.token

"""Reminders: for who joined and asked, on workdays, at their time, once a day, and never after the act or the end."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import col, update

from backend.campaigns.jobs import follow_the_calendar
from backend.campaigns.tables import CANCELLED, CLOSED, PAUSED, Campaign, Participation
from backend.core import ids
from backend.core.clock import FixedClock
from backend.messages import kinds
from backend.reminders import service
from tests.api.asking import accepted
from tests.api.test_statements import statements
from tests.cast import Failed, Person, trip
from tests.messages.post import Post, at, carried, posting

TEMPLATE = "reminder-template-01"
FIELDS = {"thing1": "{campaign}", "time2": "{until}", "thing3": "自愿参加，可随时关闭"}
SHEET = carried("long_term", TEMPLATE, "check_in_reminder", FIELDS) + carried(
    "one_time", "begins-template-001", "campaign_reminder", {"thing1": "{campaign}", "date2": "{starts_on}~{ends_on}"}
)
CHECK_IN, BEGINS = "check_in_reminder", "campaign_reminder"


@pytest_asyncio.fixture
async def post(database_url: str, clock: FixedClock) -> AsyncIterator[Post]:
    """Bring the cast on the Monday morning of a campaign, before work."""
    clock.at = at(7, 0)
    async with posting(database_url, clock, SHEET) as post:
        await post.play("templates", template_id=TEMPLATE, type="long_term", fields=[*FIELDS])
        await post.play("templates", template_id="begins-template-001", type="one_time", fields=["thing1", "date2"])
        yield post


async def joined(post: Post, name: str, campaign: str) -> Person:
    """Let somebody join and allow the template."""
    person = await post.world.sign_in(name)
    await person.run("JoinCampaign", input={"campaignId": campaign})
    await post.play("subscribe", openid=post.world.openids[name], answers={TEMPLATE: "accept"})
    return person


async def asks(person: Person, at_time: str | None = "11:20", kind: str = "CHECK_IN") -> dict[str, Any]:
    """Let somebody ask for a reminder."""
    answer: dict[str, Any] = await person.run("SetReminder", input={"kind": kind, "atTime": at_time})
    return answer


async def pass_time(post: Post, until: datetime, minutes: int = 8) -> None:
    """Let the worker wake up every few minutes until then; over what lies hours before, it sleeps."""
    post.clock.at = max(post.clock.now(), until - timedelta(hours=2, minutes=30))
    while post.clock.now() < until:
        post.clock.advance(timedelta(minutes=minutes))
        await post.remind()
        await post.send()


async def reminded(post: Post) -> list[str]:
    """Return whom a reminder reached, in order."""
    names = {openid: name for name, openid in post.world.openids.items()}
    return [names[one["openid"]] for one in await post.came()]


async def test_who_joined_and_asked_is_reminded_at_their_time_and_nobody_else(post: Post) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))
    await joined(post, "Zhou", campaign)
    await asks(await post.world.sign_in("Wu"))

    await pass_time(post, at(11, 10))
    early = await reminded(post)
    await pass_time(post, at(13, 30))

    assert early == []
    assert await reminded(post) == ["Lin"]
    (notice,) = await post.came()
    assert notice["values"] == {"thing1": "绿色出行宣传月", "time2": "23:59", "thing3": "自愿参加，可随时关闭"}


async def test_who_has_checked_in_is_not_reminded_and_who_does_so_just_before_the_sending_neither(post: Post) -> None:
    campaign = await post.world.open_campaign()
    lin, zhou = await joined(post, "Lin", campaign), await joined(post, "Zhou", campaign)
    await asks(lin)
    await asks(zhou)
    await accepted(lin, trip(campaign, post.clock.now() - timedelta(minutes=5)))
    post.clock.at = at(11, 21)
    await post.remind()
    made = [(one.kind, one.member_id) for one in await post.messages()]
    await accepted(zhou, trip(campaign, at(8, 40)))

    await pass_time(post, at(13, 30))

    assert made == [(CHECK_IN, post.world.members["Zhou"])]
    assert await reminded(post) == []
    assert await post.deliveries() == [("long_term", "given_up", "not_wanted")]


async def test_a_check_in_of_yesterday_spares_nobody_todays_reminder(post: Post) -> None:
    campaign = await post.world.open_campaign()
    lin = await joined(post, "Lin", campaign)
    await asks(lin)
    await accepted(lin, trip(campaign, post.clock.now()))
    post.clock.at = at(11, 0, 16)

    await pass_time(post, at(13, 0, 16))

    assert await reminded(post) == ["Lin"]


@pytest.mark.parametrize("moment", ["before it is made", "before it is sent"])
async def test_who_leaves_is_not_reminded(post: Post, moment: str) -> None:
    campaign = await post.world.open_campaign()
    lin = await joined(post, "Lin", campaign)
    await asks(lin)
    post.clock.at = at(11, 21)
    if moment == "before it is sent":
        await post.remind()
    await lin.run("LeaveCampaign", input={"campaignId": campaign})

    await pass_time(post, at(13, 30))

    assert await reminded(post) == []


@pytest.mark.parametrize(
    ("state", "moment"),
    [
        (PAUSED, "before it is made"),
        (PAUSED, "before it is sent"),
        (CANCELLED, "before it is sent"),
        (CLOSED, "before it is sent"),
    ],
)
async def test_a_campaign_that_does_not_run_reminds_nobody(post: Post, state: str, moment: str) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))
    post.clock.at = at(11, 21)
    if moment == "before it is sent":
        await post.remind()
    async with post.world.parts.database.write() as session:
        await session.exec(update(Campaign).values(state=state).where(col(Campaign.id) > 0))

    await pass_time(post, at(13, 30))

    assert await reminded(post) == []


async def test_the_last_day_is_the_last(post: Post) -> None:
    campaign = await post.world.open_campaign(days=1)
    await asks(await joined(post, "Lin", campaign))
    post.clock.at = at(11, 0, 16)

    await pass_time(post, at(13, 0, 16))

    assert await reminded(post) == []


async def test_two_campaigns_remind_once_a_day(post: Post) -> None:
    first = await post.world.open_campaign()
    second = await post.world.open_campaign("plastic-free")
    lin = await joined(post, "Lin", first)
    await lin.run("JoinCampaign", input={"campaignId": second})
    await asks(lin)
    await asks(lin, "17:10")

    await pass_time(post, at(12, 30), 15)
    await pass_time(post, at(18, 0), 15)

    assert await reminded(post) == ["Lin"]


@pytest.mark.parametrize(
    ("starts_on", "day", "count"),
    [
        (date(2026, 6, 17), date(2026, 6, 19), 0),  # Dragon Boat Festival, a Friday
        (date(2026, 9, 18), date(2026, 9, 20), 1),  # a Sunday that is worked for the National Day
        (date(2027, 10, 1), date(2027, 10, 4), 1),  # a Monday of a year that is not published
    ],
    ids=str,
)
async def test_workdays_are_those_of_the_calendar(post: Post, starts_on: date, day: date, count: int) -> None:
    post.clock.at = datetime.fromisoformat(f"{starts_on}T07:00:00+08:00")
    campaign = await post.world.open_campaign(starts_on=starts_on)
    await asks(await joined(post, "Lin", campaign))
    post.clock.at = datetime.fromisoformat(f"{day}T11:21:00+08:00")

    await pass_time(post, post.clock.now() + timedelta(hours=1))

    assert len(await reminded(post)) == count


async def test_after_a_night_off_nobody_is_reminded_late(post: Post) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))

    post.clock.at = at(13, 5)
    await pass_time(post, at(15, 0))

    assert (await reminded(post), await post.messages()) == ([], [])


async def test_a_reminder_that_an_outage_held_up_is_not_sent_late(post: Post) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))
    await post.play("faults", endpoint="/cgi-bin/message/subscribe/send", mode="busy", count=1000)
    await pass_time(post, at(12, 49))
    await post.world.wechat.delete("/sandbox/faults")

    await pass_time(post, at(20, 0), 30)

    assert await reminded(post) == []
    assert await post.deliveries() == [("long_term", "given_up", "expired")]


async def test_a_clock_set_back_and_a_worker_started_again_remind_nobody_twice(post: Post) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))
    await pass_time(post, at(12, 0))
    post.clock.at = at(11, 10)
    post.workers.append(post.worker())

    while post.clock.now() < at(12, 45):
        post.clock.advance(timedelta(minutes=5))
        await post.remind(2)
        await post.remind(1)
        await post.send(2)

    assert await reminded(post) == ["Lin"]


async def test_of_the_beginning_who_asked_is_told_on_the_first_workday_only(post: Post) -> None:
    post.clock.at = at(20, 0, 12)  # a Friday; the campaign begins on Saturday
    campaign = await post.world.open_campaign(starts_on=date(2026, 6, 13))
    lin = await joined(post, "Lin", campaign)
    await asks(lin, "08:10", "CAMPAIGN")
    await post.play("subscribe", openid=post.world.openids["Lin"], answers={"begins-template-001": "accept"})
    await joined(post, "Zhou", campaign)

    counts = []
    for day in (13, 14, 15, 16):
        post.clock.at = at(8, 11, day)
        if day == 13:
            await follow_the_calendar(post.world.parts.database, post.clock)
        await pass_time(post, at(9, 0, day))
        counts.append(len(await post.came()))

    assert counts == [0, 0, 1, 1]
    assert (await post.came())[0]["values"]["date2"] == "2026年6月13日~2026年6月19日"


async def test_a_choice_is_seen_changed_and_taken_back(post: Post) -> None:
    lin = await post.world.sign_in("Lin")
    settings = await lin.run("MessageSettings")
    chosen = await asks(lin, "17:10")
    again = await asks(lin, "08:10")
    off = await asks(lin, None)
    await asks(lin, "08:10")
    await lin.run("SetMessageSwitch", input={"subject": CHECK_IN, "isOn": False})
    switched_off = await lin.run("MessageSettings")

    assert settings["reminders"][0] == {
        "kind": "CHECK_IN",
        "name": kinds.KINDS[CHECK_IN].name.zh,
        "offered": ["08:10", "11:20", "17:10", "19:40"],
        "atTime": None,
    }
    assert [one["reminders"][0]["atTime"] for one in (chosen, again, off, switched_off)] == [
        "17:10",
        "08:10",
        None,
        None,
    ]


async def test_a_time_that_is_not_offered_is_refused_with_those_that_are(post: Post) -> None:
    lin = await post.world.sign_in("Lin", "en")
    for at_time in ("08:00", "23:00", "noon", ""):
        answer = await asks(lin, at_time)

        assert answer["__typename"] == "ReminderTimeUnknown"
        assert "17:10" in answer["message"]


async def test_who_is_not_signed_in_cannot_ask(post: Post) -> None:
    with pytest.raises(Failed) as refused:
        await asks(post.world.stranger())

    assert refused.value.codes == ["UNAUTHENTICATED"]


def test_the_ids_of_campaigns_in_messages_are_those_of_campaigns() -> None:
    from backend.campaigns.api import CAMPAIGN_ID
    from backend.messages import api

    assert api.CAMPAIGN_ID == CAMPAIGN_ID
    assert ids.find(CAMPAIGN_ID, ids.encode(api.CAMPAIGN_ID, 7)) == 7


async def test_a_crowd_costs_hardly_more_statements_than_a_few(post: Post) -> None:
    campaign = await post.world.open_campaign()
    few, many = await crowd(post, campaign, 5, "08:10"), await crowd(post, campaign, 300, "11:20")
    costs = []
    for moment in (at(8, 11), at(11, 21)):
        post.clock.at = moment
        with statements(post.world) as sent:
            await post.remind()
        costs.append(len(sent))

    assert len(await post.messages()) == few + many
    assert costs[0] <= costs[1] <= 20


async def crowd(post: Post, campaign: str, count: int, at_time: str) -> int:
    """Let so many people more join and ask; return their number."""
    members = await post.world.add_members("A", f"第{count}处", count)
    number, now = ids.decode("cmp", campaign), post.clock.now()
    async with post.world.parts.database.write() as session:
        for member_id in members:
            session.add(Participation(campaign_id=number, member_id=member_id, joined_at=now))
            await service.choose(session, member_id, CHECK_IN, at_time, now)
    return count


async def test_a_day_that_is_cut_after_the_offered_time_is_reminded_of_before_it_ends(post: Post) -> None:
    campaign = await post.world.open_campaign(days=1)
    async with post.world.parts.database.write() as session:
        await session.exec(update(Campaign).values(day_cut_hour=12).where(col(Campaign.id) > 0))
    await asks(await joined(post, "Lin", campaign))
    await pass_time(post, at(11, 59))
    before_it_begins = await reminded(post)

    await pass_time(post, at(13, 0, 16))

    assert (before_it_begins, await reminded(post)) == ([], ["Lin"])


async def test_between_the_offered_times_nothing_is_looked_up(post: Post) -> None:
    campaign = await post.world.open_campaign()
    await asks(await joined(post, "Lin", campaign))
    counts = []
    for moment in (at(11, 19), at(11, 20), at(12, 49), at(12, 50), at(3, 0)):
        post.clock.at = moment
        with statements(post.world) as sent:
            await post.remind()
        counts.append(len(sent))

    assert [bool(count) for count in counts] == [False, True, True, False, False]

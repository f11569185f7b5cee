"""By day only, and not in step with everybody else; the inbox is immediate."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.core.clock import FixedClock, zone
from backend.messages.hours import Hours, jittered
from tests.messages.post import ONE, Post, at, posting

DAY = Hours.parse("08:00-21:00")
MOMENTS = some.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    datetime(2027, 12, 31),  # noqa: DTZ001 - as above
    timezones=some.just(zone("Asia/Shanghai")),
)


@given(MOMENTS, some.text(max_size=8))
def test_whatever_the_moment_it_goes_out_by_day_soon_and_off_the_busy_minutes(now: datetime, seed: str) -> None:
    due = DAY.spread(now, seed)

    since_half_hour = timedelta(minutes=due.minute % 30, seconds=due.second, microseconds=due.microsecond)
    assert due >= now
    assert DAY.open(due)
    assert due - now < (timedelta(minutes=20) if DAY.open(now) and now.hour < 20 else timedelta(hours=12))
    assert timedelta(minutes=3) <= since_half_hour <= timedelta(minutes=27)
    assert due == DAY.spread(now, seed)


@pytest.mark.parametrize(
    ("hour", "minute", "is_open"),
    [(7, 59, False), (8, 0, True), (12, 0, True), (20, 59, True), (21, 0, False), (0, 0, False)],
)
def test_the_hours_begin_at_their_first_minute_and_end_before_their_last(hour: int, minute: int, is_open: bool) -> None:
    assert DAY.open(at(hour, minute)) is is_open


@pytest.mark.parametrize("minutes", [1, 60])
def test_retries_do_not_come_in_step(minutes: int) -> None:
    pause = timedelta(minutes=minutes)
    pauses = {jittered(pause, str(seed)) for seed in range(100)}

    assert len(pauses) > 90
    assert all(pause * 0.75 <= one <= pause * 1.25 for one in pauses)


@pytest.mark.parametrize(("posted", "sent"), [(at(21, 0), at(8, 0, 16)), (at(23, 30), at(8, 0, 16)), (at(3), at(8))])
async def test_what_comes_by_night_is_sent_in_the_morning_and_read_at_once(
    database_url: str, clock: FixedClock, posted: datetime, sent: datetime
) -> None:
    clock.at = posted
    async with posting(database_url, clock) as post:
        lin = await post.world.sign_in("Lin")
        await post.allow("Lin")
        await post.post("Lin")

        await post.send()
        by_night = await post.came()
        read = (await lin.run("Inbox"))["inbox"]["unread"]
        clock.at = sent - timedelta(seconds=1)
        await post.send()
        before = await post.came()
        clock.at = sent + timedelta(minutes=45)
        await post.send()

        assert (by_night, read, before) == ([], 1, [])
        assert len(await post.came()) == 1


async def test_the_hours_are_a_setting(database_url: str, clock: FixedClock) -> None:
    clock.at = at(10, 15)
    async with posting(database_url, clock, message_hours="12:00-13:00") as post:
        await post.world.sign_in("Lin")
        await post.allow("Lin")
        await post.post("Lin")

        await post.later(minutes=1)
        early = await post.came()
        await post.later(hours=2, minutes=30)

        assert (early, len(await post.came())) == ([], 1)


async def test_what_waits_at_the_end_of_the_day_waits_for_the_next(post: Post) -> None:
    await post.world.sign_in("Lin")
    await post.allow("Lin")
    post.clock.at = at(20, 58)
    await post.post("Lin", key="adjustment/9")

    await post.send()
    await post.later(minutes=20)
    by_night = await post.came()
    post.clock.at = at(9, 0, 16)
    await post.send()

    assert (by_night, [one["template_id"] for one in await post.came()]) == ([], [ONE])

"""What the worker does for screens: forget old traces, and tell organisers of a screen that fell silent, once."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from backend.campaigns.calendar import Calendar
from backend.core import paths
from backend.messages.tables import Message
from backend.screens.jobs import LISTENING, Listening, forget_old_traces, tell_of_silence
from backend.screens.sightings import Sightings
from backend.screens.tables import PairingGuess, Screen, ScreenPairing, ScreenSighting
from tests.cast import World
from tests.screens.devices import Device, asked, pair

CALENDAR = Calendar.load(paths.folder("campaigns") / "calendar.toml")


async def heard(world: World, screen: int = 1, instance: str = "tab") -> None:
    """Hear a screen now."""
    sightings = Sightings(world.parts.database, world.clock)
    sightings.note(screen, instance, "page", 1920, 1080, "idle", "events", "")
    await sightings.flush()


async def tell(world: World) -> int:
    """Let a worker look that has been up for long."""
    listening = Listening()
    listening.is_long(world.clock.now() - LISTENING)
    return await tell_of_silence(CALENDAR, listening, world.parts.database, world.clock)


async def told(world: World) -> list[tuple[int, str]]:
    """Return who was told of a silence, and of which."""
    async with world.parts.database.read() as session:
        found = await session.exec(select(Message).where(Message.kind == "screen_silent").order_by(Message.id))  # type: ignore[arg-type]
        return [(one.member_id, one.key) for one in found]


async def screen_at(world: World) -> int:
    """Pair a screen at A and return its number."""
    await pair(world, await world.sign_in("Wu"), Device(world))
    async with world.parts.database.read() as session:
        return (await session.exec(select(Screen.id))).one() or 0


async def test_organisers_are_told_once_of_a_silence_and_again_of_the_next(world: World) -> None:
    screen = await screen_at(world)
    await heard(world, screen)

    early = await tell(world)
    world.clock.advance(timedelta(hours=1))
    counts = [await tell(world), await tell(world)]
    world.clock.advance(timedelta(minutes=30))
    await heard(world, screen, "after-the-power-cut")
    world.clock.advance(timedelta(hours=1))
    counts.append(await tell(world))
    inbox = (await (await world.sign_in("Wu", "en")).run("Inbox"))["inbox"]["items"]

    assert (early, counts) == (0, [1, 0, 1])
    wu = world.members["Wu"]
    assert [member for member, _ in await told(world)] == [wu, wu]
    assert len({key for _, key in await told(world)}) == 2
    assert inbox[-1]["title"] == "The screen at '一层食堂' is silent"
    assert "nothing was heard of it after 2026-06-15 12:00" in inbox[-1]["body"]


@pytest.mark.parametrize(
    ("last", "now", "is_told"),
    [
        ("2026-06-15 11:59", "2026-06-15 13:00", True),  # a Monday
        ("2026-06-15 18:30", "2026-06-15 19:31", False),  # in the evening it may be switched off
        ("2026-06-15 18:30", "2026-06-16 06:30", False),
        ("2026-06-15 18:30", "2026-06-16 07:59", False),  # it has an hour to be switched on
        ("2026-06-15 18:30", "2026-06-16 08:00", True),
        ("2026-06-12 18:30", "2026-06-13 12:00", False),  # a Saturday
        ("2026-06-12 18:30", "2026-06-15 09:00", True),
        ("2026-06-18 18:30", "2026-06-19 12:00", False),  # the Dragon Boat Festival
        ("2026-06-08 12:00", "2026-06-15 12:01", False),  # silent for a week: nobody waits for it
    ],
)
async def test_a_silence_counts_in_the_working_hours_of_a_working_day(
    world: World, last: str, now: str, is_told: bool
) -> None:
    screen = await screen_at(world)

    def beijing(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC) - timedelta(hours=8)

    world.clock.at = beijing(last)
    await heard(world, screen)
    world.clock.at = beijing(now)

    assert await tell(world) == int(is_told)
    assert len(await told(world)) == int(is_told)


async def test_a_screen_never_heard_one_heard_elsewhere_and_a_revoked_one_are_no_news(world: World) -> None:
    wu = await world.sign_in("Wu")
    await pair(world, wu, Device(world))  # never heard
    await pair(world, wu, Device(world))
    gone = await pair(world, wu, Device(world))
    async with world.parts.database.read() as session:
        (_, two_tabs, revoked) = (await session.exec(select(Screen.id).order_by(Screen.id))).all()  # type: ignore[arg-type]
    for screen in (two_tabs, revoked):
        await heard(world, screen or 0)
    await wu.run("RevokeScreen", input={"screenId": gone["id"]})
    world.clock.advance(timedelta(hours=2))
    await heard(world, two_tabs or 0, "the other tab")

    assert await tell(world) == 0


async def test_old_traces_are_forgotten_and_fresh_ones_kept(world: World) -> None:
    wu, screen = await world.sign_in("Wu"), await screen_at(world)
    database, clock = world.parts.database, world.clock
    await Device(world).begin()
    await wu.run("PairScreen", input=asked(world, "AAAAAA"))
    await heard(world, screen)
    left: list[list[int]] = []

    async def forget() -> None:
        await forget_old_traces(database, clock)
        async with database.read() as session:
            traces = (ScreenPairing, PairingGuess, ScreenSighting)
            left.append([len((await session.exec(select(one))).all()) for one in traces])

    for step in (timedelta(hours=1), timedelta(minutes=11), timedelta(hours=23), timedelta(days=29)):
        clock.advance(step)
        await forget()
        await forget()

    assert left[::2] == left[1::2]  # twice is once
    assert left[::2] == [[2, 1, 1], [0, 1, 1], [0, 0, 1], [0, 0, 0]]


async def test_of_a_screen_no_more_pages_are_remembered_than_are_shown(world: World) -> None:
    screen = await screen_at(world)
    for number in range(25):
        world.clock.advance(timedelta(seconds=1))
        await heard(world, screen, f"tab{number:02d}")

    gone = await forget_old_traces(world.parts.database, world.clock)
    (listed,) = await (await world.sign_in("Wu")).run("Screens.v2", institutionId=world.institution_id("A"))

    assert gone == 5
    assert len(listed["sightings"]) == 20
    assert listed["seenAt"] == world.clock.now().isoformat()


async def test_a_worker_that_has_just_come_back_takes_no_screen_for_silent(world: World) -> None:
    await heard(world, await screen_at(world))
    world.clock.advance(timedelta(hours=2))
    listening = Listening()

    told = []
    for minutes in (0, 10, 4, 1):
        world.clock.advance(timedelta(minutes=minutes))
        told.append(await tell_of_silence(CALENDAR, listening, world.parts.database, world.clock))

    assert told == [0, 0, 0, 1]

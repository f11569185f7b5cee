"""How many SQL statements review costs, however many cases there are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.core.clock import FixedClock
from backend.review.jobs import draw
from tests.api.asking import accepted, act, fresh_id, joined
from tests.api.test_photo_proof import upload
from tests.api.test_statements import statements
from tests.cast import World, populate
from tests.review.desk import acts_of, approve, decide, next_morning, refuse, waiting


@pytest.fixture
def database_url(sqlite_cast: Path, tmp_path: Path) -> str:
    """Return an empty SQLite file: the statements are the same on both databases."""
    path = tmp_path / "test.db"
    path.write_bytes(sqlite_cast.read_bytes())
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
async def world(database_url: str, clock: FixedClock) -> AsyncIterator[World]:
    """Give the cast, on SQLite alone."""
    async with populate(database_url, clock) as world:
        yield world


async def with_photos(world: World, campaign: str, *names: str) -> None:
    """Let some of the cast prove a plate by a photo each."""
    for name in names:
        person = await joined(world, name, campaign)
        photo = await upload(world, name, request_id=fresh_id(), key=fresh_id())
        await accepted(person, act(campaign, "clear_plate", world.clock.now()) | {"photoId": photo})


async def test_the_queue_costs_the_same_for_one_case_and_for_fifty(world: World) -> None:
    campaign = await world.open_campaign("grain-day", days=3)
    await with_photos(world, campaign, "Lin")
    await next_morning(world)
    wu = await world.sign_in("Wu")
    await waiting(world, wu)

    with statements(world) as one:
        assert len(await waiting(world, wu)) == 1
    await with_photos(world, campaign, "Lin", "Zhou")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 47), "clear_plate")
    await next_morning(world)
    with statements(world) as many:
        assert len(await waiting(world, wu)) == 50

    # Who asks (thrice), institution, roles, place; institution, staff, how many, which, photos, sites; setting, pace.
    assert len(one) == 13, one
    assert len(many) == len(one), many


async def test_a_bulk_of_verdicts_costs_what_one_does(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    await acts_of(world, campaign, await world.add_members("A", "财务处", 46))
    await next_morning(world)
    wu = await world.sign_in("Wu")
    numbers = [one["id"] for one in await waiting(world, wu)]

    with statements(world) as one:
        await decide(wu, refuse(numbers[0]))
    with statements(world) as many:
        await decide(wu, *[refuse(case) for case in numbers[2:]])
    with statements(world) as approval:
        await decide(wu, approve(numbers[1]))

    # Who asks; whose acts, places (locked), receipt; cases, acts, appeals, decisions, institution, staff, photos,
    # closings; batch, transfers found and mirrored, acts; cases, log, receipt.
    assert len(one) == 20, one
    assert len(many) == len(one), many
    assert len(approval) < len(one), approval


async def test_a_draw_costs_the_same_for_few_acts_and_for_many(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 40)
    counts = []
    for some in (people[:3], people):
        await acts_of(world, campaign, some)
        world.clock.advance(timedelta(days=1))
        with statements(world) as sent:
            await draw(world.parts.database, world.clock)
        counts.append([one for one in sent if "job_run" not in one])

    few, many = counts
    assert len(many) <= len(few), (few, many)

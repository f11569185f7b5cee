"""How many SQL statements the log costs, however many meals and corrections there are."""

from datetime import timedelta

from backend.meals import queries
from tests.api.test_statements import statements
from tests.cast import World
from tests.meals.canteen import MONDAY, log, lunch, recorded


async def test_recording_costs_the_same_for_a_first_record_and_for_a_correction(world: World) -> None:
    wu = await world.sign_in("Wu")

    with statements(world) as first:
        await recorded(wu, lunch(world))
    for diners in range(1, 6):
        await recorded(wu, lunch(world, diners=100 + diners))
    with statements(world) as corrected:
        await recorded(wu, lunch(world))

    # Who asks (three times, for here nothing is remembered), the institution, roles, place; place (locked), receipt,
    # the last edition; record, receipt.
    assert len(first) == 11, first
    assert len(corrected) == len(first), corrected


async def test_reading_costs_the_same_for_a_meal_and_for_a_week_with_corrections(world: World) -> None:
    wu = await world.sign_in("Wu")
    await recorded(wu, lunch(world))
    place = world.institutions["A"].id or 0

    with statements(world) as few:
        await log(wu, world)
    for days_ago in range(1, 8):
        for _ in range(3):
            await recorded(wu, lunch(world, day=(MONDAY - timedelta(days=days_ago)).isoformat()))
    with statements(world) as many:
        await log(wu, world, first=MONDAY - timedelta(days=91))
    async with world.parts.database.read() as session:
        with statements(world) as shown:
            await queries.today(session, place, MONDAY)

    # Who asks (twice), the institution, roles, place; the meals.
    assert len(few) == 6, few
    assert (len(many), len(shown)) == (len(few), 1), (many, shown)

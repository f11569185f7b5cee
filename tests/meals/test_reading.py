"""The log is read by day and meal; it tells of meals and never of people, and feeds no board."""

from datetime import date, timedelta

from graphql import GraphQLObjectType, build_schema

from backend.core import paths
from backend.meals import queries
from tests.api.asking import failed
from tests.cast import World
from tests.meals.canteen import MONDAY, hire_cook, log, lunch, recorded

SCHEMA = build_schema((paths.folder("graphql") / "schema.graphql").read_text(encoding="utf-8"))
SLICE = paths.folder("graphql").parent / "backend"


async def test_the_log_is_in_the_order_of_days_and_meals_and_ends_at_its_days(world: World) -> None:
    wu = await world.sign_in("Wu")
    for day in ("2026-06-14", "2026-06-12", "2026-06-13"):
        for meal in ("DINNER", "BREAKFAST", "LUNCH"):
            await recorded(wu, lunch(world, day=day, meal=meal))

    meals = await log(wu, world, first=date(2026, 6, 12), last=date(2026, 6, 13))

    order = ["BREAKFAST", "LUNCH", "DINNER"]
    assert [(one["day"], one["meal"]) for one in meals] == [
        (day, meal) for day in ("2026-06-12", "2026-06-13") for meal in order
    ]
    assert await log(wu, world, first=date(2026, 5, 1), last=date(2026, 6, 11)) == []


async def test_a_quarter_is_read_at_once_and_no_more(world: World) -> None:
    wu, last = await world.sign_in("Wu"), MONDAY
    at = {"institutionId": world.institution_id("A"), "until": last.isoformat()}

    assert await log(wu, world, first=last - timedelta(days=91), last=last) == []

    too_many = (last - timedelta(days=92)).isoformat()
    await failed(wu, "MealWastes", "PROBLEM", zh="最多查看 92 天", en="at most 92 days", **{"from": too_many}, **at)
    backwards = (last + timedelta(days=1)).isoformat()
    await failed(wu, "MealWastes", "PROBLEM", zh="早于开始", en="before the first", **{"from": backwards}, **at)


async def test_each_institution_has_a_log_of_its_own(world: World) -> None:
    sun = await world.sign_in("Sun")
    await recorded(sun, lunch(world, at="A", diners=111))
    await recorded(sun, lunch(world, at="B", diners=222))

    assert [one["diners"] for one in await log(sun, world, at="A")] == [111]
    assert [one["diners"] for one in await log(sun, world, at="B")] == [222]
    assert await log(sun, world, at="D") == []  # of its own canteen: what lies below is not added up


async def test_no_rate_is_told_of_a_meal_at_which_fewer_than_five_ate(world: World) -> None:
    wu = await world.sign_in("Wu")

    few = await recorded(wu, lunch(world, meal="BREAKFAST", diners=4, wasteKilograms="0.4"))
    enough = await recorded(wu, lunch(world, diners=5, wasteKilograms="0.5"))

    assert (few["gramsPerDiner"], enough["gramsPerDiner"]) == (None, 100)
    assert [one["gramsPerDiner"] for one in await log(wu, world)] == [None, 100]


async def test_screens_are_told_of_the_day_s_meals_at_which_enough_ate(world: World) -> None:
    wu = await world.sign_in("Wu")
    world.clock.advance(timedelta(hours=6))
    await recorded(wu, lunch(world, meal="DINNER", diners=4))
    await recorded(wu, lunch(world, diners=110))
    await recorded(wu, lunch(world, diners=120))
    await recorded(wu, lunch(world, meal="BREAKFAST", diners=60, wasteKilograms="1.2"))
    await recorded(wu, lunch(world, day="2026-06-14"))
    place = world.institutions["A"].id or 0

    async with world.parts.database.read() as session:
        meals = await queries.today(session, place, MONDAY)
        elsewhere = await queries.today(session, world.institutions["B"].id or 0, MONDAY)

    assert [(one.meal, one.diners, one.waste_grams, one.grams_per_diner()) for one in meals] == [
        ("breakfast", 60, 1_200, 20),
        ("lunch", 120, 5_400, 45),
    ]
    assert elsewhere == []


async def test_the_log_names_nobody(world: World) -> None:
    cook, wu = await hire_cook(world), await world.sign_in("Wu")
    await recorded(cook, lunch(world))

    days = {"from": MONDAY.isoformat(), "until": MONDAY.isoformat()}
    response = await wu.send("MealWastes", {"institutionId": world.institution_id("A"), **days})

    assert response.json()["data"]["mealWastes"]
    for secret in ("林", "A001", "mem_"):
        assert secret not in response.text
    told, meal = SCHEMA.type_map["MealWasteRecorded"], SCHEMA.type_map["MealWaste"]
    assert isinstance(told, GraphQLObjectType)
    assert isinstance(meal, GraphQLObjectType)
    figures = {"day", "meal", "diners", "wasteGrams", "gramsPerDiner"}
    assert set(meal.fields) == figures | {"corrected"}
    assert set(told.fields) == figures | {"replaced", "requestId", "replayed"}


def test_nothing_that_counts_points_or_ranks_reads_the_log() -> None:
    reading = {
        path.parent.name
        for path in SLICE.rglob("*.py")
        if "backend.meals" in path.read_text("utf-8") and path.parent != SLICE
    }

    # Less is better here: a board or an award would turn it into more.
    assert reading - {"meals", "screens", "scenes"} == set()

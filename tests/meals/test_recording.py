"""A canteen records what a meal left over; what cannot be is refused by name, and what was wrong is corrected."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.core.clock import FixedClock
from tests.api.asking import answered, nothing_written
from tests.cast import World
from tests.meals.canteen import MONDAY, hire_cook, log, lunch, recorded, rows

MALFORMED = ("", "-1", "1.234", "1,5", "1e3", ".5", "5.", "abc", "NaN", "1234567", "9" * 9999, "５。４", "5.4\u0000")
TOO_MUCH = ("wasteKilograms", "人均超过 2000 克", "more than 2000 grams per head")
DINERS = ("diners", "1 至 20000", "1 to 20000")
NOT_YET = ("还没有开始", "not begun")
TOO_LATE = ("day", "最近 7 天", "for 7 days")
IMPOSSIBLE: tuple[tuple[dict[str, Any], str, str, str], ...] = (
    ({"wasteKilograms": "5400"}, *TOO_MUCH),  # grams in the place of kilograms
    ({"wasteKilograms": "240.01"}, *TOO_MUCH),
    ({"diners": 0}, *DINERS),
    ({"diners": -3}, *DINERS),
    ({"diners": 20_001}, *DINERS),
    ({"day": "2026-06-16"}, "day", *NOT_YET),
    ({"day": "9999-12-31"}, "day", *NOT_YET),
    ({"meal": "DINNER"}, "meal", *NOT_YET),
    ({"day": "2026-06-07"}, *TOO_LATE),
    ({"day": "0001-01-01"}, *TOO_LATE),
)


def shown(meal: dict[str, Any]) -> tuple[Any, ...]:
    """Return the figures of a meal."""
    return meal["day"], meal["meal"], meal["diners"], meal["wasteGrams"], meal["gramsPerDiner"]


async def test_a_meal_is_recorded_in_kilograms_and_read_in_grams_a_head(world: World) -> None:
    wu = await world.sign_in("Wu")

    answer = await recorded(wu, lunch(world, requestId="lunch-0001"))

    figures = ("2026-06-15", "LUNCH", 120, 5400, 45)
    assert shown(answer) == figures
    assert (answer["requestId"], answer["replayed"], answer["replaced"]) == ("lunch-0001", False, False)
    (meal,) = await log(wu, world)
    assert (shown(meal), meal["corrected"]) == (figures, False)


@pytest.mark.parametrize(
    ("typed", "diners", "grams", "each"),
    [
        ("0", 120, 0, 0),
        (" 0.01 ", 5, 10, 2),
        ("12.5", 500, 12_500, 25),
        ("１２．５", 500, 12_500, 25),  # as an input method for Chinese types it
        ("0.22", 40, 220, 6),  # 5.5
        ("40000.00", 20_000, 40_000_000, 2_000),
    ],
)
async def test_a_weight_is_kept_in_whole_grams(world: World, typed: str, diners: int, grams: int, each: int) -> None:
    wu = await world.sign_in("Wu")

    answer = await recorded(wu, lunch(world, wasteKilograms=typed, diners=diners))

    assert (answer["wasteGrams"], answer["gramsPerDiner"]) == (grams, each)


async def test_what_is_no_weight_is_refused(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for typed in MALFORMED:
            asked = lunch(world, wasteKilograms=typed)
            await answered(wu, "RecordMealWaste", "InvalidValue", zh="千克数", en="kilograms", input=asked)


async def test_what_cannot_be_is_refused_by_name(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        for change, field, zh, en in IMPOSSIBLE:
            asked = lunch(world, **change)
            await answered(wu, "RecordMealWaste", "InvalidValue", zh=zh, en=en, input=asked)
            assert (await wu.run("RecordMealWaste", input=asked))["field"] == field


async def test_the_last_of_seven_days_back_and_a_meal_of_today_that_has_begun_are_taken(
    world: World, clock: FixedClock
) -> None:
    wu = await world.sign_in("Wu")

    await recorded(wu, lunch(world, day="2026-06-08", meal="DINNER"))
    await recorded(wu, lunch(world, meal="BREAKFAST"))
    clock.advance(timedelta(hours=3))  # 15:00
    await recorded(wu, lunch(world, meal="DINNER"))

    meals = await log(wu, world, first=MONDAY - timedelta(days=7))
    assert [(one["day"], one["meal"]) for one in meals] == [
        ("2026-06-08", "DINNER"),
        ("2026-06-15", "BREAKFAST"),
        ("2026-06-15", "DINNER"),
    ]


async def test_the_day_is_beijing_s_and_not_the_machine_s(world: World, clock: FixedClock) -> None:
    wu = await world.sign_in("Wu")
    clock.advance(timedelta(hours=18))  # 06:00 on Tuesday in Beijing, 22:00 on Monday by UTC

    await recorded(wu, lunch(world, day="2026-06-16", meal="BREAKFAST"))

    assert [one.day.isoformat() for one in await rows(world)] == ["2026-06-16"]


async def test_recording_again_corrects_and_what_was_recorded_stays_with_who_and_when(
    world: World, clock: FixedClock
) -> None:
    cook, wu = await hire_cook(world), await world.sign_in("Wu")
    await recorded(cook, lunch(world, wasteKilograms="54"))
    begun = clock.now()
    clock.advance(timedelta(hours=1))

    corrected = await recorded(wu, lunch(world))
    again = await recorded(cook, lunch(world, diners=121))

    assert (corrected["replaced"], corrected["wasteGrams"], again["replaced"]) == (True, 5400, True)
    (meal,) = await log(wu, world)
    assert (meal["diners"], meal["wasteGrams"], meal["corrected"]) == (121, 5400, True)
    lin, manager = world.members["Lin"], world.members["Wu"]
    assert [(one.edition, one.waste_grams, one.recorded_by, one.recorded_at) for one in await rows(world)] == [
        (1, 54_000, lin, begun),
        (2, 5_400, manager, clock.now()),
        (3, 5_400, lin, clock.now()),
    ]


async def test_a_request_that_is_repeated_gets_its_answer_again_however_late_and_changes_nothing(
    world: World, clock: FixedClock
) -> None:
    wu = await world.sign_in("Wu")
    asked = lunch(world)
    first = await recorded(wu, asked)
    await recorded(wu, lunch(world, diners=130))
    clock.advance(timedelta(days=10))  # past the days for corrections

    async with nothing_written(world):
        repeated = await recorded(wu, {**asked, "wasteKilograms": "5.40"})

    assert repeated == {**first, "replayed": True}
    assert [one["diners"] for one in await log(wu, world)] == [130]


@pytest.mark.parametrize("change", [{"diners": 121}, {"wasteKilograms": "5.5"}, {"meal": "BREAKFAST"}])
async def test_a_request_id_that_is_used_for_another_meal_is_refused(world: World, change: dict[str, Any]) -> None:
    wu, asked = await world.sign_in("Wu"), lunch(world)
    await recorded(wu, asked)

    async with nothing_written(world):
        words = {"zh": "已用于另一项内容", "en": "used for something else"}
        await answered(wu, "RecordMealWaste", "RequestReused", **words, input=asked | change)


async def test_a_request_without_a_proper_id_is_refused(world: World) -> None:
    wu = await world.sign_in("Wu")

    async with nothing_written(world):
        words = {"zh": "8 至 64", "en": "8 to 64"}
        await answered(wu, "RecordMealWaste", "RequestIdInvalid", **words, input=lunch(world, requestId="short"))


async def test_two_who_record_one_meal_at_once_do_not_both_stand(world: World) -> None:
    cook, wu = await hire_cook(world), await world.sign_in("Wu")
    tries = [(person, lunch(world, diners=number)) for number in range(101, 105) for person in (cook, wu)]

    answers = await asyncio.gather(*(recorded(person, asked) for person, asked in tries))

    kept = await rows(world)
    assert [one.edition for one in kept] == list(range(1, 9))
    assert sorted(one["replaced"] for one in answers) == [False, *[True] * 7]
    assert [one["diners"] for one in await log(wu, world)] == [kept[-1].diners]


async def test_a_request_that_is_sent_twice_at_once_is_one_record(world: World) -> None:
    wu, asked = await world.sign_in("Wu"), lunch(world)

    answers = await asyncio.gather(*(recorded(wu, asked) for _ in range(3)))

    assert sorted(one["replayed"] for one in answers) == [False, True, True]
    assert len(await rows(world)) == 1

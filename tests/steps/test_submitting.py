"""Steps, from the phone to points: kept by day, a small bonus, never beside a trip."""

from datetime import timedelta
from typing import Any

from tests.api.asking import accepted, fresh_id
from tests.cast import World, trip
from tests.laws.play import complaints, points_of
from tests.steps.phones import phone_of


def of_day(answer: dict[str, Any], days_ago: int = 0) -> dict[str, Any]:
    """Return one day of an answer, counted from the newest."""
    day: dict[str, Any] = answer["days"][days_ago]
    return day


async def test_steps_of_the_day_earn_a_small_bonus_without_carbon(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await phone_of(world, "Lin", campaign)
    await lin.walk(3456)

    answer = await lin.submit()

    today = of_day(answer)
    assert (today["day"], today["steps"], today["points"]) == ("2026-06-15", 3456, 3)
    assert (answer["earned"], answer["replayed"], len(answer["days"])) == (3, False, 31)
    assert today["notCountedBecause"] is None
    assert await points_of(lin.person) == 3
    (act,) = (await lin.person.run("MyCheckIns"))["checkIns"]["items"]
    assert (act["kind"], act["proof"], act["carbon"]["milligrams"]) == ("steps", "system", 0)
    assert await complaints(world.parts.database) == []

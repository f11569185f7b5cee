"""What canteens write down: how many ate, and how much was left over; a little less every day of the week."""

import random
from typing import Final

from demo import city
from demo.client.offices import SCREENS
from demo.client.phone import Desk, Phone, expect
from demo.week import MORNING, NOON, Part

_SHARES: Final = {"BREAKFAST": (20, 35), "LUNCH": (55, 75)}  # percent of the staff that eats there
_FIRST_GRAMS, _FEWEST_GRAMS, _LESS_A_DAY = 62, 24, 5
_LUNCH_ENDS: Final = 13


class Canteens:
    """Those with a screen; who organises there keeps the log."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._organisers = [Phone(desk, openid) for openid, _ in SCREENS]

    async def after(self, part: Part) -> None:
        """Record breakfast in the morning, and lunch once it is over."""
        if part.name == MORNING:
            await self._record("BREAKFAST", part)
        elif part.name == NOON and part.at.hour >= _LUNCH_ENDS:
            await self._record("LUNCH", part)

    async def _record(self, meal: str, part: Part) -> None:
        for phone in self._organisers:
            await phone.sign_in()
            managed = (await phone.run("ManagedInstitutions"))["manages"][0]
            number = int(phone.openid.rpartition("-")[2])
            dice = random.Random(f"{self._desk.seed}/{number}/{part.day}/{meal}")
            staff = next(unit.staff for unit in city.UNITS if unit.number == number)
            diners = staff * dice.randint(*_SHARES[meal]) // 100
            each = max(_FEWEST_GRAMS, _FIRST_GRAMS - _LESS_A_DAY * part.number) + dice.randint(-4, 4)
            grams = diners * each
            asked = {
                "requestId": f"{meal.lower()}-{number}-{part.day}",
                "institutionId": managed["institution"]["id"],
                "day": part.day.isoformat(),
                "meal": meal,
                "diners": diners,
                "wasteKilograms": f"{grams // 1000}.{grams % 1000 // 10:02d}",
            }
            expect(await phone.run("RecordMealWaste", input=asked), "MealWasteRecorded")

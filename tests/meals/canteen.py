"""Short words for tests of the canteen's log: hire a cook, record a meal, read the log, see the rows that stay."""

from datetime import date
from typing import Any

from sqlmodel import col, select

from backend.identity import service
from backend.meals.tables import MealWasteRecord
from tests.api.asking import fresh_id
from tests.cast import Person, World

MONDAY = date(2026, 6, 15)  # on which the tests' clock stands, at noon
FORBIDDEN = {"code": "FORBIDDEN", "zh": "没有进行此操作的权限", "en": "not allowed"}


def lunch(world: World, at: str = "A", **more: Any) -> dict[str, Any]:
    """Return Monday's lunch at A as an input, with what is different."""
    meal = {"day": MONDAY.isoformat(), "meal": "LUNCH", "diners": 120, "wasteKilograms": "5.4"}
    return {"requestId": fresh_id(), "institutionId": world.institution_id(at), **meal, **more}


async def recorded(person: Person, asked: dict[str, Any]) -> Any:
    """Record a meal, which must be taken, and return the answer."""
    answer = await person.run("RecordMealWaste", input=asked)
    assert answer["__typename"] == "MealWasteRecorded", answer
    return answer


async def log(person: Person, world: World, at: str = "A", first: date = MONDAY, last: date = MONDAY) -> Any:
    """Return the log as that person reads it."""
    days = {"from": first.isoformat(), "until": last.isoformat()}
    return await person.run("MealWastes", institutionId=world.institution_id(at), **days)


async def hire_cook(world: World, name: str = "Lin", over: str = "A") -> Person:
    """Let somebody run the canteen: they hold that role and no other."""
    async with world.parts.database.write() as session:
        place = world.institutions[over].id or 0
        await service.grant(session, world.members[name], "canteen", place, world.clock.now())
    return await world.sign_in(name)


async def rows(world: World) -> list[MealWasteRecord]:
    """Return every record that was ever made, in the order of the editions."""
    async with world.parts.database.read() as session:
        found = await session.exec(select(MealWasteRecord).order_by(col(MealWasteRecord.edition)))
        return list(found.all())

"""What meals left over, by the record that counts; who recorded it is told to nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from backend.core.db import ReadSession
from backend.meals.tables import MEALS, MealWasteRecord

FEWEST = 5  # what fewer have left over would be told of their own plates


@dataclass(frozen=True)
class MealWaste:
    """What a meal left over."""

    day: date
    meal: str
    diners: int
    waste_grams: int
    corrected: bool  # whether an earlier record of the meal was replaced

    def grams_per_diner(self, fewest: int = FEWEST) -> int | None:
        """Return whole grams per head, a half up; None where fewer ate, for that would be somebody's own plate."""
        if self.diners < fewest:
            return None
        return (2 * self.waste_grams + self.diners) // (2 * self.diners)


def told(record: MealWasteRecord) -> MealWaste:
    """Return what may be told of a record."""
    return MealWaste(record.day, record.meal, record.diners, record.waste_grams, record.edition > 1)


async def between(session: ReadSession, institution_id: int, first: date, last: date) -> Sequence[MealWaste]:
    """Return the meals of an institution from the first day to the last, included, by day and in its order."""
    later = aliased(MealWasteRecord)
    same_meal = (
        col(later.institution_id) == col(MealWasteRecord.institution_id),
        col(later.day) == col(MealWasteRecord.day),
        col(later.meal) == col(MealWasteRecord.meal),
    )
    found = await session.exec(
        select(MealWasteRecord).where(
            col(MealWasteRecord.institution_id) == institution_id,
            col(MealWasteRecord.day).between(first, last),
            ~exists().where(*same_meal, col(later.edition) > col(MealWasteRecord.edition)),
        )
    )
    return sorted((told(one) for one in found), key=lambda one: (one.day, MEALS.index(one.meal)))


async def today(session: ReadSession, institution_id: int, day: date, fewest: int = FEWEST) -> Sequence[MealWaste]:
    """Return what screens may show of a day's meals, in its order: those at which enough ate."""
    return [one for one in await between(session, institution_id, day, day) if one.diners >= fewest]


async def record(session: ReadSession, institution_id: int, day: date, meal: str, edition: int) -> MealWasteRecord:
    """Return one record of a meal, which must be there."""
    return await session.get_one(MealWasteRecord, (institution_id, day, meal, edition))

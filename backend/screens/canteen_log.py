"""What the canteen has weighed today: the one place where screens know of the slice `meals`."""

from collections.abc import Sequence
from datetime import date
from importlib import import_module
from typing import Protocol

from backend.core.db import ReadSession


class MealWaste(Protocol):
    """What was left over at one meal of a day."""

    @property
    def meal(self) -> str:
        """breakfast, lunch or dinner."""

    @property
    def diners(self) -> int:
        """How many ate."""

    @property
    def waste_grams(self) -> int:
        """What they left over together."""


async def today(session: ReadSession, institution_id: int, day: date) -> Sequence[MealWaste]:
    """Return what an institution's canteen has weighed on a day, meal by meal."""
    try:
        queries = import_module("backend.meals.queries")
    except ModuleNotFoundError:
        return ()
    found: Sequence[MealWaste] = await queries.today(session, institution_id, day)
    return found

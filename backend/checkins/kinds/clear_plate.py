"""Clear plate (光盘): nothing left on the plate, at meal times.

Points only. Platforms credit between 144 g (Luzhou) and 449 g (Beijing) a plate, three times apart, so no
flat value is honest; a canteen's weighed waste is what carbon can be counted from.
"""

from datetime import datetime

from backend.checkins.kind import Details, Kind
from backend.checkins.meals import MEALS, meal_at
from backend.core.text import Text


class ClearPlateDetails(Details):
    """Nothing to say: the time tells the meal."""


class ClearPlate(Kind[ClearPlateDetails]):
    """Each meal counts once."""

    key = "clear_plate"
    title = Text("光盘行动", "Clear plate")
    carbon_note = Text(
        "只计积分：各平台单次赋值相差三倍，没有公认数值；减排量以食堂称重为准。",
        "Points only: platforms differ threefold on its value; carbon is counted from what the canteen weighs.",
    )
    windows = MEALS

    def slot(self, details: ClearPlateDetails, acted_at: datetime) -> str | None:
        """Return the meal."""
        del details
        return meal_at(acted_at)


KIND = ClearPlate(ClearPlateDetails)

"""Small portions (小份菜、半份菜): ordering what one can eat, at meal times. Points only."""

from datetime import datetime

from backend.checkins.kind import Details, Kind
from backend.checkins.meals import MEALS, meal_at
from backend.core.text import Text


class SmallPortionDetails(Details):
    """Nothing to say: the time tells the meal."""


class SmallPortion(Kind[SmallPortionDetails]):
    """Each meal counts once."""

    key = "small_portion"
    title = Text("小份适量取餐", "Small portion")
    carbon_note = Text("只计积分：尚无公认的单次数值。", "Points only: there is no agreed value for one portion.")
    windows = MEALS

    def slot(self, details: SmallPortionDetails, acted_at: datetime) -> str | None:
        """Return the meal."""
        del details
        return meal_at(acted_at)


KIND = SmallPortion(SmallPortionDetails)

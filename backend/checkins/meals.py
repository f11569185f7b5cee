"""The canteen's meal times, shared by the kinds that happen at table."""

from datetime import datetime, time

from backend.checkins.kind import Window
from backend.core.text import Text

MEALS = (
    Window("breakfast", Text("早餐", "breakfast"), time(6, 30), time(9, 30)),
    Window("lunch", Text("午餐", "lunch"), time(11, 0), time(14, 0)),
    Window("dinner", Text("晚餐", "dinner"), time(17, 0), time(20, 0)),
)


def meal_at(acted_at: datetime) -> str | None:
    """Return which meal a moment in campaign time belongs to, or None between meals."""
    return next((meal.slot for meal in MEALS if meal.holds(acted_at.time())), None)

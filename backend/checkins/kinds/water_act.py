"""Water acts (随手节水): taps closed, leaks reported, water used twice. Points only, as with energy."""

from datetime import datetime
from enum import StrEnum

from backend.checkins.kind import Details, Kind
from backend.core.text import Text


class WaterAct(StrEnum):
    """What was done."""

    TAP_CLOSED = "tap_closed"
    LEAK_REPORTED = "leak_reported"
    REUSED_WATER = "reused_water"
    HALF_BOTTLE_FINISHED = "half_bottle_finished"


class WaterActDetails(Details):
    """Which act."""

    act: WaterAct


class WaterActs(Kind[WaterActDetails]):
    """Each act counts once a day."""

    key = "water_act"
    title = Text("随手节水", "Saving water")
    carbon_note = Text("只计积分：节约的水量以单位水表为准。", "Points only: what is saved shows on the unit's meter.")

    def slot(self, details: WaterActDetails, acted_at: datetime) -> str:
        """Return the act."""
        del acted_at
        return details.act


KIND = WaterActs(WaterActDetails)

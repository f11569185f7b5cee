"""Energy acts (随手节电): lights, screens, air conditioning, stairs.

Points only: what a switch saves is on the unit's meter and belongs to the unit, never to a person.
"""

from datetime import datetime
from enum import StrEnum

from backend.checkins.kind import Details, Kind
from backend.core.text import Text


class EnergyAct(StrEnum):
    """What was done."""

    LIGHTS_OFF = "lights_off"
    SCREEN_OFF = "screen_off"
    UNPLUGGED = "unplugged"
    COOLING_26 = "cooling_26"
    STAIRS = "stairs"
    ONE_HOUR_OFF = "one_hour_off"


class EnergyActDetails(Details):
    """Which act."""

    act: EnergyAct


class EnergyActs(Kind[EnergyActDetails]):
    """Each act counts once a day."""

    key = "energy_act"
    title = Text("随手节电", "Saving energy")
    carbon_note = Text(
        "只计积分：节约的电量以单位电表为准，计入单位，不重复计入个人。",
        "Points only: what is saved shows on the unit's meter and is the unit's.",
    )

    def slot(self, details: EnergyActDetails, acted_at: datetime) -> str:
        """Return the act."""
        del acted_at
        return details.act


KIND = EnergyActs(EnergyActDetails)

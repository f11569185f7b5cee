"""135 commuting (“135”绿色出行): walk 1 km, cycle 3 km, ride 5 km, to work or back.

Reductions per kilometre are those of DB11/T 3043-2024 (Beijing, Tianjin, Hebei; values seen second-hand):
baseline 0.104 less the mode's own emission. A member names a distance band; its lower end is credited,
which keeps to the standard's principle of being conservative. Steps never count as a trip.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from backend.checkins.kind import EVIDENCE_PERCENT, CarbonMethod, Details, Kind, Quantity
from backend.core.text import Text


class Mode(StrEnum):
    """How the way was made."""

    WALK = "walk"
    CYCLE = "cycle"
    BUS = "bus"
    METRO = "metro"


class Direction(StrEnum):
    """Which of the day's two trips."""

    TO_WORK = "to_work"
    FROM_WORK = "from_work"


class Distance(StrEnum):
    """A band, named by its lower end, which is what is credited."""

    FROM_HALF_KM = "from_0_5_km"
    FROM_1_KM = "from_1_km"
    FROM_3_KM = "from_3_km"
    FROM_5_KM = "from_5_km"
    FROM_10_KM = "from_10_km"


KILOMETRES = {
    Distance.FROM_HALF_KM: Decimal("0.5"),
    Distance.FROM_1_KM: Decimal(1),
    Distance.FROM_3_KM: Decimal(3),
    Distance.FROM_5_KM: Decimal(5),
    Distance.FROM_10_KM: Decimal(10),
}
# Longer walks and rides to work are rare and hard to believe: the longest band of each mode is its ceiling.
LONGEST = {
    Mode.WALK: Distance.FROM_1_KM,
    Mode.CYCLE: Distance.FROM_5_KM,
    Mode.BUS: Distance.FROM_10_KM,
    Mode.METRO: Distance.FROM_10_KM,
}
FACTORS = {
    Mode.WALK: "reduction.travel.walk_km",
    Mode.CYCLE: "reduction.travel.cycle_km",
    Mode.BUS: "reduction.travel.bus_km",
    Mode.METRO: "reduction.travel.rail_km",
}


class CommuteDetails(Details):
    """Mode, distance band and direction."""

    mode: Mode
    distance: Distance
    direction: Direction

    @model_validator(mode="after")
    def _believable(self) -> "CommuteDetails":
        if KILOMETRES[self.distance] > KILOMETRES[LONGEST[self.mode]]:
            longest = {"longest": LONGEST[self.mode].value}
            raise PydanticCustomError("too_far", "the longest distance for this mode is {longest}", longest)
        return self


class Commute(Kind[CommuteDetails]):
    """To work and back: two trips a day, whatever the mode."""

    key = "commute"
    title = Text("“135”绿色出行", "135 green commuting")
    carbon_note = Text(
        "按京津冀低碳出行标准（DB11/T 3043-2024，二手转录）每公里减排量和里程下限估算，自报折半。",
        "Per kilometre by DB11/T 3043-2024 (second-hand), at the band's lower end; half if self-declared.",
    )
    factor_keys = tuple(FACTORS.values())

    def slot(self, details: CommuteDetails, acted_at: datetime) -> str:
        """Return the direction."""
        del acted_at
        return details.direction

    def carbon(self, details: CommuteDetails) -> CarbonMethod:
        """Count the credited kilometres by the mode's reduction."""
        kilometres = Quantity(KILOMETRES[details.distance], "km")
        return CarbonMethod(FACTORS[details.mode], kilometres, EVIDENCE_PERCENT)


KIND = Commute(CommuteDetails)

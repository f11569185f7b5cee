"""Own cup (自带水杯): a meeting or a coffee without a disposable cup. Points only."""

from datetime import datetime

from backend.checkins.kind import Details, Kind
from backend.core.text import Text

NOON = 12


class OwnCupDetails(Details):
    """Nothing to say."""


class OwnCup(Kind[OwnCupDetails]):
    """Once in the morning, once in the afternoon."""

    key = "own_cup"
    title = Text("自带水杯", "Own cup")
    carbon_note = Text("只计积分：尚无公认的单次数值。", "Points only: there is no agreed value for one cup.")

    def slot(self, details: OwnCupDetails, acted_at: datetime) -> str:
        """Return the half of the day."""
        del details
        return "morning" if acted_at.hour < NOON else "afternoon"


KIND = OwnCup(OwnCupDetails)

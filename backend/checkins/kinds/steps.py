"""Steps (步数): a small bonus for a day's steps as WeChat counts them. Points only, and never beside a trip.

Platforms credit 16.4 g (Luzhou) and 20 g (Wuhan) for 1,000 steps, though most steps replace no ride; a daily
total has no distance, mode or time either, so it proves no way to work. Shakers and step-editing apps are
sold for a few yuan: the bonus is capped low and never asked for.
"""

from decimal import Decimal

from pydantic import Field

from backend.checkins.kind import Details, Kind, Quantity
from backend.core.text import Text

THOUSAND = 1000
# At one point for a thousand, no more than a self-declared trip earns: telling of a trip never costs points.
MOST_THOUSANDS = 5


class StepsDetails(Details):
    """Whole thousands of steps, up to what counts."""

    thousands: int = Field(strict=True, ge=1, le=MOST_THOUSANDS)


class Steps(Kind[StepsDetails]):
    """Once a day, as much as the feed tells of by then."""

    key = "steps"
    title = Text("微信步数", "Steps")
    carbon_note = Text(
        "只计积分：多数步数并没有替代乘车，不折算减排量；当天已记绿色出行的，步数不再计分。",
        "Points only: most steps replace no ride. On a day with a trip, steps earn nothing.",
    )
    fed = True
    yields_to = ("commute",)

    def quantity(self, details: StepsDetails) -> Quantity:
        """Return the thousands that count."""
        return Quantity(Decimal(details.thousands), "thousand-steps")


def thousands(steps: int) -> int:
    """Return the whole thousands of a day's steps that count."""
    return min(steps // THOUSAND, MOST_THOUSANDS)


KIND = Steps(StepsDetails)

"""Food pledge (拒绝浪费承诺): a member's word to waste no food, once a day at most. Points only."""

from datetime import datetime

from backend.checkins.kind import Details, Kind
from backend.core.text import Text


class FoodPledgeDetails(Details):
    """Nothing to say but the pledge."""


class FoodPledge(Kind[FoodPledgeDetails]):
    """Once a day; the theme usually allows one in a campaign."""

    key = "food_pledge"
    title = Text("爱粮节粮承诺", "Pledge to waste no food")
    carbon_note = Text("只计积分：承诺不等于减排。", "Points only: a pledge avoids nothing yet.")

    def slot(self, details: FoodPledgeDetails, acted_at: datetime) -> str:
        """Return the one slot of the day."""
        del details, acted_at
        return "day"


KIND = FoodPledge(FoodPledgeDetails)

"""Lecture attendance (绿色低碳讲堂): by the code shown in the room, or declared. Points only."""

from datetime import datetime

from backend.checkins.kind import Details, Kind
from backend.core.text import Text

NOON = 12


class LectureDetails(Details):
    """Nothing to say: the code tells the lecture."""


class Lecture(Kind[LectureDetails]):
    """One in the morning, one in the afternoon."""

    key = "lecture"
    title = Text("绿色低碳讲堂", "Green lecture")
    carbon_note = Text("只计积分：听讲不直接减排。", "Points only: listening avoids nothing by itself.")
    code_tells_slot = True

    def slot(self, details: LectureDetails, acted_at: datetime) -> str:
        """Return the half of the day."""
        del details
        return "morning" if acted_at.hour < NOON else "afternoon"

    def code_slots(self) -> dict[str, Text]:
        """Return the two sessions."""
        return {"morning": Text("上午场", "the morning session"), "afternoon": Text("下午场", "the afternoon session")}


KIND = Lecture(LectureDetails)

"""The ladder of proof: the stronger the evidence, the larger the credit; a weaker rung is always open."""

from enum import StrEnum

from backend.core.text import Text


class Proof(StrEnum):
    """How an act is known, from the weakest to the strongest."""

    SELF_DECLARED = "self_declared"
    PHOTO = "photo"
    STATION = "station"  # a printed code, which may have been photographed
    CODE = "code"  # a code that changes every few seconds
    CONFIRMED = "confirmed"
    SYSTEM = "system"

    @property
    def rank(self) -> int:
        """The rung, counted from 0."""
        return list(Proof).index(self)

    @property
    def wording(self) -> Text:
        """What members read."""
        return _TITLES[self]


_TITLES = {
    Proof.SELF_DECLARED: Text("自行申报", "self-declared"),
    Proof.PHOTO: Text("照片", "photo"),
    Proof.STATION: Text("固定点位码", "printed code on site"),
    Proof.CODE: Text("现场动态码", "changing code on site"),
    Proof.CONFIRMED: Text("工作人员确认", "confirmed by staff"),
    Proof.SYSTEM: Text("系统数据", "system feed"),
}

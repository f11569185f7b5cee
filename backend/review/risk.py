"""How much an act is to be doubted: marks with weights, summed to a whole number from 0 to 1,000.

The number decides nothing but what is looked at, and how often. The reviewer sees the marks as words.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum
from statistics import median

from backend.checkins.proof import Proof
from backend.core.text import Text
from backend.media.tables import HUMAN, RISKY
from backend.review.tables import HIGH, LOW, MIDDLE

MOST = 1000
HIGH_FROM, MIDDLE_FROM = 450, 250  # a plain word or photo is low; with one bad mark middle, with two or more high
NOVEL_UNTIL = 3
BURST_ACTS, BURST_WITHIN = 4, timedelta(minutes=1)
TYPICAL_OF = 5  # of fewer amounts nobody can say what is usual
LARGE_TIMES = 2


class Mark(Enum):
    """A reason to look: its weight, and what the reviewer reads."""

    # Nothing but the word of the member stands behind it.
    DECLARED = 200, Text("仅自行申报", "declared without proof")
    # A photo shows something, seldom when and by whom.
    PHOTO = 100, Text("以照片为凭", "proved by a photo")
    # A printed code may have been photographed.
    STATION = 80, Text("以固定点位码为凭", "proved by a printed code")
    # A code that changes is hard to pass on.
    CODE = 20, Text("以现场动态码为凭", "proved by a changing code")
    # Plate photos that are sent again are the fraud that is seen (domain.md 3.4).
    ALIKE = 300, Text("照片与另一张相似", "the photo is much like another")
    # The platform's check refused it.
    RISKY = 400, Text("照片未通过内容检测", "the photo failed the content check")
    # Nobody has looked at it yet.
    UNSEEN = 100, Text("照片尚未经人查看", "nobody has looked at the photo yet")
    # The picture is older than the act; phones with a wrong clock exist.
    EARLIER = 200, Text("照片拍摄于更早的日期", "the photo was taken on an earlier day")
    LATER = 150, Text("照片时间晚于上传", "the photo claims to be taken after it was sent")
    # Many places are not on the map of sites.
    FAR = 150, Text("拍摄地点较远", "the photo was taken far away")
    EDITED = 150, Text("照片经过编辑软件处理", "the photo went through an editing program")
    # First acts of a kind are where it is misunderstood.
    NOVEL = 60, Text("初次进行此类打卡", "among the first acts of this kind")
    REFUSED_ONCE = 150, Text("一年内有一次未通过", "refused once within a year")
    REFUSED_OFTEN = 300, Text("一年内多次未通过", "refused several times within a year")
    LARGE = 150, Text("数量明显高于当日同类", "the amount is far above the day's usual")
    # Whoever taps through a list has hardly done all of it.
    BURST = 150, Text("一分钟内集中多次", "many acts within a minute")

    @property
    def weight(self) -> int:
        """What it adds to the risk."""
        return self.value[0]

    @property
    def wording(self) -> Text:
        """What the reviewer reads."""
        return self.value[1]


@dataclass(frozen=True)
class Facts:
    """What is known of one act; of a photo's fields each is None where there is none."""

    proof: Proof
    earlier_of_kind: int  # acts of this kind that counted for the member before that day
    refusals: int  # within a year
    moderation: str | None = None
    taken: str | None = None
    distance: str | None = None
    edited: bool = False
    alike: bool = False
    large: bool = False
    burst: bool = False


_PROOF = {
    Proof.SELF_DECLARED: Mark.DECLARED,
    Proof.PHOTO: Mark.PHOTO,
    Proof.STATION: Mark.STATION,
    Proof.CODE: Mark.CODE,
}
_MODERATION = {RISKY: Mark.RISKY, HUMAN: Mark.UNSEEN}
_TAKEN = {"earlier": Mark.EARLIER, "later": Mark.LATER}


def marks(facts: Facts) -> tuple[Mark, ...]:
    """Return the marks of an act, the heaviest first."""
    refused = {0: None, 1: Mark.REFUSED_ONCE}.get(facts.refusals, Mark.REFUSED_OFTEN)
    found = (
        _PROOF.get(facts.proof),
        Mark.ALIKE if facts.alike else None,
        _MODERATION.get(facts.moderation or ""),
        _TAKEN.get(facts.taken or ""),
        Mark.FAR if facts.distance == "far" else None,
        Mark.EDITED if facts.edited else None,
        Mark.NOVEL if facts.earlier_of_kind < NOVEL_UNTIL else None,
        refused,
        Mark.LARGE if facts.large else None,
        Mark.BURST if facts.burst else None,
    )
    return tuple(sorted((mark for mark in found if mark), key=lambda mark: -mark.weight))


def score(found: Iterable[Mark]) -> int:
    """Return the risk that marks make, from 0 to 1,000."""
    return min(MOST, sum(mark.weight for mark in found))


def band(risk: int) -> str:
    """Return the stratum of a risk."""
    if risk >= HIGH_FROM:
        return HIGH
    return MIDDLE if risk >= MIDDLE_FROM else LOW


def is_large(amount: Decimal, usual: Sequence[Decimal]) -> bool:
    """Tell whether an amount is at least twice the median of the day's amounts of its kind, itself included."""
    return len(usual) >= TYPICAL_OF and amount >= LARGE_TIMES * median(usual)


def in_burst(instant: datetime, instants: Sequence[datetime]) -> bool:
    """Tell whether at least four of a member's acts (`instants`, in order) lie within a minute around this one."""
    first = bisect_left(instants, instant - BURST_WITHIN)
    return bisect_right(instants, instant + BURST_WITHIN) - first >= BURST_ACTS

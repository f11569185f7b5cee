"""How fast reviewers really are, by the time between their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

LONGEST_PAUSE = timedelta(minutes=10)  # after it somebody was away, not looking
ENOUGH = 5
FASTEST_SECONDS, SLOWEST_SECONDS = 5, 300


@dataclass(frozen=True)
class Sitting:
    """One request of a reviewer: when, and how many cases it decided."""

    by_member: int
    at: datetime
    cases: int


def seconds_per_case(sittings: Sequence[Sitting], otherwise: int) -> int:
    """Return the median seconds that a case took, over requests that followed one another; `otherwise` for too few."""
    last: dict[int, datetime] = {}
    took: list[int] = []
    for one in sorted(sittings, key=lambda sitting: sitting.at):
        before = last.get(one.by_member)
        last[one.by_member] = one.at
        if before is not None and timedelta() < one.at - before <= LONGEST_PAUSE:
            took.append((one.at - before) // timedelta(seconds=1) // one.cases)
    if len(took) < ENOUGH:
        return otherwise
    return min(SLOWEST_SECONDS, max(FASTEST_SECONDS, int(median(took))))

"""What a benchmark prints: one line per figure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A measured value, and what it should be; `aim` is "none" for a value that only explains another one."""

    name: str
    value: float
    unit: str
    aim: str = "none"

    def line(self) -> str:
        """Return the figure as it is printed."""
        digits = 0 if self.value >= 100 else 2
        return f"bench: {self.name} {self.value:.{digits}f} {self.unit} (aim {self.aim})"


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent do not exceed."""
    assert values, "nothing was measured"
    place = -(-len(values) * percent // 100)
    return sorted(values)[max(0, int(place) - 1)]

"""A table of cells, wherever it was read from."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """Rows that hold anything at all, each with its line in the file; which cells are formulas; whence it came."""

    rows: Sequence[tuple[int, Sequence[object]]]
    source: str
    formulas: frozenset[tuple[int, int]] = frozenset()

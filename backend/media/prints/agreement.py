"""Whether two pictures show the same, or a part of the same: their spots vote for one shift, size and slight turn.

Spots with the same word propose how one picture lies on the other. On the best proposal all spots are compared: of
those that lie in what both pictures show, how many are in both? Two plates on the same tray share the tray's spots
and contradict each other in what lies on it, so it is the share that decides and not the number. Two photos of the
very same things agree in many, too, but a hand never holds a phone twice alike: only what lies on the other straight,
as what was cut, mirrored or made smaller does, is the same picture.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Final

from backend.media.prints.spots import OCTAVE, UNIT, Spot, Spots

# Measured shares stand in docs/fingerprints.md. The share is squared: matched² of asked · found.
SAME_MATCHED, SAME_SQUARE = 8, (4, 9)  # two thirds
ALIKE_MATCHED, ALIKE_SQUARE = 6, (1, 5)  # 0.45
PATCH_RADIUS: Final = 6  # a patch reaches so many times its spot's size to each side
SMALLEST, LARGEST = 38, 112  # sizes that are surely found: 2.3 to 11 pixels of the sample
_SIGNS_WITHIN = 16  # of 64 bits
_SIZES_WITHIN = 12  # three eighths of a doubling
_PROPOSERS, _LEAST_PAIRS = 24, 3
_APART, _NEAR = 20 * UNIT, 3 * UNIT  # proposers nearer to each other tell the turn badly
_LARGEST_TURN = 0.2  # its tangent: 11 degrees. A copy is cut and mirrored, seldom turned
_LEAST_ZOOM, _MOST_ZOOM = 0.2, 5.0
# How far a copy seems turned and slanted, at most, for all that spots are found a little beside their place.
_STRAIGHT_TURN, _STRAIGHT_SLANT, _IN_LINE = 0.01, 0.015, 0.02
_CELL = 16 * UNIT


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many spots agree, of how many that either picture has in what both show, and whether they lie straight."""

    matched: int = 0
    asked: int = 0
    found: int = 0
    straight: bool = False

    @property
    def same(self) -> bool:
        """Whether both are the same picture or parts of it."""
        return self.straight and self._reaches(SAME_MATCHED, *SAME_SQUARE)

    @property
    def alike(self) -> bool:
        """Whether both show much that is alike."""
        return self._reaches(ALIKE_MATCHED, *ALIKE_SQUARE)

    def _reaches(self, matched: int, share: int, whole: int) -> bool:
        return self.matched >= matched and whole * self.matched**2 >= share * self.asked * self.found


NONE_AGREE: Final = Agreement()


@dataclass(frozen=True, slots=True)
class _Laying:
    """How one picture lies on another: times `turn`, plus `shift`; sizes grow by `growth`."""

    turn: complex
    shift: complex

    @property
    def growth(self) -> float:
        return OCTAVE * math.log2(abs(self.turn))

    def back(self) -> "_Laying":
        return _Laying(1 / self.turn, -self.shift / self.turn)


@dataclass(frozen=True, slots=True)
class _Mark:
    """A spot as it is compared."""

    at: complex
    size: int
    bits: int
    reach: float  # its own size, in units of places


_Pair = tuple[_Mark, _Mark]


def agreement(asked: Spots, found: Spots) -> Agreement:
    """Return how far a picture, as it is or mirrored, agrees with another one."""
    marks = _marks(found)
    cells, words = _by_cell(marks), _by_word(found, marks)
    both = (_agreement(one, found, marks, cells, words) for one in (asked, asked.mirrored()))
    return max(both, key=lambda one: one.matched)


def _agreement(asked: Spots, found: Spots, theirs: "_Marks", cells: "_Cells", words: "_Words") -> Agreement:
    ours = _marks(asked)
    proposals = ((one, other) for one, spot in zip(ours, asked.spots, strict=True) for other in _named(words, spot))
    laying, pairs = _proposed(list(islice(proposals, _PROPOSERS)))
    for _ in range(3):  # what agrees corrects the laying, which shows more that agrees
        if laying is None or len(pairs) < _LEAST_PAIRS:
            return NONE_AGREE
        pairs = _matches(ours, cells, laying)
        laying = _fitted(pairs) or laying
    assert laying is not None, "a fit that fails leaves the last one"
    inside = _within(ours, laying, found), _within(theirs, laying.back(), asked)
    return Agreement(len(pairs), *inside, _is_straight(pairs))


def _proposed(pairs: Sequence[_Pair]) -> tuple[_Laying | None, list[_Pair]]:
    """Return the laying that most pairs agree with, and these pairs."""
    best: tuple[_Laying | None, list[_Pair]] = None, []
    for one, other in combinations(pairs, 2):
        laying = _laid(one, other)
        if laying is None:
            continue
        agreeing = _agreeing(laying, pairs)
        if len(agreeing) > len(best[1]):
            best = laying, agreeing
            if 2 * len(agreeing) >= len(pairs):
                break
    return best


def _laid(one: _Pair, other: _Pair) -> _Laying | None:
    apart = other[0].at - one[0].at
    if abs(apart) < _APART:
        return None
    turn = (other[1].at - one[1].at) / apart
    if not _is_plausible(turn):
        return None
    laying = _Laying(turn, one[1].at - turn * one[0].at)
    growth = laying.growth
    return laying if all(abs(growth + a.size - b.size) <= _SIZES_WITHIN for a, b in (one, other)) else None


def _is_plausible(turn: complex) -> bool:
    return _LEAST_ZOOM < turn.real < _MOST_ZOOM and abs(turn.imag) <= _LARGEST_TURN * turn.real


def _agreeing(laying: _Laying, pairs: Iterable[_Pair]) -> list[_Pair]:
    turn, shift, growth = laying.turn, laying.shift, laying.growth
    near = _NEAR * max(1.0, abs(turn))
    return [
        (one, other)
        for one, other in pairs
        if abs(turn * one.at + shift - other.at) <= near and abs(growth + one.size - other.size) <= _SIZES_WITHIN
    ]


def _fitted(pairs: Sequence[_Pair]) -> _Laying | None:
    """Return the laying that fits best, by least squares."""
    if not pairs:
        return None
    middle, their_middle, ours, theirs = _centred(pairs)
    spread = sum(abs(one) ** 2 for one in ours)
    if spread == 0:
        return None
    turn = sum(a.conjugate() * b for a, b in zip(ours, theirs, strict=True)) / spread
    return _Laying(turn, their_middle - turn * middle) if _is_plausible(turn) else None


def _is_straight(pairs: Sequence[_Pair]) -> bool:
    """Tell whether one lies on the other neither turned nor slanted.

    Fitted by least squares is b = turn · a + slant · a's conjugate: the second term is all that a turn cannot say.
    """
    if not pairs:
        return False
    _, _, ours, theirs = _centred(pairs)
    spread, line = sum(abs(a) ** 2 for a in ours), sum(a * a for a in ours)
    along = sum(a.conjugate() * b for a, b in zip(ours, theirs, strict=True))
    across = sum(a * b for a, b in zip(ours, theirs, strict=True))
    divisor = spread**2 - abs(line) ** 2
    if divisor <= _IN_LINE * spread**2:  # along one line no slant shows
        return False
    turn, slant = (spread * along - line.conjugate() * across) / divisor, (spread * across - line * along) / divisor
    return abs(turn.imag) <= _STRAIGHT_TURN * turn.real and abs(slant) <= _STRAIGHT_SLANT * turn.real


def _centred(pairs: Sequence[_Pair]) -> tuple[complex, complex, list[complex], list[complex]]:
    ours, theirs = ([one.at for one in side] for side in zip(*pairs, strict=True))
    middle, their_middle = sum(ours) / len(ours), sum(theirs) / len(theirs)
    return middle, their_middle, [one - middle for one in ours], [one - their_middle for one in theirs]


def _matches(marks: "_Marks", cells: "_Cells", laying: _Laying) -> list[_Pair]:
    """Pair each spot with the nearest like one, as far as the other has not been taken."""
    pairs, taken = list[_Pair](), set[int]()
    turn, shift, growth = laying.turn, laying.shift, laying.growth
    for one in marks:
        at, size, least = turn * one.at + shift, one.size + growth, None
        for other in cells.get((int(at.real // _CELL), int(at.imag // _CELL)), ()):
            misses = abs(other.at - at)
            if (
                misses <= other.reach
                and (least is None or misses < least[0])
                and abs(size - other.size) <= _SIZES_WITHIN
                and (one.bits ^ other.bits).bit_count() <= _SIGNS_WITHIN
                and id(other) not in taken
            ):
                least = misses, other
        if least:
            taken.add(id(least[1]))
            pairs.append((one, least[1]))
    return pairs


def _within(marks: "_Marks", laying: _Laying, other: Spots) -> int:
    """Count the spots whose patch lies inside the other picture, at a size that is surely found there."""
    count, growth, zoom = 0, laying.growth, PATCH_RADIUS * abs(laying.turn)
    for one in marks:
        at, reach = laying.turn * one.at + laying.shift, zoom * one.reach
        count += (
            SMALLEST <= one.size + growth <= LARGEST
            and reach <= at.real <= other.width - reach
            and reach <= at.imag <= other.height - reach
        )
    return count


# What lies where, and what has which word.

_Marks = Sequence[_Mark]
_Cells = dict[tuple[int, int], list[_Mark]]
_Words = dict[int, list[_Mark]]


def _marks(spots: Spots) -> list[_Mark]:
    return [_Mark(complex(one.x, one.y), one.size, one.bits, UNIT * 2 ** (one.size / OCTAVE)) for one in spots.spots]


def _by_cell(marks: _Marks) -> _Cells:
    """List each spot in its own cell and in those around it: it reaches no farther."""
    cells: _Cells = {}
    for one in marks:
        column, row = int(one.at.real // _CELL), int(one.at.imag // _CELL)
        for across, down in product((column - 1, column, column + 1), (row - 1, row, row + 1)):
            cells.setdefault((across, down), []).append(one)
    return cells


def _by_word(spots: Spots, marks: _Marks) -> _Words:
    words: _Words = {}
    for spot, one in zip(spots.spots, marks, strict=True):
        words.setdefault(spot.word, []).append(one)
    return words


def _named(words: _Words, spot: Spot) -> Iterator[_Mark]:
    return (other for word in spot.words() for other in words.get(word, ()))

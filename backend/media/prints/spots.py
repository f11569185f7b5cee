"""Spots: places of a picture that are found again in any part cut out of it, as they are kept and looked up.

What is kept of a spot is where it is, how large, whether it is brighter or darker than what is around it, and the signs
of the low frequencies of the patch around it: 15 bytes of which no pixel can be made again. Only whole numbers: they
mean the same on every machine. How spots are found in pixels is told in `spotting`.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

UNIT: Final = 8  # positions count in eighths of a pixel of the sample
OCTAVE: Final = 32  # sizes count in 32nds of a doubling
PATCH_SIDE: Final = 8  # frequencies across and down
# From the lowest on; the first (row 0, column 0) is the mean, which tells nothing of the shape.
FREQUENCIES: Final = tuple(
    sorted(
        ((row, column) for row in range(PATCH_SIDE) for column in range(PATCH_SIDE)), key=lambda one: (sum(one), one)
    )
)[1:]
SIGN_BITS: Final = len(FREQUENCIES)  # 63; above them stands one bit: brighter
WORD_BITS: Final = 24
_WORD: Final = (1 << WORD_BITS) - 1
_ODD: Final = sum(1 << place for place, (_, column) in enumerate(FREQUENCIES) if column % 2)
_FORM: Final = 1
_HEAD, _SPOT = struct.Struct(">BHH"), struct.Struct(">HHBQBB")


@dataclass(frozen=True, slots=True)
class Spot:
    """One spot.

    `size` is 32 · log2 of its Gaussian's width in pixels of the sample; `unsure` names the bits of its word that were
    nearest to zero, and so turn first in a copy.
    """

    x: int
    y: int
    size: int
    bits: int
    unsure: tuple[int, int]

    @property
    def word(self) -> int:
        """Return what it is looked up by: brighter or darker, and the 24 lowest signs."""
        return (self.bits & _WORD) | (self.bits >> SIGN_BITS << WORD_BITS)

    def words(self) -> Iterator[int]:
        """Walk over its word, and what it becomes when either or both of its unsure bits turn."""
        one, other = (1 << place for place in self.unsure)
        word = self.word
        yield from (word, word ^ one, word ^ other, word ^ one ^ other)


@dataclass(frozen=True, slots=True)
class Spots:
    """The spots of a picture, the most outstanding first, and the sides of its sample in the same units."""

    width: int
    height: int
    spots: tuple[Spot, ...]

    def mirrored(self) -> "Spots":
        """Return the spots of the mirrored picture: the signs of the odd columns turned."""
        turned = (replace(one, x=self.width - one.x, bits=one.bits ^ _ODD) for one in self.spots)
        return Spots(self.width, self.height, tuple(turned))

    def packed(self) -> bytes:
        """Write them down."""
        each = (_SPOT.pack(one.x, one.y, one.size, one.bits, *one.unsure) for one in self.spots)
        return _HEAD.pack(_FORM, self.width, self.height) + b"".join(each)


NONE: Final = Spots(0, 0, ())


def unpacked(kept: bytes) -> Spots:
    """Read what `packed` wrote; of a form that is not known here, nothing."""
    form, width, height = _HEAD.unpack_from(kept)
    if form != _FORM:
        return NONE
    each = _SPOT.iter_unpack(kept[_HEAD.size :])
    return Spots(width, height, tuple(Spot(x, y, size, bits, (one, other)) for x, y, size, bits, one, other in each))

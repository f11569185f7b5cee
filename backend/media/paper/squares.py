"""QR codes as they are printed: whole pixels to a module, the quiet zone that scanners need around them."""

from dataclasses import dataclass

import segno
from PIL import Image

QUIET_MODULES = 4  # ISO/IEC 18004, 9.1


@dataclass(frozen=True)
class Square:
    """A QR code drawn as large as fits: one bit a pixel, the quiet zone included."""

    picture: Image.Image
    module_pixels: int
    modules: int  # on a side, without the quiet zone


def drawn(text: str, pixels: int, error: str = "h") -> Square:
    """Return the QR code of a text, at most so many pixels wide.

    `error` is how much may be dirty or torn: l 7 %, m 15 %, q 25 %, h 30 %. Raises AssertionError when there is
    less than a pixel for a module.
    """
    matrix = segno.make(text, error=error, micro=False, boost_error=False).matrix
    modules = len(matrix)
    side = modules + 2 * QUIET_MODULES
    module_pixels = pixels // side
    assert module_pixels > 0, f"{pixels} pixels are too few for {side} modules"
    small = Image.new("1", (side, side), 1)
    small.putdata([int(not dark) for row in _quiet(matrix, side) for dark in row])
    whole = small.resize((side * module_pixels,) * 2, Image.Resampling.NEAREST)
    return Square(whole, module_pixels, modules)


def _quiet(matrix: tuple[bytearray, ...], side: int) -> list[list[int]]:
    empty = [[0] * side] * QUIET_MODULES
    padded = [[0] * QUIET_MODULES + list(row) + [0] * QUIET_MODULES for row in matrix]
    return [*empty, *padded, *empty]

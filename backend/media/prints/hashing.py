"""The print of a whole picture: the signs of its low frequencies.

The picture is made grey, 32 × 32, and transformed by the discrete cosine transform (DCT-II); kept are the signs of
its 8 × 8 lowest coefficients (the coarse print, by which copies are looked up) and of its 16 × 16 lowest (the fine
print, which decides). Signs do not change with brightness or contrast, hardly with compression or size; a mirrored
picture has the odd columns' signs turned. The idea of hashing DCT signs is old and free: Zauner, "Implementation and
Benchmarking of Perceptual Image Hash Functions" (2010), chapter 3. What was cut out of a photo is found by its spots
(`spotting`).
"""

from functools import cache
from typing import Final

import numpy as np
from PIL import Image

GRID: Final = 32
COARSE_SIDE, FINE_SIDE = 8, 16
COARSE_BITS, FINE_BITS = COARSE_SIDE**2 - 1, FINE_SIDE**2 - 1  # the mean tells nothing of the shape

Print = tuple[int, int]  # coarse, fine: whole numbers of 63 and 255 bits
Spectrum = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def whole(picture: Image.Image) -> Print:
    """Return the print of an upright picture."""
    small = picture.convert("L").resize((GRID, GRID), Image.Resampling.BOX)
    matrix = _dct()
    spectrum = matrix @ np.asarray(small, dtype=np.float64) @ matrix.T
    return _signs(spectrum, COARSE_SIDE), _signs(spectrum, FINE_SIDE)


@cache
def _dct() -> Spectrum:
    steps = np.arange(GRID)
    return np.cos(np.pi * (2 * steps[None, :] + 1) * steps[:, None] / (2 * GRID))


def _signs(spectrum: Spectrum, side: int) -> int:
    bits = (spectrum[:side, :side].ravel()[1:] > 0).astype(np.uint8)
    return int.from_bytes(np.packbits(bits).tobytes()) >> (-len(bits) % 8)

"""Perceptual fingerprints: the signs of a picture's low frequencies, for the whole and for windows of it.

Each window is made grey, 32 × 32, and transformed by the discrete cosine transform (DCT-II); kept are the signs of
its 8 × 8 lowest coefficients (the coarse print, by which copies are looked up) and of its 16 × 16 lowest (the fine
print, which decides). Signs do not change with brightness or contrast, hardly with compression or size; a mirrored
picture has the odd columns' signs turned. The idea of hashing DCT signs is old and free: Zauner, "Implementation and
Benchmarking of Perceptual Image Hash Functions" (2010), chapter 3. Windows find crops: what was cut out of a photo
is about one of its windows.
"""

from functools import cache
from typing import Final

import numpy as np
from PIL import Image

GRID: Final = 32
COARSE_SIDE, FINE_SIDE = 8, 16
COARSE_BITS, FINE_BITS = COARSE_SIDE**2 - 1, FINE_SIDE**2 - 1  # the mean tells nothing of the shape
# The whole first; then the middle and the corners at three scales.
SCALES: Final = (0.9, 0.8, 0.7)


Print = tuple[int, int]  # coarse, fine: whole numbers of 63 and 255 bits
Spectrum = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def fingerprint(picture: Image.Image) -> tuple[Print, ...]:
    """Return the prints of an upright picture: of the whole, then of its windows."""
    grey = picture.convert("L")
    spectra = [_spectrum(grey, box) for box in _boxes(*grey.size)]
    return tuple((_signs(one, COARSE_SIDE), _signs(one, FINE_SIDE)) for one in spectra)


def _boxes(width: int, height: int) -> list[tuple[float, float, float, float]]:
    boxes = [(0.0, 0.0, float(width), float(height))]
    for scale in SCALES:
        across, down = width * scale, height * scale
        right, bottom = width - across, height - down
        for x, y in ((right / 2, bottom / 2), (0.0, 0.0), (right, 0.0), (0.0, bottom), (right, bottom)):
            boxes.append((x, y, x + across, y + down))
    return boxes


def _spectrum(grey: Image.Image, box: tuple[float, float, float, float]) -> Spectrum:
    small = grey.resize((GRID, GRID), Image.Resampling.BOX, box=box)
    pixels = np.asarray(small, dtype=np.float64)
    matrix = _dct()
    return matrix @ pixels @ matrix.T


@cache
def _dct() -> Spectrum:
    steps = np.arange(GRID)
    return np.cos(np.pi * (2 * steps[None, :] + 1) * steps[:, None] / (2 * GRID))


def _signs(spectrum: Spectrum, side: int) -> int:
    bits = (spectrum[:side, :side].ravel()[1:] > 0).astype(np.uint8)
    return int.from_bytes(np.packbits(bits).tobytes()) >> (-len(bits) % 8)

"""Tell whether two pictures look alike to who stands before them, though two programs drew their letters.

Both are reduced to blocks of a hundred-and-thirty-fifth of the short side (8 pixels at 1080p; 6 at least) and each
block is averaged with its neighbours: the edges of letters, which every program smooths in its own way and puts half a
pixel elsewhere, then weigh little, and a box that stands elsewhere, is missing or has another colour weighs as it did.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

BLOCKS = 135  # on the short side
LEAST = 6  # pixels: finer blocks would see how letters are smoothed


@dataclass(frozen=True)
class Likeness:
    """How far apart two pictures are, in steps of 255: of all blocks on average, and where they differ most."""

    mean: float
    worst: float
    at: tuple[int, int]  # the middle of the worst block, in pixels

    def within(self, mean: float, worst: float) -> bool:
        """Tell whether they are as like as this."""
        return self.mean <= mean and self.worst <= worst

    def __str__(self) -> str:
        return f"mean {self.mean:.2f}, worst {self.worst:.1f} at {self.at[0]},{self.at[1]}"


def compared(one: Image.Image, other: Image.Image) -> Likeness:
    """Compare two pictures of one size."""
    assert one.size == other.size, f"{one.size} and {other.size} cannot be alike"
    side = max(min(one.size) / BLOCKS, LEAST)
    apart = np.abs(_blocks(one, side) - _blocks(other, side)).max(axis=2)
    row, column = (int(place) for place in np.unravel_index(apart.argmax(), apart.shape))
    return Likeness(float(apart.mean()), float(apart.max()), (round((column + 0.5) * side), round((row + 0.5) * side)))


def _blocks(picture: Image.Image, side: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    size = round(picture.width / side), round(picture.height / side)
    reduced = picture.convert("RGB").resize(size, Image.Resampling.BOX)
    return np.asarray(reduced.filter(ImageFilter.BoxBlur(1)), dtype=np.float64)


def beside(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return both pictures and where they differ, for who looks at a failure."""
    apart = np.abs(np.asarray(one.convert("RGB"), dtype=np.int16) - np.asarray(other.convert("RGB"), dtype=np.int16))
    width, height = one.size
    across = width < height
    shown = Image.new("RGB", (width * 3, height) if across else (width, height * 3))
    for place, picture in enumerate((one, other, Image.fromarray(apart.astype(np.uint8)))):
        shown.paste(picture, (width * place, 0) if across else (0, height * place))
    return shown

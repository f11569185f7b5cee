"""Find spots in pixels, and describe each by the signs of the low frequencies of the patch around it.

1. A sample of the picture, grey, 320 pixels long, is blurred more and more; a spot is where the difference of two
blurs (of Gaussians) is larger or smaller than at all 26 neighbours in place and size: Lowe, "Distinctive Image
Features from Scale-Invariant Keypoints" (2004), section 3, which also has the test against edges. 2. Of the
strongest, those are kept that are far from any stronger one, so that every part of the picture has its own: Brown,
Szeliski, Winder, "Multi-Image Matching using Multi-Scale Oriented Patches" (2005), section 3. 3. The patch around a
spot, in proportion to its size and within the picture, is transformed as the whole picture is in `hashing`. Patches
are not turned upright: a copy is cut and mirrored, and seldom turned.
"""

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
from PIL import Image

from backend.media.prints.agreement import PATCH_RADIUS
from backend.media.prints.spots import FREQUENCIES, OCTAVE, PATCH_SIDE, SIGN_BITS, UNIT, WORD_BITS, Spot, Spots

SAMPLE_SIDE: Final = 320
MOST: Final = 96
_OCTAVES, _SIZES, _FIRST, _SHARPNESS = 3, 3, 2.0, 0.5  # the first blur; what blur a sample has of its own
_LEAST_SIDE = 20  # of an octave, in its pixels
_FLOOR = 0.6  # of 255: weaker differences are noise
_EDGE = 8.0  # how many times as sharply a spot may curve one way than the other
_LOOKED_AT = 300
_CLEARLY = 0.9
_GRID = 16  # samples across a patch

# Pixels and blurs are in single precision; a row of `Rows` is x, y, size (in pixels of the sample), strength. What
# numpy returns is Any to the checker of types, and so are these.
Array: TypeAlias = Any
Rows: TypeAlias = Any


@dataclass(frozen=True)
class _Octave:
    """Blurs of the sample at a half, a quarter … of its size: `step` of its pixels are one here."""

    step: int
    widths: tuple[float, ...]  # of the Gaussians, in pixels here
    blurs: Array


def spots(picture: Image.Image) -> Spots:
    """Return the spots of an upright picture."""
    sample = _sample(picture)
    height, width = sample.shape
    octaves = _octaves(sample)
    rows = np.concatenate([np.empty((0, 4)), *(_extrema(one) for one in octaves)])
    rows = _spread(_inside(rows, width, height))
    return Spots(width * UNIT, height * UNIT, tuple(map(_spot, rows, _frequencies(rows, octaves))))


def _sample(picture: Image.Image) -> Array:
    share = SAMPLE_SIDE / max(picture.size)
    sides = max(1, round(picture.width * share)), max(1, round(picture.height * share))
    return np.asarray(picture.convert("L").resize(sides, Image.Resampling.BILINEAR), dtype=np.float32)


# Blurring.


def _octaves(sample: Array) -> list[_Octave]:
    widths = tuple(_FIRST * 2 ** (place / _SIZES) for place in range(_SIZES + 3))
    made: list[_Octave] = []
    first = _blurred(sample, (_FIRST**2 - _SHARPNESS**2) ** 0.5)
    while len(made) < _OCTAVES and min(first.shape) >= _LEAST_SIDE:
        blurs = [first]
        for before, width in pairwise(widths):
            blurs.append(_blurred(blurs[-1], (width**2 - before**2) ** 0.5))
        made.append(_Octave(1 << len(made), widths, np.stack(blurs)))
        first = _halved(blurs[_SIZES])  # it is twice as wide as the first
    return made


def _blurred(pixels: Array, width: float) -> Array:
    once = np.ascontiguousarray(_blurred_down(pixels, width).T)
    return np.ascontiguousarray(_blurred_down(once, width).T)


def _blurred_down(pixels: Array, width: float) -> Array:
    """Blur along columns, as if the picture went on mirrored beyond its edges.

    Sums of rows, and no product of matrices: that would start as many threads as there are cores, and differ from
    machine to machine in the last digit.
    """
    reach, height = int(3.5 * width) + 1, len(pixels)
    weights = np.exp(-0.5 * (np.arange(reach + 1) / width) ** 2)
    weights = (weights / (2 * weights.sum() - weights[0])).astype(np.float32)
    padded = np.pad(pixels, ((reach, reach), (0, 0)), "symmetric")
    result = padded[reach : reach + height] * weights[0]
    both = np.empty_like(result)
    for away in range(1, reach + 1):
        np.add(padded[reach - away : reach - away + height], padded[reach + away : reach + away + height], out=both)
        both *= weights[away]
        result += both
    return result


def _halved(pixels: Array) -> Array:
    height, width = (side // 2 * 2 for side in pixels.shape)
    even = pixels[:height, :width]
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


# Finding.


def _extrema(octave: _Octave) -> Rows:
    differences = octave.blurs[1:] - octave.blurs[:-1]
    inner = differences[1:-1, 1:-1, 1:-1]
    high = (inner == _of_neighbours(differences, np.maximum)) & (inner > _FLOOR)
    low = (inner == _of_neighbours(differences, np.minimum)) & (inner < -_FLOOR)
    level, y, x = (places + 1 for places in np.nonzero(high | low))
    here = differences[level, y, x]
    left, right = differences[level, y, x - 1], differences[level, y, x + 1]
    above, below = differences[level, y - 1, x], differences[level, y + 1, x]
    finer, coarser = differences[level - 1, y, x], differences[level + 1, y, x]
    across, down = left + right - 2 * here, above + below - 2 * here
    crossed = differences[level, y + 1, x + 1] + differences[level, y - 1, x - 1]
    crossed = (crossed - differences[level, y + 1, x - 1] - differences[level, y - 1, x + 1]) / 4
    flatness = across * down - crossed**2
    round_enough = (flatness > 0) & ((across + down) ** 2 * _EDGE < (_EDGE + 1) ** 2 * flatness)
    size = _FIRST * 2 ** ((level + _top(finer, here, coarser)) / _SIZES)
    rows = (
        (x + 0.5 + _top(left, here, right)) * octave.step,
        (y + 0.5 + _top(above, here, below)) * octave.step,
        size * octave.step,
        here,
    )
    return np.stack(rows, axis=1)[round_enough]


def _of_neighbours(values: Array, choose: Any) -> Array:
    for axis in range(3):
        moved = np.moveaxis(values, axis, 0)
        values = np.moveaxis(choose(choose(moved[:-2], moved[1:-1]), moved[2:]), 0, axis)
    return values


def _top(before: Array, here: Array, after: Array) -> Array:
    """Return where between its neighbours the parabola through three values has its top: within half a step."""
    bend = before + after - 2 * here
    return np.clip((before - after) / np.where(bend == 0, 1, 2 * bend), -0.5, 0.5)


# Choosing.


def _inside(rows: Rows, width: int, height: int) -> Rows:
    x, y, reach = rows[:, 0], rows[:, 1], PATCH_RADIUS * rows[:, 2]
    return rows[(x >= reach) & (y >= reach) & (x + reach <= width) & (y + reach <= height)]


def _spread(rows: Rows) -> Rows:
    """Keep the spots that are farthest from a clearly stronger one, the most outstanding first."""
    rows = rows[np.argsort(-abs(rows[:, 3]), kind="stable")[:_LOOKED_AT]]
    strength = abs(rows[:, 3])
    apart = (rows[:, None, :2] - rows[None, :, :2]) ** 2
    stronger = strength[None, :] * _CLEARLY > strength[:, None]
    nearest = np.where(stronger, apart.sum(axis=2), np.inf).min(axis=1, initial=np.inf)
    return rows[np.argsort(-nearest, kind="stable")[:MOST]]


# Describing.


def _frequencies(rows: Rows, octaves: list[_Octave]) -> Rows:
    """Return the 63 lowest frequencies of each spot's patch."""
    patches = np.empty((len(rows), _GRID, _GRID))
    blurs = [(one.step, blur) for one in octaves for blur in one.blurs]
    widths = np.log2([width * one.step for one in octaves for width in one.widths] or [1.0])
    # A blur of half the spot's size: what it leaves is what the grid can show.
    best = abs(np.log2(rows[:, 2] / 2)[:, None] - widths[None, :]).argmin(axis=1)
    offsets = ((np.arange(_GRID) + 0.5) / _GRID * 2 - 1) * PATCH_RADIUS
    for number in set(best.tolist()):
        step, blur = blurs[number]
        own = best == number
        x, y, size = (rows[own, column, None] / step for column in range(3))
        patches[own] = _between(blur, x + offsets * size - 0.5, y + offsets * size - 0.5)
    matrix = _cosines()
    spectra = matrix @ patches @ matrix.T
    return spectra[:, [row for row, _ in FREQUENCIES], [column for _, column in FREQUENCIES]]


def _between(pixels: Array, x: Rows, y: Rows) -> Rows:
    """Return the values at the crossings of these columns and rows, between pixels in proportion."""
    height, width = pixels.shape
    x, y = np.clip(x, 0, width - 1.001)[:, None, :], np.clip(y, 0, height - 1.001)[:, :, None]
    left, top = x.astype(int), y.astype(int)
    across, down = x - left, y - top
    upper = pixels[top, left] * (1 - across) + pixels[top, left + 1] * across
    lower = pixels[top + 1, left] * (1 - across) + pixels[top + 1, left + 1] * across
    return upper * (1 - down) + lower * down


@cache
def _cosines() -> Rows:
    steps = np.arange(_GRID)
    return np.cos(np.pi * (2 * steps[None, :] + 1) * np.arange(PATCH_SIDE)[:, None] / (2 * _GRID))


def _spot(row: Rows, frequencies: Rows) -> Spot:
    x, y, size, strength = row.tolist()
    places = np.flatnonzero(frequencies > 0).tolist()
    bits = sum(1 << place for place in places) | (int(strength > 0) << SIGN_BITS)
    one, other = np.argsort(abs(frequencies[:WORD_BITS]), kind="stable")[:2].tolist()
    return Spot(round(x * UNIT), round(y * UNIT), round(OCTAVE * float(np.log2(size))), bits, (one, other))

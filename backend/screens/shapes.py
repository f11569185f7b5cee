"""The shapes of screens, and the rule by which everything on them can be read from ten metres.

A sheet is measured in units: its short side has 1,000 of them, whatever the screen has of pixels. So one layout
serves 1080p and 4K alike, and the page and the picture are drawn from the same numbers.

How large letters are. ISO 9241-303 asks for 16 minutes of arc at least for reading at ease; at ten metres that
is 46.5 mm, or 57 units on a screen 809 mm high (65 inches, 16:9). What a passer-by has to read, names, ranks, values
and titles, has `PRIMARY` units or more. What explains it has `SECONDARY` (10 minutes of arc, twice what an eye of
normal sight resolves), and the footnote, for who steps up to it, `NOTE`. An upright screen of that size is 1,438 mm
high and as wide as the other is high: the same units mean the same millimetres. A strip over a counter is looked at
from nearer; its letters take what height it has. Every text has a contrast of 4.5 to 1 or more (WCAG 2.2, 1.4.3),
large or not.
"""

from dataclasses import dataclass
from typing import Literal, get_args

ShapeName = Literal["landscape", "portrait", "wide", "strip"]
SHAPE_NAMES: tuple[ShapeName, ...] = get_args(ShapeName)

PRIMARY = 57
SECONDARY = 36
NOTE = 24
# On a strip every text is primary: it is 360 pixels high at most, and nothing smaller could be made out at all.
STRIP_LEAST = 100


@dataclass(frozen=True)
class Shape:
    """A form of screen, in units: the short side has 1,000."""

    name: ShapeName
    width: int
    height: int

    @property
    def is_upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width


SHAPES: dict[ShapeName, Shape] = {
    "landscape": Shape("landscape", 1778, 1000),
    "portrait": Shape("portrait", 1000, 1778),
    "wide": Shape("wide", 3556, 1000),
    "strip": Shape("strip", 5333, 1000),
}

# The sizes at which every scene is looked at, and in which pictures are given: width and height in pixels.
SIZES: dict[str, ShapeName] = {
    "1920x1080": "landscape",
    "3840x2160": "landscape",
    "1366x768": "landscape",
    "1280x720": "landscape",
    "1080x1920": "portrait",
    "2160x3840": "portrait",
    "3840x1080": "wide",
    "1920x360": "strip",
}


def pixels(size: str) -> tuple[int, int]:
    """Return width and height of one of `SIZES`."""
    width, height = size.split("x")
    return int(width), int(height)


def nearest(width: int, height: int) -> ShapeName:
    """Return the shape that fills a screen of any size best: the one whose ratio of sides is nearest."""
    ratio = max(width, 1) / max(height, 1)

    def distance(name: ShapeName) -> float:
        shape = SHAPES[name]
        own = shape.width / shape.height
        return max(own / ratio, ratio / own)

    return min(SHAPE_NAMES, key=distance)

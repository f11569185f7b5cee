"""The fonts of paper, opened once for each size: opening one unpacks ten megabytes, which takes a tenth of a second."""

from functools import lru_cache

from PIL import ImageFont

from backend.media.paper.coverage import FONTS
from backend.media.paper.styles import Weight

# Of the em square, as the font's own table of metrics says.
ASCENT = 0.88
OPEN_AT_ONCE = 24


@lru_cache(maxsize=OPEN_AT_ONCE)
def opened(weight: Weight, pixels: float) -> ImageFont.FreeTypeFont:
    """Return a font at a size in pixels."""
    return ImageFont.truetype(FONTS / f"NotoSansSC-{weight}.woff2", pixels)

"""The fonts' own tables, as another library reads them, and what a phone's camera makes of a page."""

import io
from functools import cache

import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from backend.media.paper.coverage import FONTS

WEIGHTS = ("Regular", "Bold")


@cache
def characters(weight: str) -> frozenset[int]:
    """Return the characters of a font by its own table."""
    with TTFont(FONTS / f"NotoSansSC-{weight}.woff2", lazy=True) as font:
        return frozenset(font.getBestCmap())


def scanned(picture: Image.Image) -> list[str]:
    """Return what a scanner reads in a picture."""
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def photographed(page: Image.Image, degrees: float = 6, width: int = 900, blur: float = 1.3) -> Image.Image:
    """Return a page as a phone sees it in a dim corridor: askew, small, soft, grey and squeezed as JPEG."""
    seen = page.convert("L").resize((width, width * page.height // page.width), Image.Resampling.BILINEAR)
    wall = Image.new("L", (width * 5 // 4, seen.height * 5 // 4), 140)
    ImageDraw.Draw(wall).ellipse((0, 0, width // 3, width // 3), fill=230)
    wall.paste(seen, (width // 8, seen.height // 8))
    seen = wall.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=120)
    seen = ImageEnhance.Contrast(seen.filter(ImageFilter.GaussianBlur(blur))).enhance(0.6)
    sent = io.BytesIO()
    seen.save(sent, "JPEG", quality=45)
    return Image.open(io.BytesIO(sent.getvalue()))

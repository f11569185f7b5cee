"""What papers of this slice are decorated with: the theme's art, a frame, hills in the theme's colours."""

import math

from PIL import Image

from backend.certificates.colours import GOLD, Palette, mixed
from backend.media.paper import drawings
from backend.media.paper.outlines import Undrawable
from backend.media.paper.page import Page
from backend.media.paper.styles import WHITE, Box, Ink

# Of a cover, and the circle within which campaigns/README.md asks for its motif (centre and radius).
_COVER = (0.0, 0.0, 1200.0, 630.0)
_MOTIF = (600.0, 315.0, 315.0)
_ABOVE = 0.35  # of what is cut off, so much above: sky rather than motif
_WAVES = 48
_NEARER = (0.0, 0.14, 0.34)  # how much of the strong colour the hills have


def cover(page: Page, art: str, box: Box, palette: Palette, *, radius: float = 0) -> None:
    """Fill a box with a theme's cover, cut to its shape around the middle; with plain colour if it cannot be drawn."""
    x, y, width, height = _COVER
    if box.width / box.height > width / height:
        cut = width * box.height / box.width
        y, height = (height - cut) * _ABOVE, cut
    else:
        cut = height * box.width / box.height
        x, width = (width - cut) / 2, cut
    _placed(page, box, _drawn(page, art, box, (x, y, width, height)), palette.strong, radius)


def medal(page: Page, art: str, box: Box, palette: Palette) -> None:
    """Draw a theme's motif as a medal: round, within rings."""
    page.disc(box, palette.deep)
    page.disc(box.inside(0.9), GOLD)
    page.disc(box.inside(1.5), WHITE)
    inner = box.inside(2.1)
    x, y, radius = _MOTIF
    picture = _drawn(page, art, inner, (x - radius, y - radius, 2 * radius, 2 * radius))
    _placed(page, inner, picture, palette.strong, inner.width / 2)


def _drawn(page: Page, art: str, box: Box, window: tuple[float, float, float, float]) -> Image.Image | None:
    try:
        return drawings.drawn(art, page.pixels(box), window)
    except Undrawable:
        return None


def _placed(page: Page, box: Box, picture: Image.Image | None, otherwise: Ink, radius: float) -> None:
    if picture is None:
        page.fill(box, otherwise, radius=radius)
    else:
        page.inset(picture, box, radius=radius)


def hills(page: Page, box: Box, palette: Palette) -> None:
    """Draw rolling hills from the bottom of a box up, the nearer the stronger."""
    layers = ((0.0, 0.30, 0.4, 1.15), (0.32, 0.24, 2.6, 0.9), (0.62, 0.16, 4.4, 1.35))
    for number, (top, swing, phase, pace) in enumerate(layers):
        ink = mixed(palette.light, palette.strong, _NEARER[number])
        edge = [
            (
                box.x + box.width * step / _WAVES,
                box.y + box.height * (top + swing * (0.5 + 0.5 * math.sin(phase + pace * math.tau * step / _WAVES))),
            )
            for step in range(_WAVES + 1)
        ]
        page.shape([(box.x, box.bottom), *edge, (box.right, box.bottom)], ink)


def frame(page: Page, box: Box, palette: Palette) -> None:
    """Draw a certificate's frame: a band of the theme's colour, a fine gold line, corners that turn inwards."""
    page.frame(box, palette.deep, thickness=2.4)
    page.frame(box.inside(3.3), GOLD, thickness=0.35)
    inner, notch = box.inside(5.0), 9.0
    page.frame(inner, GOLD, thickness=0.7)
    for across, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = inner.x + across * inner.width, inner.y + down * inner.height
        corner = Box(x - notch, y - notch, 2 * notch, 2 * notch)
        _corner(page, corner, (x, y), (1 if across == 0 else -1, 1 if down == 0 else -1), palette)


def _corner(page: Page, box: Box, at: tuple[float, float], inwards: tuple[int, int], palette: Palette) -> None:
    radius = box.width / 2
    begins = {(1, 1): 0, (-1, 1): 90, (-1, -1): 180, (1, -1): 270}[inwards]
    for thick, size, ink in ((radius, radius, palette.paper), (0.7, radius, GOLD), (0.35, radius - 2.2, GOLD)):
        outer = [_on(at, size, begins + step * 3) for step in range(31)]
        inner = [_on(at, size - thick, begins + step * 3) for step in range(30, -1, -1)]
        page.shape([*outer, *inner], ink)
    dot = _on(at, radius * 0.42, begins + 45)
    page.disc(Box(dot[0] - 0.9, dot[1] - 0.9, 1.8, 1.8), palette.deep)


def _on(centre: tuple[float, float], radius: float, degrees: float) -> tuple[float, float]:
    angle = math.radians(degrees)
    return centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)

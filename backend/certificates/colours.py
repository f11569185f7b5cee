"""The colours of a theme, taken from its art: the ground at its foot gives the strong ones, the sky the paper."""

from dataclasses import dataclass

from PIL import Image

from backend.media.paper import drawings
from backend.media.paper.outlines import Undrawable
from backend.media.paper.styles import GREEN, WHITE, Ink

GOLD: Ink = (176, 134, 58)
_SAMPLE = (240, 126)
_CONTRAST = 7.0  # WCAG 2.2, 1.4.6: text of any size
_LARGE_CONTRAST = 4.5
_NEARLY_DARK = 0.04045  # below it sRGB is linear


@dataclass(frozen=True)
class Palette:
    """Dark enough for text on white; the strongest ground; a light ground; and almost white."""

    deep: Ink
    strong: Ink
    light: Ink
    paper: Ink


PLAIN = Palette(GREEN, (63, 157, 109), (214, 234, 220), (248, 251, 248))


def of(art: str) -> Palette:
    """Return the colours of a drawing; plain green where it cannot be drawn."""
    try:
        picture = drawings.drawn(art, _SAMPLE)
    except Undrawable:
        return PLAIN
    ground = picture.crop((0, _SAMPLE[1] - 6, _SAMPLE[0], _SAMPLE[1])).resize((1, 1), Image.Resampling.BOX)
    sky = picture.crop((0, 0, _SAMPLE[0], 6)).resize((1, 1), Image.Resampling.BOX)
    bottom, top = _ink(ground), _ink(sky)
    return Palette(
        deep=darkened(bottom, _CONTRAST),
        strong=darkened(bottom, _LARGE_CONTRAST),
        light=mixed(bottom, WHITE, 0.72),
        paper=mixed(top, WHITE, 0.6),
    )


def _ink(picture: Image.Image) -> Ink:
    red, green, blue = picture.getpixel((0, 0))  # type: ignore[misc]
    return int(red), int(green), int(blue)


def luminance(ink: Ink) -> float:
    """Return how light a colour is, from 0 to 1 (WCAG 2.2)."""
    shares = [part / 255 for part in ink]
    linear = [one / 12.92 if one <= _NEARLY_DARK else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Ink, other: Ink) -> float:
    """Return the contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: Ink, other: Ink, share: float) -> Ink:
    """Return a colour with so much of another in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def darkened(ink: Ink, least: float) -> Ink:
    """Return a colour as dark as text on white needs to be."""
    while contrast(ink, WHITE) < least:
        ink = mixed(ink, (0, 0, 0), 0.06)
    return ink

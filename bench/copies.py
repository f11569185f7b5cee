"""What people do to a photo that they send again: cut, turn, mirror, brighten, cover, save anew."""

import io
import random
from collections.abc import Callable
from typing import Final

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

Picture = Image.Image
Change = Callable[[Picture, random.Random], Picture]


def saved(picture: Picture, quality: int) -> Picture:
    """Return what is left of a picture that was saved as JPEG."""
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=quality)
    return Image.open(io.BytesIO(written.getvalue())).convert("RGB")


def resaved(quality: int) -> Change:
    """Save as JPEG of that quality."""
    return lambda picture, _: saved(picture, quality)


def smaller(picture: Picture, _: random.Random) -> Picture:
    """Make a third of the size."""
    return picture.resize((picture.width // 3, picture.height // 3))


def relit(picture: Picture, dice: random.Random) -> Picture:
    """Change brightness by 0.75 to 1.25, then contrast by 0.7 to 1.3."""
    return ImageEnhance.Contrast(ImageEnhance.Brightness(picture).enhance(dice.uniform(0.75, 1.25))).enhance(
        dice.uniform(0.7, 1.3)
    )


def curved(picture: Picture, dice: random.Random) -> Picture:
    """Change the gamma to 0.6, 0.75, 1.35 or 1.7."""
    gamma = dice.choice((0.6, 0.75, 1.35, 1.7))
    return picture.point([round(255 * (value / 255) ** gamma) for value in range(256)] * 3)


def mirrored(picture: Picture, _: random.Random) -> Picture:
    """Mirror."""
    return ImageOps.mirror(picture)


def trimmed(most: float) -> Change:
    """Cut off each side up to that share of it, at random."""

    def change(picture: Picture, dice: random.Random) -> Picture:
        left, top, right, bottom = (dice.uniform(0, most) for _ in range(4))
        width, height = picture.size
        return picture.crop(
            (int(left * width), int(top * height), int((1 - right) * width), int((1 - bottom) * height))
        )

    return change


def turned(degrees: int, cut: float) -> Change:
    """Turn to either side, and cut off the corners that come empty."""

    def change(picture: Picture, dice: random.Random) -> Picture:
        slanted = picture.rotate(dice.choice((-degrees, degrees)), Image.Resampling.BICUBIC)
        width, height = picture.size
        return slanted.crop((int(cut * width), int(cut * height), int((1 - cut) * width), int((1 - cut) * height)))

    return change


def covered(picture: Picture, dice: random.Random) -> Picture:
    """Put a sticker of a quarter of the height and a line of text on it."""
    result = picture.copy()
    draw, (width, height) = ImageDraw.Draw(result), result.size
    x, y, side = dice.uniform(0, 0.7) * width, dice.uniform(0, 0.7) * height, 0.25 * height
    draw.ellipse([x, y, x + side, y + side], fill=(250, 210, 60), outline=(0, 0, 0), width=4)
    draw.arc([x + 0.2 * side, y + 0.2 * side, x + 0.8 * side, y + 0.8 * side], 20, 160, fill=(0, 0, 0), width=8)
    place = (0.05 * width, dice.uniform(0.05, 0.85) * height)
    draw.text(place, "2026-06-15 12:00  Canteen", fill=(255, 255, 255), font_size=max(8, int(0.06 * height)))
    return result


def screenshot(picture: Picture, dice: random.Random) -> Picture:
    """Show it between the black bands of an upright phone's screen."""
    screen = Image.new("RGB", (picture.width, int(picture.width * dice.uniform(1.6, 2.1))))
    screen.paste(picture, (0, (screen.height - picture.height) // 2))
    ImageDraw.Draw(screen).text((40, 20), "12:31", fill=(255, 255, 255), font_size=max(8, picture.width // 25))
    return screen


def _mirrored_and_cut(picture: Picture, dice: random.Random) -> Picture:
    return mirrored(trimmed(0.2)(picture, dice), dice)


def _all_at_once(picture: Picture, dice: random.Random) -> Picture:
    return saved(relit(trimmed(0.2)(picture, dice), dice), 50)


CHANGES: Final[dict[str, Change]] = {
    "JPEG quality 30": resaved(30),
    "JPEG quality 50": resaved(50),
    "a third of the size": smaller,
    "brightness 0.75–1.25, contrast 0.7–1.3": relit,
    "gamma 0.6–1.7": curved,
    "mirrored": mirrored,
    "trimmed ≤ 4 % a side": trimmed(0.04),
    "trimmed ≤ 10 % a side": trimmed(0.1),
    "trimmed ≤ 20 % a side": trimmed(0.2),
    "trimmed ≤ 30 % a side": trimmed(0.3),
    "mirrored, trimmed ≤ 20 %": _mirrored_and_cut,
    "trimmed ≤ 20 %, relit, JPEG 50": _all_at_once,
    "turned 2°": turned(2, 0.05),
    "turned 5°": turned(5, 0.11),
    "sticker and text": covered,
    "screenshot with black bands": screenshot,
}

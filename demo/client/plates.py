"""Photos of plates, drawn: what members' phones take at the canteen, with the EXIF that phones write."""

import io
import random
from datetime import datetime
from typing import Final

from PIL import Image, ImageDraw, ImageFilter

_SIZE: Final = (1440, 1080)
_TABLES: Final = ((196, 164, 132), (222, 214, 200), (150, 160, 170), (120, 96, 78))
_FOODS: Final = ((92, 140, 60), (200, 120, 60), (220, 200, 120), (160, 60, 50), (240, 236, 225))
_DATE_TIME_ORIGINAL, _EXIF, _GPS = 36867, 0x8769, 0x8825


def plate(seed: str, taken_at: datetime, place: tuple[float, float] | None = None) -> bytes:
    """Return the JPEG of one plate: the same seed shows the same plate, whoever sends it."""
    dice = random.Random(f"plate/{seed}")
    picture = Image.new("RGB", _SIZE, dice.choice(_TABLES))
    draw = ImageDraw.Draw(picture)
    _table(draw, dice)
    _tray(draw, dice)
    picture = picture.filter(ImageFilter.GaussianBlur(dice.uniform(0.8, 1.6)))
    exif = Image.Exif()
    exif.get_ifd(_EXIF)[_DATE_TIME_ORIGINAL] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    if place:
        exif.get_ifd(_GPS).update(_position(*place))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=88, exif=exif)
    return written.getvalue()


def _table(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    for _ in range(40):
        y, shade = dice.randint(0, _SIZE[1]), dice.randint(90, 200)
        draw.line([(0, y), (_SIZE[0], y + dice.randint(-30, 30))], fill=(shade, shade - 15, shade - 30), width=2)


def _tray(draw: ImageDraw.ImageDraw, dice: random.Random) -> None:
    x, y = dice.randint(60, 260), dice.randint(40, 160)
    draw.rounded_rectangle([x, y, x + 1000, y + 800], 60, fill=(205, 208, 210), outline=(120, 124, 128), width=8)
    for column, row in ((0, 0), (1, 0), (0, 1), (1, 1)):
        left, top = x + 60 + column * 460, y + 60 + row * 360
        draw.rounded_rectangle([left, top, left + 420, top + 320], 40, fill=(226, 228, 230), outline=(160, 162, 164))
        _leftovers(draw, dice, left, top)
    bowl = (x + dice.randint(560, 700), y + dice.randint(360, 480))
    draw.ellipse([*bowl, bowl[0] + 260, bowl[1] + 260], fill=(245, 243, 238), outline=(150, 150, 150), width=6)


def _leftovers(draw: ImageDraw.ImageDraw, dice: random.Random, left: int, top: int) -> None:
    # A clear plate is not spotless: a few grains, a streak of sauce, each its own.
    for _ in range(dice.randint(2, 9)):
        x, y, size = left + dice.randint(20, 380), top + dice.randint(20, 280), dice.randint(8, 60)
        draw.ellipse([x, y, x + size, y + size * dice.uniform(0.4, 1.0)], fill=dice.choice(_FOODS))


def _position(latitude: float, longitude: float) -> dict[int, object]:
    def parts(degrees: float) -> tuple[float, float, float]:
        whole, rest = divmod(abs(degrees), 1)
        minutes, rest = divmod(rest * 60, 1)
        return whole, minutes, round(rest * 60, 2)

    return {1: "N", 2: parts(latitude), 3: "E", 4: parts(longitude)}

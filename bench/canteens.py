"""Draw photos of canteen tables that are as like each other as real ones: one table, one tray, the day's few dishes.

A canteen has its own table (wood, terrazzo or laminate, with a grain of its own), its own tray (pressed steel or
melamine, with rims, a printed slogan and a mark), its lamps (a gradient) and a menu of four dishes. A photo differs
from the next by how much of what is left where, by the place at the table, by light and noise, and by the hand:
shift, size, turn, slant. A fixed camera (above a tray return, say) does not even move: the hardest case for telling
plates apart.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE: Final = (1024, 768)
_SCENE: Final = (1360, 1020)
_TRAY: Final = (900, 640)
_SLOGANS: Final = ("CLEAN PLATE", "TAKE WHAT YOU EAT", "THANK THE FARMER", "SAVE GRAIN", "CANTEEN No. 2")
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int]
Draw = ImageDraw.ImageDraw
Dish = Callable[[Draw, random.Random, Box, float], None]


@dataclass(frozen=True)
class Canteen:
    """What every photo of one canteen shares."""

    name: str
    table: Image.Image
    tray: Image.Image
    wells: tuple[Box, ...]
    menu: tuple[Dish, ...]
    lamp: tuple[float, float]  # how the light falls off to the right and downward


def canteen(number: int) -> Canteen:
    """Return the canteen of that number: always the same."""
    name = f"canteen {number}"
    dice, grain = random.Random(name), np.random.default_rng(number)
    tray, wells = _tray(dice, grain, steel=number % 2 == 0)
    menu = tuple(dice.sample(_DISHES, 4))
    lamp = dice.uniform(-0.3, 0.3), dice.uniform(-0.3, 0.3)
    return Canteen(name, _TABLES[number % len(_TABLES)](grain), tray, wells, menu, lamp)


def photo(where: Canteen, number: int, *, fixed: bool = False, take: int = 0) -> Image.Image:
    """Return the photo of that number taken there: always the same; another number is another plate.

    Another `take` is another photo of the very same things, which nobody has moved.
    """
    dice = random.Random(f"{where.name}/{number}/{fixed}")
    at = (100, 100) if fixed else (dice.randrange(0, 200), dice.randrange(0, 200))
    scene = where.table.crop((*at, at[0] + _SCENE[0], at[1] + _SCENE[1]))
    tray = where.tray.copy()
    _serve(tray, where, dice)
    shake = 6 if fixed else 60
    left, top = ((whole - own) // 2 + dice.randint(-shake, shake) for whole, own in zip(_SCENE, _TRAY, strict=True))
    shadow = Image.new("L", _SCENE)
    ImageDraw.Draw(shadow).rounded_rectangle([left + 8, top + 12, left + 915, top + 660], 60, fill=130)
    scene.paste((30, 26, 22), mask=shadow.filter(ImageFilter.BoxBlur(12)))
    scene.paste(tray, (left, top), tray)
    return _taken(scene, where, random.Random(f"{dice.random()}/{take}"), fixed=fixed)


def _taken(scene: Image.Image, where: Canteen, dice: random.Random, *, fixed: bool) -> Image.Image:
    """Photograph a scene: the hand, the lens, the light, the sensor."""
    turn, zoom = (0.0, 1.0) if fixed else (dice.gauss(0, 3), dice.uniform(0.88, 1.06))
    scene = scene.rotate(turn, Image.Resampling.BICUBIC)
    width, height = SIZE[0] * zoom * 1.1, SIZE[1] * zoom * 1.1
    left, top = (_SCENE[0] - width) / 2, (_SCENE[1] - height) / 2
    corners = [(left, top), (left, top + height), (left + width, top + height), (left + width, top)]
    slant = 0 if fixed else 14
    quad = tuple(value + dice.uniform(-slant, slant) for corner in corners for value in corner)
    seen = scene.transform(SIZE, Image.Transform.QUAD, quad, Image.Resampling.BICUBIC)
    seen = seen.filter(ImageFilter.GaussianBlur(dice.uniform(0.4, 1.2)))
    across, down = (np.linspace(-1, 1, side) for side in SIZE)
    fall = (
        1
        + where.lamp[0] * across[None, :]
        + where.lamp[1] * down[:, None]
        - 0.12 * (across[None, :] ** 2 + down[:, None] ** 2)
    )
    warmth = np.array([dice.uniform(0.94, 1.06), 1.0, dice.uniform(0.94, 1.06)])
    grain = np.random.default_rng(dice.getrandbits(32))
    lit = np.asarray(seen, dtype=np.float32) * (fall * dice.uniform(0.85, 1.15))[:, :, None] * warmth
    noise = grain.normal(0, dice.uniform(2, 6), (SIZE[1], SIZE[0], 1)).astype(np.float32)
    return Image.fromarray(np.clip(lit + noise, 0, 255).astype(np.uint8))


# The table.


def _clouds(grain: np.random.Generator, cells: tuple[int, int], size: tuple[int, int]) -> Any:
    """Return smooth noise of about ±1 with so many cells across and down."""
    small = Image.fromarray(grain.normal(0, 1, (cells[1], cells[0])).astype(np.float32), "F")
    return np.asarray(small.resize(size, Image.Resampling.BICUBIC))


_GROUND: Final = (_SCENE[0] + 200, _SCENE[1] + 200)


def _coloured(light: Any, colour: Colour) -> Image.Image:
    shaded = np.clip(light[:, :, None] * np.array(colour, dtype=np.float32), 0, 255)
    return Image.fromarray(shaded.astype(np.uint8))


def _wood(grain: np.random.Generator) -> Image.Image:
    rings = _clouds(grain, (3, 60), _GROUND) + 0.6 * _clouds(grain, (14, 300), _GROUND)
    light = 1 + 0.09 * np.sin(3 * rings) + 0.05 * _clouds(grain, (60, 500), _GROUND)
    return _coloured(light, (176 + int(grain.integers(-30, 30)), 130, 88))


def _terrazzo(grain: np.random.Generator) -> Image.Image:
    ground = _coloured(1 + 0.04 * _clouds(grain, (30, 24), _GROUND), (188, 184, 176))
    draw = ImageDraw.Draw(ground)
    for x, y, size, shade in zip(*(grain.integers(0, most, 2600) for most in (*_GROUND, 9, 150)), strict=True):
        draw.ellipse([x, y, x + size + 2, y + size * 0.7 + 2], fill=(90 + int(shade), 84 + int(shade), 76 + int(shade)))
    return ground


def _laminate(grain: np.random.Generator) -> Image.Image:
    light = 1 + 0.03 * _clouds(grain, (400, 300), _GROUND) + 0.05 * _clouds(grain, (8, 6), _GROUND)
    return _coloured(light, (196, 206 + int(grain.integers(-20, 10)), 200))


_TABLES: Final = (_wood, _terrazzo, _laminate)


# The tray.


def _tray(dice: random.Random, grain: np.random.Generator, *, steel: bool) -> tuple[Image.Image, tuple[Box, ...]]:
    base = (192, 196, 200) if steel else dice.choice(((196, 92, 60), (120, 150, 96), (228, 222, 206)))
    sheen = 1 + (0.05 * _clouds(grain, (4, 320), _TRAY) if steel else 0.02 * _clouds(grain, (90, 64), _TRAY))
    tray = _coloured(sheen + 0.08 * _clouds(grain, (4, 3), _TRAY), base).convert("RGBA")
    draw = ImageDraw.Draw(tray)
    if steel:
        wells: tuple[Box, ...] = (
            (40, 40, 300, 290),
            (320, 40, 580, 290),
            (600, 40, 860, 290),
            (40, 320, 480, 560),
            (510, 320, 860, 560),
        )
        for well in wells:
            _pressed(draw, well, 36)
    else:
        wells = ((50, 50, 390, 390), (430, 40, 640, 250), (660, 60, 860, 260), (420, 290, 850, 560))
        for well in wells:
            draw.ellipse(well, fill=(238, 236, 228, 255), outline=(170, 168, 160, 255), width=5)
            inner = (well[0] + 24, well[1] + 24, well[2] - 24, well[3] - 24)
            draw.ellipse(inner, fill=(244, 243, 238, 255), outline=(206, 204, 198, 255), width=3)
    draw.text((60, 590), dice.choice(_SLOGANS), fill=(150, 30, 30, 255), font_size=30)
    draw.regular_polygon((820, 605, 18), dice.randint(3, 6), fill=(20, 90, 60, 255))
    rim = Image.new("L", _TRAY)
    ImageDraw.Draw(rim).rounded_rectangle([0, 0, _TRAY[0] - 1, _TRAY[1] - 1], 50, fill=255)
    draw.rounded_rectangle([2, 2, _TRAY[0] - 3, _TRAY[1] - 3], 48, outline=(110, 112, 116, 255), width=6)
    tray.putalpha(rim)
    return tray, wells


def _pressed(draw: Draw, well: Box, radius: int) -> None:
    left, top, right, bottom = well
    draw.rounded_rectangle(well, radius, fill=(206, 209, 212, 255), outline=(132, 136, 140, 255), width=5)
    draw.arc([left, top, left + 2 * radius, top + 2 * radius], 180, 270, fill=(90, 94, 98, 255), width=7)
    draw.line([(left + radius, bottom - 3), (right - radius, bottom - 3)], fill=(246, 248, 250, 255), width=4)
    draw.line([(right - 3, top + radius), (right - 3, bottom - radius)], fill=(238, 240, 244, 255), width=4)


# The dishes: how much is left is between nothing (0) and all (1).


def _serve(tray: Image.Image, where: Canteen, dice: random.Random) -> None:
    eaten = dice.choice(((0.01, 0.06), (0.02, 0.12), (0.2, 0.6), (0.8, 1.0)))
    draw = ImageDraw.Draw(tray)
    for well, dish in zip(where.wells, (*where.menu, *where.menu), strict=False):
        inside = (well[0] + 34, well[1] + 34, well[2] - 34, well[3] - 34)
        left = dice.uniform(*eaten)
        if left < 0.3:
            _smears(draw, dice, inside)
        dish(draw, dice, inside, left)


def _spot(dice: random.Random, box: Box) -> tuple[float, float]:
    return dice.uniform(box[0], box[2]), dice.uniform(box[1], box[3])


def _shade(dice: random.Random, colour: Colour, by: int = 25) -> Colour:
    change = dice.randint(-by, by)
    red, green, blue = (max(0, min(255, value + change + dice.randint(-8, 8))) for value in colour)
    return red, green, blue


def _smears(draw: Draw, dice: random.Random, box: Box) -> None:
    for _ in range(dice.randint(1, 5)):
        (x, y), (dx, dy) = _spot(dice, box), (dice.gauss(0, 28), dice.gauss(0, 18))
        path = [(x, y), (x + dx, y + dy), (x + dx + dice.gauss(0, 22), y + dy + dice.gauss(0, 22))]
        draw.line(path, fill=_shade(dice, (172, 118, 60)), width=dice.randint(3, 14), joint="curve")


def _grains(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(420 * left) + dice.randint(0, 6)):
        (x, y), turn = _spot(dice, box), dice.uniform(-7, 7)
        draw.line(
            [(x, y), (x + turn, y + dice.choice((-1, 1)) * (8 - abs(turn)))],
            fill=_shade(dice, (236, 232, 220), 18),
            width=5,
        )


def _leaves(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(70 * left) + dice.randint(0, 3)):
        x, y = _spot(dice, box)
        blade = [(x + dice.gauss(0, 22), y + dice.gauss(0, 16)) for _ in range(5)]
        draw.polygon(blade, fill=_shade(dice, (66, 112, 44), 35), outline=_shade(dice, (40, 76, 30)))


def _chunks(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(46 * left) + dice.randint(0, 2)):
        (x, y), size = _spot(dice, box), dice.uniform(14, 36)
        draw.ellipse([x, y, x + size, y + size * dice.uniform(0.6, 1)], fill=_shade(dice, (112, 62, 34), 30))
        draw.ellipse(
            [x + size * 0.2, y + size * 0.15, x + size * 0.45, y + size * 0.35], fill=_shade(dice, (190, 140, 96))
        )


def _cubes(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(40 * left) + dice.randint(0, 2)):
        x, y = _spot(dice, box)
        draw.regular_polygon(
            (x, y, dice.uniform(12, 22)),
            4,
            rotation=dice.uniform(0, 90),
            fill=_shade(dice, (226, 208, 158)),
            outline=(170, 120, 60),
        )
        draw.ellipse([x - 3, y - 3, x + 4, y + 3], fill=_shade(dice, (170, 40, 30)))


def _noodles(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(60 * left) + dice.randint(0, 2)):
        x, y = _spot(dice, box)
        draw.arc(
            [x - 60, y - 40, x + 60, y + 40],
            dice.uniform(0, 360),
            dice.uniform(360, 560),
            fill=_shade(dice, (222, 190, 120)),
            width=5,
        )


def _eggs(draw: Draw, dice: random.Random, box: Box, left: float) -> None:
    for _ in range(int(50 * left) + dice.randint(0, 3)):
        (x, y), red = _spot(dice, box), dice.random() < 0.45
        blob = [(x + dice.gauss(0, 15), y + dice.gauss(0, 13)) for _ in range(6)]
        draw.polygon(blob, fill=_shade(dice, (186, 48, 34) if red else (236, 190, 70)))


_DISHES: Final = (_grains, _leaves, _chunks, _cubes, _noodles, _eggs)

"""Draw a sheet as a picture, for players that show nothing else: the boxes that the page puts, where it puts them."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from backend.screens.boxes import BASELINE, LINE, Area, Box, Live, Picture, Square, Words
from backend.screens.inks import INKS
from backend.screens.shapes import SHAPES, SIZES, pixels

if TYPE_CHECKING:
    from PIL import Image

_FINER = 4  # corners are drawn so many times as large and reduced: Pillow's own edges have steps


@dataclass(frozen=True)
class Painting:
    """What is painted, at which of `SIZES`; `art` are the themes' pictures (SVG) by path.

    `live` says what only this screen knows: its place, the title of its site. `modules` are the code of the moment.
    The hour is left out: who shows a picture shows it for longer than it is true.
    """

    size: str
    boxes: tuple[Box, ...]
    art: Mapping[str, str]
    live: Mapping[Live, str]
    modules: tuple[str, ...] = ()


def draw(painting: Painting) -> bytes:
    """Return the picture (PNG); for the studio's processes."""
    from PIL import Image  # noqa: PLC0415 - Pillow is for the studio's processes alone

    size = pixels(painting.size)
    canvas = _Canvas(Image.new("RGB", size, INKS["ground"]), painting)
    for box in painting.boxes:
        canvas.put(box)
    written = io.BytesIO()
    canvas.picture.save(written, "PNG", compress_level=6)
    return written.getvalue()


class _Canvas:
    def __init__(self, picture: "Image.Image", painting: Painting) -> None:
        from PIL import ImageDraw  # noqa: PLC0415 - as above

        self.picture = picture
        self._draw = ImageDraw.Draw(picture)
        self._painting = painting
        shape = SHAPES[SIZES[painting.size]]
        # The stage stands in the middle, as large as its shape allows; around it is ground.
        self._unit = min(picture.width / shape.width, picture.height / shape.height)
        self._left = (picture.width - shape.width * self._unit) / 2
        self._top = (picture.height - shape.height * self._unit) / 2

    def put(self, box: Box) -> None:
        match box:
            case Words():
                self._words(box)
            case Area():
                self._area(box)
            case Picture():
                self._art(box)
            case Square():
                self._square(box)

    def _edges(self, box: Box) -> tuple[int, int, int, int]:
        left, top = self._left + box.x * self._unit, self._top + box.y * self._unit
        return round(left), round(top), round(left + box.w * self._unit), round(top + box.h * self._unit)

    def _words(self, box: Words) -> None:
        from backend.media.paper import fonts  # noqa: PLC0415 - as above

        if box.live == "clock":
            return
        lines = box.lines if box.live is None else (self._painting.live.get(box.live, ""),)
        size = box.size * self._unit
        weight = "Bold" if box.bold else "Regular"
        for number, line in enumerate(lines):
            font = fonts.opened(weight, max(1.0, round(size * 8) / 8))
            wide = font.getlength(line)
            if wide > box.w * self._unit:
                font = fonts.opened(weight, max(1.0, int(size * box.w * self._unit / wide * 8) / 8))
            x = {"left": box.x, "center": box.x + box.w / 2, "right": box.x + box.w}[box.align]
            y = box.y + number * LINE * box.size + BASELINE * box.size
            anchor = {"left": "ls", "center": "ms", "right": "rs"}[box.align]
            at = self._left + x * self._unit, self._top + y * self._unit
            self._draw.text(at, line, INKS[box.ink], font=font, anchor=anchor)

    def _area(self, box: Area) -> None:
        left, top, right, bottom = self._edges(box)
        radius = min(round(box.radius * self._unit), (right - left) // 2, (bottom - top) // 2)
        if right > left and bottom > top:
            self.picture.paste(INKS[box.ink], (left, top), _rounded(right - left, bottom - top, radius))

    def _art(self, box: Picture) -> None:
        from backend.media.paper import drawings, outlines  # noqa: PLC0415 - as above

        svg = self._painting.art.get(box.path)
        left, top, right, bottom = self._edges(box)
        if svg is None:
            return
        size = right - left, bottom - top
        try:
            picture = drawings.drawn(svg, size, _window(svg, size))
        except outlines.Undrawable:
            return  # the colour behind it stands
        self.picture.paste(picture, (left, top), _rounded(*size, round(box.radius * self._unit)))

    def _square(self, box: Square) -> None:
        modules = self._painting.modules if box.live == "code" else box.modules
        if not modules:
            return
        left, top, right, bottom = self._edges(box)
        self._draw.rectangle([left, top, right - 1, bottom - 1], INKS["paper"])
        # Whole pixels for every module: what a camera reads has no blurred edges.
        side = max(1, (right - left) // len(modules))
        left, top = left + (right - left - side * len(modules)) // 2, top + (bottom - top - side * len(modules)) // 2
        for y, row in enumerate(modules):
            for x, module in enumerate(row):
                if module == "1":
                    corner = left + x * side, top + y * side
                    self._draw.rectangle([*corner, corner[0] + side - 1, corner[1] + side - 1], INKS["black"])


@lru_cache(maxsize=256)
def _rounded(width: int, height: int, radius: int) -> "Image.Image":
    """Return a mask of a rectangle with round corners and smooth edges."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - as above

    mask = Image.new("L", (width, height), 255)
    if radius > 0:
        corner = Image.new("L", (radius * _FINER, radius * _FINER), 0)
        ImageDraw.Draw(corner).pieslice([0, 0, 2 * radius * _FINER, 2 * radius * _FINER], 180, 270, fill=255)
        corner = corner.resize((radius, radius), Image.Resampling.BOX)
        for turns, at in enumerate(
            ((0, 0), (0, height - radius), (width - radius, height - radius), (width - radius, 0))
        ):
            mask.paste(corner.rotate(90 * turns), at)
    return mask


def _window(svg: str, size: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the part of a drawing that fills a rectangle: as much as possible, from the middle."""
    from xml.etree import ElementTree as ET  # noqa: PLC0415 - as above

    x, y, width, height = (
        float(part)
        for part in ET.fromstring(svg).get("viewBox", "0 0 1 1").replace(",", " ").split()  # noqa: S314 - art was checked when its theme was read
    )
    ratio = size[0] / size[1]
    if width / height > ratio:
        kept = height * ratio
        return x + (width - kept) / 2, y, kept, height
    kept = width / ratio
    return x, y + (height - kept) / 2, width, kept

"""A page to draw on, in millimetres: text, lines, areas, pictures, codes; and the page as PNG."""

import io
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw

from backend.media.errors import TextTooLong
from backend.media.paper import coverage, fonts, squares, wrapping
from backend.media.paper.styles import BLACK, MM_PER_INCH, MM_PER_POINT, POINTS_PER_INCH, RULE, WHITE, Box, Ink, Style

A4: Final = (210.0, 297.0)
PRINT_DPI, SCREEN_DPI = 300, 150
_COLOURS = 256
_LEVELS_APART = 16
_STEP_POINTS = 0.5
_FINER = 3  # areas with slanted edges are drawn so many times as large and reduced: Pillow's own edges have steps
_SLACK_MM = 0.05  # sizes are rounded to whole pixels


class Page:
    """One sheet. What is drawn later lies on top."""

    def __init__(self, size_mm: tuple[float, float] = A4, dpi: int = PRINT_DPI) -> None:
        self.size_mm = size_mm
        self.dpi = dpi
        self._image = Image.new("RGB", (self._px(size_mm[0]), self._px(size_mm[1])), WHITE)
        self._draw = ImageDraw.Draw(self._image)
        self._inks: set[Ink] = {BLACK}
        self._grounds: set[Ink] = {WHITE}
        self._in_full_colour = False

    @property
    def box(self) -> Box:
        """The whole page."""
        return Box(0, 0, *self.size_mm)

    def _px(self, mm: float) -> int:
        return round(mm / MM_PER_INCH * self.dpi)

    def _mm(self, pixels: float) -> float:
        return pixels / self.dpi * MM_PER_INCH

    # Text.

    def length(self, text: str, style: Style) -> float:
        """Return how wide a line of text is, in millimetres."""
        font = fonts.opened(style.weight, self._pixels(style))
        return self._mm(font.getlength(text) + len(text) * style.tracking * font.size)

    def _pixels(self, style: Style) -> int:
        return max(1, round(style.points / POINTS_PER_INCH * self.dpi))

    def lines(self, text: str, width: float, style: Style) -> list[str]:
        """Return the lines that a text takes within a width, centred ones balanced. Raises GlyphMissing."""
        breaking = wrapping.balanced if style.side == "centre" else wrapping.broken
        return breaking(coverage.printable(text), width, lambda piece: self.length(piece, style))

    def text(self, text: str, box: Box, style: Style, *, middle: bool = False) -> float:
        """Set a text from the top of a box, or in its middle, and return where it ends.

        Raises GlyphMissing, and TextTooLong when it needs more height than there is; see `fitted`.
        """
        lines = self.lines(text, box.width, style)
        height = len(lines) * style.line_mm
        if height > box.height + _SLACK_MM:
            raise TextTooLong(text=text[:40])
        top = box.y + (box.height - height) / 2 if middle else box.y
        for number, line in enumerate(lines):
            self._line(line, box, top + number * style.line_mm, style)
        return top + height

    def fitted(self, text: str, box: Box, style: Style, least_points: float) -> float:
        """Set a text in the middle of a box, as large as `points` finds; return where it ends."""
        return self.text(text, box, style.at(self.points(text, box, style, least_points)), middle=True)

    def points(self, text: str, box: Box, style: Style, least_points: float) -> float:
        """Return the largest size at which a text fits into a box, from the style's down to `least_points`.

        Raises GlyphMissing, and TextTooLong when even the least is too large.
        """
        points = style.points
        while (needed := len(self.lines(text, box.width, style.at(points))) * style.at(points).line_mm) > (
            box.height + _SLACK_MM
        ):
            if points <= least_points:
                raise TextTooLong(text=text[:40])
            # A size is expensive to try, so the next one is guessed: the area that text covers goes with its square.
            guess = points * (box.height / needed) ** 0.5 // _STEP_POINTS * _STEP_POINTS
            points = max(least_points, min(points - _STEP_POINTS, guess))
        return points

    def _line(self, line: str, box: Box, top: float, style: Style) -> None:
        font = fonts.opened(style.weight, self._pixels(style))
        length = self.length(line, style) - style.tracking * style.points * MM_PER_POINT
        spare = {"left": 0.0, "centre": (box.width - length) / 2, "right": box.width - length}[style.side]
        em = style.points * MM_PER_POINT
        x, y = box.x + spare, top + (style.line_mm - em) / 2 + fonts.ASCENT * em
        self._inks.add(style.ink)
        if not style.tracking:
            self._draw.text((self._px(x), self._px(y)), line, font=font, fill=style.ink, anchor="ls")
            return
        for letter in line:
            self._draw.text((self._px(x), self._px(y)), letter, font=font, fill=style.ink, anchor="ls")
            x += self.length(letter, style)

    # Lines and areas.

    def rule(self, x: float, y: float, width: float, *, ink: Ink = RULE, thickness: float = 0.25) -> None:
        """Draw a horizontal line to the right of a point."""
        self._inks.add(ink)
        left, top, thick = self._px(x), self._px(y), max(1, self._px(thickness))
        self._draw.rectangle((left, top - thick // 2, self._px(x + width), top - thick // 2 + thick - 1), fill=ink)

    def upright(self, x: float, y: float, height: float, *, ink: Ink = RULE, thickness: float = 0.25) -> None:
        """Draw a vertical line down from a point."""
        self._inks.add(ink)
        left, top, thick = self._px(x), self._px(y), max(1, self._px(thickness))
        self._draw.rectangle((left - thick // 2, top, left - thick // 2 + thick - 1, self._px(y + height)), fill=ink)

    def fill(self, box: Box, ink: Ink, *, radius: float = 0) -> None:
        """Fill a box, at least a pixel high and wide, its corners rounded by a radius."""
        self._grounds.add(ink)
        self._draw.rounded_rectangle(self._edges(box), self._px(radius), fill=ink)

    def frame(self, box: Box, ink: Ink, *, thickness: float = 0.5, radius: float = 0) -> None:
        """Draw the outline of a box, inside its edges."""
        self._inks.add(ink)
        self._draw.rounded_rectangle(self._edges(box), self._px(radius), outline=ink, width=max(1, self._px(thickness)))

    def disc(self, box: Box, ink: Ink) -> None:
        """Fill a circle."""
        # Drawn four times as large and reduced: Pillow's own circles have steps.
        side = self._px(box.width)
        mask = Image.new("L", (side * 4, side * 4), 0)
        ImageDraw.Draw(mask).ellipse((0, 0, side * 4 - 1, side * 4 - 1), fill=255)
        self._grounds.add(ink)
        self._inks.add(ink)
        place = (self._px(box.x), self._px(box.y))
        self._image.paste(ink, place, mask.resize((side, side), Image.Resampling.LANCZOS))

    def shape(self, points: Sequence[tuple[float, float]], ink: Ink) -> None:
        """Fill a polygon."""
        across, down = [x for x, _ in points], [y for _, y in points]
        left, top = self._px(min(across)), self._px(min(down))
        size = (max(1, self._px(max(across)) - left), max(1, self._px(max(down)) - top))
        scale = self.dpi / MM_PER_INCH
        finer = [((x * scale - left) * _FINER, (y * scale - top) * _FINER) for x, y in points]
        mask = Image.new("L", (size[0] * _FINER, size[1] * _FINER), 0)
        ImageDraw.Draw(mask).polygon(finer, fill=255)
        self._grounds.add(ink)
        self._inks.add(ink)
        self._image.paste(ink, (left, top), mask.reduce(_FINER))

    def stroke(self, points: Sequence[tuple[float, float]], ink: Ink, *, thickness: float = 0.5) -> None:
        """Draw a line through points."""
        self._inks.add(ink)
        path = [(self._px(x), self._px(y)) for x, y in points]
        self._draw.line(path, fill=ink, width=max(1, self._px(thickness)), joint="curve")

    def _edges(self, box: Box) -> tuple[int, int, int, int]:
        left, top = self._px(box.x), self._px(box.y)
        return left, top, max(left, self._px(box.right) - 1), max(top, self._px(box.bottom) - 1)

    # Pictures and codes.

    def picture(self, picture: Image.Image, box: Box) -> None:
        """Place a picture in the middle of a box, as large as it allows; the page is then kept in full colour."""
        share = min(self._px(box.width) / picture.width, self._px(box.height) / picture.height)
        size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
        self._paste(picture.convert("RGB").resize(size, Image.Resampling.LANCZOS), box)
        self._in_full_colour = True

    def pixels(self, box: Box) -> tuple[int, int]:
        """Return how many pixels a box has."""
        left, top, right, bottom = self._edges(box)
        return right - left + 1, bottom - top + 1

    def inset(self, picture: Image.Image, box: Box, *, radius: float = 0) -> None:
        """Fill a box with a picture of its own size in pixels, corners rounded; the page is then in full colour."""
        size = self.pixels(box)
        assert picture.size == size, "it was drawn for this box"
        mask = Image.new("L", (size[0] * _FINER, size[1] * _FINER), 0)
        corners = (0, 0, size[0] * _FINER - 1, size[1] * _FINER - 1)
        ImageDraw.Draw(mask).rounded_rectangle(corners, self._px(radius) * _FINER, fill=255)
        self._image.paste(picture, self._edges(box)[:2], mask.reduce(_FINER))
        self._in_full_colour = True

    def square(self, text: str, box: Box, error: str = "h") -> float:
        """Place a QR code in the middle of a box and return the side of one module in millimetres."""
        code = squares.drawn(text, min(self._px(box.width), self._px(box.height)), error)
        ink = Image.new("RGB", code.picture.size, WHITE)
        ink.paste(BLACK, (0, 0), code.picture.point(lambda light: 255 * (not light), "L"))
        self._paste(ink, box)
        return self._mm(code.module_pixels)

    def _paste(self, picture: Image.Image, box: Box) -> None:
        left = self._px(box.x) + (self._px(box.width) - picture.width) // 2
        top = self._px(box.y) + (self._px(box.height) - picture.height) // 2
        self._image.paste(picture, (left, top))

    # Out.

    def png(self) -> bytes:
        """Return the page as PNG: in its inks, or in full colour if it holds pictures."""
        written = io.BytesIO()
        image = (
            self._image
            if self._in_full_colour
            else self._image.quantize(palette=self._palette(), dither=Image.Dither.NONE)
        )
        image.save(written, "PNG", dpi=(self.dpi, self.dpi))
        return written.getvalue()

    def _palette(self) -> Image.Image:
        # The edges of letters are blends of an ink with its ground. Pillow looks colours up in boxes of 4 levels a
        # side: blends stand well apart, or plain white would come out as the nearest blend, and printers dot it.
        inks, grounds = sorted(self._inks | self._grounds), sorted(self._grounds)
        blends = dict.fromkeys([*grounds, *inks])
        blends |= dict.fromkeys(blend for ink in inks for ground in grounds for blend in _between(ink, ground))
        colours = [part for blend in list(blends)[:_COLOURS] for part in blend]
        palette = Image.new("P", (1, 1))
        palette.putpalette(colours + colours[:3] * (_COLOURS - len(colours) // 3))
        return palette


def _between(ink: Ink, ground: Ink) -> list[Ink]:
    steps = max(abs(low - high) for low, high in zip(ink, ground, strict=True)) // _LEVELS_APART
    red, green, blue = ((low, high - low) for low, high in zip(ink, ground, strict=True))
    return [
        (red[0] + red[1] * step // steps, green[0] + green[1] * step // steps, blue[0] + blue[1] * step // steps)
        for step in range(1, steps)
    ]

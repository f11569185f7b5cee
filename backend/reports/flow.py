"""Pages that follow one another: what does not fit on this one goes to the next; finished ones are kept as PNG.

Only one page is open at a time, so that a long report takes no more memory than a short one.
"""

from collections.abc import Callable, Sequence

from backend.media.paper import tables
from backend.media.paper.page import Page
from backend.media.paper.styles import BLACK, GREEN, GREY, Box, Style
from backend.media.paper.tables import Column

LEFT, TOP, WIDTH, BOTTOM = 18.0, 22.0, 174.0, 276.0
_HEADING = Style(15, "Bold", GREEN, leading=1.3)
_SUBHEADING = Style(10, "Bold", BLACK, leading=1.4)
BODY = Style(10, leading=1.6)
SMALL = Style(8.5, ink=GREY, leading=1.5)
_TABLE = Style(8.5, leading=1.3)
_LEAST_TABLE_MM = 45.0


class Flow:
    """The pages as they fill up."""

    def __init__(self, make: Callable[[], Page], head: str, foot: Callable[[int], str]) -> None:
        self._make = make
        self._head = head
        self._foot = foot
        self.done: list[bytes] = []
        self.page = make()
        self.y = TOP

    def turn(self) -> None:
        """Begin a new page, unless this one is empty still."""
        if self.y > TOP:
            self._finish()
            self.page, self.y = self._make(), TOP

    def _finish(self) -> None:
        number = len(self.done) + 1
        if number > 1:
            self.page.text(self._head, Box(LEFT, 10, WIDTH, 5), Style(8.5, ink=GREY, leading=1.2))
            self.page.rule(LEFT, 16, WIDTH)
        foot = Style(8.5, ink=GREY, leading=1.2, side="right")
        self.page.text(self._foot(number), Box(LEFT, 284, WIDTH, 5), foot)
        self.done.append(self.page.png())

    def close(self) -> list[bytes]:
        """Finish the last page and return them all."""
        self._finish()
        return self.done

    def room(self, height: float) -> tuple[Page, Box]:
        """Return a place of that height with its page, which is the next one where this one has no room."""
        if self.y + height > BOTTOM:
            self.turn()
        place = Box(LEFT, self.y, WIDTH, height)
        self.y += height
        return self.page, place

    def space(self, height: float) -> None:
        """Leave some room, unless a page begins here."""
        self.y += height if self.y > TOP else 0

    def heading(self, text: str, *, keep: float = 60) -> None:
        """Set a heading of a section, with so much room after it that what it heads follows."""
        self.space(6)
        if self.y + keep > BOTTOM:
            self.turn()
        self.y = self.page.text(text, Box(LEFT, self.y, WIDTH, 20), _HEADING) + 2

    def subheading(self, text: str, *, keep: float = 40) -> None:
        """Set a smaller heading."""
        self.space(3)
        if self.y + keep > BOTTOM:
            self.turn()
        self.y = self.page.text(text, Box(LEFT, self.y, WIDTH, 14), _SUBHEADING) + 1

    def paragraph(self, text: str, style: Style = BODY) -> None:
        """Set a text; it is broken at the end of a page."""
        for line in self.page.lines(text, WIDTH, style):
            page, place = self.room(style.line_mm)
            page.text(line, place, style)
        self.y += 1.5

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Set a table over as many pages as it needs, its head on each."""
        rest = list(rows)
        while rest:
            if self.y + _LEAST_TABLE_MM > BOTTOM:
                self.turn()
            drawn = tables.ruled(self.page, Box(LEFT, self.y, WIDTH, BOTTOM - self.y), columns, rest, _TABLE)
            rest, self.y = rest[drawn.rows :], drawn.bottom
            if rest:
                self.turn()
        self.y += 3

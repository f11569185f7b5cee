"""The figures as CSV without persons: one file, a section after the other, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Iterator
from datetime import date

from backend.reports.content import Cell, Content, Number

# What a spreadsheet would take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(content: Content) -> bytes:
    """Return the file: UTF-8 with a mark, by which Excel knows it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(_lines(content))
    return text.getvalue().encode("utf-8-sig")


def _lines(content: Content) -> Iterator[list[str]]:
    for section in content.sections:
        yield [_safe(section.title)]
        yield [_safe(column.title) for column in section.columns]
        for row in section.rows:
            yield [_plain(cell) for cell in row]
        for note in section.notes:
            yield [_safe(note)]
        yield []


def _plain(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Number):
        return f"{cell.value:f}"
    if isinstance(cell, date | int):
        return str(cell)
    return _safe(cell)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text

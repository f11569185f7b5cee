"""Read xlsx workbooks, of which not even the table of contents is trusted.

A workbook is a zip of XML. Its reader would unpack whatever it is given, and lay out every sheet as a full
rectangle however few of its cells are filled. So the parts are unpacked here first, up to a limit, and the
reader gets a clean copy of them, after a look at how far the cells reach.
"""

import io
import lzma
import posixpath
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass

from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum, load_workbook

from backend.core.text import Text
from backend.identity.roster.grid import Grid
from backend.identity.roster.problems import MAX_ROWS, RosterTooLarge, RosterUnreadable

MAX_UNPACKED_BYTES = 150 * 1024 * 1024
_MAX_PARTS = 1_000
_LAST_COLUMN = "BL"  # 64 columns
_LAST_LINE = MAX_ROWS + 10
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    CalamineError,
    OSError,
    EOFError,
    RuntimeError,
    LookupError,
    ValueError,
)
# XML is read here by pattern, since only a few attributes are wanted; names may bear a prefix ("x:c").
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\b\w+:id=[\"']([^\"']+)[\"']")
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(rb"\b(Id|Target)=[\"']([^\"']+)[\"']")
# Cells without a plain address could stand anywhere; every office program writes one.
_UNADDRESSED = re.compile(rb"<(?:\w+:)?c(?![^>]*\sr=[\"'][A-Z]{1,3}[0-9]{1,7}[\"'])[\s/>]")
_FAR_COLUMN = re.compile(rb"\sr=[\"']([A-Z]{2,})[0-9]+[\"']")
_FAR_LINE = re.compile(rb"\sr=[\"'][A-Z]*([0-9]{6,})[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=[\"']([A-Z]+)([0-9]+)[\"'][^>]*>\s*<(?:\w+:)?f[\s/>]")


@dataclass(frozen=True)
class _Parts:
    """The unpacked XML parts by name."""

    contents: dict[str, bytes]

    def sheet(self, index: int) -> bytes:
        """Return the XML of the sheet at that place in the workbook's order."""
        target = self._targets()[_SHEET.findall(self.contents["xl/workbook.xml"])[index]]
        return self.contents[posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")]

    def _targets(self) -> dict[bytes, str]:
        relationships = _RELATIONSHIP.findall(self.contents["xl/_rels/workbook.xml.rels"])
        attributes = [dict(_ATTRIBUTE.findall(relationship)) for relationship in relationships]
        return {found[b"Id"]: found[b"Target"].decode() for found in attributes}

    def packed(self) -> io.BytesIO:
        """Return a zip of these parts and nothing else."""
        copy = io.BytesIO()
        with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.contents.items():
                archive.writestr(name, content)
        copy.seek(0)
        return copy


def grid(content: bytes) -> Grid:
    """Return the table on the first visible sheet; raises RosterUnreadable and RosterTooLarge."""
    try:
        parts = _unpacked(content)
        workbook = load_workbook(parts.packed())
        index = _first_visible(workbook)
        sheet = parts.sheet(index)
        _refuse_far_cells(sheet)
        rows = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
    except _BROKEN as fault:
        reason = Text(
            "不是完好的 xlsx 工作簿，请重新另存后再试", "it is no sound xlsx workbook: save it again and retry"
        )
        raise RosterUnreadable(reason=reason) from fault
    filled = [
        (line, list(cells)) for line, cells in enumerate(rows, start=1) if any(str(cell).strip() for cell in cells)
    ]
    return Grid(filled, workbook.sheet_names[index], _formulas(sheet))


def _unpacked(content: bytes) -> _Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.endswith((".xml", ".rels"))]
        if len(entries) > _MAX_PARTS or sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise RosterTooLarge(what=Text("压缩包展开后过大", "it unpacks to far more than a roster needs"))
        # `read` stops at the size that was just added up, also when the packed stream would go on.
        return _Parts({entry.filename: archive.read(entry) for entry in entries})


def _first_visible(workbook: CalamineWorkbook) -> int:
    visible = [sheet.visible == SheetVisibleEnum.Visible for sheet in workbook.sheets_metadata]
    return visible.index(True) if True in visible else 0


def _refuse_far_cells(sheet: bytes) -> None:
    if _UNADDRESSED.search(sheet):
        reason = Text(
            "单元格缺少地址，请用办公软件重新另存为 xlsx", "cells without address: save it as xlsx in an office program"
        )
        raise RosterUnreadable(reason=reason)
    if any(_column_index(letters) > _column_index(_LAST_COLUMN.encode()) for letters in _FAR_COLUMN.findall(sheet)):
        raise RosterTooLarge(
            what=Text("表格列数过多（含空白格式列）", "too many columns, counting blank formatted ones")
        )
    if any(int(line) > _LAST_LINE for line in _FAR_LINE.findall(sheet)):
        what = Text(f"超过 {MAX_ROWS} 行（含空白格式行）", f"more than {MAX_ROWS} rows, counting blank formatted ones")
        raise RosterTooLarge(what=what)


def _formulas(sheet: bytes) -> frozenset[tuple[int, int]]:
    """Return line and column index of every formula; the reader shows only what each last came to."""
    return frozenset((int(line), _column_index(letters)) for letters, line in _FORMULA.findall(sheet))


def _column_index(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number - 1

"""Read CSV text: UTF-8 with or without byte order mark, or GB18030; comma, semicolon or tab."""

import codecs
import csv
import io
from collections.abc import Callable, Iterator

from backend.core.text import Text
from backend.identity.roster import columns
from backend.identity.roster.grid import Grid
from backend.identity.roster.problems import MAX_ROWS, RosterTooLarge, RosterUnreadable, worded

Cut = list[tuple[int, list[object]]]  # lines with their numbers, cut into cells

_DELIMITERS = ",;\t"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def grid(content: bytes) -> Grid:
    """Return the table; raises RosterUnreadable and RosterTooLarge."""
    text, encoding = decoded(content)
    sign = delimiter(text, lambda cut: len(columns.find_head(cut).indexes))
    rows: Cut = []
    for line, cells in records(text, sign):
        if any(cell.strip() for cell in cells):
            rows.append((line, list(cells)))
        # One line more than the limit is the head line.
        if len(rows) > MAX_ROWS + 1:
            raise RosterTooLarge(what=Text(f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows"))
    return Grid(rows, f"CSV, {encoding}")


def decoded(content: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding; raises RosterUnreadable."""
    if content.startswith(_UTF16) or b"\0" in content:
        zh = "不是 UTF-8 或 GB18030 编码的文本，请另存为 CSV UTF-8 或 xlsx"
        raise RosterUnreadable(reason=Text(zh, "it is not UTF-8 or GB18030 text: save it as CSV UTF-8 or xlsx"))
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as fault:
        if _mostly_utf8(content):
            raise _garbled(content, fault) from fault
    try:
        return content.decode("gb18030"), "GB18030"
    except UnicodeDecodeError as fault:
        raise _garbled(content, fault) from fault


def _mostly_utf8(content: bytes) -> bool:
    """Tell whether most Chinese in a file that is not UTF-8 throughout is UTF-8 all the same: two files in one.

    Such a file would often decode as GB18030, to names that nobody bears.
    """
    sound = sum(character >= "\u0800" for character in content.decode("utf-8", "ignore"))
    beyond_ascii = len(content) - len(content.decode("ascii", "ignore"))
    return content.startswith(codecs.BOM_UTF8) or sound * 6 > beyond_ascii


def _garbled(content: bytes, fault: UnicodeDecodeError) -> RosterUnreadable:
    line = content.count(b"\n", 0, fault.start) + 1
    zh, en = "第 {line} 行的文字编码混乱，既非 UTF-8 也非 GB18030", "line {line} is neither UTF-8 nor GB18030"
    return RosterUnreadable(reason=worded(zh, en, line=line))


def delimiter(text: str, known: Callable[[Cut], int]) -> str:
    """Return the sign at which the first lines, when cut there, show the most columns that the caller knows."""
    first = text[:4096].splitlines()[:5]

    def found(sign: str) -> int:
        return known([(0, [cell.strip('"') for cell in line.split(sign)]) for line in first]) if first else 0

    return max(_DELIMITERS, key=found)


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line that it begins on; quoted cells may run over several lines.

    Raises RosterUnreadable.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            zh, en = "第 {line} 行引号不成对或单元格过长", "in line {line} quotes are not closed or a cell is too long"
            raise RosterUnreadable(reason=worded(zh, en, line=line)) from fault

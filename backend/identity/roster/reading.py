"""Read a roster file: what it says of each person, and everything that is wrong with it."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity.roster import columns, delimited, duplicates, workbook
from backend.identity.roster.grid import Grid
from backend.identity.roster.problems import MAX_BYTES, MAX_ROWS, RosterTooLarge, RosterUnreadable, RowProblem
from backend.identity.roster.rows import RosterRow, RowReader

_ZIP = b"PK"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class RosterFile:
    """The good rows of a file, its problems, and whom it mentions even in rows that are not good.

    `unnamed_lines` are those in which it cannot be read whom they are about.
    """

    source: str
    rows: list[RosterRow]
    problems: list[RowProblem]
    mentioned: frozenset[tuple[str, str]]
    unnamed_lines: frozenset[int]


def read(path: Path, vault: Vault, today: date) -> RosterFile:
    """Read an xlsx or CSV file from disk; raises RosterTooLarge, RosterUnreadable."""
    if path.stat().st_size > MAX_BYTES:
        raise RosterTooLarge(what=Text(f"超过 {MAX_BYTES >> 20} MB", f"more than {MAX_BYTES >> 20} MB"))
    return read_bytes(path.read_bytes(), vault, today)


def read_bytes(content: bytes, vault: Vault, today: date) -> RosterFile:
    """Read the content of an xlsx or CSV file, told apart by how it begins and not by its name."""
    if content.startswith(_OLD_OFFICE):
        zh = "不支持旧版 .xls 或加密的工作簿，请另存为未加密的 xlsx"
        raise RosterUnreadable(reason=Text(zh, "old .xls and encrypted workbooks: save it as xlsx without password"))
    grid = workbook.grid(content) if content.startswith(_ZIP) else delimited.grid(content)
    return _file(grid, vault, today)


def _file(grid: Grid, vault: Vault, today: date) -> RosterFile:
    if not grid.rows:
        raise RosterUnreadable(reason=Text("文件是空的", "the file is empty"))
    head = columns.find_head(grid.rows)
    below = [(line, cells) for line, cells in grid.rows if line > head.line]
    if not below:
        raise RosterUnreadable(reason=Text("只有表头，没有人员", "it has a head line and nobody below it"))
    if len(below) > MAX_ROWS:
        raise RosterTooLarge(what=Text(f"超过 {MAX_ROWS} 行", f"more than {MAX_ROWS} rows"))
    if any(problem.whole_file for problem in head.problems):
        return RosterFile(grid.source, [], head.problems, frozenset(), frozenset())
    return _checked(Grid(below, grid.source, grid.formulas), head, vault, today)


def _checked(grid: Grid, head: columns.Head, vault: Vault, today: date) -> RosterFile:
    rows: list[RosterRow] = []
    problems = list(head.problems)
    mentioned: set[tuple[str, str]] = set()
    unnamed: set[int] = set()
    for line, cells in grid.rows:
        by_column = {column: cells[index] if index < len(cells) else "" for column, index in head.indexes.items()}
        formulas = frozenset(column for column, index in head.indexes.items() if (line, index) in grid.formulas)
        reader = RowReader(line, by_column, formulas, vault)
        row, key = reader.read()
        problems.extend(reader.problems)
        if row is not None:
            rows.append(row)
        if key is None:
            unnamed.add(line)
        else:
            mentioned.add(key)
    repeated = duplicates.find(rows, today)
    refused = {problem.line for problem in repeated}
    good = [row for row in rows if row.line not in refused]
    return RosterFile(grid.source, good, [*problems, *repeated], frozenset(mentioned), frozenset(unnamed))

"""Find people who stand in a roster file twice."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date

from backend.identity.roster.problems import RowProblem, worded
from backend.identity.roster.rows import RosterRow


def find(rows: Iterable[RosterRow], today: date) -> list[RowProblem]:
    """Name every line whose staff number or phone stands in another line as well.

    All lines of such a group are named, since nobody can tell which one is right. The phone of somebody who
    has left may stand again: that is how a file tells of a move from one institution to another.
    """
    by_number: dict[Hashable, list[int]] = defaultdict(list)
    by_phone: dict[Hashable, list[int]] = defaultdict(list)
    for row in rows:
        by_number[row.key].append(row.line)
        if row.phone_fingerprint is not None and row.stays(today):
            by_phone[row.phone_fingerprint].append(row.line)
    return [*_repeated(by_number, "staff_number"), *_repeated(by_phone, "phone")]


def _repeated(groups: dict[Hashable, list[int]], column: str) -> Iterable[RowProblem]:
    zh, en = "与第 {other} 行重复", "the same as in line {other}"
    for lines in groups.values():
        if len(lines) > 1:
            for line in lines:
                other = lines[0] if line != lines[0] else lines[1]
                yield RowProblem(line, column, worded(zh, en, other=other))

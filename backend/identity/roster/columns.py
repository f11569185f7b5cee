"""The columns of a roster file, and how to find them in its head line."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from backend.core.text import Text
from backend.identity.credit_code import HALF_WIDTH
from backend.identity.roster.problems import RowProblem, shortened, worded

# The office's word for each column, which messages use; the English name is accepted as well.
TITLES = {
    "credit_code": "统一社会信用代码",
    "department": "部门",
    "staff_number": "工号",
    "name": "姓名",
    "phone": "手机号",
    "starts_on": "生效日期",
    "ends_on": "离职日期",
}
REQUIRED = ("credit_code", "department", "staff_number", "name")
# Columns that office tables carry for people's eyes; nothing of them is kept.
_PASSED_OVER = frozenset({"序号", "备注", "no", "remark", "remarks"})
_ALSO = {
    "信用代码": "credit_code",
    "所在部门": "department",
    "职工号": "staff_number",
    "手机号码": "phone",
    "手机": "phone",
}
_IDENTITY_NUMBER = ("身份证", "证件号", "身份号码", "idcard", "idnumber", "identitynumber", "identitycard")
_FILLING = re.compile(r"[\s_*]+")
# Office tables often bear a title and a date above the head line.
_HEAD_LINES = 5
_ENOUGH_TO_BE_THE_HEAD = 2


@dataclass(frozen=True)
class Head:
    """Where the head line is, which column stands at which index, and what is wrong with it."""

    line: int
    indexes: dict[str, int]
    problems: list[RowProblem] = field(default_factory=list)


def find_head(rows: Sequence[tuple[int, Sequence[object]]]) -> Head:
    """Find the head line among the first lines; where none looks like one, the first is taken to be it."""
    candidates = [_head(line, cells) for line, cells in rows[:_HEAD_LINES]]
    best = max(candidates, key=lambda head: len(head.indexes))
    return best if len(best.indexes) >= _ENOUGH_TO_BE_THE_HEAD else candidates[0]


def _head(line: int, cells: Sequence[object]) -> Head:
    head = Head(line, {})
    for index, cell in enumerate(cells):
        title = str(cell if cell is not None else "").strip()
        plain = _FILLING.sub("", title.translate(HALF_WIDTH)).lower()
        if plain and plain not in _PASSED_OVER:
            _place(head, index, title, plain)
    for column in REQUIRED:
        if column not in head.indexes:
            reason = Text("缺少此列，无法导入", "this column is missing: nothing can be imported")
            head.problems.append(RowProblem(line, TITLES[column], reason, whole_file=True))
    return head


def _place(head: Head, index: int, title: str, plain: str) -> None:
    column = _NAMES.get(plain)
    if column is not None and column not in head.indexes:
        head.indexes[column] = index
        return
    if column is not None:
        reason, fatal = Text("此列重复出现", "this column stands there twice"), True
    elif any(word in plain for word in _IDENTITY_NUMBER):
        zh = "名册不得包含身份证件号码，请删除此列后再导入"
        reason, fatal = Text(zh, "a roster must not hold identity card numbers: delete this column"), True
    else:
        zh, en = "无法识别此列；如选择跳过，该列内容不会导入", "unknown column; if you choose to skip, it is left out"
        reason, fatal = worded(zh, en), False
    head.problems.append(RowProblem(head.line, shortened(title), reason, whole_file=fatal))


_NAMES = (
    {title: column for column, title in TITLES.items()} | {column.replace("_", ""): column for column in TITLES} | _ALSO
)

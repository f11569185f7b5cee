"""One row of a roster file, read and checked cell by cell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from backend.core.errors import Problem
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import credit_code
from backend.identity.roster import cells, phone
from backend.identity.roster.problems import RowProblem

DEPARTMENT_LENGTH = 100
STAFF_NUMBER_LENGTH = 30
NAME_LENGTH = 60
# Longer than any code or phone number, so that their own checks have the say.
_ROOMY = 60


@dataclass(frozen=True, slots=True)
class RosterRow:
    """What one line says of one person; `ends_on` is the last day that counts, as on the membership."""

    line: int
    credit_code: str
    department: str
    staff_number: str
    name: str
    phone_fingerprint: str | None
    starts_on: date | None
    ends_on: date | None

    @property
    def key(self) -> tuple[str, str]:
        """Institution and staff number."""
        return self.credit_code, self.staff_number

    def stays(self, today: date) -> bool:
        """Tell whether the person is on the roster today or later."""
        return self.ends_on is None or self.ends_on >= today


class RowReader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, line: int, cells_by_column: dict[str, object], formulas: frozenset[str], vault: Vault) -> None:
        self.problems: list[RowProblem] = []
        self._line = line
        self._cells = cells_by_column
        self._formulas = formulas
        self._vault = vault

    def read(self) -> tuple[RosterRow | None, tuple[str, str] | None]:
        """Return the row, None when any cell was refused, and its key as far as that much could be read."""
        code = self._cell("credit_code", _credit_code)
        staff_number = self._cell("staff_number", lambda value: cells.half_width(value, STAFF_NUMBER_LENGTH))
        row = RosterRow(
            line=self._line,
            credit_code=code or "",
            department=self._cell("department", lambda value: cells.text(value, DEPARTMENT_LENGTH)) or "",
            staff_number=staff_number or "",
            name=self._cell("name", lambda value: cells.person_name(value, NAME_LENGTH)) or "",
            phone_fingerprint=self._phone(staff_number),
            starts_on=self._cell("starts_on", cells.day),
            ends_on=self._cell("ends_on", cells.day),
        )
        if row.starts_on and row.ends_on and row.ends_on < row.starts_on:
            self._refuse("ends_on", Text("离职日期早于生效日期", "it is before the day on which the membership starts"))
        return (None if self.problems else row), (row.key if code and staff_number else None)

    def _phone(self, staff_number: str | None) -> str | None:
        number = self._cell("phone", _optional_phone)
        if number is not None and number == staff_number:
            self._refuse(
                "staff_number", Text("不得以手机号作为工号", "a phone number cannot serve as the staff number")
            )
        return None if number is None else self._vault.fingerprint(number, "phone")

    def _cell(self, column: str, parse: Callable[[object], Any]) -> Any:
        if column in self._formulas:
            self._refuse(column, cells.FORMULA)
            return None
        try:
            return parse(self._cells[column]) if column in self._cells else None
        except cells.CellRefused as refusal:
            self._refuse(column, refusal.reason)
        except credit_code.CreditCodeInvalid as invalid:
            reason = invalid.fields["reason"]
            assert isinstance(reason, Text)
            self._refuse(column, reason)
        except Problem as problem:
            self._refuse(column, Text(problem.text("zh-CN"), problem.text("en")))
        return None

    def _refuse(self, column: str, reason: Text) -> None:
        self.problems.append(RowProblem(self._line, column, reason))


def _credit_code(value: object) -> str:
    shown = cells.plain(value)
    if not shown:
        raise cells.CellRefused(cells.EMPTY)
    return credit_code.normalise(shown[:_ROOMY])


def _optional_phone(value: object) -> str | None:
    shown = cells.plain(value)
    return phone.normalise(shown[:_ROOMY]) if shown else None

"""What a report says, in one language: sections of typed cells that the workbook, the pages and the open data share."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from backend.core.text import Locale

Form = Literal["kg", "percent", "change", "rate"]


@dataclass(frozen=True)
class Number:
    """A number that is no plain count: kilograms, a share of one, a change by a share, or a rate."""

    value: Decimal
    form: Form


Cell = str | int | date | Number | None  # None: there is none, or it may not be told


@dataclass(frozen=True)
class Column:
    """A column: its title, and how wide it is beside the others, in Chinese characters."""

    title: str
    width: int
    is_number: bool = False


@dataclass(frozen=True)
class Section:
    """A titled table with sentences beside it. `key` names it whatever the language."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything that a report says but for the members' cases."""

    locale: Locale
    title: str
    campaign: str
    unit: str
    period: str
    made: str
    standing: str  # what its figures are worth: sealed under a digest, or provisional
    digest: str | None
    sections: tuple[Section, ...] = field(default=())

    def section(self, key: str) -> Section | None:
        """Return the section of that name, if the report has it."""
        return next((one for one in self.sections if one.key == key), None)


def kg(carbon_mg: int) -> Number:
    """Return milligrams as kilograms."""
    return Number(Decimal(carbon_mg).scaleb(-6), "kg")


def share(part: int, whole: int) -> Number | None:
    """Return a part of a whole, to four digits; None of nothing."""
    return Number((Decimal(part) / Decimal(whole)).quantize(Decimal("0.0001")), "percent") if whole else None


def change(now: Decimal | int, before: Decimal | int) -> Number | None:
    """Return by which share a number has changed, to four digits; None where it was nothing before."""
    if not before:
        return None
    return Number((Decimal(now) / Decimal(before) - 1).quantize(Decimal("0.0001")), "change")


def shown(cell: Cell) -> str:
    """Return a cell as it is printed."""
    if cell is None:
        return "—"
    if isinstance(cell, Number):
        return _number(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    return cell.isoformat() if isinstance(cell, date) else cell


def _number(cell: Number) -> str:
    if cell.form == "percent":
        return f"{cell.value * 100:.1f}%"
    if cell.form == "change":
        return f"{cell.value * 100:+.1f}%" if cell.value else "0.0%"
    return f"{cell.value:,.3f}"

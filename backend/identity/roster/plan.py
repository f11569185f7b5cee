"""What an import would do: first for people to read, then as the writes that do it."""

from dataclasses import dataclass, field
from datetime import date

from backend.core.text import Text
from backend.identity.roster.problems import RowProblem
from backend.identity.roster.rows import RosterRow


@dataclass(frozen=True)
class Position:
    """Where somebody works, in words."""

    institution: str
    department: str
    staff_number: str


@dataclass(frozen=True)
class Added:
    """Somebody comes onto the roster; `returns` when they had been on it before."""

    line: int
    name: str
    position: Position
    starts_on: date
    returns: bool


@dataclass(frozen=True)
class Changed:
    """A name or a phone number becomes another one."""

    line: int
    before: str
    name: str
    phone_changes: bool
    position: Position


@dataclass(frozen=True)
class Moved:
    """Somebody goes to another department or institution, or gets another staff number."""

    line: int
    name: str
    before: Position
    after: Position
    starts_on: date


@dataclass(frozen=True)
class Ended:
    """Somebody leaves; `line` is None when that is because the file leaves them out."""

    line: int | None
    name: str
    position: Position
    last_day: date


@dataclass(frozen=True)
class Shrinking:
    """An institution that would lose more than one in five of its people."""

    institution: str
    ended: int
    members: int


@dataclass(frozen=True)
class Joining:
    """A membership to write: in a department that may be new, of a member who may be new."""

    member_id: int | None
    name: str
    phone_fingerprint: str | None
    institution_id: int
    department: str
    staff_number: str
    starts_on: date
    ends_on: date | None


@dataclass
class Writes:
    """Everything that applying a preview writes."""

    joinings: list[Joining] = field(default_factory=list)
    endings: dict[int, date] = field(default_factory=dict)  # membership id -> its last day
    names: dict[int, str] = field(default_factory=dict)  # member id -> name
    phones: dict[int, str | None] = field(default_factory=dict)  # member id -> fingerprint; None gives it up
    departments: list[tuple[int, str]] = field(default_factory=list)  # institution id, name


@dataclass
class Preview:
    """What would be added, changed, moved and ended, what stays, and what is wrong with the file."""

    scope: str
    source: str
    today: date
    added: list[Added] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    new_departments: list[tuple[str, str]] = field(default_factory=list)  # institution, department
    shrinking: list[Shrinking] = field(default_factory=list)
    # Who is left out of the file stays when a bad row might be about them.
    absences_withheld: bool = False
    writes: Writes = field(default_factory=Writes)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether the rosters are already as the file says."""
        return not (self.added or self.changed or self.moved or self.ended)

    def refuse(self, row: RosterRow, column: str, reason: Text) -> None:
        """Note that a row cannot be taken."""
        self.problems.append(RowProblem(row.line, column, reason))

"""Under which name somebody stands on their certificate: as they choose, and only of characters that can be printed."""

from enum import StrEnum

from backend.certificates.errors import NameNotPrintable
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.tables import Member
from backend.media.errors import GlyphMissing
from backend.media.paper import coverage

NO_DISPLAY_NAME = Text(
    "您还没有设置昵称，请先设置昵称，或改选其他显示方式",
    "you have not chosen a display name: choose one first, or take another form",
)


class NameKind(StrEnum):
    """Which name it is."""

    REAL = "real"
    DISPLAY = "display"
    MASKED = "masked"
    GROUP = "group"


def forms(member: Member) -> dict[NameKind, str]:
    """Return every name that a member may choose, as it would be printed."""
    display = {NameKind.DISPLAY: member.display_name} if member.display_name else {}
    return {NameKind.REAL: member.name, **display, NameKind.MASKED: identity.masked(member.name)}


def chosen(member: Member, kind: NameKind | None) -> tuple[NameKind, str]:
    """Return the form that a member chose: without a choice the display name, else masked.

    Raises InvalidValue for a display name that there is not, and NameNotPrintable.
    """
    names = forms(member)
    kind = kind or (NameKind.DISPLAY if NameKind.DISPLAY in names else NameKind.MASKED)
    if kind not in names:
        raise InvalidValue(field="name", reason=NO_DISPLAY_NAME)
    try:
        coverage.printable(names[kind])
    except GlyphMissing as missing:
        raise NameNotPrintable(character=missing.fields["character"], code=missing.fields["code"]) from None
    return kind, names[kind]

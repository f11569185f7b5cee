"""Free texts that others read: how long they may be, and that they can be shown."""

from backend.core.errors import InvalidValue
from backend.core.text import Text


def clean(text: str | None, field: str, *, least: int, most: int) -> str:
    """Return a text without blanks around it; raises InvalidValue, naming the field."""
    given = (text or "").strip()
    if not least <= len(given) <= most or not given.isprintable():
        reason = Text(f"须为 {least}–{most} 个可见字符", f"it has {least} to {most} visible characters")
        raise InvalidValue(field=field, reason=reason)
    return given

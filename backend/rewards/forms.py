"""Read what staff write of rewards, events and draws; say what is wrong with it."""

from datetime import date

from backend.core.errors import InvalidValue
from backend.core.text import Text

MOST_POINTS = 1_000_000
_CODE_LENGTH = 100
MOST_CODES = 1000


def line(text: str | None, field: str, most: int) -> str | None:
    """Return a text without its edges, None where there is none; raises InvalidValue."""
    clean = (text or "").strip()
    if not clean:
        return None
    # Braces are places to fill in in the sentences that quote it.
    if len(clean) > most or not clean.replace("\n", "").isprintable() or set("{}") & set(clean):
        reason = Text(
            f"须为不超过 {most} 个可显示的字符，不含花括号", f"it has at most {most} characters and no braces"
        )
        raise InvalidValue(field=field, reason=reason)
    return clean


def needed(text: str | None, field: str, most: int, least: int = 1) -> str:
    """Return a text that must be there; raises InvalidValue."""
    clean = line(text, field, most)
    if clean is None or len(clean) < least:
        raise InvalidValue(
            field=field, reason=Text(f"请填写 {least}–{most} 个字符", f"it has {least} to {most} characters")
        )
    return clean


def pair(zh: str | None, en: str | None, field: str, most: int, *, must: bool) -> tuple[str | None, str | None]:
    """Return a text in both languages or in one (English may be twice as long); raises InvalidValue."""
    chinese, english = line(zh, f"{field}Zh", most), line(en, f"{field}En", 2 * most)
    if must and chinese is None and english is None:
        raise InvalidValue(
            field=f"{field}Zh", reason=Text("中文、英文至少填写一种", "fill it in in one language at least")
        )
    return chinese, english


def told(zh: str | None, en: str | None) -> Text:
    """Return a text as it is told in each language: in the other one where it has none of its own."""
    return Text(zh or en or "", en or zh or "")


def whole(number: int, field: str, least: int, most: int) -> int:
    """Return a whole number within its limits; raises InvalidValue."""
    if not least <= number <= most:
        raise InvalidValue(field=field, reason=Text(f"须为 {least} 至 {most} 的整数", f"it is {least} to {most}"))
    return number


def days(from_on: date, until_on: date | None) -> None:
    """Raise InvalidValue for days that end before they begin."""
    if until_on is not None and until_on < from_on:
        raise InvalidValue(field="untilOn", reason=Text("结束日期早于开始日期", "it ends before it begins"))


def codes(text: str) -> list[str]:
    """Return the codes of an upload, one a line; raises InvalidValue that names the line."""
    found = []
    for number, written in enumerate(text.splitlines(), start=1):
        code = written.strip()
        if not code:
            continue
        if len(code) > _CODE_LENGTH or not code.isprintable():
            reason = Text(
                f"第 {number} 行须为不超过 {_CODE_LENGTH} 个可显示的字符",
                f"line {number} has more than {_CODE_LENGTH} characters, or some that cannot be shown",
            )
            raise InvalidValue(field="codes", reason=reason)
        found.append(code)
    if not 1 <= len(found) <= MOST_CODES:
        reason = Text(f"须为 1 至 {MOST_CODES} 行", f"it has 1 to {MOST_CODES} lines")
        raise InvalidValue(field="codes", reason=reason)
    return found

"""Make values fit the fields of a message template before they are sent: the platform refuses a whole message (47003).

A field's name is its type and a number, as in `thing1`. Source: the table of value types of the page
subscribeMessage.send, of which the tests have a copy. Lengths are counted in UTF-16 units, as the platform's own
language does; what cannot be shown there, such as emoji, is left out.
"""

import re
import unicodedata
from collections.abc import Callable
from typing import Final

FIELD: Final = re.compile(r"([a-z]+(?:_[a-z]+)?)([0-9]{1,2})")
NOTHING: Final = "—"  # an empty value is refused
_ELLIPSIS: Final = "…"
# Unassigned, private, control, invisible formatting, and pictures (So holds emoji; the last two make them up).
_LEFT_OUT: Final = ("Cc", "Cf", "Cs", "Co", "Cn", "So", "Sk", "Me")
_VARIATIONS: Final = {"\ufe0e", "\ufe0f"}

_DAY: Final = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?")
_HOUR: Final = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")


class Unfit(ValueError):
    """A value that no cutting makes fit its field; names the field and what it wants, never the value."""

    def __init__(self, field: str, wants: str) -> None:
        super().__init__(f"{field} takes {wants}")
        self.field = field


def fitted(field: str, text: str) -> str:
    """Return the value as the field takes it: cleaned, in its form, cut to its length; raises Unfit."""
    named = FIELD.fullmatch(field)
    assert named is not None, "configuration knows the fields' names"
    return TYPES[named[1]](field, _clean(text))


def length(text: str) -> int:
    """Return the length as the platform counts it."""
    return len(text.encode("utf-16-le")) // 2


def cut(text: str, most: int) -> str:
    """Return the text, or its beginning and an ellipsis where it is too long."""
    if length(text) <= most:
        return text
    while length(text) > most - 1:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def plain(text: str, most: int) -> str:
    """Return a text as a notice of WeCom takes it: cleaned and cut, a dash where it is empty."""
    return cut(_clean(text) or NOTHING, most)


def _clean(text: str) -> str:
    one_line = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    kept = (one for one in one_line if unicodedata.category(one) not in _LEFT_OUT and one not in _VARIATIONS)
    return re.sub(r" {2,}", " ", "".join(kept)).strip()


def _thing(_field: str, text: str) -> str:
    return cut(text or NOTHING, 20)


def _matching(pattern: str, wants: str) -> Callable[[str, str], str]:
    shape = re.compile(pattern)

    def check(field: str, text: str) -> str:
        if not shape.fullmatch(text):
            raise Unfit(field, wants)
        return text

    return check


def _phrase(field: str, text: str) -> str:
    letters = re.sub(r"[^\u4e00-\u9fff]", "", text)
    if not letters:
        raise Unfit(field, "Chinese characters")
    return letters[:5]


def _name(field: str, text: str) -> str:
    if re.search(r"[\u3400-\u9fff]", text):
        return cut(text, 10)
    if not text:
        raise Unfit(field, "a name")
    return cut(text, 20)


def _moment(field: str, text: str) -> str:
    """Return a date with its time in the one form that is documented: 2026年6月15日 11:50."""
    day, hour = _DAY.search(text), _HOUR.search(text)
    told = [*([_day(day)] if day else []), *([f"{int(hour[1]):02d}:{hour[2]}"] if hour else [])]
    if not told or re.sub(rf"{_DAY.pattern}|{_HOUR.pattern}|[ T]", "", text):
        raise Unfit(field, "a date, a time or both, as in 2026-06-15 11:50")
    return " ".join(told)


def _day(found: re.Match[str]) -> str:
    return f"{found[1]}年{int(found[2])}月{int(found[3])}日"


def _span(one: Callable[[str, str], str]) -> Callable[[str, str], str]:
    """Take a range as well, with `~` between its ends."""
    return lambda field, text: "~".join(one(field, end.strip()) for end in re.split("[~～]", text, maxsplit=1))


def _time(field: str, text: str) -> str:
    told = _moment(field, text)
    if ":" not in told:
        raise Unfit(field, "a time, as in 11:50 or 2026-06-15 11:50")
    return told


def _date(field: str, text: str) -> str:
    told = _moment(field, text)
    if "年" not in told:
        raise Unfit(field, "a date, as in 2026-06-15")
    return told


TYPES: Final[dict[str, Callable[[str, str], str]]] = {
    "thing": _thing,
    "number": _matching(r"-?\d{1,20}(\.\d{1,10})?", "a number of at most 32 digits"),
    "letter": _matching(r"[A-Za-z]{1,32}", "1 to 32 letters"),
    "symbol": _matching(r"[!-/:-@\[-`{-~]{1,5}", "1 to 5 symbols"),
    "character_string": _matching(r"[!-~]{1,32}", "1 to 32 digits, letters or symbols"),
    "time": _span(_time),
    "date": _span(_date),
    "amount": _matching(r"[¥￥$]?\d{1,10}(\.\d{1,2})?元?", "a sum of at most 10 digits"),
    "phone_number": _matching(r"[0-9+\-]{1,17}", "1 to 17 digits"),
    "car_number": _matching(r"[A-Z0-9\u4e00-\u9fff]{1,8}", "at most 8 characters"),
    "name": _name,
    "phrase": _phrase,
    "enum": _matching(r".{1,20}", "one of the values that its template lists"),
}

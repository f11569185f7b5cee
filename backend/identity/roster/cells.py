"""Read single cells: text, dates and numbers as office programs leave them, each refusal with its reason."""

import re
import unicodedata
from datetime import date, datetime

from backend.core.text import Text
from backend.identity.credit_code import HALF_WIDTH
from backend.identity.roster.problems import worded

# Beyond this a spreadsheet's number has lost its last digits.
_EXACT_BELOW = 10**15
_FORMULA_BEGINNINGS = frozenset("=+-@")
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_IDEOGRAPHIC_PLANES = range(0x20000, 0x40000)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEARS = range(1949, 2101)
_IDENTITY_NUMBER = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_HAN_WITH_SPACES = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff\s]+")

FORMULA = Text(
    "单元格是公式或以 = + - @ 开头，请粘贴为数值", "a formula or a value beginning with = + - @: paste plain values"
)
EMPTY = Text("不能为空", "it is empty")


class CellRefused(Exception):
    """A cell's content cannot be taken, for this reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


def plain(value: object) -> str:
    """Return what the cell shows, without blanks around it; spreadsheets keep whole numbers as fractions."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        if abs(value) >= _EXACT_BELOW:
            raise CellRefused(
                Text("数字过长、已失真，请将该列设为文本后重新填写", "too long for a number: make it a text cell")
            )
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()


def text(value: object, most: int) -> str:
    """Return a cell's text of 1 to `most` characters; refuses formulas, what cannot be shown, identity numbers."""
    shown = plain(value)
    if not shown:
        raise CellRefused(EMPTY)
    if shown[0].translate(HALF_WIDTH) in _FORMULA_BEGINNINGS:
        raise CellRefused(FORMULA)
    if len(shown) > most:
        raise CellRefused(worded("超过 {most} 个字符", "it has more than {most} characters", most=most))
    _refuse_unshowable(shown)
    if any(_is_identity_number(found.upper()) for found in _IDENTITY_NUMBER.findall(shown)):
        raise CellRefused(
            Text("疑似身份证号码，名册不得存储", "this looks like an identity card number, which is not kept")
        )
    return shown


def person_name(value: object, most: int) -> str:
    """Return a person's name; blanks that align Chinese names (张　三) are no part of them."""
    name = text(value, most)
    return "".join(name.split()) if _HAN_WITH_SPACES.fullmatch(name) else " ".join(name.split())


def half_width(value: object, most: int) -> str:
    """Return a code or number in half-width characters."""
    return text(value, most).translate(HALF_WIDTH)


def day(value: object) -> date | None:
    """Return a date, or None for an empty cell."""
    if isinstance(value, datetime):
        return _sensible(value.date())
    if isinstance(value, date):
        return _sensible(value)
    shown = plain(value).translate(HALF_WIDTH)
    return _sensible(_parsed(shown)) if shown else None


def _parsed(shown: str) -> date | None:
    found = _DATE.fullmatch(shown.removesuffix(" 00:00:00"))
    if found is None:
        return None
    year, month, day_of_month = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _sensible(found: date | None) -> date:
    if found is None or found.year not in _YEARS:
        raise CellRefused(Text("无法识别的日期，应如 2026-11-22", "not a date: write it like 2026-11-22"))
    return found


def _refuse_unshowable(shown: str) -> None:
    if shown.isascii() and shown.isprintable():
        return
    for character in shown:
        # Ideographs newer than Python's own tables are unassigned to it, and people bear them as names.
        if unicodedata.category(character) in _UNSHOWABLE and ord(character) not in _IDEOGRAPHIC_PLANES:
            zh, en = "含有不可见或无法显示的字符 {code}", "it holds a character that cannot be shown, {code}"
            raise CellRefused(worded(zh, en, code=f"U+{ord(character):04X}"))


def _is_identity_number(digits: str) -> bool:
    """Tell whether the last character checks the first seventeen, as ISO 7064 MOD 11-2 (GB 11643-1999) has it."""
    weighted = sum(int(digit) * pow(2, 17 - position, 11) for position, digit in enumerate(digits[:17]))
    return "10X98765432"[weighted % 11] == digits[17]

"""The rules that the platform has for the values of a template's fields; a value that breaks one is 47003."""

import re
import unicodedata

_DAY = r"\d{4}年\d{1,2}月\d{1,2}日"
_HOUR = r"([01]?\d|2[0-3]):[0-5]\d"
_TIME, _DATE = rf"({_DAY} ?)?{_HOUR}", rf"{_DAY}( ?{_HOUR})?"
_RULES = {
    "number": r"-?\d+(\.\d+)?",
    "letter": r"[A-Za-z]+",
    "symbol": r"[^A-Za-z0-9\s]+",
    "character_string": r"[!-~]+",
    "time": rf"{_TIME}(~{_TIME})?",
    "date": rf"{_DATE}(~{_DATE})?",
    "amount": r"[¥￥$]?\d{1,10}(\.\d+)?元?",
    "phone_number": r"[\d+\-]+",
    "car_number": r"[\u4e00-\u9fffA-Z0-9]+",
    "phrase": r"[\u4e00-\u9fff]+",
}
_LONGEST = {
    "thing": 20,
    "number": 32,
    "letter": 32,
    "symbol": 5,
    "character_string": 32,
    "phone_number": 17,
    "car_number": 8,
    "phrase": 5,
}
_CHINESE_NAME, _OTHER_NAME = 10, 20


def _is_picture(letter: str) -> bool:
    return letter in "\u200d\ufe0f" or unicodedata.category(letter) in ("So", "Sk", "Cn", "Co")


def is_good(field: str, value: object, listed: tuple[str, ...] = ()) -> bool:
    """Tell whether a field, such as `thing1`, takes a value; `listed` are those of an `enum`."""
    kind = field.rstrip("0123456789")
    if not isinstance(value, str) or not value.strip() or "\n" in value:
        return False
    size = len(value.encode("utf-16-le")) // 2
    if kind == "enum":
        return value in listed
    if kind == "name":
        return size <= (_CHINESE_NAME if re.search(r"[\u4e00-\u9fff]", value) else _OTHER_NAME)
    if kind == "thing" and any(_is_picture(letter) for letter in value):
        return False
    if kind in _RULES and not re.fullmatch(_RULES[kind], value):
        return False
    return size <= _LONGEST.get(kind, 64)

"""Break text into lines by the rules of Chinese typesetting (GB/T 15834-2011, 5.1: where marks may not stand).

A closing mark does not begin a line and an opening one does not end it; a dash or an ellipsis of two characters, a
Latin word and a number stay whole. Nothing is hung or squeezed.
"""

import re
from collections.abc import Callable

from backend.core.text import Locale

Measure = Callable[[str], float]

_HALVINGS = 7
NOT_FIRST = frozenset("。，、；：！？”’）》】〉」』〕｝］…—～·％℃,.;:!?)]}%")
NOT_LAST = frozenset("“‘（《【〈「『〔｛［([{￥¥")
# Spaces; the double dash and ellipsis; words and numbers with the marks inside them (2026-06-15, 11:00, CO2e);
# and every other character by itself.
_WORD = r"[A-Za-z0-9\u00c0-\u024f]+"
_PIECES = re.compile(rf"\s+|——|……|{_WORD}(?:[-–'’.,:/+@_&%#=~?]+{_WORD})*|.", re.DOTALL)

_CHINESE = r"[\u3400-\u9fff\u3001-\u3011\uff00-\uffef]"
_BESIDE_CHINESE = re.compile(rf"(?<={_CHINESE})[,;:!?()]|[,;:!?()](?={_CHINESE})")
_FULL = str.maketrans(",;:!?()", "，；：！？（）")
_HALF = str.maketrans(
    {"，": ", ", "、": ", ", "。": ". ", "；": "; ", "：": ": ", "！": "! ", "？": "? ", "（": " (", "）": ") "}
    | {"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "《": '"', "》": '"'}
)


def punctuated(text: str, locale: Locale) -> str:
    """Return a text with the marks of its language: full width beside Chinese characters, half width in English."""
    if locale == "zh-CN":
        return _BESIDE_CHINESE.sub(lambda found: found[0].translate(_FULL), text)
    half = re.sub(r"\s+", " ", text.replace("——", " - ").translate(_HALF)).strip()
    return re.sub(r"\s+(?=[,.;:!?)])", "", half)


def pieces(text: str) -> list[str]:
    """Split a line of text into what may not be broken; a space stands by itself."""
    whole: list[str] = []
    for piece in _PIECES.findall(text):
        before = whole[-1] if whole else " "
        held = piece[0] in NOT_FIRST or before[-1] in NOT_LAST
        if held and not before.isspace() and not piece.isspace():
            whole[-1] += piece
        else:
            whole.append(" " if piece.isspace() else piece)
    return whole


def broken(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of a text, none wider than `width` by that measure; a line break in the text is kept.

    What does not fit into a line by itself, a very long word, is broken where the line ends.
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)]


def balanced(text: str, width: float, measure: Measure) -> list[str]:
    """Return the lines of a text, no more than `broken` needs, of much the same length: for headings."""
    known: dict[str, float] = {}

    def remembered(piece: str) -> float:
        if piece not in known:
            known[piece] = measure(piece)
        return known[piece]

    lines = broken(text, width, remembered)
    narrow, wide = width / max(1, len(lines)), width
    for _ in range(_HALVINGS if len(lines) > 1 else 0):
        tried = (narrow + wide) / 2
        attempt = broken(text, tried, remembered)
        if len(attempt) > len(lines) or max(map(remembered, attempt)) > tried:
            narrow = tried
        else:
            wide, lines = tried, attempt
    return lines


def _paragraph(text: str, width: float, measure: Measure) -> list[str]:
    lines, line, filled = [], "", 0.0
    for piece in pieces(text):
        length = measure(piece)
        if line and filled + length > width:
            lines.append(line.rstrip())
            line, filled = "", 0.0
        if piece == " " and not line:
            continue
        if length > width:
            *full, piece = _cut(piece, width, measure)  # noqa: PLW2901 - what is left of it goes on as any other
            lines += full
            length = measure(piece)
        line, filled = line + piece, filled + length
    return [*lines, line.rstrip()]


def _cut(piece: str, width: float, measure: Measure) -> list[str]:
    parts, part = [], ""
    for letter in piece:
        if part and measure(part + letter) > width:
            parts.append(part)
            part = ""
        part += letter
    return [*parts, part]

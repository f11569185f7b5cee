"""Check the unified social credit code (统一社会信用代码) by which every public institution is known.

Eighteen characters; the last one checks the other seventeen. The alphabet, the weights and the checksum are
those of GB 32100-2015, 《法人和其他组织统一社会信用代码编码规则》, section 4 and appendix A.
"""

from backend.core.errors import Problem
from backend.core.text import Text

LENGTH = 18
# I, O, S, V and Z are left out because hands confuse them with digits and with U.
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_MODULUS = len(ALPHABET)
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, _MODULUS) for position in range(LENGTH - 1))
# The full-width forms that Chinese keyboards produce stand at a fixed distance from the half-width ones.
HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class CreditCodeInvalid(Problem):
    """The text is no unified social credit code; `reason` names the length, the character or the checksum."""

    zh = "统一社会信用代码有误：{reason}"
    en = "This is not a unified social credit code: {reason}"


def normalise(text: str) -> str:
    """Return the code in capital half-width characters, or raise CreditCodeInvalid saying what is wrong."""
    code = text.translate(HALF_WIDTH).strip().upper()
    if len(code) != LENGTH:
        reason = Text(f"应为 {LENGTH} 位，实为 {len(code)} 位", f"it has {len(code)} characters instead of {LENGTH}")
        raise CreditCodeInvalid(reason=reason)
    _refuse_foreign_characters(code)
    if _check_character(code[:-1]) != code[-1]:
        raise CreditCodeInvalid(
            reason=Text("校验码不符，请核对是否抄错", "the checksum does not fit: look for a slip of the pen")
        )
    return code


def with_check(first_seventeen: str) -> str:
    """Append the check character to the first seventeen of a made-up code."""
    assert len(first_seventeen) == LENGTH - 1, "a code has seventeen characters before the check character"
    return first_seventeen + _check_character(first_seventeen)


def _check_character(first_seventeen: str) -> str:
    weighted = sum(_VALUES[character] * weight for character, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return ALPHABET[-weighted % _MODULUS]


def _refuse_foreign_characters(code: str) -> None:
    for position, character in enumerate(code, start=1):
        if character not in _VALUES:
            # A Text is a template, so a brace in it must be doubled; what cannot be printed is shown by number.
            shown = character if character.isprintable() else f"U+{ord(character):04X}"
            shown = shown.replace("{", "{{").replace("}", "}}")
            zh = f"第 {position} 位的“{shown}”不是代码字符（不使用 I、O、S、V、Z）"
            en = f"character {position}, '{shown}', is not used in codes (nor are I, O, S, V, Z)"
            raise CreditCodeInvalid(reason=Text(zh, en))

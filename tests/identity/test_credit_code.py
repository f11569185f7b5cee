"""The unified social credit code: what is accepted, and how clearly the rest is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from backend.identity import credit_code
from backend.identity.credit_code import CreditCodeInvalid

# The first is the worked example of GB 32100-2015's checksum (sum 1640, remainder 28, check character 3);
# the others are the published codes of well-known companies.
PUBLISHED = (
    "91350100M000100Y43",
    "91330106673959654P",
    "914403001922038216",
    "9144030071526726XG",
    "91330100799655058B",
    "91110000802100433B",
)


@pytest.mark.parametrize("code", PUBLISHED)
def test_a_published_code_is_accepted_as_it_stands(code: str) -> None:
    assert credit_code.normalise(code) == code
    assert credit_code.with_check(code[:-1]) == code


def test_small_letters_full_width_and_blanks_are_brought_to_one_form() -> None:
    assert credit_code.normalise("\u3000９１３５０１００ｍ000100y43 ") == "91350100M000100Y43"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("91350100M000100Y4", "应为 18 位，实为 17 位", "17 characters"),
        ("", "实为 0 位", "0 characters"),
        ("91350100M000100Y4Z", "第 18 位的“Z”", "character 18, 'Z'"),
        ("9135O100M000100Y43", "第 5 位的“O”", "character 5, 'O'"),
        ("91350100M000{00Y43", "第 13 位的“{”", "character 13, '{'"),
        ("91350100M000\u200b00Y43", "U+200B", "U+200B"),
        ("91350100M000100Y44", "校验码不符", "checksum"),
        ("91350100M000010Y43", "校验码不符", "checksum"),
    ],
)
def test_a_wrong_code_is_refused_with_what_is_wrong(text: str, zh: str, en: str) -> None:
    with pytest.raises(CreditCodeInvalid) as refused:
        credit_code.normalise(text)

    assert zh in refused.value.text("zh-CN")
    assert en in refused.value.text("en")


@given(
    some.text(credit_code.ALPHABET, min_size=17, max_size=17),
    some.integers(0, 17),
    some.sampled_from(credit_code.ALPHABET),
)
def test_any_single_slip_is_noticed(first_seventeen: str, position: int, other: str) -> None:
    code = credit_code.with_check(first_seventeen)
    assert credit_code.normalise(code) == code

    slipped = code[:position] + other + code[position + 1 :]

    if slipped != code:
        with pytest.raises(CreditCodeInvalid):
            credit_code.normalise(slipped)

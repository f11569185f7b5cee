"""Lines break where Chinese typesetting allows it, and marks are those of the language."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.text import Locale
from backend.media.paper.wrapping import balanced, broken, pieces, punctuated

NOT_FIRST, NOT_LAST = "。，、；：！？”’）》】%", "“‘（《【"


def em(text: str) -> float:
    """Measure as a typewriter would: Chinese in ems, all else in halves."""
    return sum(1 if letter > "\u2000" else 0.5 for letter in text)


def faults(lines: list[str]) -> list[str]:
    """Name where lines break against the rules."""
    found = [f"{line[0]} begins a line" for line in lines[1:] if line and line[0] in NOT_FIRST]
    found += [f"{line[-1]} ends a line" for line in lines[:-1] if line and line[-1] in NOT_LAST]
    for above, below in pairwise(lines):
        if above and below and all(one.isascii() and one.isalnum() for one in (above[-1], below[0])):
            found.append(f"{above[-1]}{below[0]} is torn")
    return found


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("光盘行动，人人参与。", 4, ["光盘行", "动，人人", "参与。"]),
        ("请到“一层食堂”扫码", 3, ["请到", "“一层", "食堂”", "扫码"]),
        ("见《管理办法》（试行）", 4, ["见《管理", "办法》", "（试行）"]),
        ("用 WeChat 扫码", 4, ["用", "WeChat", "扫码"]),
        ("有效期 2026-06-15 起", 5, ["有效期", "2026-06-15", "起"]),
        ("等等……以及——其他", 3, ["等", "等……", "以", "及——", "其他"]),
        ("第一行\n第二行", 9, ["第一行", "第二行"]),
        ("减少 80%，很多", 4.5, ["减少", "80%，很多"]),
        ("", 5, [""]),
    ],
)
def test_a_line_ends_where_the_rules_allow_it(text: str, width: float, lines: list[str]) -> None:
    assert broken(text, width, em) == lines


@given(
    st.text(alphabet="光盘行动食堂，。、；：！？“”‘’（）《》【】·… —–Tan2hui06%-. ", max_size=80),
    st.integers(8, 30),
)
def test_no_text_breaks_the_rules_is_too_wide_or_loses_a_letter(text: str, width: int) -> None:
    # Marks that hold on to each other for longer than a line cannot be kept whole.
    longest = max((em(piece) for piece in pieces(text)), default=0)

    lines = broken(text, width, em)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(em(line) <= width for line in lines)
    if longest <= width:
        assert faults(lines) == []


def test_a_word_longer_than_the_line_is_broken_where_the_line_ends() -> None:
    assert broken("编号 TJ2026-0000000000000001 备查", 6, em) == ["编号", "TJ2026-00000", "00000000001", "备查"]


def test_centred_lines_are_of_much_the_same_length_and_no_more_of_them() -> None:
    name = "海河市滨河区机关事务服务中心（滨河区公共机构节能管理办公室）"

    lines, ragged = balanced(name, 24, em), broken(name, 24, em)

    assert [len(line) for line in ragged] == [24, 6]
    assert len(lines) == 2
    assert max(map(len, lines)) <= 17
    assert faults(lines) == []


@pytest.mark.parametrize(
    ("text", "locale", "shown"),
    [
        ("一层食堂(东门),右侧", "zh-CN", "一层食堂（东门），右侧"),
        ("请扫码!", "zh-CN", "请扫码！"),
        ("Wi-Fi:密码 12:30, A(B)", "zh-CN", "Wi-Fi：密码 12:30, A(B)"),
        ("一层食堂（东门），右侧", "en", "一层食堂 (东门), 右侧"),
        ("The ‘green’ code，scanned。", "en", "The 'green' code, scanned."),
        ("Lunch——11:00", "en", "Lunch - 11:00"),
    ],
)
def test_marks_are_full_width_in_chinese_and_half_width_in_english(text: str, locale: Locale, shown: str) -> None:
    assert punctuated(text, locale) == shown

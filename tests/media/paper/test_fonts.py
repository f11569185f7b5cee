"""Every character that may be printed is in both fonts; what is in none is named and never printed as a box."""

import unicodedata

import pytest
from PIL import ImageFont

from backend.media.errors import GlyphMissing
from backend.media.paper import coverage
from backend.media.paper.coverage import FONTS
from tests.media.paper.marks import WEIGHTS, characters

COMMON = "喆堃翀赟䶮㛃𬭎𬱖〇·—“”‘’《》【】…～％℃①②③✓□→←×÷±²³é½"


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_list_of_printable_characters_is_the_font_s_own(weight: str) -> None:
    listed = {code for code in range(0x110000) if coverage.has(chr(code))}

    assert listed == characters(weight)
    assert len(listed) > 30_000


def test_every_character_of_the_common_chinese_sets_can_be_printed() -> None:
    standard = [
        bytes([high, low]).decode("gb2312", "ignore") for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF)
    ]
    wanted = {letter for letter in standard if letter} | set(COMMON)

    assert len(wanted) > 6_700
    assert sorted(letter for letter in wanted if not coverage.has(letter)) == []


@pytest.mark.parametrize("weight", WEIGHTS)
def test_names_and_marks_are_drawn_as_themselves_and_not_as_the_box_for_none(weight: str) -> None:
    font = ImageFont.truetype(FONTS / f"NotoSansSC-{weight}.woff2", 48)
    box = bytes(font.getmask("\U000e0fff"))

    drawn = {letter: bytes(font.getmask(letter)) for letter in COMMON}

    assert [letter for letter, ink in drawn.items() if ink == box or not any(ink)] == []
    assert len(set(drawn.values())) == len(drawn)


@pytest.mark.parametrize(
    ("text", "character", "code"),
    [
        ("食堂🍚东门", "🍚", "U+1F35A"),
        ("礼\u202e堂", "U+202E", "U+202E"),
        ("礼\u0000堂", "U+0000", "U+0000"),
        ("قاعة", "ق", "U+0642"),
    ],
)
def test_a_character_that_no_font_has_is_named_in_both_languages(text: str, character: str, code: str) -> None:
    with pytest.raises(GlyphMissing) as missing:
        coverage.printable(text)

    for locale, words in (("zh-CN", "无法印刷"), ("en", "cannot be printed")):
        told = missing.value.text(locale)  # type: ignore[arg-type]
        assert words in told
        assert character in told
        assert code in told


@pytest.mark.parametrize(
    ("text", "printed"), [("CO₂e", "CO2e"), ("a\u00a0b", "a b"), ("e\u0301", "é"), ("☐ 是", "□ 是")]
)
def test_a_few_characters_have_stated_stand_ins(text: str, printed: str) -> None:
    assert coverage.printable(text) == printed
    assert all(coverage.has(letter) for letter in unicodedata.normalize("NFC", printed))


def test_the_licence_of_the_fonts_lies_beside_them() -> None:
    licence = (FONTS / "OFL.txt").read_text("utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence

"""Members are spoken to in their language, Chinese by default."""

import pytest

from backend.core.text import LOCALES, Locale, Text, locale_of


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        (None, "zh-CN"),
        ("", "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB,en;q=0.9", "en"),
        ("EN", "en"),
        ("fr-FR, en;q=0.5", "en"),
        ("zh-Hant-TW", "zh-CN"),
        ("fr, de", "zh-CN"),
        (";;;,,,q=", "zh-CN"),
        ("\x00" * 500, "zh-CN"),
    ],
)
def test_the_first_language_that_we_speak_is_chosen(header: str | None, locale: Locale) -> None:
    assert locale_of(header) == locale


@pytest.mark.parametrize(("locale", "said"), [("zh-CN", "还有 3 天"), ("en", "3 days left")])
def test_a_text_fills_in_its_fields_in_either_language(locale: Locale, said: str) -> None:
    assert Text("还有 {days} 天", "{days} days left").in_(locale, days=3) == said


def test_braces_in_a_value_are_shown_as_they_are() -> None:
    assert Text("名称：{name}", "name: {name}").in_("en", name="{days}") == "name: {days}"


def test_there_are_two_languages() -> None:
    assert LOCALES == ("zh-CN", "en")

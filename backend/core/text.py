"""Say things in the caller's language: Chinese (zh-CN, the default) or English."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Locale = Literal["zh-CN", "en"]
LOCALES: tuple[Locale, ...] = get_args(Locale)


@dataclass(frozen=True)
class Text:
    """One sentence in both languages; braces are `str.format` fields."""

    zh: str
    en: str

    def in_(self, locale: Locale, **fields: object) -> str:
        """Return the sentence in that language with its fields filled in."""
        return (self.zh if locale == "zh-CN" else self.en).format(**fields)

    def told(self, **fields: object) -> "Text":
        """Return the sentence with its fields filled in, in both languages; a field may itself be a Text."""
        return Text(self._filled("zh-CN", fields), self._filled("en", fields))

    def _filled(self, locale: Locale, fields: Mapping[str, object]) -> str:
        shown = {name: value.in_(locale) if isinstance(value, Text) else str(value) for name, value in fields.items()}
        # What is filled in is no template: its braces are braces.
        return self.in_(locale, **{name: value.replace("{", "{{").replace("}", "}}") for name, value in shown.items()})


def locale_of(accept_language: str | None) -> Locale:
    """Choose a language from an `Accept-Language` header: the first that we speak, else Chinese."""
    for part in (accept_language or "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-CN"
        if tag.startswith("en"):
            return "en"
    return "zh-CN"

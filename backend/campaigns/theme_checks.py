"""Read the parts of a theme pack, and check what one file alone cannot know."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from backend.campaigns import theme_art, theme_copy, theme_honours, theme_sheet
from backend.carbon import documents, wording
from backend.core import text


@dataclass(frozen=True)
class Parts:
    """What could be read of a pack, and one line for each mistake."""

    sheet: theme_sheet.ThemeSheet | None
    texts: dict[text.Locale, theme_copy.ThemeCopy]
    art: theme_art.ThemeArt | None
    lines: list[str]


def read(folder: Path) -> Parts:
    """Read every part of a pack, and go on after a mistake so that all are named at once."""
    name = documents.label(folder)
    sheet, lines = documents.read_model(theme_sheet.ThemeSheet, folder / "theme.toml", f"{name}/theme.toml")
    if sheet is not None:
        lines += [f"{name}/theme.toml: {line}" for line in sheet_problems(sheet, folder.name)]
    texts: dict[text.Locale, theme_copy.ThemeCopy] = {}
    for locale in text.LOCALES:
        copy, mistakes = _read_copy(folder, locale, sheet)
        lines += mistakes
        if copy is not None:
            texts[locale] = copy
    art, mistakes = theme_art.read(folder, name)
    return Parts(sheet, texts, art, lines + mistakes)


def sheet_problems(sheet: theme_sheet.ThemeSheet, folder_name: str) -> list[str]:
    """Find what contradicts itself across the sheet."""
    lines = [] if sheet.key == folder_name else [f"key: must equal the folder name {folder_name!r} (got {sheet.key!r})"]
    lines += _twice("kinds", "kind", [rule.kind for rule in sheet.kinds])
    lines += _twice("special_days", "key", [day.key for day in sheet.special_days])
    lines += _twice("dates", "year", [dates.year for dates in sheet.dates])
    lines += _twice("badges", "key", [badge.key for badge in sheet.badges])
    lines += _twice("prizes", "key", [prize.key for prize in sheet.prizes])
    return lines + theme_honours.problems(sheet)


def unknown_kinds(sheet: theme_sheet.ThemeSheet, known_kinds: frozenset[str]) -> list[str]:
    """Find kinds of check-in that the program does not have."""
    return [
        f"kinds[{number}].kind: unknown kind {rule.kind!r}{wording.suggestion(rule.kind, sorted(known_kinds))}"
        for number, rule in enumerate(sheet.kinds, start=1)
        if rule.kind not in known_kinds
    ]


def _read_copy(
    folder: Path, locale: text.Locale, sheet: theme_sheet.ThemeSheet | None
) -> tuple[theme_copy.ThemeCopy | None, list[str]]:
    file = theme_copy.file_name(locale)
    name = f"{documents.label(folder)}/{file}"
    copy, lines = documents.read_model(theme_copy.ThemeCopy, folder / file, name)
    if copy is None or sheet is None:
        return copy, lines
    return copy, [f"{name}: {line}" for line in theme_copy.problems(sheet, copy)]


def _twice(table: str, key: str, values: Iterable[object]) -> list[str]:
    seen: set[object] = set()
    lines = []
    for number, value in enumerate(values, start=1):
        if value in seen:
            lines.append(f"{table}[{number}].{key}: {value} is listed twice")
        seen.add(value)
    return lines

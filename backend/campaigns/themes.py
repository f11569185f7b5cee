"""Read theme packs: the folders under `campaigns/` that the conservation office edits."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Self

from backend.campaigns import periods, theme_art, theme_checks, theme_copy, theme_sheet
from backend.carbon import documents
from backend.core import text


class Theme(theme_sheet.ThemeSheet):
    """One theme pack, complete: its sheet, its texts in every language, its art.

    A campaign pins `to_json()`, so later edits of the folder do not reach it; `content_hash` tells
    whether two packs are the same, whatever the order and the comments of their files.
    """

    texts: dict[text.Locale, theme_copy.ThemeCopy]
    art: theme_art.ThemeArt

    @property
    def content_hash(self) -> str:
        """Give the SHA-256 of the canonical text, in hexadecimal digits."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def to_json(self) -> str:
        """Write the canonical text of the whole pack."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, content: str) -> Self:
        """Read the canonical text back, exactly."""
        return cls.model_validate_json(content)

    def copy_in(self, locale: text.Locale) -> theme_copy.ThemeCopy:
        """Give the texts of one language."""
        return self.texts[locale]

    def kind_rule(self, kind: str) -> theme_sheet.KindRule | None:
        """Find what a kind of check-in earns here; None when the theme does not have it."""
        return next((rule for rule in self.kinds if rule.kind == kind), None)

    def special_day_on(self, day: date, starts_on: date) -> theme_sheet.SpecialDay | None:
        """Find the special day that a day of the campaign is; of several, the one that counts most."""
        special = [one for one in self.special_days if one.falls_on(day, starts_on)]
        return max(special, key=lambda one: one.points_percent, default=None)

    def points_percent(self, day: date, starts_on: date) -> int:
        """Give the percent that points count on a day: 100, or that of its special day. Never for carbon."""
        special = self.special_day_on(day, starts_on)
        return special.points_percent if special else theme_sheet.WHOLE_PERCENT

    def dates_in(self, year: int) -> periods.Dates | None:
        """Give the known dates of a year, else the predicted ones, else None."""
        known = {one.year: periods.Dates(one.starts_on, one.ends_on, one.certainty) for one in self.dates}
        return known.get(year) or periods.predict(self.period, year, known.values())

    def slogan_in(self, year: int) -> text.Text:
        """Give the official slogan of a year where it is known, else the theme's own."""
        for one in self.dates:
            if one.year == year and one.slogan_zh and one.slogan_en:
                return text.Text(zh=one.slogan_zh, en=one.slogan_en)
        return text.Text(zh=self.texts["zh-CN"].slogan, en=self.texts["en"].slogan)


def load(folder: Path) -> Theme:
    """Read one theme pack; `documents.Unusable` names every mistake."""
    theme, lines = _read(folder)
    if theme is None:
        raise documents.Unusable(lines)
    return theme


def load_all(root: Path) -> dict[str, Theme]:
    """Read every theme pack under a folder, by key; `documents.Unusable` names every mistake of all."""
    packs = [_read(folder) for folder in folders(root)]
    lines = [line for _, mistakes in packs for line in mistakes]
    if lines:
        raise documents.Unusable(lines)
    return {theme.key: theme for theme, _ in packs if theme is not None}


def problems(root: Path, known_kinds: frozenset[str]) -> list[str]:
    """Name every mistake of every theme pack, one line each with file and key."""
    found = folders(root)
    if not found:
        return [f"{documents.label(root, above=0)}: has no theme folder"]
    return [line for folder in found for line in _folder_problems(folder, known_kinds)]


def folders(root: Path) -> list[Path]:
    """List the theme folders in the order of their names."""
    if not root.is_dir():
        return []
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith((".", "_")))


def _folder_problems(folder: Path, known_kinds: frozenset[str]) -> list[str]:
    parts = theme_checks.read(folder)
    unknown = theme_checks.unknown_kinds(parts.sheet, known_kinds) if parts.sheet else []
    return parts.lines + [f"{documents.label(folder)}/theme.toml: {line}" for line in unknown]


def _read(folder: Path) -> tuple[Theme | None, list[str]]:
    parts = theme_checks.read(folder)
    if parts.lines:
        return None, parts.lines
    assert parts.sheet is not None
    assert parts.art is not None
    # The parts are valid already; each is put in as it is.
    return Theme(**dict(parts.sheet), texts=parts.texts, art=parts.art), []

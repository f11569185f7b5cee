"""What a theme says to people: the content of `copy.zh-CN.toml` and `copy.en.toml`."""

import operator
import re
from typing import Annotated

from pydantic import Field

from backend.campaigns import theme_sheet
from backend.core import text

Short = Annotated[str, Field(min_length=1, max_length=60)]
Words = theme_sheet.Words

# The estimate of a campaign is no certified reduction, and nothing may call it one.
CERTIFIED = re.compile(r"(?<!不是)(?<!不属于)(?<!并非)核证")


class KindCopy(theme_sheet.Table):
    """What one kind of check-in is called, what it asks, and why it matters."""

    title: Short
    prompt: Words
    why: Words


class SpecialDayCopy(theme_sheet.Table):
    """What a special day is called and says."""

    title: Short
    text: Words


class BoardCopy(theme_sheet.Table):
    """The titles of the boards."""

    title_institution: Short | None = None
    title_department: Short | None = None
    title_person: Short | None = None


class HonourCopy(theme_sheet.Table):
    """What a streak, a badge, a goal or a prize is called and says."""

    title: Short
    text: Words


class ThemeCopy(theme_sheet.Table):
    """All texts of a theme in one language."""

    title: Short
    short_title: Annotated[str, Field(min_length=1, max_length=24)]
    slogan: Words
    summary: Words
    how: Annotated[tuple[Words, ...], Field(min_length=3, max_length=3)]
    thanks: Words
    privacy: Words
    kinds: dict[str, KindCopy]
    special_days: Annotated[dict[str, SpecialDayCopy], Field(default_factory=dict)]
    boards: BoardCopy
    streak: HonourCopy | None = Field(default=None, exclude_if=operator.not_)
    badges: dict[str, HonourCopy] = Field(default_factory=dict, exclude_if=operator.not_)
    goal: HonourCopy | None = Field(default=None, exclude_if=operator.not_)
    prizes: dict[str, HonourCopy] = Field(default_factory=dict, exclude_if=operator.not_)


def problems(sheet: theme_sheet.ThemeSheet, copy: ThemeCopy) -> list[str]:
    """Compare the texts with what the theme has: nothing missing, nothing left over."""
    lines = _differences("kinds", [rule.kind for rule in sheet.kinds], list(copy.kinds))
    lines += _differences("special_days", [day.key for day in sheet.special_days], list(copy.special_days))
    lines += _differences("badges", [badge.key for badge in sheet.badges], list(copy.badges))
    lines += _differences("prizes", [prize.key for prize in sheet.prizes], list(copy.prizes))
    lines += _alone("streak", sheet.streak, copy.streak) + _alone("goal", sheet.goal, copy.goal)
    titled = [level for level in ("institution", "department", "person") if getattr(copy.boards, f"title_{level}")]
    lines += [f"boards.title_{level}: is missing" for level in sheet.boards.levels if level not in titled]
    lines += [f"{key}: must not speak of 核证; say 估算减排量" for key in _certified(copy)]
    # Titles are told inside other sentences, whose blanks are written with braces.
    told = {"title": copy.title} | {f"badges.{key}.title": badge.title for key, badge in copy.badges.items()}
    lines += [f"{key}: must have no braces" for key, title in told.items() if {"{", "}"} & set(title)]
    return lines


def file_name(locale: text.Locale) -> str:
    """Name the file that holds the texts of a language."""
    return f"copy.{locale}.toml"


def _differences(table: str, wanted: list[str], written: list[str]) -> list[str]:
    missing = [f"{table}.{key}: is missing" for key in wanted if key not in written]
    return missing + [f"{table}.{key}: theme.toml has no such entry" for key in written if key not in wanted]


def _alone(table: str, wanted: object, written: object) -> list[str]:
    if (wanted is None) == (written is None):
        return []
    return [f"{table}: is missing" if wanted else f"{table}: theme.toml has no such table"]


def _certified(copy: ThemeCopy) -> list[str]:
    content = copy.model_dump(mode="json", exclude_none=True)
    return [key for key, value in content.items() if CERTIFIED.search(str(value))]

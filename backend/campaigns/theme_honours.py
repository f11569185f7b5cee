"""Find what streak, badges and prizes of a theme ask for that the rest of its sheet does not have."""

from collections.abc import Iterable, Sequence

from backend.campaigns import theme_sheet
from backend.carbon import wording


def problems(sheet: theme_sheet.ThemeSheet) -> list[str]:
    """Name what refers to nothing, and what nobody can reach in the usual days, one line each with its key."""
    lines = _streak(sheet, sheet.streak) if sheet.streak else []
    for number, badge in enumerate(sheet.badges, start=1):
        lines += [f"badges[{number}].{line}" for line in _badge(sheet, badge)]
    for number, prize in enumerate(sheet.prizes, start=1):
        lines += [f"prizes[{number}].{line}" for line in _prize(sheet, prize)]
    return lines


def _streak(sheet: theme_sheet.ThemeSheet, streak: theme_sheet.Streak) -> list[str]:
    lines = [f"streak.{line}" for line in _unknown("kinds", streak.kinds or (), _kinds(sheet))]
    if streak.target > (days := _streak_days(sheet)):
        lines.append(f"streak.target: {streak.target} cannot be reached in {days} days; see usual_days and beyond_days")
    return lines


def _badge(sheet: theme_sheet.ThemeSheet, badge: theme_sheet.Badge) -> list[str]:
    lines = _unknown("kinds", badge.kinds or (), _kinds(sheet))
    if badge.special_day:
        lines += _unknown("special_day", [badge.special_day], [day.key for day in sheet.special_days])
    if badge.days and badge.days > sheet.period.usual_days:
        lines.append(f"days: {badge.days} cannot be reached in the usual {sheet.period.usual_days} days")
    if badge.streak and sheet.streak is None:
        lines.append("streak: the theme has no [streak]")
    elif badge.streak and badge.streak > (days := _streak_days(sheet)):
        lines.append(f"streak: {badge.streak} cannot be reached in {days} days")
    return lines


def _prize(sheet: theme_sheet.ThemeSheet, prize: theme_sheet.Prize) -> list[str]:
    lines = _unknown("level", [prize.level], sheet.boards.levels)
    return lines + _unknown("measure", [prize.measure], sheet.boards.measures)


def _streak_days(sheet: theme_sheet.ThemeSheet) -> int:
    return sheet.period.usual_days + (sheet.streak.beyond_days if sheet.streak else 0)


def _kinds(sheet: theme_sheet.ThemeSheet) -> list[str]:
    return [rule.kind for rule in sheet.kinds]


def _unknown(key: str, named: Iterable[str], known: Sequence[str]) -> list[str]:
    return [f"{key}: the theme has no {one!r}{wording.suggestion(one, known)}" for one in named if one not in known]

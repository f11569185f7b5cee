"""A change of rules as an organiser asks for it: numbers only, checked by the theme's own model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from backend.campaigns.queries import Rules
from backend.campaigns.shelf import Shelf
from backend.campaigns.theme_sheet import PROOF_LEVELS
from backend.campaigns.themes import Theme
from backend.carbon.factors import FactorSet
from backend.core.errors import InvalidValue
from backend.core.text import Text

# Beyond these no campaign goes, and sums would no longer fit their columns.
MOST = {"points": 10_000, "points_per_unit": 10_000, "per_day": 100, "per_campaign": 10_000, "points_per_day": 100_000}


@dataclass(frozen=True)
class KindChange:
    """New numbers of a kind; None leaves what there is, and 0 for `per_campaign` takes the limit away."""

    kind: str
    points: int | None = None
    points_per_unit: int | None = None
    per_day: int | None = None
    per_campaign: int | None = None


@dataclass(frozen=True)
class Change:
    """What is to change; `pack` takes over the numbers of the theme pack as it is on the shelf now."""

    kinds: tuple[KindChange, ...] = ()
    points_per_day: int | None = None
    proof_credit: Mapping[str, int] = field(default_factory=dict)  # percent by level
    special_days: Mapping[str, int] = field(default_factory=dict)  # percent by key
    factors: tuple[str, ...] = ()  # keys whose newer versions are taken from the shelf
    pack: bool = False


def applied(change: Change, rules: Rules, shelf: Shelf) -> Rules:
    """Return the rules after the change; raises InvalidValue naming the first number that cannot be, and why."""
    sheet: dict[str, Any] = rules.theme.model_dump(mode="json")
    if change.pack:
        _take_pack(sheet, shelf, rules.theme)
    for one in change.kinds:
        _change_kind(sheet, one)
    if change.points_per_day is not None:
        sheet["rules"]["points_per_day"] = _within("pointsPerDay", "points_per_day", change.points_per_day)
    for level, percent in change.proof_credit.items():
        if level not in PROOF_LEVELS:
            raise InvalidValue(field=f"proofCredit.{level[:40]}", reason=_one_of(PROOF_LEVELS))
        sheet["proof_credit"][level] = percent
    for key, percent in change.special_days.items():
        _named(sheet["special_days"], "key", key, "specialDays")["points_percent"] = percent
    try:
        theme = Theme.model_validate(sheet)
    except ValidationError as mistakes:
        raise _mistake(mistakes, sheet) from None
    found = Rules(theme, _factors(change, rules.factors, shelf.factors))
    if found == rules:
        raise InvalidValue(field="change", reason=Text("与现行规则相同", "it changes nothing"))
    return found


def _take_pack(sheet: dict[str, Any], shelf: Shelf, theme: Theme) -> None:
    """Take over the numbers of the pack on the shelf, for what the campaign has."""
    pack = shelf.theme(theme.key).model_dump(mode="json")
    sheet["rules"]["points_per_day"] = pack["rules"]["points_per_day"]
    sheet["proof_credit"] = pack["proof_credit"]
    for name, key in (("kinds", "kind"), ("special_days", "key")):
        newer = {one[key]: one for one in pack[name]}
        sheet[name] = [_numbers_of(one, newer.get(one[key], one)) for one in sheet[name]]


def _numbers_of(one: dict[str, Any], newer: dict[str, Any]) -> dict[str, Any]:
    numbers = (*MOST, "points_percent")
    return {name: newer[name] if name in numbers else value for name, value in one.items()}


def _change_kind(sheet: dict[str, Any], change: KindChange) -> None:
    rule = _named(sheet["kinds"], "kind", change.kind, "kinds")
    where = f"kinds.{change.kind}"
    for name, shown in _RATES:
        if (given := getattr(change, name)) is None:
            continue
        if rule[name] is None:
            reason = Text("该类打卡不是这样计分的", "this kind is not counted that way")
            raise InvalidValue(field=f"{where}.{shown}", reason=reason)
        rule[name] = _within(f"{where}.{shown}", name, given)
    if change.per_day is not None:
        rule["per_day"] = _within(f"{where}.perDay", "per_day", change.per_day)
    if change.per_campaign is not None:
        limit = _within(f"{where}.perCampaign", "per_campaign", change.per_campaign) if change.per_campaign else None
        rule["per_campaign"] = limit


_RATES = (("points", "points"), ("points_per_unit", "pointsPerUnit"))


def _within(shown: str, name: str, given: int) -> int:
    if not 1 <= given <= MOST[name]:
        raise InvalidValue(field=shown, reason=_between(1, MOST[name]))
    return given


def _named(rows: list[dict[str, Any]], key: str, value: str, shown: str) -> dict[str, Any]:
    for row in rows:
        if row[key] == value:
            return row
    raise InvalidValue(field=f"{shown}.{value[:40]}", reason=_one_of(row[key] for row in rows))


def _one_of(known: Iterable[str]) -> Text:
    names = list(known)
    if not names:
        return Text("本活动没有这一项", "the campaign has none of these")
    return Text(f"可选：{'、'.join(names)}", f"it is one of {', '.join(names)}")


def _between(least: object, most: object) -> Text:
    return Text(f"须为 {least} 至 {most} 之间的整数", f"it is a whole number from {least} to {most}")


# The bounds of the theme's own model, in the caller's language: `ge` and `le` stand in its error.
_BOUNDS = {"special_days": _between(100, 500), "proof_credit": _between(0, 100)}


def _mistake(mistakes: ValidationError, sheet: dict[str, Any]) -> InvalidValue:
    first = mistakes.errors(include_url=False)[0]
    top, *rest = (str(part) for part in first["loc"])
    if top == "special_days":
        rest = [sheet[top][int(rest[0])]["key"]]
    shown = {"special_days": "specialDays", "proof_credit": "proofCredit"}.get(top, top)
    reason = _BOUNDS.get(top, Text("取值不正确", "it cannot be used"))
    if first["type"] == "value_error" and top == "proof_credit":
        reason = Text("较强的凭证不能比较弱的得分少", "a stronger proof earns no less than a weaker one")
    return InvalidValue(field=".".join([shown, *rest]), reason=reason)


def _factors(change: Change, pinned: FactorSet, shelf: FactorSet) -> FactorSet:
    """Return the factors after the change: of each key named, the versions of the shelf."""
    for key in change.factors:
        old, new = ([one for one in one_set.factors if one.key == key] for one_set in (pinned, shelf))
        if not new or not old:
            changed = sorted({one.key for one in shelf.factors if one not in pinned.factors})
            none = Text("因子文件没有更新的数值", "the file of factors has no newer values")
            raise InvalidValue(field=f"factors.{key[:60]}", reason=_one_of(changed) if changed else none)
        if {(one.per_unit, one.use) for one in new} != {(one.per_unit, one.use) for one in old}:
            reason = Text(
                "新因子的单位或用途不同，不能替换", "its unit or use is another: it cannot take the old one's place"
            )
            raise InvalidValue(field=f"factors.{key[:60]}", reason=reason)
    kept = [one for one in pinned.factors if one.key not in change.factors]
    return FactorSet.of([*kept, *(one for one in shelf.factors if one.key in change.factors)])

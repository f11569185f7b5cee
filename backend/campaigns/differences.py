"""Tell in both languages what one version of a campaign's rules changes of another."""

from collections.abc import Iterator

from backend.campaigns.queries import Rules
from backend.campaigns.theme_sheet import PROOF_LEVELS, KindRule
from backend.core.text import Text

_PROOFS = {
    "self_declared": Text("自行申报", "self-declared"),
    "photo": Text("照片", "photo"),
    "station": Text("固定点位码", "printed code"),
    "code": Text("现场动态码", "changing code"),
    "confirmed": Text("工作人员确认", "confirmed by staff"),
    "system": Text("系统数据", "system feed"),
}
_UNLIMITED = Text("不限", "no limit")


def between(before: Rules, after: Rules) -> list[Text]:
    """Return one sentence for each number that differs."""
    told = (_kinds, _day, _proofs, _special, _factors)
    return [one for part in told for one in part(before, after)]


def _told(name: Text, before: object, after: object) -> Text:
    old, new = (value if isinstance(value, Text) else Text(str(value), str(value)) for value in (before, after))
    return Text(f"{name.zh}：{old.zh} → {new.zh}", f"{name.en}: {old.en} → {new.en}")


def _kinds(before: Rules, after: Rules) -> Iterator[Text]:
    for rule in before.theme.kinds:
        other = after.theme.kind_rule(rule.kind)
        assert other is not None, "a change of rules keeps the kinds"
        title = Text(*(before.theme.copy_in(locale).kinds[rule.kind].title for locale in ("zh-CN", "en")))
        for name, (old, new) in _numbers(rule, other).items():
            if old != new:
                yield _told(
                    _NUMBER[name](title), _UNLIMITED if old is None else old, _UNLIMITED if new is None else new
                )


_NUMBER = {
    "points": lambda title: Text(f"{title.zh} 每次积分", f"points for {title.en}"),
    "points_per_unit": lambda title: Text(f"{title.zh} 每单位积分", f"points for a unit of {title.en}"),
    "per_day": lambda title: Text(f"{title.zh} 每日次数", f"times a day for {title.en}"),
    "per_campaign": lambda title: Text(f"{title.zh} 活动期间次数", f"times in the campaign for {title.en}"),
}


def _numbers(rule: KindRule, other: KindRule) -> dict[str, tuple[int | None, int | None]]:
    return {name: (getattr(rule, name), getattr(other, name)) for name in _NUMBER}


def _day(before: Rules, after: Rules) -> Iterator[Text]:
    old, new = before.theme.rules.points_per_day, after.theme.rules.points_per_day
    if old != new:
        yield _told(Text("每日积分上限", "most points of a day"), old, new)


def _proofs(before: Rules, after: Rules) -> Iterator[Text]:
    for level in PROOF_LEVELS:
        old, new = before.theme.proof_credit.percent(level), after.theme.proof_credit.percent(level)
        if old != new:
            name = Text(f"凭证“{_PROOFS[level].zh}”得分比例", f"share for the proof '{_PROOFS[level].en}'")
            yield _told(name, f"{old}%", f"{new}%")


def _special(before: Rules, after: Rules) -> Iterator[Text]:
    later = {one.key: one.points_percent for one in after.theme.special_days}
    for one in before.theme.special_days:
        if later[one.key] != one.points_percent:
            name = Text(f"主题日 {one.key} 积分比例", f"share on the special day {one.key}")
            yield _told(name, f"{one.points_percent}%", f"{later[one.key]}%")


def _factors(before: Rules, after: Rules) -> Iterator[Text]:
    keys = {one.key for one in after.factors.factors}
    for key in sorted(keys):
        old, new = ([one for one in rules.factors.factors if one.key == key] for rules in (before, after))
        if old != new:
            values = (", ".join(f"{one.value:f} ({one.valid_from})" for one in ones) or "–" for ones in (old, new))
            name = Text(f"减排因子“{new[-1].name_zh}”", f"the factor '{new[-1].name_en}'")
            yield _told(name, *values)

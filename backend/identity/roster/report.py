"""Show a preview to the operator at the terminal, in Chinese or English."""

from collections.abc import Iterable, Iterator, Sequence

from backend.core.text import Locale, Text
from backend.identity.roster.columns import TITLES
from backend.identity.roster.plan import Added, Changed, Ended, Moved, Position, Preview
from backend.identity.roster.problems import RowProblem

_HEAD = Text("名册预览：{scope}（{source}，{today}）", "Roster preview: {scope} ({source}, {today})")
_DONE = Text("名册已导入：{scope}（{source}，{today}）", "Roster applied: {scope} ({source}, {today})")
_COUNTS = Text(
    "新增 {added}，变更 {changed}，调动 {moved}，离开 {ended}，不变 {unchanged}，问题 {problems}",
    "{added} added, {changed} changed, {moved} moved, {ended} ended, {unchanged} unchanged, {problems} problems",
)
_TITLES = {
    "problems": Text("问题", "Problems"),
    "departments": Text("新建部门", "New departments"),
    "added": Text("新增", "Added"),
    "changed": Text("变更", "Changed"),
    "moved": Text("调动", "Moved"),
    "ended": Text("离开", "Ended"),
}
_MORE = Text("……另有 {count} 项", "… and {count} more")
_LINE = Text("第 {line} 行", "line {line}")
_ABSENT = Text("文件中无此人", "not in the file")
_PROBLEM = Text("{where}，{column}：{reason}", "{where}, {column}: {reason}")
_ADDED = Text("{where}：{name}，{position}，自 {day} 起", "{where}: {name}, {position}, from {day}")
_RETURNS = Text(
    "{where}：{name}，{position}，自 {day} 起（重新加入）", "{where}: {name}, {position}, from {day} (returns)"
)
_CHANGED = Text("{where}：{name}，{position}，{what}", "{where}: {name}, {position}, {what}")
_RENAMED = Text("姓名由“{before}”改为“{after}”", "renamed from '{before}' to '{after}'")
_PHONE = Text("手机号更新", "new phone number")
_MOVED = Text("{where}：{name}，{before} → {after}，自 {day} 起", "{where}: {name}, {before} → {after}, from {day}")
_ENDED = Text("{where}：{name}，{position}，至 {day} 止", "{where}: {name}, {position}, until {day}")
_SHRINKS = Text(
    "注意：{institution}现有 {members} 人，将有 {ended} 人离开，超过两成；确认无误须选择允许大幅减少。",
    "Mind: {ended} of the {members} people of {institution} would leave, more than one in five; this must be allowed.",
)
_WITHHELD = Text(
    "注意：部分行无法辨认人员，因此文件中未出现的人员暂不作离开处理。",
    "Mind: some lines do not show whom they are about, so nobody is ended for being left out of the file.",
)
_NOTHING = Text("名册与文件一致，无需变更。", "The rosters are as the file says: nothing to change.")


def render(preview: Preview, locale: Locale = "zh-CN", most: int = 20, *, applied: bool = False) -> str:
    """Return the preview as lines of text: counts, warnings, then the first `most` entries of each list."""
    return "\n".join(_lines(preview, locale, most, applied=applied))


def _lines(preview: Preview, locale: Locale, most: int, *, applied: bool) -> Iterator[str]:
    yield (_DONE if applied else _HEAD).in_(locale, scope=preview.scope, source=preview.source, today=preview.today)
    names = ("added", "changed", "moved", "ended", "problems")
    yield _COUNTS.in_(locale, unchanged=preview.unchanged, **{name: len(getattr(preview, name)) for name in names})
    for shrinking in preview.shrinking:
        yield _SHRINKS.in_(locale, institution=shrinking.institution, members=shrinking.members, ended=shrinking.ended)
    if preview.absences_withheld:
        yield _WITHHELD.in_(locale)
    if preview.changes_nothing and not preview.problems:
        yield _NOTHING.in_(locale)
    yield from _section(
        "problems", [_problem(item, locale) for item in preview.problems[:most]], preview.problems, locale
    )
    departments = [" / ".join(names) for names in preview.new_departments[:most]]
    yield from _section("departments", departments, preview.new_departments, locale)
    yield from _section("added", [_added(item, locale) for item in preview.added[:most]], preview.added, locale)
    yield from _section("changed", [_changed(item, locale) for item in preview.changed[:most]], preview.changed, locale)
    yield from _section("moved", [_moved(item, locale) for item in preview.moved[:most]], preview.moved, locale)
    yield from _section("ended", [_ended(item, locale) for item in preview.ended[:most]], preview.ended, locale)


def _section(title: str, shown: Iterable[str], whole: Sequence[object], locale: Locale) -> Iterator[str]:
    lines = [f"  {line}" for line in shown]
    if not lines:
        return
    yield ""
    yield f"{_TITLES[title].in_(locale)} ({len(whole)})"
    yield from lines
    if len(whole) > len(lines):
        yield "  " + _MORE.in_(locale, count=len(whole) - len(lines))


def _where(line: int | None, locale: Locale) -> str:
    return _ABSENT.in_(locale) if line is None else _LINE.in_(locale, line=line)


def _place(position: Position) -> str:
    return f"{position.institution} / {position.department} / {position.staff_number}"


def _problem(item: RowProblem, locale: Locale) -> str:
    column = TITLES.get(item.column, item.column) if locale == "zh-CN" else item.column
    return _PROBLEM.in_(locale, where=_where(item.line, locale), column=column, reason=item.reason.in_(locale))


def _added(item: Added, locale: Locale) -> str:
    sentence = _RETURNS if item.returns else _ADDED
    where = _where(item.line, locale)
    return sentence.in_(locale, where=where, name=item.name, position=_place(item.position), day=item.starts_on)


def _changed(item: Changed, locale: Locale) -> str:
    parts = [_RENAMED.in_(locale, before=item.before, after=item.name)] if item.before != item.name else []
    parts += [_PHONE.in_(locale)] if item.phone_changes else []
    what = ("；" if locale == "zh-CN" else "; ").join(parts)
    where = _where(item.line, locale)
    return _CHANGED.in_(locale, where=where, name=item.name, position=_place(item.position), what=what)


def _moved(item: Moved, locale: Locale) -> str:
    where, before, after = _where(item.line, locale), _place(item.before), _place(item.after)
    return _MOVED.in_(locale, where=where, name=item.name, before=before, after=after, day=item.starts_on)


def _ended(item: Ended, locale: Locale) -> str:
    where = _where(item.line, locale)
    return _ENDED.in_(locale, where=where, name=item.name, position=_place(item.position), day=item.last_day)

"""What is said of a campaign's states and changes, to members and to organisers, in both languages."""

import json
from collections.abc import Iterable

from backend.campaigns import tables
from backend.campaigns.tables import CampaignEvent
from backend.core.text import Text

NEW_DAYS = Text("活动时间改为 {starts_on} 至 {ends_on}", "It now lasts from {starts_on} to {ends_on}")
PAUSED = Text(
    "活动暂停，恢复前不接受打卡，暂停期间的行动不计入",
    "It is paused: nothing is taken until it goes on, and what is done meanwhile does not count",
)
RESUMED = Text("活动恢复，可以继续打卡", "It goes on: check-ins are taken again")
CANCELLED_EARLY = Text("活动提前取消，已获得的积分和减排量保留", "It is cancelled early; what was earned stays")
CANCELLED_BEFORE = Text("活动取消，不再举行", "It is cancelled and will not take place")
PLANS_CHANGED = Text("活动安排调整", "the plans have changed")
NO_REASON = Text("未填写", "none was given")

CHANGE, PAUSE = Text("修改", "change it"), Text("暂停", "pause it")
RESUME, CANCEL = Text("恢复", "resume it"), Text("取消", "cancel it")

STATES = {
    tables.SCHEDULED: Text("尚未开始", "has not started"),
    tables.RUNNING: Text("正在进行", "is running"),
    tables.PAUSED: Text("已暂停", "is paused"),
    tables.CANCELLED: Text("已取消", "was cancelled"),
    tables.CLOSED: Text("已截止", "has closed"),
    tables.REVIEWED: Text("已审核完毕", "was reviewed"),
    tables.PROVISIONAL: Text("已公布初步结果", "has a provisional result"),
    tables.SEALED: Text("结果已确定", "is sealed"),
}
_HAPPENED = STATES | {
    "changed": Text("修改", "changed"),
    "extended": Text("延长", "extended"),
    "paused": Text("暂停", "paused"),
    "resumed": Text("恢复", "resumed"),
    "cancelled": Text("取消", "cancelled"),
    "budget": Text("修改预算", "budget changed"),
    "rules": Text("规则调整", "rules changed"),
}
_FIELDS = {
    "starts_on": Text("开始日期", "first day"),
    "ends_on": Text("结束日期", "last day"),
    "review_days": Text("审核天数", "days of review"),
    "objection_days": Text("公示天数", "days for objections"),
    "budget_points": Text("积分预算", "budget of points"),
}


def changes(events: Iterable[CampaignEvent]) -> Text:
    """Say what these lines of a campaign's trail changed, field by field, without saying by whom."""
    said = [_line(event) for event in events]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said))


def _line(event: CampaignEvent) -> Text:
    happened = _HAPPENED.get(event.what, Text(event.what, event.what))
    details = json.loads(event.details or "{}")
    before, after = details.get("before", {}), details.get("after", {})
    moved = [
        Text(*(f"{title} {_shown(before[name])} → {_shown(after[name])}" for title in (field.zh, field.en)))
        for name, field in _FIELDS.items()
        if before.get(name) != after.get(name)
    ]
    if not moved:
        return happened
    listed = ("、".join(one.zh for one in moved), ", ".join(one.en for one in moved))
    return Text(f"{happened.zh}（{listed[0]}）", f"{happened.en} ({listed[1]})")


def _shown(value: object) -> str:
    return "—" if value is None else str(value)

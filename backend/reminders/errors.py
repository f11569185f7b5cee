"""The problems of reminders."""

from backend.core.errors import Problem


class ReminderTimeUnknown(Problem):
    """The time is none of those that are offered."""

    zh = "不能在 {at_time} 提醒，可选的时间：{offered}"
    en = "There is no reminder at {at_time}; the times offered: {offered}"

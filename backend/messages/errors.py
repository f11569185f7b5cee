"""The problems of messages."""

from backend.core.errors import Problem


class ReportReused(Problem):
    """The id of a report was used before, with other content."""

    zh = "这个请求编号已经用于另一次提交，请换一个编号。"
    en = "This request id was already used for another report. Please send a new one."


class SwitchUnknown(Problem):
    """There is no such switch."""

    zh = "没有这个开关：{subject}"
    en = "There is no such switch: {subject}"

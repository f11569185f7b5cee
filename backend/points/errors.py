"""The problems of undoing transfers."""

from backend.core.errors import Problem


class ReversalNotReversible(Problem):
    """A reversal stays: the act can be recorded anew instead."""

    zh = "冲回记录本身不能再冲回，可请本人重新打卡。"
    en = "A reversal cannot be reversed: the act can be recorded again instead."


class ReasonMissing(Problem):
    """A reversal needs a reason that the member can read."""

    zh = "请填写冲回原因（2–200 字）。"
    en = "Give a reason of 2 to 200 characters."

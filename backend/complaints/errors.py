"""Why a complaint is not taken, answered or passed up."""

from backend.core.errors import Problem


class TooManyComplaints(Problem):
    """A member makes a few a day, so that each gets an answer."""

    zh = "每天最多提交 {limit} 条投诉或建议，{next} 起可再提交。"
    en = "At most {limit} complaints or suggestions a day; the next can be made from {next} on (Beijing time)."


class ComplaintAnswered(Problem):
    """It was answered or closed already."""

    zh = "这一条已于 {at} 答复或办结。"
    en = "This was answered or closed at {at}."


class AnswererExcluded(Problem):
    """Somebody else must answer this."""

    zh = "这一条须由其他人答复：{reason}"
    en = "Somebody else must answer this: {reason}"


class CannotForward(Problem):
    """It cannot be passed to the level above, or not yet."""

    zh = "不能转交上一级：{reason}"
    en = "It cannot be passed up: {reason}"

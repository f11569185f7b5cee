"""Why a result is not moved on, frozen or objected to."""

from backend.core.errors import Problem


class StepRefused(Problem):
    """The campaign does not stand where this can be done, or something still waits."""

    zh = "“{campaign}”现在不能{what}：{reason}"
    en = "One cannot {what} of '{campaign}' now: {reason}"


class ObjectionsClosed(Problem):
    """Only a provisional result can be objected to."""

    zh = "“{campaign}”不在结果公示期，不能提出异议。"
    en = "The result of '{campaign}' is not provisional: it cannot be objected to."


class TooManyObjections(Problem):
    """A member has objected to this result as often as one may."""

    zh = "对同一结果最多提出 {limit} 次异议。"
    en = "A member objects to a result {limit} times at most."


class ObjectionAnswered(Problem):
    """Somebody has answered this objection before."""

    zh = "该异议已于 {answered_at} 答复。"
    en = "This objection was answered at {answered_at}."

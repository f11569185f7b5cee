"""Why steps are not taken, or earn nothing."""

from backend.core.errors import Problem


class StepsInvalid(Problem):
    """What WeChat sealed holds no list of steps, or one that cannot be."""

    zh = "微信步数未能读取（{field}）：{reason}"
    en = "The steps from WeChat cannot be read ({field}): {reason}"


class NoStepsCampaign(Problem):
    """No running campaign that the member has joined counts steps on that day."""

    zh = "您参加的活动在 {day} 不计步数。"
    en = "No campaign that you have joined counts steps on {day}."


class TooFewSteps(Problem):
    """Fewer steps than the first unit that counts."""

    zh = "{day} 的步数不足 {limit} 步，暂不计分。"
    en = "Steps count from {limit} on; {day} has fewer so far."


class StepsUndone(Problem):
    """Staff undid this day's bonus; sending the steps again does not bring it back."""

    zh = "{day} 的步数积分已由工作人员冲回，不再自动计入。"
    en = "Staff took back the points for the steps of {day}; sending them again does not bring them back."

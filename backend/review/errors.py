"""Why a review, an answer or an appeal is not taken."""

from backend.core.errors import Problem


class AlreadyReviewed(Problem):
    """Somebody has decided this case, or asked its member, before."""

    zh = "这一项已于 {decided_at} 处理：{decided}"
    en = "This was dealt with at {decided_at}: {decided}"


class AlreadyAsked(Problem):
    """A member is asked for more once; then the case is decided by what there is."""

    zh = "这一项已请本人补充过一次说明，请直接通过或不通过。"
    en = "Its member has been asked once already: approve or refuse it now."


class UndoClosed(Problem):
    """Only who decided may take it back, within an hour, and before anybody has acted on it."""

    zh = "只能撤销本人一小时内、且尚无答复或申诉的处理。"
    en = "You can take back your own decision, within an hour, until it is answered or appealed."


class NoQuestionOpen(Problem):
    """Nobody is waiting for an answer to this."""

    zh = "这一项没有待您答复的问题，或已经处理。"
    en = "No question is open here: it was answered or decided already."


class ReviewClosed(Problem):
    """The campaign's time for review is over: what was not decided by then counts."""

    zh = "“{campaign}”的审核期已结束，未处理的行动按有效计。"
    en = "The review of '{campaign}' is over: what was not decided by then counts."


class AppealNotOpen(Problem):
    """What was not refused, was refused too long ago, or was appealed before, cannot be appealed."""

    zh = "不能申诉：{reason}"
    en = "This cannot be appealed: {reason}"

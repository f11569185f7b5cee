"""The problems of changing rules, adjusting points and objecting."""

from backend.core.errors import Problem


class AmendmentOpen(Problem):
    """Another change of this campaign waits for its second person, or is being carried out."""

    zh = "该活动已有一项规则调整待核准或正在执行，完成后才能再提。"
    en = "Another change of this campaign's rules waits to be agreed to or is being carried out: it comes first."


class ProposalClosed(Problem):
    """The proposal has been decided on, taken back, or has expired."""

    zh = "该提案已{state}，不能再处理。"
    en = "The proposal has been {state} already."


class ResultStands(Problem):
    """A campaign whose result is sealed, or that was cancelled, keeps its rules."""

    zh = "“{campaign}”{state}，规则不能再改。"
    en = "'{campaign}' {state}: its rules stay as they are."


class AnotherPersonNeeded(Problem):
    """Who proposes, or whom it is about, does not agree to it."""

    zh = "需由另一位有权限的人员核准：提案人和当事人不能核准。"
    en = "Another person has to agree: neither who proposed it nor whom it is about."


class FiguresChanged(Problem):
    """The ledger has moved since the figures were shown: look at the new ones first."""

    zh = "账目已变化，请核对新的测算后再核准：{changes}"
    en = "The ledger has moved since: look at the new figures before agreeing. {changes}"


class BudgetExceeded(Problem):
    """The campaign's budget does not suffice for this."""

    zh = "“{campaign}”积分预算不足：还剩 {left} 分，需要 {points} 分。"
    en = "The budget of '{campaign}' does not suffice: {left} points are left, {points} are needed."


class ObjectionClosed(Problem):
    """There is nothing, or nothing more, to object to here."""

    zh = "不能提出异议：{reason}"
    en = "There is nothing to object to: {reason}"

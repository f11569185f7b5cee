"""Why a case is not taken."""

from backend.core.errors import Problem


class ConsentMissing(Problem):
    """A case is told only with its member's express consent."""

    zh = "提供案例须本人明确同意其用于活动报告，请先阅读说明并勾选同意。"
    en = "A case is told only with your express consent: read what it is for and agree first."


class TooManyCases(Problem):
    """The member has offered as many cases as a campaign takes from one person."""

    zh = "每个活动至多提供 {limit} 个案例，可先撤回一个。"
    en = "A campaign takes up to {limit} cases from one person: withdraw one first."


class CaseWithdrawn(Problem):
    """The member has taken the case back."""

    zh = "本人已撤回该案例，不能再选用。"
    en = "Its member has withdrawn this case: it can no longer be chosen."

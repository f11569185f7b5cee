"""The problems of opening, joining and running a campaign."""

from backend.core.errors import Problem


class ThemeUnknown(Problem):
    """No theme pack has this key."""

    zh = "没有名为“{theme}”的主题包，可用的有：{known}"
    en = "There is no theme '{theme}'; there are: {known}"


class CampaignDaysInvalid(Problem):
    """The campaign days do not make a campaign."""

    zh = "活动日期有误：{reason}"
    en = "These campaign days cannot be used: {reason}"


class CampaignNotOpen(Problem):
    """The campaign has not opened yet."""

    zh = "“{campaign}”尚未开始，将于 {opens_at} 开始。"
    en = "'{campaign}' has not opened yet; it opens at {opens_at} (Beijing time)."


class CampaignClosed(Problem):
    """The campaign no longer takes acts."""

    zh = "“{campaign}”已于 {closed_at} 截止。"
    en = "'{campaign}' closed at {closed_at} (Beijing time)."


class CampaignUnderWay(Problem):
    """What has started cannot be taken back by cancelling."""

    zh = "活动已经开始、结束或已取消，不能再取消。"
    en = "The campaign has started, ended or been cancelled already: it cannot be cancelled."

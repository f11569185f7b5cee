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


class CampaignPaused(Problem):
    """The campaign is on hold: it takes no acts until it is resumed."""

    zh = "“{campaign}”已暂停，恢复前不接受打卡；暂停前完成的行动请在恢复后补报。原因：{reason}"
    en = "'{campaign}' is paused and takes nothing until it goes on; report then what was done before. Reason: {reason}"


class DoneDuringPause(Problem):
    """The act was done while the campaign was on hold, and does not count."""

    zh = "“{campaign}”自 {paused_at} 至 {resumed_at} 暂停，期间的行动不计入。"
    en = "'{campaign}' was paused from {paused_at} to {resumed_at} (Beijing time): what was done then does not count."


class CampaignCalledOff(Problem):
    """The campaign was cancelled; what was earned before stays."""

    zh = "“{campaign}”已取消，不再接受打卡，此前获得的积分保留。原因：{reason}"
    en = "'{campaign}' was cancelled and takes nothing more; what was earned before stays. Reason: {reason}"


class CampaignChanged(Problem):
    """Somebody else has changed the campaign since it was read: nothing was done."""

    zh = "“{campaign}”已被他人修改，本次操作未生效，请核对后再提交。修改内容：{changes}"
    en = "Somebody has changed '{campaign}' meanwhile and nothing was done: look again. What changed: {changes}"


class CampaignStateForbids(Problem):
    """A campaign in this state cannot be changed in that way."""

    zh = "“{campaign}”{state}，不能{what}。"
    en = "'{campaign}' {state}: one cannot {what}."


class OnlyExtendable(Problem):
    """A campaign that has started can only be given more days."""

    zh = "“{campaign}”已经开始，只能延长结束日期（现为 {ends_on}），其他内容须通过规则调整办理。"
    en = "'{campaign}' has started: only its last day ({ends_on}) can be moved later; the rest is a change of rules."


class CampaignUnderWay(Problem):
    """What has started cannot be taken back by cancelling."""

    zh = "活动已经开始、结束或已取消，不能再取消。"
    en = "The campaign has started, ended or been cancelled already: it cannot be cancelled."

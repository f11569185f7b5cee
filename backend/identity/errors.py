"""The problems of signing in and of belonging."""

from backend.core.errors import Problem


class BindingCodeInvalid(Problem):
    """The binding code is unknown, used or expired: one answer for all three, so that codes cannot be probed."""

    zh = "绑定码无效、已使用或已过期，请向本单位管理员重新领取。"
    en = "This binding code is unknown, used or expired: ask your organiser for a new one."


class PhoneNotOnRoster(Problem):
    """The verified phone number belongs to no current member."""

    zh = "该手机号不在单位名册中，请使用绑定码或联系本单位管理员。"
    en = "This phone number is on no roster: use a binding code or ask your organiser."


class AlreadyBound(Problem):
    """This WeChat account already speaks for another member."""

    zh = "当前微信账号已绑定其他人员，如需更换请联系本单位管理员。"
    en = "This WeChat account is bound to another person: ask your organiser to change it."


class NotOnRoster(Problem):
    """The caller is not (or no longer) a member of any institution on that day."""

    zh = "您在该日期不在任何单位的名册中，请先完成绑定或联系管理员。"
    en = "You are on no institution's roster on that day: bind your account first or ask your organiser."


class DisplayNameInvalid(Problem):
    """The display name is too long, empty, or has characters that a board cannot show."""

    zh = "昵称不可用：{reason}"
    en = "This display name cannot be used: {reason}"


class DisplayNameRefused(Problem):
    """WeChat's content check holds the display name to be unfit for others to read, or is not sure."""

    zh = "该昵称未通过微信的内容安全检测，请换一个。"
    en = "This display name did not pass WeChat's content check: please choose another."


class TextRefused(Problem):
    """WeChat's content check holds the text to be unfit for others to read, or is not sure."""

    zh = "所填内容未通过微信的内容安全检测，请修改后再提交。"
    en = "This text did not pass WeChat's content check: please change it and send it again."

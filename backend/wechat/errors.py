"""What can go wrong with WeChat: problems for the member, faults for the log and the operator."""

from typing import ClassVar

from backend.core.errors import Problem, Unavailable
from backend.core.text import Text


class SignInCodeInvalid(Problem):
    """The code of `wx.login` is unknown, forged or older than five minutes (40029)."""

    zh = "登录凭证无效或已过期，请重新登录。"
    en = "This sign-in is not valid or has expired. Please sign in again."


class SignInCodeUsed(Problem):
    """The code of `wx.login` was exchanged before (40163), perhaps by a request whose answer was lost."""

    zh = "本次登录凭证已使用过，请重新登录。"
    en = "This sign-in was already used. Please sign in again."


class PhoneCodeInvalid(Problem):
    """The code of the phone button is unknown, expired, used, or another person's (40029, 40163)."""

    zh = "手机号验证已失效，请重新点击“验证手机号”。"
    en = "The phone check is no longer valid. Please tap 'Verify phone number' again."


class WeChatBlocked(Problem):
    """The platform holds this account to be high-risk and refuses it (40226); trying again does not help."""

    zh = "微信判定该账号存在风险，暂时无法登录，请在微信中处理后再试。"
    en = "WeChat has restricted this account, so it cannot sign in. Please resolve this in WeChat first."


class WeChatTooOften(Problem):
    """One person asked too often within a minute (45011)."""

    zh = "操作过于频繁，请一分钟后再试。"
    en = "Too many attempts. Please try again in a minute."


class SessionKeyStale(Problem):
    """The data were encrypted under another session key than ours: `wx.login` again, then send them again."""

    zh = "微信登录状态已更新，请重新登录后再试。"
    en = "Your WeChat session has changed. Please sign in again and retry."


class OpenDataRefused(Problem):
    """The data are malformed, too old, from the future, or belong to another mini-program."""

    zh = "微信数据无法核验或已过期，请返回重新操作。"
    en = "The data from WeChat could not be verified or are too old. Please go back and try again."


class NotOpenedLately(Problem):
    """The platform checks content only of who has opened the mini-program within two hours (61010, 40003, 43104)."""

    zh = "距您上次打开小程序已超过两小时，暂时无法提交，请关闭小程序后重新打开、登录再试。"
    en = "More than two hours have passed since you opened the mini-program: close it, open it, sign in and try again."


class WeChatUnavailable(Unavailable):
    """WeChat is down, slow or busy, also after all retries; nothing was written."""

    text: ClassVar[Text] = Text(
        "微信服务暂时没有响应，请稍后重试。",
        "WeChat does not answer just now. Please try again shortly.",
    )


class WeChatMisconfigured(Exception):
    """WeChat refuses us for a reason that only the operator can mend; its text is for the log."""

    def __init__(self, path: str, code: int, hint: str, rid: str | None) -> None:
        super().__init__(f"{path}: WeChat answered {code} ({hint}), rid {rid}")
        self.path, self.code, self.hint, self.rid = path, code, hint, rid


class WeChatReplyUnexpected(Exception):
    """WeChat reported success but left out what a success must hold; the reply itself is not repeated."""


class PushRefused(Exception):
    """A push is not from WeChat, not for this mini-program, or too old."""


class PushUnreadable(PushRefused):
    """A push that may well be from WeChat is not in a form that we can read."""

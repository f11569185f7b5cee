"""Why a code is not printed."""

from backend.core.errors import Problem


class SiteChanges(Problem):
    """The site's code changes every few seconds: what is printed would be worthless at once."""

    zh = "这个点位使用动态码，只在显示页上更换显示，不能打印；请在现场的平板或电视上打开签发时给出的显示页。"
    en = "This site's code changes and cannot be printed: open the display page, told when it was issued, on a tablet."


class SiteEnded(Problem):
    """The site's code was revoked, or its time is over."""

    zh = "“{place}”的点位码已撤销或已过期，请重新签发后再打印。"
    en = "The code of '{place}' was revoked or has expired: issue a new one and print that."

"""The problems of pairing a screen, and of setting what it shows."""

from backend.core.errors import Problem


class PairingCodeUnknown(Problem):
    """No screen shows this code: it never was one, has run out, or was used. One answer, so that none is probed."""

    zh = "没有屏幕正在显示这个配对码，请核对；配对码 10 分钟后更换，且只能使用一次。"
    en = "No screen shows this code just now: check it. A code changes after 10 minutes and is good once."


class TooManyGuesses(Problem):
    """The member has entered so many wrong codes that the next ones are not looked at."""

    zh = "一小时内输错的配对码过多，请在 {until} 之后再试；在此之前，正确的配对码也不会被接受。"
    en = "Too many wrong codes within an hour: try again after {until} (Beijing time). Until then no code is looked at."


class PlaylistItemInvalid(Problem):
    """One item of a playlist cannot be shown."""

    zh = "播放列表第 {item} 项的“{field}”有误：{reason}"
    en = "Item {item} of the playlist: '{field}' cannot be accepted: {reason}"


class TooManyScreenMessages(Problem):
    """As many messages as an institution's screens may have wait or stand already."""

    zh = "本单位屏幕上待显示和正在显示的留言已有 {limit} 条，请先撤下一条。"
    en = "{limit} messages wait or stand on this institution's screens: withdraw one first."

"""Why a badge cannot be shown."""

from backend.core.errors import Problem


class BadgeNotHeld(Problem):
    """Only a badge that one has earned can be shown to others."""

    zh = "尚未获得这枚徽章，不能展示。"
    en = "This badge has not been earned, so it cannot be shown."

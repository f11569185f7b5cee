"""Why campaigns are not opened."""

from backend.core.errors import Problem


class UnitCannotOpen(Problem):
    """One of the units cannot have the campaign, so none was opened."""

    zh = "“{institution}”不能开设该活动，因此全部未开设：{reason}"
    en = "'{institution}' cannot have this campaign, so none was opened: {reason}"


class NoUnitsBelow(Problem):
    """There is no unit for which a campaign of its own could be opened."""

    zh = "“{institution}”之下没有单位，请先添加单位，或只开设一个覆盖全部的活动。"
    en = "There is no unit below '{institution}': add units first, or open one campaign that covers all."


class TooManyUnits(Problem):
    """More units than one request opens campaigns for."""

    zh = "一次最多为 {limit} 个单位分别开设活动，现有 {count} 个：请按区或系统分次开设，或只开设一个覆盖全部的活动。"
    en = "One request opens campaigns for at most {limit} units, not {count}: go by district, or cover all."

"""Waste sorting (生活垃圾分类): dropping one of the four classes where it belongs.

Points only. In a city that burns its waste, sorting by itself avoids about nothing: a life-cycle study of
Qingdao (Chen et al. 2023, Environmental Science 44(5)) puts sorting with digestion but without recovered
recyclables above mixed incineration. What is recovered is credited by weight: see `recyclables`.
"""

from datetime import datetime
from enum import StrEnum

from backend.checkins.kind import Details, Kind
from backend.core.text import Text


class WasteClass(StrEnum):
    """The four classes in Tianjin's order (天津市生活垃圾管理条例, 2020-12-01)."""

    KITCHEN = "kitchen"
    RECYCLABLE = "recyclable"
    HAZARDOUS = "hazardous"
    RESIDUAL = "residual"


class WasteSortingDetails(Details):
    """Which class was dropped."""

    waste_class: WasteClass


class WasteSorting(Kind[WasteSortingDetails]):
    """Each class counts once a day."""

    key = "waste_sorting"
    title = Text("垃圾分类投放", "Sorted waste")
    carbon_note = Text(
        "只计积分：焚烧为主的城市里，分类本身的减排接近于零，回收物另按重量计算。",
        "Points only: where waste is burnt, sorting by itself avoids about nothing; recyclables count by weight.",
    )

    def slot(self, details: WasteSortingDetails, acted_at: datetime) -> str:
        """Return the class that was dropped."""
        del acted_at
        return details.waste_class


KIND = WasteSorting(WasteSortingDetails)

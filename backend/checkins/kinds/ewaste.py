"""3C devices (废旧3C产品): what became of a device decides its credit; a shredded phone is not a resold one.

A phone that staff confirm was passed on for reuse is credited by the expert figure for resale (at least 25 kg);
other devices and material recovery have no confirmed factor and earn points only. A unit's own asset goes
through scrapping approval and never earns anybody personal points.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import Field

from backend.checkins.kind import WEIGHED_PERCENT, CarbonMethod, Details, Kind, Quantity
from backend.core.text import Text

PHONE_RESALE = "device.cn.phone_resale"


class Category(StrEnum):
    """What was handed over."""

    PHONE = "phone"
    TABLET = "tablet"
    LAPTOP = "laptop"
    DESKTOP = "desktop"
    MONITOR = "monitor"
    PRINTER = "printer"
    ACCESSORY = "accessory"
    BATTERY = "battery"


class Owner(StrEnum):
    """Whose it was."""

    PERSONAL = "personal"
    UNIT = "unit"


class Disposition(StrEnum):
    """What the recycler does with it."""

    REUSE = "reuse"
    PARTS = "parts"
    MATERIAL = "material"
    DESTROYED = "destroyed"
    UNDECIDED = "undecided"


class EwasteDetails(Details):
    """Category, owner, disposition as far as it is known, whether it held data, and which of the day it is.

    Somebody who hands in a second phone on one day says number 2: that is how one device reported twice, in two
    campaigns or again with a code, is told from two devices.
    """

    category: Category
    owner: Owner
    disposition: Disposition = Disposition.UNDECIDED
    data_bearing: bool = False
    number: int = Field(default=1, strict=True, ge=1, le=20)


class Ewaste(Kind[EwasteDetails]):
    """Each device of a category counts once a day."""

    key = "ewaste"
    title = Text("废旧3C产品回收", "Old electronics handed in")
    carbon_note = Text(
        "手机经工作人员确认再利用的，按每台 25 千克估算；其他设备及拆解、销毁尚无可靠单件因子，只计积分。",
        "25 kg for a phone that staff confirm is reused; points only for the rest, which has no honest factor.",
    )
    factor_keys = (PHONE_RESALE,)

    def slot(self, details: EwasteDetails, acted_at: datetime) -> str:
        """Return whose it was, its category, and which of the day's devices it is."""
        del acted_at
        return f"{details.owner}-{details.category}-{details.number}"

    def carbon(self, details: EwasteDetails) -> CarbonMethod | None:
        """Count a reused phone, once staff have confirmed it; nothing else."""
        if details.category is not Category.PHONE or details.disposition is not Disposition.REUSE:
            return None
        return CarbonMethod(PHONE_RESALE, Quantity(Decimal(1), "unit"), WEIGHED_PERCENT)

    def personal(self, details: EwasteDetails) -> bool:
        """Tell a personal device from a unit's asset, which earns nobody points."""
        return details.owner is Owner.PERSONAL


KIND = Ewaste(EwasteDetails)

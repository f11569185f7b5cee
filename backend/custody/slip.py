"""The slip that goes with devices from hand to hand: what it says. `slip_layout` draws it.

It names no person and no serial number: an owner is a person or the unit, a device is its trace code. The check mark
of a row is the beginning of the hash of the device's last step, so that paper holds what the chain was on that day.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text

TITLE = Text("废旧3C电子产品交接单", "Hand-over slip for used electronics")
SCAN = Text("扫码得本页封签号", "This page's trace codes")
FACTS = (
    Text("交出单位", "From"),
    Text("活动", "Campaign"),
    Text("件数", "Devices"),
    Text("打印时间", "Printed"),
)
COLUMNS = (
    Text("序号", "No."),
    Text("封签号", "Trace code"),
    Text("类别", "Category"),
    Text("归属", "Whose"),
    Text("含数据", "Data"),
    Text("重量", "Weight"),
    Text("数据清除", "Erased"),
    Text("校验码", "Check"),
)
PIECES = Text("{pieces} 件", "{pieces}")
YES, NO = Text("是", "yes"), Text("否", "no")
NOT_SEALED = Text("未封装", "not sealed")
APART = Text("{category}（单独存放）", "{category} (apart)")
NOT_YET = Text("待清除", "not yet")
PAGE = Text("第 {page} 页，共 {pages} 页", "Page {page} of {pages}")
SIGNATURES = (
    Text("交出人（签字）", "Handed over by"),
    Text("接收人（签字）", "Taken over by"),
    Text("数据清除见证人（签字）", "Witness of the erasure"),
)
DAY = Text("日期", "Date")
NOTICES_TITLE = Text("须知", "Please note")
NOTICES = (
    Text(
        "交出前请备份数据，退出账号，取出电话卡和存储卡。",
        "Before handing over: back up, sign out of accounts, take out SIM and memory cards.",
    ),
    Text(
        "存有数据的设备先清除数据，有他人见证，再登记去向；打孔、消磁或破碎的不再整机利用。",
        "What holds data is erased before a witness before anything becomes of it; what is punched, degaussed or "
        "shredded is not used again as a whole.",
    ),
    Text(
        "涉及国家秘密的设备不得交入，按保密规定处理。",
        "Devices that hold state secrets are not handed in: they follow the rules of secrecy.",
    ),
    Text("锂电池、充电宝单独存放、单独运输。", "Lithium batteries and power banks are kept and carried apart."),
    Text(
        "单位资产须有处置批准文号，不计任何个人的积分。本单不印姓名和序列号；凭封签号可查去向和回收证明。",
        "Units' assets need their approval number and earn nobody points. No name and no serial number is printed "
        "here; the trace code leads to where a device went and to its certificate.",
    ),
)


@dataclass(frozen=True)
class Row:
    """One device, as it is told in the slip's language."""

    seal_code: str | None
    category: str
    owner: str
    data: str
    weight: str
    erasure: str
    check: str


@dataclass(frozen=True)
class Slip:
    """What a slip says, in the language that it is printed in."""

    locale: Locale
    institution: str
    campaign: str
    printed_at: datetime
    rows: tuple[Row, ...]

    @property
    def facts(self) -> list[tuple[str, str]]:
        """The head of every page, with its titles."""
        printed = self.printed_at.astimezone(clock.zone(SHOWN_ZONE))
        pieces = PIECES.in_(self.locale, pieces=len(self.rows))
        told = (self.institution, self.campaign, pieces, f"{printed:%Y-%m-%d %H:%M}")
        return [(title.in_(self.locale), text) for title, text in zip(FACTS, told, strict=True)]


def draw(slip: Slip) -> bytes:
    """Return the slip as PDF; for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.custody import slip_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return slip_layout.drawn(slip)

"""The words of custody: stages, conditions, ways of erasing, and what each is called in both languages."""

from enum import StrEnum

from backend.checkins.kinds.ewaste import Category, Disposition, Owner
from backend.core.text import Text


class Stage(StrEnum):
    """How far a device has come."""

    BOOKED = "booked"
    HANDED_OVER = "handed_over"
    SEALED = "sealed"
    WEIGHED = "weighed"
    ERASED = "erased"
    DISPOSED = "disposed"
    CERTIFIED = "certified"
    CANCELLED = "cancelled"


CORRECTED = "corrected"  # a step that changes what became of a device, and not how far it has come


class Condition(StrEnum):
    """What state a device is in, as far as anybody can say."""

    WORKING = "working"
    REPAIRABLE = "repairable"
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Method(StrEnum):
    """How data was made unreadable.

    Overwriting and block erasure (数据覆写、块擦除) leave a device that works, as the mandatory standard on erasing
    data from electronics (信息清除技术要求, issued 2025-12-02) asks before it is sold. The others end its medium.
    """

    OVERWRITE = "overwrite"
    BLOCK_ERASE = "block_erase"
    DEGAUSS = "degauss"
    PUNCH = "punch"
    SHRED = "shred"


# What may become of a device whose medium was ended in that way; any of the four where it was not.
AFTER_DESTRUCTION: dict[str, tuple[str, ...]] = {
    Method.DEGAUSS: (Disposition.PARTS, Disposition.MATERIAL, Disposition.DESTROYED),
    Method.PUNCH: (Disposition.PARTS, Disposition.MATERIAL, Disposition.DESTROYED),
    Method.SHRED: (Disposition.MATERIAL, Disposition.DESTROYED),
}
# Who books one of these seldom knows that it holds data; whoever takes it over may say that it does not.
HOLDS_DATA = (Category.PHONE, Category.TABLET, Category.LAPTOP, Category.DESKTOP)

STAGES: dict[str, Text] = {
    Stage.BOOKED: Text("已预约", "booked"),
    Stage.HANDED_OVER: Text("已交接", "handed over"),
    Stage.SEALED: Text("已封装", "sealed"),
    Stage.WEIGHED: Text("已称重清点", "weighed or counted"),
    Stage.ERASED: Text("已清除数据", "data erased"),
    Stage.DISPOSED: Text("已处置", "disposed of"),
    Stage.CERTIFIED: Text("已出具回收证明", "certified"),
    Stage.CANCELLED: Text("已取消", "cancelled"),
    CORRECTED: Text("去向已更正", "disposition corrected"),
}
CATEGORIES: dict[str, Text] = {
    Category.PHONE: Text("手机", "phone"),
    Category.TABLET: Text("平板电脑", "tablet"),
    Category.LAPTOP: Text("笔记本电脑", "laptop"),
    Category.DESKTOP: Text("台式电脑", "desktop computer"),
    Category.MONITOR: Text("显示器", "monitor"),
    Category.PRINTER: Text("打印机", "printer"),
    Category.ACCESSORY: Text("配件", "accessory"),
    Category.BATTERY: Text("锂电池、充电宝", "lithium battery or power bank"),
}
OWNERS: dict[str, Text] = {Owner.PERSONAL: Text("个人", "personal"), Owner.UNIT: Text("单位资产", "unit's asset")}
CONDITIONS: dict[str, Text] = {
    Condition.WORKING: Text("可用", "working"),
    Condition.REPAIRABLE: Text("可维修", "repairable"),
    Condition.BROKEN: Text("已损坏", "broken"),
    Condition.UNKNOWN: Text("不清楚", "unknown"),
}
METHODS: dict[str, Text] = {
    Method.OVERWRITE: Text("数据覆写", "overwritten"),
    Method.BLOCK_ERASE: Text("块擦除", "block-erased"),
    Method.DEGAUSS: Text("消磁", "degaussed"),
    Method.PUNCH: Text("打孔", "punched"),
    Method.SHRED: Text("破碎", "shredded"),
}
DISPOSITIONS: dict[str, Text] = {
    Disposition.REUSE: Text("再利用", "reused"),
    Disposition.PARTS: Text("拆解取件", "taken apart for parts"),
    Disposition.MATERIAL: Text("材料回收", "recycled as material"),
    Disposition.DESTROYED: Text("销毁", "destroyed"),
    Disposition.UNDECIDED: Text("未定", "undecided"),
}

"""Why a device does not take a step."""

from backend.core.errors import Problem


class DeviceInCustody(Problem):
    """A device with this serial number is registered already, by whomever."""

    zh = "该序列号的设备已经登记，同一设备不能重复登记。"
    en = "A device with this serial number is registered already: a device is registered once."


class TooManyBookings(Problem):
    """The member has as many bookings waiting as one may have."""

    zh = "待交付的预约已达 {limit} 件，请先交付或取消一部分。"
    en = "{limit} bookings are waiting already: hand some over or cancel them first."


class HandOverCodeInvalid(Problem):
    """The code was never shown, or belongs to a device of another institution: one answer for both."""

    zh = "交接码无效，请核对对方出示的交接码。"
    en = "This hand-over code is unknown: check what the other side shows."


class StepOutOfOrder(Problem):
    """The device is not where this step begins."""

    zh = "这件设备当前为“{stage}”，不能登记为“{step}”。"
    en = "This device is '{stage}' now: it cannot become '{step}'."


class NotOwnDevice(Problem):
    """Nobody handles their own device, and whoever registered one does not take it over."""

    zh = "不能经手本人的设备，也不能接收本人登记的设备，请由他人办理。"
    en = "Nobody handles their own device or takes over what they registered: ask somebody else."


class BatteryNotSeparate(Problem):
    """Lithium batteries travel in a box of their own."""

    zh = "锂电池、充电宝须单独存放，请放入专用箱并注明单独存放。"
    en = "Lithium batteries and power banks travel apart: put this one into a box of its own and say so."


class SealCodeUsed(Problem):
    """Another device bears this trace code."""

    zh = "封签号 {code} 已用于另一件设备，请换一个封签。"
    en = "The trace code {code} is on another device: use another seal."


class WitnessInvalid(Problem):
    """The witness is nobody on that roster, holds no role over the device's institution, or is the eraser."""

    zh = "见证人须为另一位在该单位负有职责的在册人员，请核对工号。"
    en = "The witness is another person on that roster who holds a role there: check the staff number."


class ErasureMissing(Problem):
    """A device that holds data is erased first."""

    zh = "这件设备存有数据，须先清除数据并有人见证，再登记去向；销毁的，清除方式登记为破碎。"
    en = "This device holds data: erase it before a witness first (a destroyed one is erased by shredding)."


class DispositionImpossible(Problem):
    """What was erased in that way cannot become that."""

    zh = "数据清除方式为“{method}”的设备不能登记为“{disposition}”。"
    en = "A device that was {method} cannot be {disposition}."


class SecondPersonNeeded(Problem):
    """A disposition is corrected by somebody else than who recorded it."""

    zh = "去向须由登记人以外的另一人更正。"
    en = "A disposition is corrected by somebody else than who recorded it."


class DispositionCorrected(Problem):
    """A disposition is corrected once."""

    zh = "这件设备的去向已更正过一次，不能再次更正。"
    en = "What became of this device has been corrected once: it cannot be corrected again."


class NothingToWeigh(Problem):
    """The act is none of a kind that a scale tells."""

    zh = "只有可回收物交投可以称重确认。"
    en = "Only recyclables are confirmed by their weight."

"""Why something is not spent, not handed over or not changed."""

from backend.core.errors import Problem


class PointsShort(Problem):
    """The member does not hold what it costs."""

    zh = "需要 {points} 积分，您可用的积分为 {held}。"
    en = "It costs {points} points; you can spend {held}."


class PriceChanged(Problem):
    """The price is no longer the one that the member saw."""

    zh = "价格已调整为 {points} 积分，请确认后重新兑换。"
    en = "The price is {points} points now: look again before you redeem."


class RewardSoldOut(Problem):
    """Nothing is left of it."""

    zh = "“{reward}”已兑完。"
    en = "Nothing is left of '{reward}'."


class RewardNotOffered(Problem):
    """It cannot be redeemed yet, or no longer."""

    zh = "“{reward}”现在不可兑换（{when}）。"
    en = "'{reward}' cannot be redeemed now ({when})."


class RewardLimitReached(Problem):
    """The member has as many of it as one member may have."""

    zh = "“{reward}”每人限兑 {limit} 件，您已兑换。"
    en = "One member may have {limit} of '{reward}', which you have."


class RedemptionEnded(Problem):
    """It was handed over or cancelled before."""

    zh = "该兑换{how}，不能再更改。"
    en = "This redemption {how}: it stands."


class CancelClosed(Problem):
    """The time in which members cancel by themselves is over."""

    zh = "自助取消已于 {until} 截止，请联系本单位管理员。"
    en = "You could cancel it yourself until {until}: ask your organiser."


class PickUpCodeUnknown(Problem):
    """No redemption that waits to be handed over has this code, or it is another unit's: one answer."""

    zh = "没有待领取的兑换使用这个领取码，请核对。"
    en = "Nothing that waits to be handed over has this code: check it."


class EditionPassed(Problem):
    """Somebody else has changed it since it was read."""

    zh = "该内容已被他人修改，请刷新后重新编辑。"
    en = "Somebody else has changed it meanwhile: read it again before you change it."


class RewardRetired(Problem):
    """It was taken out of the catalogue, for good."""

    zh = "“{reward}”已下架，不能再更改；如需继续提供，请新增奖品。"
    en = "'{reward}' was taken out and stays as it is: to offer it again, add a new reward."


class CodesRepeated(Problem):
    """Codes of the upload are there already, or stand in it twice."""

    zh = "有 {count} 个兑换码重复（首个在第 {line} 行），未导入任何兑换码。"
    en = "{count} codes are there twice (the first on line {line}); none was taken."


class CarbonShort(Problem):
    """The member does not hold so much avoided carbon."""

    zh = "您可捐赠的估算减排量为 {held}，不足 {asked}。"
    en = "You hold an estimated {held} to give, less than {asked}."


class EventNeedsLess(Problem):
    """The event needs less than that."""

    zh = "该活动还需 {left}，请减少捐赠量。"
    en = "The event needs {left} more: give less."


class EventOver(Problem):
    """The event is filled or cancelled."""

    zh = "“{event}”{how}，不再接受捐赠。"
    en = "'{event}' {how}: it takes no more."

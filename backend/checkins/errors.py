"""Why an act, or a whole request, is not accepted."""

from backend.core.errors import Problem


class NotJoined(Problem):
    """The member has not joined this campaign."""

    zh = "您尚未参加“{campaign}”，请先点击参加。"
    en = "You have not joined '{campaign}': join it first."


class KindNotInCampaign(Problem):
    """The campaign's theme does not have this kind of check-in."""

    zh = "“{campaign}”没有“{kind}”这类打卡，可打卡：{known}。"
    en = "'{campaign}' has no check-in of kind '{kind}'; it has: {known}."


class OutsideCampaignDays(Problem):
    """The act lies on a day that does not belong to the campaign."""

    zh = "{day} 不在“{campaign}”的活动日期（{starts_on} 至 {ends_on}）内。"
    en = "{day} is not a day of '{campaign}' ({starts_on} to {ends_on})."


class ActInFuture(Problem):
    """The claimed time has not come yet."""

    zh = "打卡时间 {acted_at} 晚于当前时间，请检查手机时间。"
    en = "The time of the act, {acted_at}, has not come yet: check the phone's clock."


class TooLate(Problem):
    """The grace window of that campaign day is over."""

    zh = "{day} 的补报已于 {until} 截止。"
    en = "Late reports for {day} ended at {until} (Beijing time)."


class DetailInvalid(Problem):
    """One detail of the act cannot be accepted."""

    zh = "“{field}”填写有误：{reason}"
    en = "'{field}' cannot be accepted: {reason}"


class OutsideWindow(Problem):
    """This kind is open only at certain hours."""

    zh = "现在不在打卡时段内（{windows}），下次开放：{opens_at}。"
    en = "This is open only at {windows}; it opens next at {opens_at} (Beijing time)."


class CapReached(Problem):
    """The limit of this kind for the day or the campaign is reached."""

    zh = "“{kind}”已达上限（{limit} 次），{next}"
    en = "The limit of {limit} for '{kind}' is reached; {next}"


class AlreadyCheckedIn(Problem):
    """This act has been counted, in this campaign or in another."""

    zh = "这次行动已于 {recorded_at} 在“{campaign}”中记录，同一行动只计一次。"
    en = "This act was recorded at {recorded_at} in '{campaign}'; an act counts once."


class OnlyFromFeed(Problem):
    """Somebody declared an act of a kind that only a system's feed reports."""

    zh = "“{kind}”由系统数据自动计入，不能自行申报。"
    en = "'{kind}' comes from a system's data alone: it cannot be declared."


class OtherActCounts(Problem):
    """An act that excludes this one counts for the same day."""

    zh = "{day} 已记{other}，{kind}与它同日只计一项，不再计分。"
    en = "'{other}' counts on {day}: '{kind}' earns nothing on the same day."


class CodeNotValid(Problem):
    """The code is unknown, expired, or made for something else: one answer for all."""

    zh = "该码无效、已过期或不适用于此项打卡；也可不扫码，以自行申报方式打卡。"
    en = "This code is unknown, expired or made for something else; you can also declare the act without a code."


class CodeExpired(Problem):
    """A changing code that was genuine and has passed: it was scanned too long ago, or sent on."""

    zh = "这个动态码已过期，请在现场重新扫码；也可不扫码，以自行申报方式打卡。"
    en = "This changing code has passed: scan it again on site, or declare the act without a code."


class PhoneClockWrong(Problem):
    """A changing code came in time, but the phone says that it was scanned at another time."""

    zh = "手机时间与实际时间相差较大，请校准后在现场重新扫码；也可不扫码，以自行申报方式打卡。"
    en = "The phone's clock is wrong: set it and scan the code again on site, or declare the act without a code."


class NotOwnAct(Problem):
    """Nobody confirms or reverses their own act."""

    zh = "不能确认或冲回自己的打卡，请由其他管理员处理。"
    en = "Nobody decides on their own act: ask another organiser."


class NotCounted(Problem):
    """The act no longer counts, so it cannot be confirmed or reversed."""

    zh = "该打卡已被冲回或已由更强的凭证取代。"
    en = "This act was reversed or replaced by a stronger proof."


class ProofNotStronger(Problem):
    """The act is known by at least this proof already."""

    zh = "该打卡已有同等或更强的凭证。"
    en = "This act has an equal or stronger proof already."


class PhotoUnknown(Problem):
    """The upload does not exist, is not the member's, is not complete, or is gone: one answer for all."""

    zh = "没有找到这张照片或上传未完成，请重新上传；也可不附照片，以自行申报方式打卡。"
    en = "There is no such photo, or its upload is not complete: upload it again, or declare the act without one."


class PhotoRefused(Problem):
    """The content check refused the photo."""

    zh = "这张照片未通过内容审核，请换一张；也可不附照片，以自行申报方式打卡。"
    en = "This photo did not pass the content check: take another, or declare the act without one."


class PhotoUsed(Problem):
    """The upload proves another act already."""

    zh = "这张照片已用于另一次打卡，请为这次行动另拍一张，或不附照片打卡。"
    en = "This photo proves another act already: take a new one for this act, or declare it without one."


class PhotoCopied(Problem):
    """The picture shows what a photo of an earlier act shows, whoever took it."""

    zh = "这张照片与以前打卡用过的照片相同，请现场另拍一张，或不附照片打卡。"
    en = "This picture was used for an earlier act: take a new one on the spot, or declare the act without one."

"""The words of reports, in both languages."""

from backend.campaigns.tables import (
    CANCELLED,
    CLOSED,
    PAUSED,
    PROVISIONAL,
    REVIEWED,
    RUNNING,
    SCHEDULED,
)
from backend.core.text import Text

REPORT = Text("活动总结报告", "Campaign report")
FEW = Text("少于 {threshold}", "fewer than {threshold}")
TOO_FEW = Text(
    "参加人数少于 {threshold} 人，或列出后可推算出其他单位的数字，因此不列数字。",
    "Fewer than {threshold} people took part, or the figures would give away those of others: none are told.",
)
ESTIMATE = Text(
    "减排量为按公开方法和因子估算的数值（estimated），不是经认证的减排量，不能用于交易或抵销。",
    "Avoided carbon is estimated by published methods and factors. It is no certified reduction and cannot be traded.",
)

STANDING = {
    SCHEDULED: Text("活动尚未开始", "The campaign has not begun"),
    RUNNING: Text("实时数据，活动进行中，数字会变化", "Live: the campaign is running and figures will change"),
    PAUSED: Text("实时数据，活动暂停中，数字会变化", "Live: the campaign is paused and figures will change"),
    CANCELLED: Text("活动已取消", "The campaign was cancelled"),
    CLOSED: Text("临时数据，已截止打卡，审核中", "Provisional: acts are closed, review goes on"),
    REVIEWED: Text("临时数据，审核已结束，尚未公示", "Provisional: review is over, the result is not out yet"),
    PROVISIONAL: Text(
        "临时数据，结果公示中，尚未封存", "Provisional: the result is out for objections, not yet sealed"
    ),
}
SEALED = Text("结果已于 {at} 封存，封存摘要 {digest}", "Sealed on {at} under the digest {digest}")

SUMMARY = Text("概况", "Summary")
DAYS = Text("每日参与", "By day")
GROUPS = {True: Text("部门参与", "By department"), False: Text("单位参与", "By institution")}
KINDS = Text("打卡种类", "By kind")
METHODS = Text("减排方法", "Carbon by method")
PROOFS = Text("凭证质量", "Proof")
REVIEW = Text("审核情况", "Review")
COMPARISON = Text("与上年比较", "Beside last year")
CORRECTIONS = Text("封存后更正", "Corrected since")
RULES = Text("规则与封存", "Rules and seal")
COMPLIANCE = Text("合规说明", "Compliance")
CASES = Text("典型案例", "Cases")
PARTICIPATION = Text("参与情况", "Participation")

ITEM, VALUE = Text("项目", "Item"), Text("数值", "Value")
CAMPAIGN, UNIT = Text("活动", "Campaign"), Text("单位", "For")
PERIOD, MADE = Text("活动日期", "Days"), Text("生成时间", "Made")
STATUS = Text("数据状态", "Standing")
DAY, GROUP = Text("日期", "Day"), {True: Text("部门", "Department"), False: Text("单位", "Institution")}
KIND, PROOF = Text("种类", "Kind"), Text("凭证", "Proof")
PARTICIPANTS, ACTS = Text("参加人数", "Participants"), Text("打卡次数", "Acts")
POINTS, CARBON = Text("积分", "Points"), Text("估算减排量（千克）", "Estimated carbon (kg)")
SHARE = Text("占比", "Share")
BY_HAND = Text("其中人工调整积分", "Of these, points by hand")
BUDGET, USED = Text("积分预算", "Budget of points"), Text("预算已用", "Budget used")
HIDDEN = Text(
    "另有 {hidden} 个不足 {threshold} 人或参与不足 {threshold} 人的{group}，以及为防止推算而一并不列的，数字计入合计。",
    "{hidden} more are not listed: fewer than {threshold} people or participants, or they would give others away. "
    "Their figures are in the sums.",
)
DAY_FEW = Text(
    "某日参加少于 {threshold} 人的，不列人数。", "Days with fewer than {threshold} participants do not tell how many."
)

METHOD, FACTOR = Text("方法", "Method"), Text("因子", "Factor")
FACTOR_VALUE, FACTOR_UNIT = Text("数值", "Value"), Text("单位", "Unit")
SOURCE, CONFIDENCE = Text("来源", "Source"), Text("可信度", "Confidence")
AWARDS = Text("计入笔数", "Entries")
OFFSETS = Text("规则变更重算的差额", "Restated by changed rules")
CONFIDENCES = {
    "verified": Text("有可靠来源", "verified"),
    "derived": Text("由可靠数值算出", "derived"),
    "second-hand": Text("二手转载", "second-hand"),
}
UNCOUNTED = Text(
    "没有可靠因子的打卡只计积分，不计减排量。", "Acts without an honest factor earn points and avoid no counted carbon."
)

VALID = Text("估算有效率", "Estimated valid share")
POPULATION, DECIDED = Text("可抽查的打卡", "Acts that could be drawn"), Text("已审核", "Decided")
KNOWN = Text("已由人员确认或系统采集", "Confirmed by staff or fed by a system")
REFUSED, APPEALED, UPHELD = Text("未通过", "Refused"), Text("申诉", "Appealed"), Text("申诉成立", "Upheld")
MEASURED = Text(
    "系统不记录填报用时或点击次数，本报告不对填报负担作判断。",
    "The system measures neither seconds nor taps, so this report says nothing of how much of a burden it was.",
)

THIS_YEAR, LAST_YEAR, CHANGE = Text("本次", "This year"), Text("上年", "Last year"), Text("变化", "Change")
WORKDAYS = Text("工作日（天）", "Workdays")
ACTS_RATE = Text("打卡（次/人·工作日）", "Acts a head and workday")
CARBON_RATE = Text("估算减排量（克/人·工作日）", "Estimated carbon (g a head and workday)")
RULES_DIFFER = Text(
    "两年的积分规则不同，积分不宜直接比较。", "The rules of the two years differ: do not compare points directly."
)
FACTORS_DIFFER = Text(
    "两年使用的排放因子不同，减排量的变化部分来自方法。",
    "The factors of the two years differ: part of the change in carbon is the method's.",
)
STILL_LIVE = Text("本次活动尚未结束，按已过天数计算。", "This campaign is not over: its days so far are counted.")
UNPUBLISHED = Text(
    "相关年份的放假安排未收录，工作日按星期推算。",
    "The holidays of a year are not known: workdays are guessed by weekday.",
)
PER_HEAD = Text(
    "人均按活动覆盖单位的人数（在册或上报）计算，包括未参加者，不用于考核。",
    "Heads are all people of the institutions covered, by roster or count, and no measure of anybody.",
)

TRANSFERS = Text("更正笔数", "Entries since")
NET_POINTS, NET_CARBON = (
    Text("积分净变动", "Points, net"),
    Text("估算减排量净变动（千克）", "Estimated carbon, net (kg)"),
)
SINCE = Text(
    "封存结果不变；封存之后的更正单独列出，不并入其他各表。",
    "The sealed result stands; what was corrected since is told here and nowhere else.",
)

VERSION, FROM = Text("规则版本", "Version"), Text("生效日", "From")
RULE_REASON, AS_OPENED = Text("缘由", "Why"), Text("随活动发布", "as opened")
RESTATES = Text("{reason}（此前的打卡一并重算）", "{reason} (restates what was recorded before)")
RULES_HASH, FACTORS_HASH = (
    Text("主题包摘要（SHA-256）", "Theme (SHA-256)"),
    Text("因子摘要（SHA-256）", "Factors (SHA-256)"),
)
RECOMPUTE = Text(
    "封存摘要可由任何人用 verify 命令重新计算核对。", "Anybody can recompute the digest with the `verify` command."
)

INVARIANT, HELD, PROVED = Text("要求", "Invariant"), Text("系统如何保证", "How it is held"), Text("数据", "Figures")
PAGE = Text("第 {page} 页", "Page {page}")

ACTS_BY_DAY = Text("每日打卡次数", "Acts by day")
CARBON_SO_FAR = Text("累计估算减排量", "Estimated carbon so far")
KILOGRAMS = Text("千克", "kg")
EVIDENCE = Text("凭证质量", "Quality of evidence")
CONSENTED = Text(
    "以下案例由本人自愿提供，同意用于本报告并选定署名方式，可随时撤回。",
    "These cases were offered by their members, who agreed to this report and chose their name; they may withdraw.",
)
BY = Text("{name}，{institution}", "{name}, {institution}")

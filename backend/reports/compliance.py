"""The compliance statement of a campaign: each rule of voluntary use, how it is held, the figures that show it.

Source: 国办函〔2026〕12号《政务移动互联网应用程序规范化管理办法》, which forbids compulsory check-ins, rankings and
counts of use, and asks for a channel of complaints.
"""

from collections.abc import Iterator

from backend.checkins.proof import Proof
from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.reports import words
from backend.reports.content import Column, Section, share, shown
from backend.reports.figures import Figures

BASIS = Text(
    "依据国办函〔2026〕12号《政务移动互联网应用程序规范化管理办法》，本活动自愿参加，不作为日常考核的载体。"
    "以下逐项说明系统如何保证，并列出本活动的数据。",
    "By the State Council's rules for government apps (国办函〔2026〕12号) this campaign is voluntary and no means of "
    "assessment. Below is how the system holds each rule, with this campaign's figures.",
)
_JOINING = (
    Text("自愿参加，可随时退出", "Joining is the member's own act and can be undone"),
    Text(
        "只能由本人加入；没有任何接口代他人加入或打卡。退出后在各处不再显示，也不计入任何单位的合计。",
        "Only the member joins; nothing lets anybody join or record for another. Who leaves is shown nowhere and is in "
        "no total.",
    ),
    Text("加入 {joined} 人，退出 {left} 人", "{joined} joined, {left} left"),
)
_NO_LISTS = (
    Text("不列未参加者，不公布排名末位", "No list of who does not take part, nor of the bottom of a ranking"),
    Text(
        "个人榜只列前列且不超过上半部分；没有查询、导出或屏幕列出未参加者。",
        "Boards of persons never list the lower half; no query, export or screen lists who does not take part.",
    ),
    Text("个人榜至多 {top} 名；本报告不含个人榜", "At most {top} on a board of persons; this report has none"),
)
_NAMES = (
    Text("公开显示的名字由本人选定", "Names in public are the member's choice"),
    Text(
        "未选定显示名的一律遮盖；典型案例须本人同意并选择署名方式，可随时撤回。",
        "Who chose none is masked; cases need their member's consent and choice of name, and can be withdrawn.",
    ),
    Text(
        "本人同意提供的案例 {offered} 件，撤回 {withdrawn} 件",
        "{offered} cases offered with consent, {withdrawn} withdrawn",
    ),
)
_THRESHOLD = (
    Text("小群体不列数字", "No figure of a small named group"),
    Text(
        "人数或参加人数少于 {threshold} 的单位、部门不单列；能由合计减出的，再隐去最小的一个。",
        "Groups with fewer than {threshold} people or participants are not listed; where subtraction would tell, the "
        "smallest of the others is hidden too.",
    ),
    Text("列出 {listed} 个，未单列 {hidden} 个", "{listed} listed, {hidden} not listed"),
)
_PROOFS = (
    Text("不强制要求照片、定位、步数", "Photos, positions and steps are never required"),
    Text(
        "凡由本人填报的打卡都可自行申报；更强的凭证只提高积分。照片中的位置和时间判断后即删除。",
        "Whatever a member reports may be self-declared; stronger proof only earns more. Position and time inside "
        "photos are judged and dropped.",
    ),
    Text(
        "自行申报 {declared} 次（{share}），附照片的 {photo} 次",
        "{declared} acts self-declared ({share}), {photo} proved by photo",
    ),
)
_COMPLAINTS = (
    Text("设有投诉建议渠道", "There is a channel for complaints and suggestions"),
    Text("成员可在小程序提交，由管理端答复。", "Members write in the mini-program; staff answer in the console."),
    Text("收到 {complaints} 件，已答复 {answered} 件", "{complaints} received, {answered} answered"),
)
_RETENTION = (
    Text("照片到期删除", "Photos are deleted in time"),
    Text(
        "活动截止后 14 天删除打卡照片（申诉期间至多再留 14 天）；每日核对存储并留存记录。",
        "Photos of acts go 14 days after closing (an open appeal may hold one for 14 more); a daily look at the store "
        "is kept as proof.",
    ),
    Text(
        "{day} 核对：在存 {standing} 张，已删除 {deleted} 张，逾期未删 {overdue} 张（全系统）",
        "Looked at on {day}: {standing} kept, {deleted} deleted, {overdue} overdue (whole system)",
    ),
)
_NOT_LOOKED = Text("尚无核对记录", "Not looked at yet")
_NO_MARKS = (
    Text("不作为考核依据", "No measure of anybody"),
    Text(
        "工作簿、开放数据和报告只有单位、部门和活动的合计，没有任何个人数值。",
        "Workbook, open data and pages hold sums of institutions, departments and the campaign; nothing per person.",
    ),
    Text(
        "本报告最小的统计群体为 {least} 人",
        "The smallest group that this report tells of has {least} participants",
    ),
)


def section(figures: Figures, locale: Locale) -> Section:
    """Return the statement: invariant, how it is held, figures."""
    titles = (words.INVARIANT, words.HELD, words.PROVED)
    columns = tuple(Column(title.in_(locale), width) for title, width in zip(titles, (16, 40, 26), strict=True))
    rows = tuple(_rows(figures, locale))
    return Section("compliance", words.COMPLIANCE.in_(locale), columns, rows, (BASIS.in_(locale),))


def _rows(figures: Figures, locale: Locale) -> Iterator[tuple[str, str, str]]:
    facts = _facts(figures, locale)
    for title, held, proved in (
        _JOINING if figures.counts else (*_JOINING[:2], words.TOO_FEW),
        _NO_LISTS,
        _NAMES,
        _THRESHOLD if figures.counts else (*_THRESHOLD[:2], words.TOO_FEW),
        _PROOFS if figures.counts else (*_PROOFS[:2], words.TOO_FEW),
        _COMPLAINTS,
        _RETENTION if figures.deletion else (*_RETENTION[:2], _NOT_LOOKED),
        _NO_MARKS if figures.counts else (*_NO_MARKS[:2], words.TOO_FEW),
    ):
        yield title.in_(locale), held.in_(locale, **facts), proved.in_(locale, **facts)


def _facts(figures: Figures, locale: Locale) -> dict[str, object]:
    counts, looked, willing = figures.counts, figures.deletion, figures.willing
    few = words.FEW.in_(locale, threshold=figures.threshold)
    groups = counts.groups.listed if counts else ()
    by_proof = {one.proof: one.acts for one in counts.proofs} if counts else {}
    declared = by_proof.get(Proof.SELF_DECLARED, 0)
    looked_at = looked.made_at.astimezone(clock.zone(SHOWN_ZONE)) if looked else None
    facts = {
        "threshold": figures.threshold,
        "top": figures.scope.running.rules.theme.boards.top,
        "joined": few if willing.joined is None else willing.joined,
        "left": few if willing.left is None else willing.left,
        "offered": figures.cases.offered,
        "withdrawn": figures.cases.withdrawn,
        "listed": len(groups),
        "hidden": counts.groups.hidden if counts else 0,
        "least": min((one.participants for one in groups), default=counts.participants if counts else few),
        "declared": declared,
        "photo": by_proof.get(Proof.PHOTO, 0),
        "share": shown(share(declared, sum(by_proof.values()))),
        "complaints": figures.complaints.received,
        "answered": figures.complaints.answered,
        "day": f"{looked_at:%Y-%m-%d}" if looked_at else "",
        "standing": looked.standing if looked else 0,
        "deleted": looked.deleted if looked else 0,
        "overdue": looked.overdue if looked else 0,
    }
    return {name: shown(fact) if isinstance(fact, int) else fact for name, fact in facts.items()}

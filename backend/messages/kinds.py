"""The kinds of message that there are, and what they say; a message keeps the values, and is told when it is read."""

import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from backend.core.text import Locale, Text

SENT_FOR = timedelta(days=3)  # as long as a message may be sent further: longer than an outage, shorter than its news


@dataclass(frozen=True)
class Kind:
    """One kind of message: `title` and `body` are templates over the values that it is posted with."""

    key: str
    name: Text  # what the member switches on or off
    title: Text
    body: Text
    asked_for: bool = False  # sent only to who asked for it: reminders
    must_be_known: bool = False  # lies in the inbox even of who switched the kind off, and goes no further then

    @property
    def values(self) -> frozenset[str]:
        """The names of the values that its texts are filled with."""
        texts = (self.title.zh, self.title.en, self.body.zh, self.body.en)
        return frozenset(name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name)

    def say(self, told: str, locale: Locale) -> tuple[str, str]:
        """Return title and body of a message of this kind, from the JSON that it keeps."""
        fields = _Told(values_in(told, locale))
        return tuple(  # type: ignore[return-value]
            (text.zh if locale == "zh-CN" else text.en).format_map(fields) for text in (self.title, self.body)
        )


class _Told(dict[str, str]):
    """Values of a message; one that an older version did not keep is shown as missing, and breaks no inbox."""

    def __missing__(self, name: str) -> str:
        return "…"


def values_in(told: str, locale: Locale) -> dict[str, str]:
    """Return the values that a message keeps, in that language."""
    kept: Mapping[str, str | list[str]] = json.loads(told)
    at = 0 if locale == "zh-CN" else 1
    return {name: value if isinstance(value, str) else value[at] for name, value in kept.items()}


KINDS = {
    kind.key: kind
    for kind in (
        Kind(
            "campaign_changed",
            Text("活动变更", "Changes of a campaign"),
            Text("{campaign}：{what}", "{campaign}: {what}"),
            Text("{what}。原因：{reason}", "{what}. Reason: {reason}"),
        ),
        Kind(
            "rules_changed",
            Text("规则调整", "Changes of the rules"),
            Text("{campaign} 规则调整", "The rules of {campaign} change"),
            Text("自 {from_day} 起：{what}。原因：{reason}", "From {from_day} on: {what}. Reason: {reason}"),
            must_be_known=True,
        ),
        Kind(
            "act_undone",
            Text("打卡被撤销", "Acts that were undone"),
            Text("{campaign}：“{act}”已被撤销", "{campaign}: '{act}' was undone"),
            Text(
                "原因：{reason}。如有异议，可在 {until} 前提出，由另一位工作人员复核。",
                "Reason: {reason}. You may object until {until}: somebody else will look at it.",
            ),
            must_be_known=True,
        ),
        Kind(
            "objection_decided",
            Text("异议结果", "Answers to objections"),
            Text("{campaign}：异议{result}", "{campaign}: objection {result}"),
            Text("“{act}”：{note}", "'{act}': {note}"),
            must_be_known=True,
        ),
        Kind(
            "budget_warning",
            Text("积分预算", "Budgets of points"),
            Text("{campaign} 积分预算已用 {percent}%", "{campaign} has used {percent}% of its points"),
            Text("已发放 {issued} 分，预算 {budget} 分。", "{issued} of {budget} points have been issued."),
        ),
        Kind(
            "screen_silent",
            Text("屏幕无响应", "Screens that fell silent"),
            Text("“{place}”的屏幕无响应", "The screen at '{place}' is silent"),
            Text(
                "{institution}：{since} 之后没有收到这块屏幕的消息，请检查电源和网络。",
                "{institution}: nothing was heard of it after {since} (Beijing time). Check its power and network.",
            ),
        ),
        Kind(
            "points_adjusted",
            Text("积分调整", "Adjustments of points"),
            Text("{campaign}：积分调整 {points}", "{campaign}: {points} points adjusted"),
            Text("原因：{reason}", "Reason: {reason}"),
            must_be_known=True,
        ),
        Kind(
            "result_out",
            Text("结果公示", "Provisional results"),
            Text("{campaign} 结果公示", "The result of {campaign} is out"),
            Text(
                "公示至 {until}，如有异议请在此前提出。",
                "It is provisional until {until}: object by then if something is wrong.",
            ),
        ),
        Kind(
            "result_sealed",
            Text("活动结果", "Results"),
            Text("{campaign} 结果已确定", "The result of {campaign} is final"),
            Text(
                "感谢参加，结果和证书可在活动页查看。",
                "Thank you for taking part: result and certificate are on its page.",
            ),
        ),
        Kind(
            "badge_earned",
            Text("徽章", "Badges"),
            Text("获得徽章“{badge}”", "You earned the badge '{badge}'"),
            Text("{campaign}：{badge}", "{campaign}: {badge}"),
        ),
        Kind(
            "points_expiring",
            Text("积分到期", "Points that expire"),
            Text("{points} 积分将于 {day} 到期", "{points} points expire on {day}"),
            Text("请在到期前兑换或捐赠。", "Redeem or donate them before that day."),
            must_be_known=True,
        ),
        Kind(
            "reward_redeemed",
            Text("兑换", "Rewards"),
            Text("已兑换“{reward}”", "You redeemed '{reward}'"),
            Text("领取方式：{how}", "How to get it: {how}"),
            must_be_known=True,
        ),
        Kind(
            "draw_won",
            Text("抽奖", "Draws"),
            Text("恭喜中奖：{prize}", "You won: {prize}"),
            Text("{campaign} 的抽奖结果可公开验证。", "The draw of {campaign} can be checked by anybody."),
            must_be_known=True,
        ),
        Kind(
            "complaint_answered",
            Text("投诉与建议的答复", "Answers to complaints and suggestions"),
            Text("您的{what}已答复", "Your {what} was answered"),
            Text("请在“投诉与建议”中查看。", "Read the answer under 'Complaints and suggestions'."),
            must_be_known=True,
        ),
        Kind(
            "check_in_reminder",
            Text("打卡提醒", "Reminders to check in"),
            Text("{campaign}：今天还没有打卡", "{campaign}: nothing checked in today"),
            Text(
                "今天 {until} 前可打卡。不想再收到提醒，可在设置中关闭。",
                "You can check in until {until} today. Reminders can be switched off in the settings.",
            ),
            asked_for=True,
        ),
        Kind(
            "campaign_reminder",
            Text("活动开始提醒", "Reminders that a campaign begins"),
            Text("{campaign} 开始了", "{campaign} has begun"),
            Text(
                "活动时间：{starts_on} 至 {ends_on}，自愿参加。",
                "From {starts_on} to {ends_on}; taking part is voluntary.",
            ),
            asked_for=True,
        ),
    )
}

"""Say why a message did not go over a channel, fit for an organiser to read."""

from typing import Final

from backend.core.text import Text
from backend.messages import parcels

_TOLD: Final = {
    parcels.EXPIRED: Text("已过时效，未发送", "too late to be sent"),
    parcels.SWITCHED_OFF: Text("本人已关闭", "switched off by the member"),
    parcels.NOT_WANTED: Text("发送前已不需要（如已打卡、已退出）", "not needed any more, as after a check-in"),
    parcels.LEFT: Text("已不在名册", "on no roster any more"),
    parcels.NO_ACCOUNT: Text("没有绑定账号", "no account there"),
    parcels.UNFIT: Text("内容不符合模板字段", "a value does not fit its template"),
    parcels.NO_TEMPLATE: Text("没有配置模板", "no template is configured"),
    parcels.NO_CREDIT: Text("本人没有可用的订阅次数", "the member has allowed no more messages"),
    "43101": Text("本人未订阅或已取消订阅", "not subscribed, or not any more (43101)"),
    "40256": Text("本人未建立用工关系", "no employee relation (40256)"),
    "81013": Text("企业微信中没有此人或不可见", "unknown to WeCom, or out of the application's sight (81013)"),
}


def told(reason: str) -> Text:
    """Return a reason in both languages; a code that we have no words for is told as it is."""
    return _TOLD.get(reason, Text(f"平台拒绝（{reason}）", f"refused by the platform ({reason})"))

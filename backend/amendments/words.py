"""The words of proposals in both languages, and the reasons that people write."""

import json

from backend.core.errors import InvalidValue
from backend.core.text import Text

LEAST, MOST = 2, 200

STATES = {
    "proposed": Text("提出", "proposed"),
    "agreed": Text("核准", "agreed to"),
    "declined": Text("驳回", "declined"),
    "withdrawn": Text("撤回", "withdrawn"),
    "expired": Text("过期", "expired"),
    "upheld": Text("成立", "upheld"),
    "dismissed": Text("驳回", "dismissed"),
}
STANDS = {"sealed": Text("结果已确定", "is sealed"), "cancelled": Text("已取消", "was cancelled")}
FIGURES = (
    ("acts", Text("涉及行动", "acts")),
    ("transfers", Text("冲抵分录", "transfers")),
    ("members", Text("涉及人数", "people")),
    ("points_up", Text("增加积分", "points more")),
    ("points_down", Text("减少积分", "points less")),
    ("carbon_mg_up", Text("增加减排（毫克）", "milligrams more")),
    ("carbon_mg_down", Text("减少减排（毫克）", "milligrams less")),
)


def clean(text: str, field: str) -> str:
    """Return a reason without blanks around it; raises InvalidValue, naming the field."""
    given = text.strip()
    if not LEAST <= len(given) <= MOST or not given.isprintable():
        reason = Text(f"须为 {LEAST}–{MOST} 个可见字符", f"it has {LEAST} to {MOST} visible characters")
        raise InvalidValue(field=field, reason=reason)
    return given


def told_changes(kept: str) -> list[Text]:
    """Read the sentences that a proposal keeps of what it changes."""
    return [Text(zh, en) for zh, en in json.loads(kept)]


def joined(sentences: list[Text]) -> Text:
    """Return sentences as one."""
    return Text("；".join(one.zh for one in sentences), "; ".join(one.en for one in sentences))

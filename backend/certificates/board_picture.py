"""A board as a picture for notice groups: what it says. `board_layout` draws it."""

from dataclasses import dataclass
from datetime import date, datetime

from backend.campaigns import tables as campaigns
from backend.certificates import wording
from backend.core import api
from backend.core.text import Locale, Text
from backend.leaderboards.boards import Row
from backend.leaderboards.queries import Measure

STATES = {
    campaigns.SCHEDULED: Text("尚未开始", "Not begun"),
    campaigns.RUNNING: Text("实时 · 未定榜", "Live, not final"),
    campaigns.PAUSED: Text("活动暂停 · 未定榜", "Paused, not final"),
    campaigns.CANCELLED: Text("活动已取消", "Cancelled"),
    campaigns.CLOSED: Text("已截止 · 审核中", "Closed, under review"),
    campaigns.REVIEWED: Text("审核完成 · 未定榜", "Reviewed, not final"),
    campaigns.PROVISIONAL: Text("公示中 · 可提异议", "Provisional, open to objections"),
    campaigns.SEALED: Text("结果已封存", "Sealed result"),
}
FROZEN = Text("榜单已冻结 · 未定榜", "Frozen, not final")
CORRECTED = Text("封存后有过更正，详见榜单。", "Corrected since the seal: see the board itself.")
AS_OF = Text("数据截至 {at}（北京时间）", "As of {at}")
SEALED_AT = Text("封存于 {at}，摘要 {digest} …", "Sealed {at}, digest {digest} …")
PERIODS = {
    "campaign": Text("全程 {days}", "Whole campaign, {days}"),
    "week": Text("本周 {period}", "Week {period}"),
    "day": Text("当日 {period}", "Day {period}"),
}
BY = Text("按{measure}", "by {measure}")
NOBODY = Text("暂无可以展示的名次", "No places to show yet")
NOBODY_BECAUSE = Text(
    "参加人数较少时不展示名次，避免推算出个人的成绩。",
    "While few take part no places are shown, so that nobody's result can be told.",
)
SUMS = Text(
    "{participants} 人参与 · {points} 分\n估算减排量 {carbon} CO2e",
    "{participants} taking part · {points} points\n{carbon} CO2e avoided (estimated)",
)
VOLUNTARY = Text(
    "自愿参加；姓名按本人选择显示，不作为考核依据。",
    "Voluntary; names as their owners chose; nobody is assessed by it.",
)
JOIN, READ = Text("扫码参加", "Scan to join"), Text("扫码了解活动", "Scan to read more")
_OPEN = (campaigns.SCHEDULED, campaigns.RUNNING, campaigns.PAUSED)
_DIGEST_LETTERS = 12


@dataclass(frozen=True)
class BoardPicture:
    """What a picture of a board says, in its language."""

    locale: Locale
    campaign: str
    title: str
    institution: str
    period: str  # campaign, 2026-W25, 2026-06-15
    measure: Measure
    starts_on: date
    ends_on: date
    state: str
    rows: tuple[Row, ...]
    participants: int
    points: int
    carbon_mg: int
    as_of: datetime
    ties: str
    hidden: str | None
    address: str
    art: str
    frozen_at: datetime | None = None
    sealed_at: datetime | None = None
    digest: str | None = None
    mini_code: bytes | None = None

    @property
    def over(self) -> str:
        """Over which time it counts, and by what."""
        kind = "campaign" if self.period == "campaign" else "week" if "W" in self.period else "day"
        days = wording.days(self.starts_on, self.ends_on, self.locale)
        told = PERIODS[kind].in_(self.locale, days=days, period=self.period)
        return f"{told} · {BY.in_(self.locale, measure=wording.MEASURES[self.measure].in_(self.locale))}"

    @property
    def standing(self) -> str:
        """How far the result stands."""
        return (FROZEN if self.frozen_at else STATES[self.state]).in_(self.locale)

    @property
    def fresh(self) -> str:
        """As of when it is, or which seal it quotes."""
        if self.sealed_at and self.digest:
            at, digest = wording.moment(self.sealed_at, self.locale), self.digest[:_DIGEST_LETTERS].upper()
            return SEALED_AT.in_(self.locale, at=at, digest=digest)
        return AS_OF.in_(self.locale, at=wording.moment(self.as_of, self.locale))

    @property
    def scan(self) -> str:
        """What the code is for: nobody can join what has closed."""
        return (JOIN if self.state in _OPEN else READ).in_(self.locale)

    @property
    def notes(self) -> list[str]:
        """What else is to be said of it, a line each."""
        hidden = [self.hidden] if self.hidden and self.rows else []
        corrected = [CORRECTED.in_(self.locale)] if any(row.correction for row in self.rows) else []
        return [self.ties, *hidden, *corrected, VOLUNTARY.in_(self.locale)]

    @property
    def sums(self) -> str:
        """What all have together, listed or not."""
        return SUMS.in_(
            self.locale,
            participants=f"{self.participants:,}",
            points=f"{self.points:,}",
            carbon=api.carbon(self.carbon_mg).label,
        )


def draw(told: BoardPicture, size: str) -> bytes:
    """Return the picture (PNG); for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.certificates import board_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return board_layout.drawn(told, size)

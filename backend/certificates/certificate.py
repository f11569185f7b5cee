"""The certificate: what it says. `certificate_layout` draws it.

It names its holder as they chose and nobody else, and carries the beginning of the seal's digest; the page behind its
code has the whole of it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from backend.certificates import codes, wording
from backend.core import api, clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.leaderboards.queries import Level, Measure

PERSON_TITLE = Text("参与证书", "Certificate of Participation")
GROUP_TITLE = Text("集体参与证书", "Certificate of Participation")
RANKED_TITLE = Text("集体荣誉证书", "Certificate of Honour")
AWARDED = Text("兹证明", "This is to certify that")
PERSON_TEXT = Text(
    "自愿参加“{campaign}”（{days}），\n以实际行动践行绿色低碳、厉行节约。特发此证，以资鼓励。",
    "took part of their own accord in '{campaign}' ({days}) and put saving and low-carbon habits into practice.",
)
GROUP_TEXT = Text(
    "在“{campaign}”（{days}）中组织得力、参与踊跃，\n以实际行动践行绿色低碳、厉行节约。特发此证，以资鼓励。",
    "took part in '{campaign}' ({days}) and put saving and low-carbon habits into practice together.",
)
RANKED_TEXT = Text(
    "在“{campaign}”（{days}）中成绩突出，\n按{measure}位列第 {rank} 名。特发此证，以资鼓励。",
    "came {rank} by {measure} in '{campaign}' ({days}), putting saving and low-carbon habits into practice together.",
)
FIGURES = {
    "participants": (Text("参与人数", "People taking part"), Text("{value} 人", "{value}")),
    "acts": (Text("计入打卡", "Acts that count"), Text("{value} 次", "{value}")),
    "points": (Text("活动积分", "Points"), Text("{value} 分", "{value}")),
    "carbon": (Text("估算减排量", "Estimated carbon avoided"), Text("{value} CO2e", "{value} CO2e")),
}
SCAN = Text("扫码核验", "Scan to verify")
NUMBER = Text("证书编号  {number}", "Number  {number}")
CODE = Text("核验码  {code}", "Code  {code}")
SEALED = Text("结果封存  {at}（北京时间）", "Result sealed  {at} (Beijing time)")
DIGEST = Text("封存摘要  {digest} …（全文见核验页）", "Seal digest  {digest} … (whole on the page)")
NOTICE = Text(
    "估算减排量按活动公布的系数估算，用于宣传和激励；积分与减排量不作为考核依据。姓名按本人选择的方式显示，本人可随时撤回本证书。",
    "Avoided carbon is estimated by the campaign's published factors; neither it nor points are used for assessment."
    " The holder chose how the name is shown and may withdraw this certificate.",
)
GROUP_NOTICE = Text(
    "估算减排量按活动公布的系数估算，用于宣传和激励；积分与减排量不作为对个人的考核依据。",
    "Avoided carbon is estimated by the campaign's published factors; neither it nor points assess anybody.",
)
_DIGEST_LETTERS, _GROUP = 16, 4


@dataclass(frozen=True)
class Certificate:
    """What a certificate says, in the language that it is printed in."""

    locale: Locale
    level: Level
    name: str
    unit: str | None  # where the holder belongs; None: it is the holder
    campaign: str
    starts_on: date
    ends_on: date
    acts: int
    points: int
    carbon_mg: int
    participants: int
    issuer: str
    made_at: datetime
    sealed_at: datetime
    number: str
    code: str
    address: str  # of the page that proves it
    digest: str
    art: str  # the theme's cover, SVG
    rank: int | None = None
    measure: Measure | None = None

    @property
    def title(self) -> str:
        """The heading."""
        group = RANKED_TITLE if self.rank else GROUP_TITLE
        return (PERSON_TITLE if self.level == "person" else group).in_(self.locale)

    @property
    def text(self) -> str:
        """What is certified."""
        days = wording.days(self.starts_on, self.ends_on, self.locale)
        if self.level == "person":
            return PERSON_TEXT.in_(self.locale, campaign=self.campaign, days=days)
        if self.rank is None or self.measure is None:
            return GROUP_TEXT.in_(self.locale, campaign=self.campaign, days=days)
        rank = str(self.rank) if self.locale == "zh-CN" else wording.ordinal(self.rank)
        measure = wording.MEASURES[self.measure].in_(self.locale)
        return RANKED_TEXT.in_(self.locale, campaign=self.campaign, days=days, rank=rank, measure=measure)

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The figures, with their titles."""
        values = {"acts": f"{self.acts:,}", "points": f"{self.points:,}", "carbon": api.carbon(self.carbon_mg).label}
        if self.level != "person":
            values = {"participants": f"{self.participants:,}", **values}
        return [
            (FIGURES[key][0].in_(self.locale), FIGURES[key][1].in_(self.locale, value=value))
            for key, value in values.items()
        ]

    @property
    def proof(self) -> list[str]:
        """By what it is checked."""
        sealed_at = f"{self.sealed_at.astimezone(clock.zone(SHOWN_ZONE)):%Y-%m-%d %H:%M}"
        short = self.digest[:_DIGEST_LETTERS].upper()
        digest = " ".join(short[place : place + _GROUP] for place in range(0, len(short), _GROUP))
        return [
            NUMBER.in_(self.locale, number=self.number),
            CODE.in_(self.locale, code=codes.grouped(self.code)),
            SEALED.in_(self.locale, at=sealed_at),
            DIGEST.in_(self.locale, digest=digest),
        ]

    @property
    def dated(self) -> str:
        """The day on which it was made."""
        return wording.day(self.made_at.astimezone(clock.zone(SHOWN_ZONE)).date(), self.locale)

    @property
    def notice(self) -> str:
        """What the figures are, and what they are not."""
        return (NOTICE if self.level == "person" else GROUP_NOTICE).in_(self.locale)


def draw(told: Certificate, form: str) -> bytes:
    """Return the certificate as `png` or `pdf`; for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.certificates import certificate_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return certificate_layout.drawn(told, form)

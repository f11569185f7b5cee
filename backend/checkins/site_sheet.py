"""The sheet that hangs where a printed code proves presence: what it says. `site_layout` draws it."""

from dataclasses import dataclass
from datetime import datetime

from backend.core import clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text

GROUP = 4  # letters of a code that are read at one glance

HEADING = Text("现场打卡点位码", "On-site check-in code")
CALL = Text("打开小程序，扫码打卡", "Scan in the mini-program to check in")
CALL_OF_WECHAT = Text("微信扫一扫，现场打卡", "Scan with WeChat to check in")
TYPED = Text("扫不出来？在小程序中输入点位码", "Camera fails? Type the code in the mini-program")
STEPS = (
    Text("打开小程序，\n点“扫码打卡”", "Open the mini-program, tap 'Scan'"),
    Text("扫描上方二维码，\n或输入点位码", "Scan the code above, or type it"),
    Text("核对后提交，\n当场显示积分", "Check, submit: your points show at once"),
)
STEPS_OF_WECHAT = (
    Text("用微信“扫一扫”\n扫描上方小程序码", "Scan the code above with WeChat"),
    Text("核对项目和地点，\n点“打卡”", "Check what and where, tap 'Check in'"),
    Text("提交成功，\n当场显示积分", "Done: your points show at once"),
)
ROWS = (
    Text("有效期", "Valid"),
    Text("证明效力", "What it proves"),
    Text("自愿参加", "Voluntary"),
    Text("意见建议", "Suggestions"),
)
PROOF = Text(
    "本码只证明到场，一般与照片同等计分；码中不含任何个人信息。",
    "That you were here, no more; it usually earns what a photo earns. It holds nothing about any person.",
)
FREEDOM = Text(
    "打卡自愿，不作为考核依据；不扫码也可以自行申报。",
    "Nobody has to take part and nobody is assessed by it; you may also declare the act without a code.",
)
ORGANISERS = Text("请向本单位活动管理员提出。", "Please tell the organisers of your institution.")
CONTACT = Text("请联系：{contact}", "Please contact: {contact}")


@dataclass(frozen=True)
class SiteSheet:
    """What a sheet says, in the language that it is printed in."""

    locale: Locale
    kind: str
    institution: str
    place: str
    code: str
    valid_from: datetime
    valid_until: datetime
    limit: str | None = None  # of the day's hours or sessions, as in 午餐 11:00–14:00
    contact: str | None = None
    mini_code: bytes | None = None  # a mini-program code as WeChat drew it

    @property
    def rows(self) -> list[tuple[str, str]]:
        """The small print, with its titles."""
        voice = CONTACT.in_(self.locale, contact=self.contact) if self.contact else ORGANISERS.in_(self.locale)
        texts = (self.period, PROOF.in_(self.locale), FREEDOM.in_(self.locale), voice)
        return [(title.in_(self.locale), text) for title, text in zip(ROWS, texts, strict=True)]

    @property
    def period(self) -> str:
        """From when to when the code is good, in Beijing time."""
        zone = clock.zone(SHOWN_ZONE)
        first, last = self.valid_from.astimezone(zone), self.valid_until.astimezone(zone)
        if self.locale == "en":
            until = f"{last:%H:%M}" if first.date() == last.date() else _english(last)
            return f"{_english(first)} to {until} (Beijing time)"
        year = "" if first.year == last.year else f"{last.year}年"
        day = "" if first.date() == last.date() else f"{year}{last.month}月{last.day}日"
        return f"{first.year}年{first.month}月{first.day}日{first:%H:%M}至{day}{last:%H:%M}"

    @property
    def grouped(self) -> str:
        """The code in groups, as it is read aloud and typed."""
        return " ".join(self.code[place : place + GROUP] for place in range(0, len(self.code), GROUP))


def _english(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y %H:%M}"


def draw(sheet: SiteSheet, form: str) -> bytes:
    """Return the sheet as `png` or `pdf`; for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.checkins import site_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return site_layout.drawn(sheet, form)

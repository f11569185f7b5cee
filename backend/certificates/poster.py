"""The poster of a campaign: what it says. `poster_layout` draws it."""

from dataclasses import dataclass
from datetime import date

from backend.certificates import wording
from backend.core.text import Locale, Text

HOW = Text("三步参加", "Three steps to take part")
CALL = Text("扫码参加", "Scan to join")
CALL_OF_WECHAT = Text("微信扫一扫参加", "Scan with WeChat to join")
DAYS = Text("活动时间", "When")
VOLUNTARY = Text("自愿参加，随时退出，不作为考核依据", "Voluntary: leave whenever you like; nobody is assessed by it")
CONTACT = Text("咨询与建议：{contact}", "Questions and suggestions: {contact}")
ORGANISERS = Text("咨询与建议请联系本单位活动管理员", "Questions and suggestions: the organisers of your institution")


@dataclass(frozen=True)
class Poster:
    """What a poster says, in the language that it is printed in."""

    locale: Locale
    title: str
    slogan: str
    institution: str
    starts_on: date
    ends_on: date
    how: tuple[str, ...]
    privacy: str
    address: str  # where the plain code leads
    art: str  # the theme's cover, SVG
    contact: str | None = None
    mini_code: bytes | None = None  # a mini-program code as WeChat drew it

    @property
    def days(self) -> str:
        """From when to when."""
        return wording.days(self.starts_on, self.ends_on, self.locale)

    @property
    def voice(self) -> str:
        """Whom to ask."""
        return CONTACT.in_(self.locale, contact=self.contact) if self.contact else ORGANISERS.in_(self.locale)


def draw(told: Poster, form: str, size: str) -> bytes:
    """Return the poster as `png` or `pdf`; for the studio's processes. Raises GlyphMissing, TextTooLong.

    A3 (`a3`) is the same drawing, as large: on paper twice as big it has 212 dots to the inch.
    """
    from backend.certificates import poster_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return poster_layout.drawn(told, form, size)

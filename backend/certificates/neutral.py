"""The certificate of an event that members made up for: what it says. `certificate_layout` draws it.

The public page that its code opens says the same.
"""

from dataclasses import dataclass
from datetime import date, datetime

from backend.certificates import wording
from backend.certificates.public_pages import PublicPages
from backend.core import api, clock
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.rewards.neutrality import Certificate
from backend.rewards.views import EVENT_ID

PAGES = PublicPages("neutral", EVENT_ID, "neutral page", 16)
TITLE = Text("活动减排量捐赠证书", "Certificate of Donation")
HELD = Text("（{day}举行）\n{statement}", "(held on {day})\n{statement}")
CARBON = Text("捐赠的估算减排量", "Estimated carbon given")
DONATIONS = Text("捐赠次数", "Donations")
DONORS = Text("捐赠人数", "People who gave")
NUMBER = Text("证书编号  {number}", "Number  {number}")
FILLED = Text("募足时间  {at}", "Complete  {at}")
DIGEST = Text("捐赠摘要  {digest} …（全文见核验页）", "Donations' digest  {digest} … (whole on the page)")
SOURCE = Text("排放估算依据：{source}。减排量只能捐赠一次。", "Emissions by: {source}. Carbon is given only once.")
# Theme art belongs to campaigns: an event has a plain ground.
ART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1200 630"><rect width="1200" height="630" fill="#eef6ef"/>'
    '<rect y="480" width="1200" height="150" fill="#2f7d4f"/><circle cx="600" cy="300" r="120" fill="#5aa874"/>'
    '<circle cx="560" cy="330" r="66" fill="#8cc6a0"/></svg>'
)


@dataclass(frozen=True)
class NeutralPaper:
    """What the certificate of an event says, in the language that it is printed in."""

    locale: Locale
    told: Certificate
    address: str  # of the page that proves it

    art = ART
    unit: str | None = None

    @property
    def title(self) -> str:
        """The heading."""
        return TITLE.in_(self.locale)

    @property
    def name(self) -> str:
        """What was made up for."""
        return self.told.title.in_(self.locale)

    @property
    def campaign(self) -> str:
        """What the file is called by."""
        return self.name

    @property
    def day(self) -> str:
        """When the event is held."""
        return wording.day(self.told.held_on, self.locale)

    @property
    def text(self) -> str:
        """What is certified."""
        return HELD.in_(self.locale, day=self.day, statement=self.told.statement.in_(self.locale))

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The figures, with their titles; of few people none is told."""
        counts = ((DONATIONS, self.told.donations), (DONORS, self.told.donors))
        return [
            (CARBON.in_(self.locale), f"{api.carbon(self.told.carbon_mg).label} CO2e"),
            *((title.in_(self.locale), f"{count:,}") for title, count in counts if count is not None),
        ]

    @property
    def filled(self) -> str:
        """When it had all that it needs."""
        return wording.moment(self.told.filled_at, self.locale)

    @property
    def proof(self) -> list[str]:
        """By what it is checked."""
        digest = self.told.digest[:16].upper()
        return [
            NUMBER.in_(self.locale, number=self.told.number),
            FILLED.in_(self.locale, at=self.filled),
            DIGEST.in_(self.locale, digest=digest),
        ]

    @property
    def issuer(self) -> str:
        """Whose event it is."""
        return self.told.institution

    @property
    def dated(self) -> str:
        """The day on which it was complete."""
        return wording.day(_day(self.told.filled_at), self.locale)

    @property
    def notice(self) -> str:
        """What the figures rest on."""
        return SOURCE.in_(self.locale, source=self.told.source)


def _day(at: datetime) -> date:
    return at.astimezone(clock.zone(SHOWN_ZONE)).date()


def draw(told: NeutralPaper, form: str) -> bytes:
    """Return the certificate as `png` or `pdf`; for the studio's processes. Raises GlyphMissing, TextTooLong."""
    from backend.certificates import certificate_layout  # noqa: PLC0415 - Pillow is for the studio's processes alone

    return certificate_layout.drawn(told, form)

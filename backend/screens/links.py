"""Where an organiser sees a scene before any screen shows it: addresses that are good for ten minutes.

One seal is good for the page, its document and the picture, so the page asks for its document with its own query.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from backend.core.vault import Vault
from backend.media import links

PAGE = "/screen-preview"
DOCUMENT = f"{PAGE}/document.json"
PICTURE = f"{PAGE}/current.png"


@dataclass(frozen=True)
class PreviewWanted:
    """A scene: of which institution (its row), in which size (of `shapes.SIZES`) and language, as of when.

    `at` is an instant as in 2026-06-15T04:00:00+00:00, or empty for now. `zh` and `en` are a message that nobody has
    written yet, or empty.
    """

    institution: int
    scene: str
    size: str
    lang: str
    at: str = ""
    zh: str = ""
    en: str = ""

    @property
    def instant(self) -> datetime | None:
        """As of when; None: now."""
        return datetime.fromisoformat(self.at) if self.at else None


def link(vault: Vault, wanted: PreviewWanted, until: datetime) -> tuple[str, str]:
    """Return where page and picture of a preview are, good until that instant."""
    told = {name: str(value) for name, value in asdict(wanted).items() if value != ""}
    page = links.sealed(vault, PAGE, until, **told)
    return page, PICTURE + page.removeprefix(PAGE)


def opened(vault: Vault, query: Mapping[str, str], now: datetime) -> PreviewWanted | None:
    """Return what a query of a page, document or picture asks for; None when we did not make it, or it has ended."""
    if not links.is_sealed(vault, PAGE, query, now):
        return None
    told = {name: value for name, value in query.items() if name not in ("until", "mark", "institution")}
    return PreviewWanted(institution=int(query["institution"]), **told)

"""The theme packs and factors as they were read at start-up, for opening campaigns from."""

from dataclasses import dataclass
from pathlib import Path

from backend.campaigns import themes
from backend.campaigns.calendar import Calendar
from backend.campaigns.errors import ThemeUnknown
from backend.campaigns.themes import Theme
from backend.carbon import factors
from backend.carbon.factors import FactorSet


@dataclass(frozen=True)
class Shelf:
    """What a campaign can be made of today; running campaigns keep what they were pinned to."""

    themes: dict[str, Theme]
    factors: FactorSet
    calendar: Calendar

    def theme(self, key: str) -> Theme:
        """Return a theme by its key; raises ThemeUnknown naming those that exist."""
        if key not in self.themes:
            raise ThemeUnknown(theme=key[:40], known=", ".join(sorted(self.themes)))
        return self.themes[key]


def load(folder: Path) -> Shelf:
    """Read every pack, the factors and the calendar below `folder`; raises naming file and key of every mistake."""
    return Shelf(
        themes.load_all(folder), factors.load(folder / "factors.toml"), Calendar.load(folder / "calendar.toml")
    )

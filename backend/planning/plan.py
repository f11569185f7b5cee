"""The plan of a year for one institution: every theme with its dates, how sure they are, and what stands for it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from backend.campaigns.queries import Running
from backend.campaigns.shelf import Shelf
from backend.campaigns.themes import Theme
from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.planning import forecast, queries
from backend.planning.forecast import Expected
from backend.planning.queries import Confirmation

CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Entry:
    """A theme in a year: what is expected, what an organiser has confirmed, its events, and its campaigns."""

    theme: Theme
    expected: Expected | None
    confirmation: Confirmation | None
    events: tuple[Expected, ...]
    campaigns: tuple[Running, ...]
    campaigns_below: int

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day as confirmed, else as expected; None: nobody knows."""
        if self.confirmation is not None:
            return self.confirmation.dates.starts_on, self.confirmation.dates.ends_on
        return (self.expected.dates.starts_on, self.expected.dates.ends_on) if self.expected else None

    @property
    def certainty(self) -> str | None:
        """How sure the days are: confirmed, verified, second-hand, predicted; None without days."""
        if self.confirmation is not None:
            return CONFIRMED
        return self.expected.dates.certainty if self.expected else None


async def of_year(session: ReadSession, shelf: Shelf, place: Institution, year: int) -> list[Entry]:
    """Return the year of an institution by the themes' first days; themes without days come last."""
    confirmed = await queries.confirmed(session, place, year)
    below = await queries.standing_below(session, place.path, year)
    standing: dict[str, list[Running]] = defaultdict(list)
    for running in await queries.standing(session, place.path, year):
        standing[running.campaign.theme_key].append(running)
    events: dict[str, list[Expected]] = defaultdict(list)
    for event in forecast.events_in(shelf.calendar, year):
        events[event.theme].append(event)
    entries = [
        Entry(
            theme,
            forecast.theme_in(theme, year),
            confirmed.get(key),
            tuple(events[key]),
            tuple(standing[key]),
            below.get(key, 0),
        )
        for key, theme in shelf.themes.items()
    ]
    return sorted(entries, key=lambda entry: (entry.days or (date.max, date.max), entry.theme.key))


async def days_of(session: ReadSession, place: Institution, theme: Theme, year: int) -> tuple[date, date, str] | None:
    """Return the days of one theme in a year for an institution, and how sure they are; None: nobody knows."""
    confirmation = (await queries.confirmed(session, place, year)).get(theme.key)
    entry = Entry(theme, forecast.theme_in(theme, year), confirmation, (), (), 0)
    return (*entry.days, entry.certainty or "") if entry.days else None

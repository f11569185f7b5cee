"""Derive what a member has towards the badges of a campaign: a pure function over their counted acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from backend.campaigns import theme_sheet
from backend.campaigns.queries import Running
from backend.checkins.kind import all_kinds


@dataclass(frozen=True)
class Tally:
    """How many acts of a kind count for a member on a day of a campaign."""

    campaign_id: int
    day: date
    kind: str
    acts: int


@dataclass(frozen=True)
class Progress:
    """How far a member has come with a badge."""

    badge: theme_sheet.Badge
    have: int
    need: int

    @property
    def held(self) -> bool:
        """Whether it is earned."""
        return self.have >= self.need


def progress(own: Running, tallies: Sequence[Tally], *, points: int, streak: int) -> list[Progress]:
    """Return how far each badge of a campaign's theme is, in the order of the theme.

    `tallies` are those of this campaign; `points` what the ledger says; `streak` the longest one.
    """
    return [_progress(badge, own, tallies, points, streak) for badge in own.rules.theme.badges]


def _progress(badge: theme_sheet.Badge, own: Running, tallies: Sequence[Tally], points: int, streak: int) -> Progress:
    counted = [one for one in tallies if not badge.kinds or one.kind in badge.kinds]
    if badge.acts:
        return Progress(badge, sum(one.acts for one in counted), badge.acts)
    if badge.days:
        return Progress(badge, len({one.day for one in counted}), badge.days)
    if badge.points:
        return Progress(badge, max(points, 0), badge.points)
    if badge.streak:
        return Progress(badge, streak, badge.streak)
    if badge.special_day:
        return Progress(badge, int(any(_falls_on(badge.special_day, own, one.day) for one in counted)), 1)
    kinds = askable(badge, own)
    return Progress(badge, len(kinds & {one.kind for one in counted}), len(kinds))


def askable(badge: theme_sheet.Badge, own: Running) -> frozenset[str]:
    """Return the kinds that a badge for trying all of them asks for: never what only a system's feed can report."""
    named = badge.kinds or [rule.kind for rule in own.rules.theme.kinds]
    known = all_kinds()
    return frozenset(kind for kind in named if kind in known and not known[kind].fed)


def _falls_on(key: str, own: Running, day: date) -> bool:
    (special,) = (one for one in own.rules.theme.special_days if one.key == key)
    return special.falls_on(day, own.campaign.starts_on)

"""Campaigns of the same people at the same time that share acts: which kinds, which days, and what that means."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from backend.campaigns.queries import Running
from backend.checkins.kind import all_kinds
from backend.core.text import Text

COUNTS_ONCE = Text(
    "{people}在 {first} 至 {last} 同时参加两项活动时，同一次行动只计一次（{kinds}）：先报到哪项活动，就计入哪项；"
    "之后更强的凭证在原活动中补足。",
    "From {first} to {last}, for who of {people} takes part in both, the same act counts once ({kinds}): in the "
    "campaign that it was reported to first; a stronger proof later improves it there.",
)
EXCLUDES = Text(
    "{people}在 {first} 至 {last}：同一天有“{winning}”的，“{kinds}”不计。",
    "From {first} to {last}, for {people}: {kinds} does not count on a day with {winning}.",
)


@dataclass(frozen=True)
class Clash:
    """Another campaign that shares acts with this one on the days from `first` to `last`."""

    other: Running
    first: date
    last: date
    kinds: tuple[str, ...]  # that count once in both together
    excluding: tuple[str, ...]  # of either, of which one gives way to the other
    meaning: Text


def among(running: Running, others: Iterable[Running], names: dict[int, str]) -> list[Clash]:
    """Return the clashes with campaigns of the same people; `names` are the institutions' by number."""
    return [clash for other in others if (clash := _between(running, other, names)) is not None]


def _between(one: Running, other: Running, names: dict[int, str]) -> Clash | None:
    first = max(one.campaign.starts_on, other.campaign.starts_on)
    last = min(one.campaign.ends_on, other.campaign.ends_on)
    if first > last:
        return None
    here, there = _kinds(one, first, last), _kinds(other, first, last)
    classes = {all_kinds()[key].act_class for key in there}
    shared = tuple(key for key in here if all_kinds()[key].act_class in classes)
    yielding = _yielding(here, there) | _yielding(there, here)
    if not shared and not yielding:
        return None
    # The people of the lower institution are in both.
    lower = one if len(one.path) >= len(other.path) else other
    told = {"people": names[lower.campaign.institution_id], "first": first, "last": last}
    parts = [COUNTS_ONCE.told(kinds=_titles(shared), **told)] if shared else []
    for key, winning in sorted(yielding):
        parts.append(EXCLUDES.told(kinds=_titles([key]), winning=_titles([winning]), **told))
    meaning = Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))
    return Clash(other, first, last, shared, tuple(sorted({key for pair in yielding for key in pair})), meaning)


def _kinds(running: Running, first: date, last: date) -> list[str]:
    """Return the kinds that a campaign takes on some of these days, by whichever version of its rules."""
    themes = [running.rules_on(first).theme]
    themes += [change.rules.theme for change in running.changes if first < change.applies_from <= last]
    return list(dict.fromkeys(rule.kind for theme in themes for rule in theme.kinds if rule.kind in all_kinds()))


def _yielding(here: Iterable[str], there: Iterable[str]) -> set[tuple[str, str]]:
    """Return which kinds of the one give way to which of the other on the same day."""
    return {
        (key, other) for key in here for other in there if all_kinds()[other].act_class in all_kinds()[key].yields_to
    }


def _titles(kinds: Iterable[str]) -> Text:
    titles = [all_kinds()[key].title for key in kinds]
    return Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))

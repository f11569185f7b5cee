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
    "{people}在 {first} 至 {last}：{kinds}在同一天只计其一，以出行为准。",
    "From {first} to {last}, for {people}: of {kinds} only one counts on a day, the trip.",
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
    excluding = _excluding(here, there) | _excluding(there, here)
    if not shared and not excluding:
        return None
    # The people of the lower institution are in both.
    lower = one if len(one.path) >= len(other.path) else other
    told = {"people": names[lower.campaign.institution_id], "first": first, "last": last}
    parts = [_told(COUNTS_ONCE, shared, told)] if shared else []
    parts += [_told(EXCLUDES, sorted(excluding), told)] if excluding else []
    meaning = Text("".join(part.zh for part in parts), " ".join(part.en for part in parts))
    return Clash(other, first, last, shared, tuple(sorted(excluding)), meaning)


def _kinds(running: Running, first: date, last: date) -> list[str]:
    """Return the kinds that a campaign takes on some of these days, by whichever version of its rules."""
    themes = [running.rules_on(first).theme]
    themes += [change.rules.theme for change in running.changes if first < change.applies_from <= last]
    return list(dict.fromkeys(rule.kind for theme in themes for rule in theme.kinds if rule.kind in all_kinds()))


def _excluding(here: Iterable[str], there: Iterable[str]) -> set[str]:
    return {
        key
        for yielding in here
        for other in there
        if all_kinds()[other].act_class in all_kinds()[yielding].yields_to
        for key in (yielding, other)
    }


def _told(sentence: Text, kinds: Iterable[str], told: dict[str, object]) -> Text:
    titles = [all_kinds()[key].title for key in kinds]
    listed = Text("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
    return sentence.told(kinds=listed, **told)

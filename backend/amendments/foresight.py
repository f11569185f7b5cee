"""Foresee what a change of rules would do: the campaign as it would be, the sentences, the figures."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from backend.amendments import changes, errors, figures
from backend.amendments.changes import Change
from backend.amendments.figures import Figures, Preview
from backend.amendments.queries import issued as counter
from backend.amendments.tables import Amendment
from backend.amendments.words import FIGURES, STANDS, clean
from backend.campaigns import differences, queries
from backend.campaigns.queries import Rules, Ruling, Running
from backend.campaigns.shelf import Shelf
from backend.campaigns.tables import CANCELLED, ENDED, SEALED
from backend.campaigns.themes import Theme
from backend.carbon.factors import FactorSet
from backend.checkins.causes import LAST_VERSION
from backend.core.db import ReadSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.points import budget

FRESH_FOR = timedelta(minutes=5)  # figures that are not older may be agreed to although the ledger goes on moving


@dataclass(frozen=True)
class Proposal:
    """What somebody asks for."""

    campaign_id: int
    change: Change
    from_day: date
    restates: bool
    reason: str


@dataclass(frozen=True)
class Foreseen:
    """A change, the campaign as it would be, and what that would do."""

    changed: Running
    told: list[Text]
    preview: Preview

    @property
    def newest(self) -> Ruling:
        """The rules that would come of it."""
        return self.changed.changes[-1]


async def foresee(
    session: ReadSession, running: Running, proposal: Proposal, *, shelf: Shelf, now: datetime, threshold: int
) -> Foreseen:
    """Return what a change would do; raises ResultStands, InvalidValue, BudgetExceeded."""
    refuse_standing(running)
    reason = clean(proposal.reason, "reason")
    check_day(running, proposal, now)
    before = latest(running)
    after = changes.applied(proposal.change, before, shelf)
    version = running.campaign.rule_version + 1
    if version > LAST_VERSION:
        raise InvalidValue(field="change", reason=Text("规则版本已满 99 次", "the rules have had 99 versions"))
    changed = _with(running, Ruling(version, proposal.from_day, after, proposal.restates, reason))
    preview = await figures.preview(session, changed, now, threshold)
    await within_budget(session, running, preview.figures.points_up)
    return Foreseen(changed, differences.between(before, after), preview)


def latest(running: Running) -> Rules:
    """Return the newest rules, on which a change builds."""
    return running.changes[-1].rules if running.changes else running.rules


def _with(running: Running, ruling: Ruling) -> Running:
    return replace(running, changes=(*running.changes, ruling))


def refuse_standing(running: Running) -> None:
    """Raise ResultStands for a campaign whose rules are what they are."""
    state = running.campaign.state
    if state in (SEALED, CANCELLED):
        raise errors.ResultStands(campaign=running.rules.title, state=STANDS[state])


def check_day(running: Running, proposal: Proposal, now: datetime) -> None:
    """Raise InvalidValue for a day from which such a change cannot hold."""
    campaign, today = running.campaign, running.today(now)
    first, last = campaign.starts_on, campaign.ends_on
    if not proposal.restates:
        first = max(first, today)
    elif campaign.state not in ENDED:
        last = min(last, max(today, first))
    planned = [one.applies_from for one in running.changes if one.applies_from > today]
    first = max(first, *planned) if planned else first  # a change that is to come is not brought forward by another
    if first > last:
        raise InvalidValue(
            field="restates",
            reason=Text(
                "活动日已过，只能重算已有记录", "the campaign's days are over: what stands can only be restated"
            ),
        )
    if not first <= proposal.from_day <= last:
        raise InvalidValue(
            field="fromDay", reason=Text(f"须在 {first} 至 {last} 之间", f"it lies between {first} and {last}")
        )


async def within_budget(session: ReadSession, running: Running, points: int) -> None:
    """Raise BudgetExceeded where a campaign has a budget and less than so many points of it seem to be left.

    Nothing is held: others may issue more at this moment.
    """
    limit = running.campaign.budget_points
    if limit is None or points <= 0:
        return
    counted = await counter(session, running.id)
    check_left(running, points, limit - (await budget.issued(session, running.id) if counted is None else counted))


def check_left(running: Running, points: int, left: int | None) -> None:
    """Raise BudgetExceeded for more points than are left of a budget; None is no budget."""
    if left is not None and points > max(0, left):
        raise errors.BudgetExceeded(campaign=running.rules.title, left=max(0, left), points=points)


async def figured_again(session: ReadSession, amendment: Amendment, now: datetime, threshold: int) -> Preview:
    """Compute anew what a proposal would do; raises ResultStands, BudgetExceeded."""
    running = await queries.one(session, amendment.campaign_id)
    assert running is not None, "a proposal belongs to a campaign"
    refuse_standing(running)
    rules = Rules(Theme.from_json(amendment.theme_body), FactorSet.from_json(amendment.factors_body))
    ruling = Ruling(amendment.base_version + 1, amendment.from_day, rules, amendment.restates, amendment.reason)
    preview = await figures.preview(session, _with(running, ruling), now, threshold)
    await within_budget(session, running, preview.figures.points_up)
    return preview


def is_fresh(amendment: Amendment, now: datetime) -> bool:
    """Tell whether its figures may be agreed to as they are, whatever the ledger has done since."""
    return now < amendment.figured_at + FRESH_FOR


def figures_changed(seen: Figures, fresh: Figures) -> errors.FiguresChanged:
    """Return the problem that tells how figures differ."""
    titles = dict(FIGURES)
    lines = [(titles[name], old, new) for name, old, new in figures.differences(seen, fresh)]
    if not lines:
        return errors.FiguresChanged(changes=Text("合计未变", "the sums are the same"))
    return errors.FiguresChanged(
        changes=Text(
            "，".join(f"{title.zh} {old} → {new}" for title, old, new in lines),
            ", ".join(f"{title.en} {old} → {new}" for title, old, new in lines),
        )
    )

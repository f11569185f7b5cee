"""What an accepted act is worth: points by the campaign's rules, avoided carbon by its kind's method."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from backend.campaigns.queries import Running
from backend.campaigns.theme_sheet import KindRule
from backend.carbon import method
from backend.carbon.factors import FactorMissing
from backend.carbon.method import Calculation
from backend.checkins.desk import Act, Counted, Desk
from backend.checkins.kind import Details, Kind
from backend.checkins.proof import Proof
from backend.points.explain import PointsTerms


@dataclass(frozen=True)
class Case:
    """One act with all that was found out about it."""

    desk: Desk
    campaign: Running
    rule: KindRule
    kind: Kind[Details]
    details: Details
    act: Act
    proof: Proof
    replaces: Counted | None
    displaces: tuple[Act, ...] = ()

    @property
    def day(self) -> date:
        """The campaign day of the act."""
        return self.act[2]

    def ending(self) -> list[Counted]:
        """Return what counts no more once this act does."""
        return [self.desk.acts[act] for act in self.displaces] + ([self.replaces] if self.replaces else [])

    def budget_left(self) -> int | None:
        """Return how many points the campaign can still issue for this act, or None where it has no budget."""
        left = self.desk.budgets.get(self.campaign.id)
        if left is None:
            return None
        return max(0, left) + sum(one.points for one in self.ending() if one.campaign_id == self.campaign.id)

    def others_today(self) -> list[Counted]:
        """Return what else counts for the member in this campaign on that day."""
        without = {one.check_in_id for one in self.ending()}
        return self.desk.on_day(self.act[0], self.day, self.campaign.id, without=without)


def points(case: Case) -> tuple[int, PointsTerms]:
    """Return the whole points of an act, after caps, and the terms of the sum."""
    theme, starts_on = case.campaign.rules_on(case.day).theme, case.campaign.campaign.starts_on
    quantity = case.kind.quantity(case.details)
    by_unit = case.rule.points_per_unit is not None
    base = case.rule.points_per_unit if by_unit else case.rule.points
    assert base is not None, "a rule has points or points_per_unit"
    units = quantity.amount if by_unit else Decimal(1)
    proof_percent = theme.proof_credit.percent(case.proof.value)
    day_percent = theme.points_percent(case.day, starts_on)
    special = theme.special_day_on(case.day, starts_on)
    worth = method.round_half_even(base * units * proof_percent * day_percent / Decimal(10_000))
    if not case.kind.personal(case.details):
        worth = 0
    earned = sum(one.points for one in case.others_today())
    within_day = min(worth, max(0, theme.rules.points_per_day - earned))
    left = case.budget_left()
    issued = within_day if left is None else min(within_day, left)
    return issued, PointsTerms(
        base=base,
        units=f"{units:f}",
        unit=quantity.unit if by_unit else "act",
        proof_percent=proof_percent,
        day_percent=day_percent,
        special_day=special.key if special else None,
        before_cap=worth,
        day_cap=theme.rules.points_per_day if within_day < worth else None,
        budget_left=left if issued < within_day else None,
    )


def carbon(case: Case) -> Calculation | None:
    """Return the avoided carbon of an act, or None where no honest factor counts it."""
    counted_by = case.kind.carbon(case.details) if case.kind.personal(case.details) else None
    if counted_by is None:
        return None
    try:
        factor = case.campaign.rules_on(case.day).factors.get(counted_by.factor_key, case.day)
    except FactorMissing:
        # The act stays good: points without carbon, as for a kind that has no honest factor.
        return None
    share = counted_by.evidence_percent[case.proof]
    return method.avoided(counted_by.quantity.amount, counted_by.quantity.unit, factor, share)

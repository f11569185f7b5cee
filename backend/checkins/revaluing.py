"""Value acts by newer rules, by the code that judges (`worth.py`), without a database.

What was judged by those rules already stands as it is; of the others of a member and day, each is valued in the order
in which they were recorded, within the room that is left under the day's limit and the budget. What counted goes on
counting: limits on how many acts count speak of new ones only.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from backend.campaigns import restatements
from backend.campaigns.queries import Running
from backend.carbon import method
from backend.carbon.factors import FactorMissing
from backend.carbon.method import Calculation
from backend.checkins import causes, worth
from backend.checkins import desk as desks
from backend.checkins import details as details_of
from backend.checkins.desk import Counted, Desk
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.points.explain import PointsTerms, Terms
from backend.points.tables import CARBON_MG, POINTS


@dataclass(frozen=True)
class Disposed:
    """What the disposition of an act's device avoids: as it stands, and how it was counted."""

    carbon_mg: int
    terms: Calculation


@dataclass(frozen=True)
class Valued:
    """What an act earns by newer rules, beside what it earned until now."""

    act: CheckIn
    version: int
    reason: str
    points: int
    points_terms: PointsTerms
    carbon: Calculation | None
    was_disposed: int
    disposed: Calculation | None

    @property
    def carbon_mg(self) -> int:
        """The avoided carbon of the act itself, in whole milligrams CO2e."""
        return self.carbon.carbon_mg if self.carbon else 0

    @property
    def disposed_mg(self) -> int:
        """What the disposition avoids, in whole milligrams CO2e."""
        return self.disposed.carbon_mg if self.disposed else 0

    @property
    def offsets(self) -> list[tuple[str, str, int, int, Terms | None]]:
        """Return what differs, as cause, ledger, amount before, amount after and the terms of the latter."""
        own = causes.of_restatement(self.act.id, self.version)
        device = causes.of_redisposition(self.act.id, self.version)
        all_of = [
            (own, POINTS, self.act.points, self.points, self.points_terms),
            (own, CARBON_MG, self.act.carbon_mg - self.was_disposed, self.carbon_mg, self.carbon),
            (device, CARBON_MG, self.was_disposed, self.disposed_mg, self.disposed),
        ]
        return [one for one in all_of if one[2] != one[3]]


def valued(
    running: Running,
    acts: Iterable[CheckIn],
    disposed: Mapping[int, Disposed],
    budgets: dict[int, int],
) -> list[Valued]:
    """Return what the acts of one member that count in a campaign earn by the rules that they are restated to.

    Left out are those that have come to these rules already. `budgets` is what is left, and follows.
    """
    under: dict[date, Running | None] = {}
    due: list[tuple[CheckIn, Running]] = []
    days: dict[date, Desk] = {}  # one for each day: its limit knows of no other, and a year has many
    for act in sorted(acts, key=lambda one: one.id):
        if act.day not in under:
            under[act.day] = restatements.under(running, act.day)
            days[act.day] = Desk(campaigns={}, places={}, joined=set(), codes={}, acts={}, budgets=budgets)
        newer = under[act.day]
        if newer is not None and act.rule_version < newer.ruling_on(act.day).version:
            due.append((act, newer))
        else:
            days[act.day].count(_slot(act), _counted(act, act.points))
    return [_valued(act, newer, days[act.day], disposed.get(act.id)) for act, newer in due]


def _valued(act: CheckIn, under: Running, desk: Desk, disposed: Disposed | None) -> Valued:
    ruling, kind = under.ruling_on(act.day), all_kinds()[act.kind]
    rule = ruling.rules.theme.kind_rule(act.kind)
    assert rule is not None, "a change of rules keeps the kinds"
    details = details_of.read(kind, json.loads(act.details))
    proof = Proof(act.proof)
    case = worth.Case(desk, under, rule, kind, details, _slot(act), proof, replaces=_counted(act, act.points))
    points, terms = worth.points(case)
    desk.issue(act.campaign_id, points - act.points)
    desk.count(_slot(act), _counted(act, points))
    return Valued(
        act=act,
        version=ruling.version,
        reason=ruling.reason,
        points=points,
        points_terms=terms,
        carbon=worth.carbon(case),
        was_disposed=disposed.carbon_mg if disposed else 0,
        disposed=_disposed(disposed.terms, under, act) if disposed else None,
    )


def _disposed(terms: Calculation, under: Running, act: CheckIn) -> Calculation | None:
    try:
        factor = under.rules_on(act.day).factors.get(terms.factor_key, act.day)
    except FactorMissing:
        return None
    return method.avoided(terms.quantity, terms.unit, factor, terms.share_percent)


def _slot(act: CheckIn) -> desks.Act:
    return act.member_id, act.act_class, act.day, act.slot


def _counted(act: CheckIn, points: int) -> Counted:
    return Counted(act.id, act.campaign_id, act.kind, Proof(act.proof), points, act.recorded_at)


def is_due(running: Running, act: CheckIn) -> bool:
    """Tell whether an act has not come yet to the rules that it is restated to."""
    newer = restatements.under(running, act.day)
    return newer is not None and act.rule_version < newer.ruling_on(act.day).version

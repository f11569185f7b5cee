"""Bring acts to newer rules: what each would have earned by them, and the offsets that make it so.

An act is worked on once for each version. What was judged by those rules already stands as it is; of the others of a
member and day, each is valued in the order in which they were recorded, within the room that is left under the day's
limit and the budget, by the code that judges (`worth.py`). What counted goes on counting: limits on how many acts
count speak of new ones only.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.carbon import method
from backend.carbon.factors import FactorMissing
from backend.carbon.method import Calculation
from backend.checkins import causes, worth
from backend.checkins import desk as desks
from backend.checkins import details as details_of
from backend.checkins.desk import Counted, Desk
from backend.checkins.kind import all_kinds
from backend.checkins.kinds import ewaste
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.db import ReadSession, WriteSession
from backend.core.statements import Texts, any_of
from backend.points import explain
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import PointsTerms, RestatedTerms, Terms
from backend.points.queries import given
from backend.points.tables import CARBON_MG, POINTS, Transfer

MOST_OFFSETS = 3  # of one act: points, carbon, and what its disposition avoids


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
    due, standing = list[tuple[CheckIn, Running]](), dict[desks.Act, Counted]()
    for act in sorted(acts, key=lambda one: one.id):
        under = running.restated_on(act.day)
        if under is not None and act.rule_version < under.ruling_on(act.day).version:
            due.append((act, under))
        else:
            standing[_slot(act)] = _counted(act, act.points)
    desk = Desk(campaigns={}, places={}, joined=set(), codes={}, acts=standing, budgets=budgets)
    return [_valued(act, under, desk, disposed.get(act.id)) for act, under in due]


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


_ACTS = (
    select(CheckIn)
    .where(
        any_of(col(CheckIn.member_id), "members"),
        col(CheckIn.counted),
    )
    .order_by(col(CheckIn.member_id), col(CheckIn.id))
)


async def counted_acts(session: ReadSession, campaign_id: int, member_ids: Sequence[int]) -> dict[int, list[CheckIn]]:
    """Return what counts for each of these members in a campaign, in the order recorded."""
    statement = _ACTS.where(col(CheckIn.campaign_id) == campaign_id).execution_options(populate_existing=True)
    by_member: dict[int, list[CheckIn]] = {}
    for act in await session.exec(statement, params={"members": list(member_ids)}):
        by_member.setdefault(act.member_id, []).append(act)
    return by_member


async def disposed(session: ReadSession, acts: Iterable[CheckIn]) -> dict[int, Disposed]:
    """Return what the dispositions of these acts' devices avoid, where one stands."""
    devices = {act.id: act for act in acts if act.kind == ewaste.KIND.key}
    named = {cause: act for act in devices.values() for cause in causes.of_dispositions(act.id, act.rule_version)}
    standing: dict[int, list[Transfer]] = {}
    for one in await _standing(session, list(named)):
        standing.setdefault(named[one.cause].id, []).append(one)
    return {
        number: Disposed(given(transfers, devices[number].member_id), _calculation(transfers))
        for number, transfers in standing.items()
    }


def _calculation(transfers: Sequence[Transfer]) -> Calculation:
    first = next(one for one in transfers if one.cause.startswith(causes.DISPOSITION))
    terms = explain.from_json(first.explanation)
    assert isinstance(terms, Calculation), "a disposition is counted by a factor"
    return terms


_OF_CAUSES = (
    select(Transfer)
    .where(any_of(col(Transfer.cause), "causes", Texts))
    .order_by(col(Transfer.recorded_at), col(Transfer.id))
)
_REVERSED = select(Transfer.reverses_id).where(any_of(col(Transfer.reverses_id), "transfers"))


async def _standing(session: ReadSession, named: Sequence[str]) -> list[Transfer]:
    """Return the transfers of these causes that nothing has reversed, however many the causes are."""
    if not named:
        return []
    found = (await session.exec(_OF_CAUSES, params={"causes": list(named)})).all()
    reversed_ = {number for (number,) in await statements.rows(session, _REVERSED, transfers=[one.id for one in found])}
    return [one for one in found if one.id not in reversed_]


async def restate(session: WriteSession, running: Running, member_ids: Sequence[int], now: datetime) -> list[Valued]:
    """Bring what counts for these members in a campaign to the rules that it is restated to; return what was valued.

    The caller has locked the members, and read the campaign since. Doing it again does nothing.
    """
    by_member = await counted_acts(session, running.id, member_ids)
    if not any(_is_due(running, act) for acts in by_member.values() for act in acts):
        return []
    budgets = await desks.hold_budgets(session, [running], now)
    devices = await disposed(session, (act for acts in by_member.values() for act in acts))
    done = [one for acts in by_member.values() for one in valued(running, acts, devices, budgets)]
    await _offset(session, done, now)
    for one in done:
        one.act.points, one.act.carbon_mg = one.points, one.carbon_mg + one.disposed_mg
        one.act.rule_version = one.version
        session.add(one.act)
    await session.flush()
    return done


def _is_due(running: Running, act: CheckIn) -> bool:
    under = running.restated_on(act.day)
    return under is not None and act.rule_version < under.ruling_on(act.day).version


async def _offset(session: WriteSession, done: Sequence[Valued], now: datetime) -> None:
    moving = [one for one in done if one.offsets]
    if not moving:
        return
    before = await _terms_before(session, moving)
    posting = await ledger.open_posting(session, now)
    for one in moving:
        if not posting.has_room(MOST_OFFSETS):
            await posting.write(session)
            posting = await ledger.open_posting(session, now)
        _award(posting, one, before)
    await posting.write(session)


def _award(posting: ledger.Posting, one: Valued, before: Mapping[tuple[int, str, bool], str]) -> None:
    act = one.act
    fund, own = account(AccountKind.CAMPAIGN, act.campaign_id), account(AccountKind.MEMBER, act.member_id)
    for cause, name, was, becomes, terms in one.offsets:
        is_device = cause.startswith(causes.REDISPOSED)
        posting.award(
            ledger.Cause(
                key=cause,
                campaign_id=act.campaign_id,
                member_id=act.member_id,
                department_id=act.department_id,
                institution_id=act.institution_id,
                day=act.day,
                proof=act.proof,
                rule_version=one.version,
            ),
            name,
            from_account=fund if becomes > was else own,
            to_account=own if becomes > was else fund,
            amount=abs(becomes - was),
            terms=RestatedTerms(
                version=one.version,
                reason=one.reason,
                before=was,
                after=becomes,
                was=before.get((act.id, name, is_device)),
                now=explain.to_json(terms) if terms else None,
            ),
        )


async def _terms_before(session: ReadSession, moving: Sequence[Valued]) -> dict[tuple[int, str, bool], str]:
    """Return by which terms each act, and its disposition, was valued until now, by act, ledger, and which of both."""
    named = [cause for one in moving for cause in causes.all_of(one.act.id, one.act.rule_version)]
    before: dict[tuple[int, str, bool], str] = {}
    for transfer in sorted(await _standing(session, named), key=lambda one: (one.rule_version, one.id)):
        terms = explain.from_json(transfer.explanation)
        told = terms.now if isinstance(terms, RestatedTerms) else transfer.explanation
        is_device = transfer.cause.startswith((causes.DISPOSITION, causes.REDISPOSED))
        if told is not None:
            before[causes.act_behind(transfer.cause), transfer.ledger, is_device] = told
    return before


async def catch_up(session: WriteSession, acts: Iterable[CheckIn], now: datetime) -> None:
    """Bring acts that have just been put back to the rules that the others of their campaigns were restated to.

    The caller has locked their members.
    """
    members: dict[int, set[int]] = {}
    for act in acts:
        members.setdefault(act.campaign_id, set()).add(act.member_id)
    if not members:
        return
    restating = await campaigns.restating(session, members.keys())
    for number, running in sorted((await campaigns.running(session, sorted(restating))).items()):
        await restate(session, running, sorted(members[number]), now)

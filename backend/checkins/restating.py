"""Bring acts to newer rules by offsets in the ledger: each act once for each version, while its member is locked."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns import restatements
from backend.campaigns.queries import Running
from backend.carbon.method import Calculation
from backend.checkins import causes, revaluing
from backend.checkins import desk as desks
from backend.checkins.kinds import ewaste
from backend.checkins.revaluing import Disposed, Valued
from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.db import ReadSession, WriteSession
from backend.core.statements import Texts, any_of
from backend.points import explain
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import RestatedTerms
from backend.points.queries import given
from backend.points.tables import Transfer

MOST_OFFSETS = 3  # of one act: points, carbon, and what its disposition avoids

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
    if not any(revaluing.is_due(running, act) for acts in by_member.values() for act in acts):
        return []
    budgets = await desks.hold_budgets(session, [running], now)
    devices = await disposed(session, (act for acts in by_member.values() for act in acts))
    done = [one for acts in by_member.values() for one in revaluing.valued(running, acts, devices, budgets)]
    await _offset(session, done, now)
    for one in done:
        one.act.points, one.act.carbon_mg = one.points, one.carbon_mg + one.disposed_mg
        one.act.rule_version = one.version
        session.add(one.act)
    await session.flush()
    return done


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
    restating = await restatements.restating(session, members.keys())
    for number, running in sorted((await campaigns.running(session, sorted(restating))).items()):
        await restate(session, running, sorted(members[number]), now)

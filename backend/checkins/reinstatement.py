"""Put acts back that were undone: exactly as they were, and never beside the same act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from backend.checkins import causes, restating, service
from backend.checkins.desk import Act
from backend.checkins.kind import yielding_to
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.media import service as media
from backend.points import service as ledger
from backend.points.explain import ReversalTerms
from backend.points.tables import Transfer


@dataclass
class _Placing:
    """What stands in each slot, and what is to be written so that it does."""

    standing: dict[Act, CheckIn]
    made: dict[int, CheckIn] = field(default_factory=dict)  # by the number of the act that it puts back
    ending: dict[int, ReversalTerms] = field(default_factory=dict)  # what counts no more, and why


async def reinstate(session: WriteSession, undone: Sequence[CheckIn], now: datetime) -> dict[int, CheckIn]:
    """Let acts that were undone count again exactly as they did; return what stands for each now, by its old number.

    The caller has locked their members and the claims of photos. An act gets a new number, new transfers of the same
    terms, and its photos; nothing is judged anew, neither caps nor whether the campaign still runs, for this puts back
    what stood. Where the member has reported the same act since, the stronger proof of both stands, and only that one
    counts; what gives way to such an act gives way again. Where the campaign's rules were restated meanwhile, the act
    comes to the new ones as the others did.
    """
    assert not any(one.counted for one in undone), "what counts needs no putting back"
    # What staff have confirmed may have moved more since (a device's disposition), and is not reviewed.
    assert all(_rank(one) < Proof.CONFIRMED.rank for one in undone)
    placing = _Placing(await _standing(session, undone))
    posting = await ledger.open_posting(session, now)
    # The strongest first: of two that were undone in one slot the other finds it standing.
    stands = {one.id: _place(placing, posting, one) for one in sorted(undone, key=lambda one: (-_rank(one), one.id))}
    if placing.ending:
        await service.uncount(session, posting, placing.ending)
    awards = await _awards(session, placing.made)
    for number, one in placing.made.items():
        # With what a change of rules has offset since: an act is put back as it stood when it was undone.
        names = zip(*(causes.all_of(act, one.rule_version) for act in (number, one.id)), strict=True)
        for before, cause in names:
            posting.repeat(awards.get(before, []), cause)
    await insert_many(session, CheckIn, [one.model_dump() for one in placing.made.values()])
    await posting.write(session)
    await media.move_claims(session, {number: one.id for number, one in placing.made.items()})
    await restating.catch_up(session, placing.made.values(), now)
    return stands


def _place(placing: _Placing, posting: ledger.Posting, one: CheckIn) -> CheckIn:
    standing = placing.standing.get(_slot(one))
    if standing is not None and _rank(standing) >= _rank(one):
        return standing
    if standing is not None:
        placing.ending[standing.id] = service.STRONGER
    again = {"id": posting.number(), "counted": True, "replaces_id": (standing or one).id}
    made = CheckIn(**one.model_dump() | again)
    for slot in _giving_way(placing, one):
        placing.ending[placing.standing.pop(slot).id] = service.TRIP
    placing.made[one.id] = placing.standing[_slot(one)] = made
    return made


def _giving_way(placing: _Placing, one: CheckIn) -> list[Act]:
    yielding = yielding_to(one.act_class)
    return [act for act in placing.standing if act[0] == one.member_id and act[2] == one.day and act[1] in yielding]


def _rank(one: CheckIn) -> int:
    return Proof(one.proof).rank


def _slot(one: CheckIn) -> Act:
    return one.member_id, one.act_class, one.day, one.slot


async def _standing(session: ReadSession, undone: Sequence[CheckIn]) -> dict[Act, CheckIn]:
    found = await session.exec(
        select(CheckIn).where(
            col(CheckIn.member_id).in_({one.member_id for one in undone}),
            col(CheckIn.day).in_({one.day for one in undone}),
            col(CheckIn.counted),
        )
    )
    return {_slot(one): one for one in found}


async def _awards(session: ReadSession, undone: Mapping[int, CheckIn]) -> dict[str, list[Transfer]]:
    wanted = [cause for number, one in undone.items() for cause in causes.all_of(number, one.rule_version)]
    found = await session.exec(select(Transfer).where(col(Transfer.cause).in_(wanted)).order_by(col(Transfer.id)))
    awards: dict[str, list[Transfer]] = {}
    for one in found:
        awards.setdefault(one.cause, []).append(one)
    return awards

"""Check the ledger: each cause moves between the accounts it may, reversals mirror their originals, the chain holds.

Each finding is one line for the operator and names the first row that is wrong.
"""

from collections.abc import AsyncIterator

from sqlalchemy import text
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.points import budget, chain
from backend.points.accounts import KIND_BITS, AccountKind
from backend.points.tables import NO_CAMPAIGN, PLACE_BITS, Checkpoint, LedgerBatch, Transfer

_SLICE = 5000
_BUDGET = f"(campaign_id * {1 << KIND_BITS} + {AccountKind.CAMPAIGN:d})"
_OWN = f"(member_id * {1 << KIND_BITS} + {AccountKind.MEMBER:d})"
_AWARDED = f"(campaign_id <> {NO_CAMPAIGN} AND from_account = {_BUDGET} AND to_account = {_OWN})"
_TAKEN = f"(campaign_id <> {NO_CAMPAIGN} AND from_account = {_OWN} AND to_account = {_BUDGET})"


def _spent_on(kind: AccountKind) -> str:
    of_that_kind = f"to_account & {(1 << KIND_BITS) - 1} = {kind:d}"
    return f"(campaign_id = {NO_CAMPAIGN} AND from_account = {_OWN} AND {of_that_kind})"


# What each cause may move, by how its name begins; a transfer of any other name is a finding.
MOVES = {
    "check-in/": _AWARDED,
    "disposition/": _AWARDED,
    "restated/": f"({_AWARDED} OR {_TAKEN})",
    "redisposed/": f"({_AWARDED} OR {_TAKEN})",
    "adjustment/": f"({_AWARDED} OR {_TAKEN})",
    "reward/": _spent_on(AccountKind.REWARD),
    "expired/": _spent_on(AccountKind.EXPIRED),
    "donation/": _spent_on(AccountKind.DONATED),
    "tickets/": _spent_on(AccountKind.TICKETS),
}
_ALLOWED = " OR ".join(f"(cause LIKE '{name}%' AND {moves})" for name, moves in MOVES.items())
_BAD_ACCOUNTS = f"""
SELECT id FROM transfer WHERE reverses_id IS NULL AND NOT ({_ALLOWED}) ORDER BY id LIMIT 1
"""  # noqa: S608 - constants of ours
_BAD_REVERSALS = """
SELECT reversal.id FROM transfer AS reversal LEFT JOIN transfer AS original ON original.id = reversal.reverses_id
WHERE reversal.reverses_id IS NOT NULL AND (
  original.id IS NULL OR original.reverses_id IS NOT NULL OR original.amount <> reversal.amount
  OR original.ledger <> reversal.ledger OR original.from_account <> reversal.to_account
  OR original.to_account <> reversal.from_account OR original.campaign_id <> reversal.campaign_id
  OR original.member_id <> reversal.member_id OR original.day <> reversal.day
  OR original.department_id <> reversal.department_id OR original.institution_id <> reversal.institution_id)
ORDER BY reversal.id LIMIT 1
"""
_BAD_ROWS = "SELECT id FROM transfer WHERE amount <= 0 OR from_account = to_account ORDER BY id LIMIT 1"
_HOMELESS = f"""
SELECT transfer.id FROM transfer LEFT JOIN ledger_batch ON ledger_batch.id = transfer.id >> {PLACE_BITS}
WHERE ledger_batch.id IS NULL ORDER BY transfer.id LIMIT 1
"""  # noqa: S608 - a constant of ours


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong with the ledger, empty when nothing is."""
    found = []
    for statement, complaint in (
        (_BAD_ROWS, "is not a positive amount between two accounts"),
        (_BAD_ACCOUNTS, "does not move between the accounts that its cause may move between"),
        (_BAD_REVERSALS, "does not mirror the transfer that it reverses"),
        (_HOMELESS, "belongs to no committed batch: it was inserted behind our back"),
    ):
        first = (await (await session.connection()).execute(text(statement))).scalar()
        if first is not None:
            found.append(f"transfer {first} {complaint}")
    return found + await budget.findings(session) + await _chain_findings(session)


async def _chain_findings(session: ReadSession) -> list[str]:
    head, covered = chain.GENESIS, dict[int, int]()
    async for link in _links(session):
        head = chain.head_after(head, link.entries)
        if head != link.head:
            return [f"checkpoint {link.id}: its entries or an earlier link were changed (head does not follow)"]
        entries = dict(chain.unpack(link.entries))
        first = await _first_difference(session, entries, link.id or 0)
        if first:
            return [f"checkpoint {link.id}: {first}"]
        covered |= dict.fromkeys((number >> PLACE_BITS for number in entries), link.id or 0)
    return await _unlinked(session, covered)


async def _links(session: ReadSession) -> AsyncIterator[Checkpoint]:
    last = 0
    while True:
        found = await session.exec(
            select(Checkpoint).where(col(Checkpoint.id) > last).order_by(col(Checkpoint.id)).limit(20)
        )
        links = found.all()
        for link in links:
            last = link.id or 0
            yield link
        if not links:
            return


async def _first_difference(session: ReadSession, entries: dict[int, bytes], link_id: int) -> str | None:
    present = await _digests(session, entries, link_id)
    for number in sorted(entries.keys() | present.keys()):
        if number not in present:
            return f"transfer {number} was dropped"
        if number not in entries:
            return f"transfer {number} was inserted after the checkpoint"
        if present[number] != entries[number]:
            return f"transfer {number} was changed"
    return None


async def _digests(session: ReadSession, entries: dict[int, bytes], link_id: int) -> dict[int, bytes]:
    batches = set((await session.exec(select(LedgerBatch.id).where(col(LedgerBatch.checkpoint_id) == link_id))).all())
    batches |= {number >> PLACE_BITS for number in entries}
    if not batches:
        return {}
    known = [number for number in batches if number is not None]
    first, last = min(known) << PLACE_BITS, (max(known) + 1 << PLACE_BITS) - 1
    present: dict[int, bytes] = {}
    while True:
        found = await session.exec(
            select(Transfer).where(col(Transfer.id).between(first, last)).order_by(col(Transfer.id)).limit(_SLICE)
        )
        rows = found.all()
        present |= {row.id: chain.digest(row) for row in rows if row.id >> PLACE_BITS in batches}
        session.expunge_all()
        if len(rows) < _SLICE:
            return present
        first = rows[-1].id + 1


async def _unlinked(session: ReadSession, covered: dict[int, int]) -> list[str]:
    """Find batches that are marked as chained although no link knows them, or as open although one does."""
    noted = dict((await session.exec(select(LedgerBatch.id, LedgerBatch.checkpoint_id))).all())
    for batch in sorted(number for number in noted if number is not None):
        if (noted[batch] is None) is (batch not in covered):
            continue
        first = batch << PLACE_BITS
        inside = await session.exec(
            select(Transfer.id)
            .where(col(Transfer.id).between(first, (batch + 1 << PLACE_BITS) - 1))
            .order_by(col(Transfer.id))
            .limit(1)
        )
        number = inside.first()
        if number is None:
            continue
        if batch in covered:
            return [f"transfer {number} is covered by checkpoint {covered[batch]} but its batch is marked as open"]
        return [f"transfer {number} is marked as chained but no checkpoint covers it"]
    return []

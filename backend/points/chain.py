"""Chain committed transfers, so that a row changed, dropped or slipped in later can be named.

A checkpoint keeps, for each transfer of the batches that no checkpoint covers yet, its number and a digest
of its content; its head is the hash of those entries and of the head before. Changing a row breaks its
entry; changing an entry breaks every head that follows.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlmodel import col, select, update

from backend.core.db import ReadSession, WriteSession
from backend.points.tables import BATCH_TRANSFERS, PLACE_BITS, Checkpoint, LedgerBatch, Transfer

GENESIS = "0" * 64
_ENTRY = struct.Struct(">q16s")
_BATCHES = 500
_COLUMNS = tuple(Transfer.__table__.columns.keys())  # type: ignore[attr-defined]


def digest(transfer: Transfer) -> bytes:
    """Return 16 bytes that depend on every column of a transfer, the same on both databases."""
    parts = [f"{name}={_canonical(getattr(transfer, name))}" for name in _COLUMNS]
    return hashlib.sha256("\x1f".join(parts).encode()).digest()[: _ENTRY.size - 8]


def _canonical(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else repr(value)


def head_after(head: str, entries: bytes) -> str:
    """Return the head of a chain that had `head` and goes on with these entries."""
    return hashlib.sha256(head.encode() + entries).hexdigest()


def unpack(entries: bytes) -> Iterator[tuple[int, bytes]]:
    """Read back number and digest of each transfer that a checkpoint covers."""
    yield from _ENTRY.iter_unpack(entries)


async def checkpoint(session: WriteSession, now: datetime) -> int:
    """Cover the oldest batches that no checkpoint covers; return how many transfers that were.

    The batches are locked before the last link is read: of two workers at once the second waits, then sees
    the first one's link, so the chain never forks.
    """
    batches = await uncovered(session, lock=True)
    if not batches:
        return 0
    previous = (await session.exec(select(Checkpoint).order_by(col(Checkpoint.id).desc()).limit(1))).first()
    covered = await _transfers(session, batches)
    entries = b"".join(_ENTRY.pack(row.id, digest(row)) for row in covered)
    link = Checkpoint(
        made_at=now,
        transfers=len(covered),
        entries=entries,
        head=head_after(previous.head if previous else GENESIS, entries),
    )
    session.add(link)
    await session.flush()
    await session.exec(update(LedgerBatch).where(col(LedgerBatch.id).in_(batches)).values(checkpoint_id=link.id))
    return len(covered)


async def uncovered(session: ReadSession, *, lock: bool = False) -> list[int]:
    """Return the oldest batches that no checkpoint covers yet, locked if they are to be covered now."""
    statement = (
        select(LedgerBatch.id)
        .where(col(LedgerBatch.checkpoint_id).is_(None))
        .order_by(col(LedgerBatch.id))
        .limit(_BATCHES)
    )
    found = await session.exec(statement.with_for_update() if lock else statement)
    return [number for number in found if number is not None]


async def _transfers(session: ReadSession, batches: Sequence[int]) -> list[Transfer]:
    wanted = set(batches)
    first, last = min(batches) << PLACE_BITS, (max(batches) << PLACE_BITS) + BATCH_TRANSFERS - 1
    found = await session.exec(select(Transfer).where(col(Transfer.id).between(first, last)).order_by(col(Transfer.id)))
    return [row for row in found if row.id >> PLACE_BITS in wanted]

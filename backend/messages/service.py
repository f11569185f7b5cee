"""Post messages to members, once each."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col, update

from backend.core.db import WriteSession
from backend.core.text import Text
from backend.messages import switches
from backend.messages.kinds import KINDS
from backend.messages.tables import Message


async def read(session: WriteSession, member_id: int, up_to: int, now: datetime) -> int:
    """Mark a member's messages as read, up to the one with that number; return how many were not before."""
    unread = (col(Message.member_id) == member_id, col(Message.id) <= up_to, col(Message.read_at).is_(None))
    return (await session.exec(update(Message).where(*unread).values(read_at=now))).rowcount


async def post(
    session: WriteSession,
    member_ids: Iterable[int],
    kind: str,
    *,
    key: str,
    told: Mapping[str, str | Text],
    campaign_id: int | None,
    now: datetime,
    sent_until: datetime | None = None,
) -> None:
    """Put a message into the inbox of each of these members who want its kind, in the caller's transaction.

    `key` names what the message tells of, as in `campaign/12/paused/3`: who has that message already keeps the one
    they have. `told` are the values of the kind's templates. A job sends it further, not after `sent_until`.
    """
    assert kind in KINDS, f"{kind} is no kind of message"
    values = json.dumps({name: _kept(value) for name, value in told.items()}, ensure_ascii=False, sort_keys=True)
    row = {"kind": kind, "key": key, "campaign_id": campaign_id, "told": values, "posted_at": now}
    wanting = await switches.wanting(session, sorted(set(member_ids)), kind)
    rows = [row | {"member_id": member_id, "sent_until": sent_until} for member_id in wanting]
    connection = await session.connection()
    make = postgresql_insert if connection.dialect.name == "postgresql" else sqlite_insert
    if rows:
        # One prepared statement, run once a row: a statement of a thousand rows would take longer to write than to run.
        await connection.execute(make(Message).on_conflict_do_nothing(index_elements=["member_id", "key"]), rows)


def _kept(value: str | Text) -> str | list[str]:
    return [value.zh, value.en] if isinstance(value, Text) else value

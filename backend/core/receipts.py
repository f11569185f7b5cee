"""Know a request again by the id that its client made before the first try, so that it gets the same answer.

A slice adds a table whose rows say what was answered, looks there before it works, and keeps a row with the work.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeVar

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from backend.core.db import ReadSession, WriteSession
from backend.core.errors import BatchTooLarge, RequestIdInvalid, RequestReused
from backend.core.request_ids import is_request_id


class Receipt(SQLModel):
    """What a table of receipts begins with: whose request it was, and of what."""

    member_id: int = Field(primary_key=True, sa_type=BigInteger)
    request_id: str = Field(primary_key=True, max_length=64)
    content_hash: str = Field(max_length=64)


class Request(Protocol):
    """Who asks, under which id; the hash identifies the content: the same id with another one is another request."""

    @property
    def by_member(self) -> int: ...
    @property
    def request_id(self) -> str: ...
    @property
    def content_hash(self) -> str: ...


@dataclass(frozen=True)
class Order:
    """What a member asks: a verb, and what it is about in plain values; dates and the like may be among them.

    The values of a tuple stand beside the verb, anything else is one value; without a verb they say it by themselves.
    """

    by_member: int
    request_id: str
    verb: str | None
    content: Any = None

    @cached_property
    def content_hash(self) -> str:
        """Identify the content. Stored receipts hold this hash: the text that it is made of stays as it is."""
        said = [] if self.verb is None else [self.verb]
        said += self.content if isinstance(self.content, tuple) else [self.content]
        text = json.dumps(said, sort_keys=True, ensure_ascii=False, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


R = TypeVar("R", bound=Receipt)


def check_request(request_id: str, given: int = 1, limit: int = 1) -> None:
    """Raise RequestIdInvalid or BatchTooLarge for an id and a number of items that cannot be a request."""
    if not is_request_id(request_id):
        raise RequestIdInvalid
    if not 1 <= given <= limit:
        raise BatchTooLarge(limit=limit, given=given)


async def known(session: ReadSession, table: type[R], asked: Request) -> R | None:
    """Return what was kept for this request, or None; raises RequestReused for other content under its id.

    Who writes afterwards has locked the member, so that a request that is sent twice at one moment waits for itself.
    """
    kept = await session.get(table, (asked.by_member, asked.request_id))
    if kept is not None and kept.content_hash != asked.content_hash:
        raise RequestReused
    return kept


def keep(session: WriteSession, table: type[R], asked: Request, **told: Any) -> R:
    """Keep what was answered (the table's own columns) for repetitions, and return the row."""
    row = table(member_id=asked.by_member, request_id=asked.request_id, content_hash=asked.content_hash, **told)
    session.add(row)
    return row

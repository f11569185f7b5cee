"""What members have switched on and off: each kind of message, and each channel."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select as columns
from sqlmodel import col

from backend.core import statements
from backend.core.db import ReadSession, WriteSession, put
from backend.core.statements import Texts, any_of
from backend.messages.kinds import KINDS, Kind
from backend.messages.tables import MessageSwitch


def of_kind(kind: str) -> str:
    """Return what the switch of a kind is called."""
    return f"kind/{kind}"


def of_channel(channel: str) -> str:
    """Return what the switch of a channel is called."""
    return f"channel/{channel}"


_SET = columns(col(MessageSwitch.member_id), col(MessageSwitch.subject), col(MessageSwitch.is_on)).where(
    any_of(col(MessageSwitch.subject), "subjects", Texts), any_of(col(MessageSwitch.member_id), "members")
)


class Switches:
    """How the switches of some members stand; who never touched one has what its kind says."""

    def __init__(self, rows: Iterable[tuple[int, str, bool]]) -> None:
        self._set = {(member_id, subject): is_on for member_id, subject, is_on in rows}

    def kind_is_on(self, member_id: int, kind: Kind) -> bool:
        """Tell whether a member wants a kind of message."""
        return self._set.get((member_id, of_kind(kind.key)), not kind.asked_for)

    def channel_is_on(self, member_id: int, channel: str) -> bool:
        """Tell whether a member wants messages over a channel."""
        return self._set.get((member_id, of_channel(channel)), True)


async def of(
    session: ReadSession, member_ids: Sequence[int], kinds: Iterable[str], channels: Iterable[str] = ()
) -> Switches:
    """Return how these members' switches stand for these kinds and channels."""
    subjects = [*map(of_kind, kinds), *map(of_channel, channels)]
    return Switches(await statements.rows(session, _SET, subjects=subjects, members=list(member_ids)))


async def turn(session: WriteSession, member_id: int, subject: str, now: datetime, *, is_on: bool) -> None:
    """Set one switch of a member's."""
    row = {"member_id": member_id, "subject": subject, "is_on": is_on, "changed_at": now}
    await put(session, MessageSwitch, [row], ["member_id", "subject"])


async def wanting(session: ReadSession, member_ids: Sequence[int], kind: str) -> list[int]:
    """Return those of these members into whose inbox a message of this kind belongs."""
    known = KINDS[kind]
    if known.must_be_known:
        return list(member_ids)
    found = await of(session, member_ids, [kind])
    return [member_id for member_id in member_ids if found.kind_is_on(member_id, known)]

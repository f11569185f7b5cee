"""What is known of uploads."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.media.tables import Upload


@dataclass(frozen=True)
class Copy:
    """Another upload that shows the same picture (`same`) or one much like it."""

    upload_id: int
    member_id: int
    act_id: int | None  # the act that it proves, if it has been used
    same: bool


@dataclass(frozen=True)
class Photo:
    """An upload as far as judging an act needs it."""

    upload_id: int
    member_id: int
    state: str
    moderation: str
    act_id: int | None
    copies: tuple[Copy, ...] = ()


async def photos(session: ReadSession, upload_ids: Sequence[int]) -> dict[int, Photo]:
    """Return these uploads with their copies; ids of nothing are left out."""
    if not upload_ids:
        return {}
    found = await session.exec(select(Upload).where(col(Upload.id).in_(upload_ids)))
    return {row.id or 0: Photo(row.id or 0, row.member_id, row.state, row.moderation, row.act_id) for row in found}

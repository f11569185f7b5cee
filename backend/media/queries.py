"""What is known of uploads."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.media.prints import lookup
from backend.media.prints.lookup import Likeness
from backend.media.tables import LEAVING, RISKY, STORED, Upload


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


async def photos(
    session: ReadSession, upload_ids: Sequence[int], *, offered_by: Collection[int] | None = None
) -> dict[int, Photo]:
    """Return these uploads with their copies; ids of nothing are left out.

    With `offered_by` copies are looked for only of what these members may offer now: their own stored photos that prove
    nothing yet, of which nobody has many. Looking costs milliseconds, and ids can be guessed.
    """
    if not upload_ids:
        return {}
    uploads = await _uploads(session, upload_ids)
    asked = [number for number, row in uploads.items() if offered_by is None or _is_offered(row, offered_by)]
    likenesses = await lookup.similar(session, asked) if asked else {}
    others = {one.upload_id for found in likenesses.values() for one in found} - uploads.keys()
    uploads |= await _uploads(session, sorted(others))
    return {
        number: Photo(
            number,
            uploads[number].member_id,
            uploads[number].state,
            uploads[number].moderation,
            uploads[number].act_id,
            tuple(_copy(uploads[one.upload_id], one) for one in likenesses.get(number, ()) if one.upload_id in uploads),
        )
        for number in upload_ids
        if number in uploads
    }


async def _uploads(session: ReadSession, upload_ids: Sequence[int]) -> dict[int, Upload]:
    if not upload_ids:
        return {}
    return {row.id or 0: row for row in await session.exec(select(Upload).where(col(Upload.id).in_(upload_ids)))}


def _is_offered(row: Upload, members: Collection[int]) -> bool:
    return row.member_id in members and row.state == STORED and row.act_id is None


def _copy(other: Upload, likeness: Likeness) -> Copy:
    return Copy(likeness.upload_id, other.member_id, other.act_id, likeness.same)


async def may_be_looked_at(session: ReadSession, key: str) -> bool:
    """Tell whether the picture of that name is there and fit to be looked at by whoever may."""
    found = await session.exec(
        select(Upload.id).where(col(Upload.key) == key, col(Upload.state) == STORED, col(Upload.moderation) != RISKY)
    )
    return found.first() is not None


async def leaving(session: ReadSession) -> Sequence[int]:
    """Return the uploads that are to be deleted once their pictures are."""
    found = await session.exec(select(Upload.id).where(col(Upload.state) == LEAVING).order_by(col(Upload.id)))
    return [number or 0 for number in found]

"""Keep the spots of pictures, and find the pictures that may show a part of each other: by index.

Each upload is listed under its rarest words, at most 32. A word that many uploads have (a tray's corner, a crumb on a
smooth plate) tells nothing, and lists no more of them: so a look-up costs the same however many photos there are of a
canteen. A picture that shares several words with another is a candidate; `agreement` decides.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import bindparam, func, insert, select

from backend.core import statements
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.statements import any_of
from backend.media.prints.spots import Spots, unpacked
from backend.media.prints.tables import PhotoSpots, SpotWord

LISTED: Final = 32  # words of an upload
COMMON: Final = 32  # uploads that a word may list
SHARED: Final = 2  # words that make a candidate
CANDIDATES: Final = 10

_SPOTS, _WORDS = PhotoSpots.__table__, SpotWord.__table__  # type: ignore[attr-defined]
_KEPT = select(_SPOTS.c.upload_id, _SPOTS.c.spots).where(any_of(_SPOTS.c.upload_id, "uploads"))
LISTING = (
    select(_WORDS.c.word, func.count().label("uploads")).where(any_of(_WORDS.c.word, "words")).group_by(_WORDS.c.word)
)
_shared = func.count().label("shared")
SHARING = (
    select(_WORDS.c.upload_id, _shared)
    .where(any_of(_WORDS.c.word, "words"), _WORDS.c.upload_id != bindparam("upload_id"))
    .group_by(_WORDS.c.upload_id)
    .having(_shared >= SHARED)
    .order_by(_shared.desc(), _WORDS.c.upload_id)
    .limit(CANDIDATES)
)


async def keep(session: WriteSession, upload_id: int, spots: Spots) -> None:
    """Keep an upload's spots, and list it under its rarest words."""
    if not spots.spots:
        return
    connection = await session.connection()
    await connection.execute(insert(_SPOTS), {"upload_id": upload_id, "spots": spots.packed()})
    words = sorted({one.word for one in spots.spots})
    listed = {one.word: one.uploads for one in await statements.rows(session, LISTING, words=words)}
    rows = [{"word": word, "upload_id": upload_id} for word in rarest(spots, listed)]
    await insert_many(session, SpotWord, rows)


def rarest(spots: Spots, listed: Mapping[int, int]) -> list[int]:
    """Return the words under which a picture is listed, when each word lists so many others."""
    words = dict.fromkeys(one.word for one in spots.spots)
    rare = (word for word in words if listed.get(word, 0) < COMMON)
    return sorted(rare, key=lambda word: listed.get(word, 0))[:LISTED]


async def kept(session: ReadSession, upload_ids: Sequence[int]) -> dict[int, Spots]:
    """Return the spots of these uploads; one that has none is left out."""
    return {number: unpacked(spots) for number, spots in await statements.rows(session, _KEPT, uploads=upload_ids)}


async def candidates(session: ReadSession, upload_id: int, spots: Spots) -> list[int]:
    """Return the other uploads that share most words with a picture or its mirror image."""
    words = sorted({word for side in (spots, spots.mirrored()) for one in side.spots for word in one.words()})
    found = await statements.rows(session, SHARING, words=words, upload_id=upload_id)
    return [other for other, _ in found]

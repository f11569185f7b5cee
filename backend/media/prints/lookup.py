"""Keep fingerprints, and find the photos that show the same picture or a part of it: by index, never by a scan."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.core.db import ReadSession, WriteSession
from backend.media.prints import parts, wholes
from backend.media.prints.agreement import NONE_AGREE, Agreement, agreement
from backend.media.prints.spots import NONE, Spots
from backend.media.prints.wholes import Print

ENOUGH: Final = 12  # spots of each of two pictures, to tell by them whether both show the same


@dataclass(frozen=True)
class Likeness:
    """Another upload, in how many of 255 bits its print differs (255: it is not near), and how far its spots agree.

    `by_whole`: one of both has too few spots to ask, or none that are kept, and so the whole decides alone.
    """

    upload_id: int
    distance: int = wholes.UNLIKE
    agreement: Agreement = NONE_AGREE
    by_whole: bool = True

    @property
    def same(self) -> bool:
        """Whether both show the same picture or a part of it, rather than much alike ones."""
        whole = self.distance <= wholes.SAME_WITHIN and (self.by_whole or self.agreement.confirms)
        return whole or self.agreement.same

    @property
    def alike(self) -> bool:
        """Whether both are at least much alike."""
        return self.distance <= wholes.LIKE_WITHIN or self.agreement.alike


def compared(upload_id: int, distance: int, asked: Spots, found: Spots) -> Likeness:
    """Return the likeness of two pictures whose wholes differ in so many bits."""
    few = min(len(asked.spots), len(found.spots)) < ENOUGH
    return Likeness(upload_id, distance, agreement(asked, found), few)


async def keep(session: WriteSession, upload_id: int, whole: Print, spots: Spots = NONE) -> None:
    """Keep an upload's fingerprints."""
    await wholes.keep(session, upload_id, whole)
    await parts.keep(session, upload_id, spots)


async def similar(session: ReadSession, upload_ids: Sequence[int]) -> dict[int, list[Likeness]]:
    """Return, for each of these uploads, the other ones that look like it, the nearest first.

    The picture and its mirror image are looked for; it may have been cut out of another one, or another one out of it.
    """
    prints, spots = await wholes.kept(session, upload_ids), await parts.kept(session, upload_ids)
    return {number: await _like(session, number, whole, spots.get(number, NONE)) for number, whole in prints.items()}


async def _like(session: ReadSession, upload_id: int, whole: Print, spots: Spots) -> list[Likeness]:
    near = await wholes.near(session, upload_id, whole)
    shared = await parts.candidates(session, upload_id, spots) if spots.spots else []
    # Of a canteen's many much alike wholes only the nearest are compared: a copy is among them.
    asked = {*shared, *sorted(near, key=lambda other: (near[other], other))[: parts.CANDIDATES]}
    kept = await parts.kept(session, sorted(asked))
    found = [compared(one, near.get(one, wholes.UNLIKE), spots, kept.get(one, NONE)) for one in asked]
    found += (Likeness(one, near[one], by_whole=False) for one in near.keys() - asked)
    return sorted((one for one in found if one.alike), key=_nearness)


def _nearness(one: Likeness) -> tuple[bool, int, int, int]:
    return not one.same, one.distance, -one.agreement.matched, one.upload_id

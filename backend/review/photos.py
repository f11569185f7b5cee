"""What reviewing means for photos: what a person saw in them is known, an answer's photo is claimed as an act's is."""

import json
from collections.abc import Collection

from backend.checkins import errors
from backend.checkins.photos import usable
from backend.core import ids
from backend.media import moderation, queries, service
from backend.review import bench
from backend.review.bench import Bench
from backend.review.tables import ReviewCase


async def judge(laid: Bench, case: ReviewCase, verdict: str, *, where: Collection[str]) -> None:
    """Say of a case's photos that are in one of these states what a person saw in them; remember that for an undo."""
    changed = {}
    for upload in laid.photos_of(case):
        before = (await moderation.locked(laid.session, upload.id or 0)).moderation
        if before in where:
            judged = await service.judge(laid.session, upload.id or 0, verdict, laid.by_member, laid.now)
            if judged.judged_by_id == laid.by_member:
                changed[str(upload.id)] = before
    case.photo_before = json.dumps(changed) if changed else None


async def restore(laid: Bench, case: ReviewCase) -> None:
    """Unsay what the verdict said of a case's photos, of each its own."""
    for number, before in json.loads(case.photo_before or "{}").items():
        await service.take_back(laid.session, int(number), before, case.decided_by or 0, laid.now)
    case.photo_before = None


async def claim(laid: Bench, case: ReviewCase, opaque: str) -> int:
    """Let a photo of the member's prove the case's act too; raises what `usable` raises."""
    number = ids.find(service.UPLOAD_ID, opaque)
    if number is None:
        raise errors.PhotoUnknown
    found = (await queries.photos(laid.session, [number], offered_by=[laid.by_member])).get(number)
    claimed = usable(found, laid.by_member, {None, case.act_id})
    await service.claim(laid.session, {claimed: case.act_id}, laid.now)
    laid.photos |= await bench.photos(laid.session, [case.act_id])
    return claimed

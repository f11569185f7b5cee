"""What reviewing means for photos: what a person saw in them is known, an answer's photo is claimed as an act's is."""

from collections.abc import Mapping

from backend.checkins import errors
from backend.checkins.photos import usable
from backend.core import ids
from backend.core.errors import NotFound
from backend.media import queries, service
from backend.media.tables import PASSED, RISKY
from backend.review import bench
from backend.review.bench import Bench
from backend.review.tables import REFUSED, ReviewCase


async def judge(laid: Bench, case: ReviewCase, changes: Mapping[str, str]) -> None:
    """Change what is known of a case's photos, by what was known before; remember that for an undo."""
    for upload in laid.photos_of(case):
        if (verdict := changes.get(upload.moderation)) is not None:
            case.photo_before = upload.moderation
            await service.judge(laid.session, upload.id or 0, verdict, laid.by_member, laid.now)


async def restore(laid: Bench, case: ReviewCase) -> None:
    """Let what the verdict made known of a case's photos be unknown again."""
    before, changed = case.photo_before, RISKY if case.state == REFUSED else PASSED
    if before is None:
        return
    for upload in laid.photos_of(case):
        if upload.moderation == changed:
            await service.judge(laid.session, upload.id or 0, before, laid.by_member, laid.now)
    case.photo_before = None


async def claim(laid: Bench, case: ReviewCase, opaque: str) -> int:
    """Let a photo of the member's prove the case's act too; raises what `usable` raises."""
    try:
        number = ids.decode(service.UPLOAD_ID, opaque)
    except NotFound:
        raise errors.PhotoUnknown from None
    found = (await queries.photos(laid.session, [number])).get(number)
    claimed = usable(found, laid.by_member, {None, case.act_id})
    await service.claim(laid.session, {claimed: case.act_id}, laid.now)
    laid.photos |= await bench.photos(laid.session, [case.act_id])
    return claimed

"""Judge the photo that an act is proved by: is it there, the member's own, not refused, and not used before."""

from collections.abc import Callable
from collections.abc import Set as AbstractSet

from backend.checkins import errors
from backend.checkins.desk import Counted, Desk
from backend.checkins.requests import Item
from backend.media.queries import Photo
from backend.media.tables import RISKY, STORED


def presented(item: Item, member_id: int, desk: Desk, replaces: Counted | None) -> int | None:
    """Return the upload that proves an act, None where none is given.

    A photo proves one act. The same act may show it again when a stronger proof joins it (`replaces`). Raises
    PhotoUnknown, PhotoRefused, PhotoUsed, PhotoCopied.
    """
    if item.photo is None:
        return None
    own = {None, replaces.check_in_id if replaces else None}
    return usable(desk.photo(item.photo), member_id, own, desk.used_by)


def usable(
    photo: Photo | None,
    member_id: int,
    own: AbstractSet[int | None],
    used_by: Callable[[int, int | None], int | None] = lambda _, act_id: act_id,
) -> int:
    """Return the number of a photo that may prove an act of this member, one of `own` if it proves one already.

    `used_by` tells which act an upload proves, given what the database told. Raises as `presented` does.
    """
    if photo is None or photo.member_id != member_id or photo.state != STORED:
        raise errors.PhotoUnknown
    if photo.moderation == RISKY:
        raise errors.PhotoRefused
    if used_by(photo.upload_id, photo.act_id) not in own:
        raise errors.PhotoUsed
    if any(copy.same and used_by(copy.upload_id, copy.act_id) not in own for copy in photo.copies):
        raise errors.PhotoCopied
    return photo.upload_id

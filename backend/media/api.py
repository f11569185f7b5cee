"""GraphQL: ask for an upload, see one's own photo; what reviewers see of one."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Context, Info, InvalidValue
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.request_ids import is_request_id
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.media import faces, links, service, uploads
from backend.media.tables import DELETED, LEAVING, PASSED, RISKY, STORED, Upload
from backend.settings import Settings
from backend.wechat import checks


@strawberry.type(description="Leave to send one photo.")
class UploadTicket:
    upload_id: strawberry.ID = strawberry.field(description="What the check-in names as its photo.")
    path: str = strawberry.field(description="Post the photo here, as a form with one file.")
    max_bytes: int = strawberry.field(description="The largest file that is taken.")
    expires_at: datetime = strawberry.field(description="Until when it may be sent.")
    state: str = strawberry.field(description="expected, stored or deleted.")


@strawberry.type(description="A photo as those see it who may.")
class Photo:
    url: str | None = strawberry.field(description="Where it is, for ten minutes; null: it is deleted or refused.")
    thumbnail_url: str | None = strawberry.field(
        description="A small one, for ten minutes; null: it is deleted or refused."
    )
    taken: str = strawberry.field(description="today, earlier, later (than its upload) or unknown, by its EXIF.")
    distance: str = strawberry.field(description="near (500 m of a site of the unit), far or unknown, by its EXIF.")
    edited: bool = strawberry.field(description="Whether an editing program left its name.")
    moderation: str = strawberry.field(description="waiting, pending, passed, human or risky.")
    objection: str | None = strawberry.field(
        description="What WeChat holds against it, as in 'advertising'; null: nothing, or not the caller's to know."
    )


@strawberry.type(description="A photo as everybody else sees it, once it has passed.")
class PublicPhoto:
    url: str = strawberry.field(description="Where it is, for ten minutes.")
    thumbnail_url: str = strawberry.field(description="A small one, for ten minutes.")


RequestUploadResult = Annotated[
    UploadTicket | InvalidValue | faces.TooManyUploads | identity_faces.NotOnRoster,
    strawberry.union("RequestUploadResult", description="The ticket, or why there is none."),
]


@strawberry.input(description="Under which id a photo is to be sent.")
class RequestUploadInput:
    request_id: str = strawberry.field(description="8 to 64 letters, digits, '-' or '_'; the same id, the same ticket.")


def shown(upload: Upload, context: Context, *, decides: bool = False) -> Photo:
    """Return a photo as its owner sees it or, with `decides`, a reviewer; the caller has checked who asks.

    A refused picture is shown to nobody. Others than those two see what `shown_to_others` returns.
    """
    there = upload.state == STORED and upload.moderation != RISKY
    photo, thumbnail = _links(upload, context) if there else (None, None)
    return Photo(
        url=photo,
        thumbnail_url=thumbnail,
        taken=upload.taken or "unknown",
        distance=upload.distance or "unknown",
        edited=bool(upload.edited),
        moderation=upload.moderation,
        objection=_objection(upload, context) if decides else None,
    )


def shown_to_others(upload: Upload, context: Context) -> PublicPhoto | None:
    """Return a photo as anybody else may see it, or None: nothing is seen by others before it has passed."""
    if upload.state != STORED or upload.moderation != PASSED:
        return None
    photo, thumbnail = _links(upload, context)
    return PublicPhoto(url=photo, thumbnail_url=thumbnail)


def _links(upload: Upload, context: Context) -> tuple[str, str]:
    vault, until = context.use(Vault), context.now + links.LIFE
    return links.signed(vault, f"{upload.key}/photo", until), links.signed(vault, f"{upload.key}/thumbnail", until)


def _objection(upload: Upload, context: Context) -> str | None:
    if upload.label in (None, checks.FINE):
        return None
    return context.say(checks.LABELS.get(upload.label, checks.LABELS[checks.OTHER]))


@strawberry.type
class MediaMutation:
    @strawberry.mutation(
        description="Ask for leave to send a photo. The same requestId gives the same ticket.",
        extensions=[AnswersProblems()],
    )
    async def request_upload(self, info: Info, input: Asked[RequestUploadInput]) -> RequestUploadResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        if not is_request_id(input.request_id):
            reason = Text("须为 8 至 64 个字母、数字、“-”或“_”", "it has 8 to 64 letters, digits, '-' or '_'")
            raise InvalidValueProblem(field="requestId", reason=reason)
        async with context.database.write() as session:
            upload = await service.request_upload(session, member_id, input.request_id, context.now)
        return UploadTicket(
            upload_id=strawberry.ID(ids.encode(service.UPLOAD_ID, upload.id or 0)),
            path=uploads.ticket_path(context.use(Vault), upload.id or 0),
            max_bytes=context.use(Settings).photo_bytes,
            expires_at=upload.expires_at,
            state=DELETED if upload.state == LEAVING else upload.state,
        )

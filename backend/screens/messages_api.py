"""GraphQL for the office: write on an institution's screens, and see a scene before a screen shows it."""

from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from backend.core import ids
from backend.core.api import (
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    OfInstitution,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.db import ReadSession
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.receipts import Order
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import sessions
from backend.identity.api import managed_institution
from backend.identity.roles import MANAGERS
from backend.media import links as media_links
from backend.screens import faces, links, playlists, sentences
from backend.screens.links import PreviewWanted
from backend.screens.office_api import REQUEST_ID, checked_locale
from backend.screens.sentences import Draft
from backend.screens.shapes import SHAPE_NAMES, SIZES
from backend.screens.tables import ScreenMessage as Row
from backend.screens.walls import Walls

MESSAGE_ID = "smg"
MESSAGE = Text("留言", "message")
FURTHEST = timedelta(days=400)
ONE_OF_TWO = Text("“shape”与“size”须且只须填一个，可用的有：{known}", "give shape or size, one of: {known}")
TOO_FAR = Text("须在现在前后 400 天以内", "it lies within 400 days of now")
NO_MESSAGE = Text("须先填写中文内容", "it goes with the Chinese text")


@strawberry.type(description="A sentence on the screens of an institution.")
class ScreenMessage:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    text_zh: str = strawberry.field(description="In Chinese.")
    text_en: str | None = strawberry.field(description="In English; null: screens in English show the Chinese.")
    begins_at: datetime = strawberry.field(description="From when it is shown.")
    ends_at: datetime = strawberry.field(description="Until when, not included.")
    written_at: datetime = strawberry.field(description="When it was written.")
    withdrawn_at: datetime | None = strawberry.field(description="When it was taken off; null: it was not.")


@strawberry.type(description="A message stands on the screens, or will.")
class ScreenMessageWritten:
    request_id: str = strawberry.field(description="The request's id.")
    replayed: bool = strawberry.field(description="Whether the answer had been given before.")
    written: ScreenMessage = strawberry.field(description="The message, as it stands now.")


@strawberry.type(description="A message is off the screens within half a minute.")
class ScreenMessageWithdrawn:
    withdrawn: ScreenMessage = strawberry.field(description="The message.")


@strawberry.type(description="A scene as screens would show it.")
class ScreenPreview:
    page: str = strawberry.field(description="Where the page is, until then.")
    picture: str = strawberry.field(description="Where the picture is, until then.")
    expires_at: datetime = strawberry.field(description="Until when both paths are good.")


WriteScreenMessageResult = Annotated[
    ScreenMessageWritten | InvalidValue | faces.TooManyScreenMessages | RequestIdInvalid | RequestReused,
    strawberry.union("WriteScreenMessageResult", description="The message, or why there is none."),
]
WithdrawScreenMessageResult = Annotated[
    ScreenMessageWithdrawn | NotFound,
    strawberry.union("WithdrawScreenMessageResult", description="The message that was taken off."),
]


@strawberry.input(description="What is written, on whose screens, and for how long.")
class WriteScreenMessageInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    institution_id: strawberry.ID = strawberry.field(description="On whose screens.")
    text_zh: str = strawberry.field(description="1 to 60 characters.")
    text_en: str | None = strawberry.field(default=None, description="1 to 120 characters; null: none.")
    begins_at: datetime = strawberry.field(description="From when it is shown.")
    ends_at: datetime = strawberry.field(description="Until when; at most 31 days later.")


@strawberry.input(description="Which message.")
class WithdrawScreenMessageInput:
    message_id: strawberry.ID = strawberry.field(description="The message.")


@strawberry.input(description="A scene, on what kind of screen, in which language, as of when.")
class ScreenPreviewInput:
    institution_id: strawberry.ID = strawberry.field(description="Whose screens would show it.")
    scene: str = strawberry.field(description="The scene's key.")
    shape: str | None = strawberry.field(default=None, description="landscape, portrait, wide or strip.")
    size: str | None = strawberry.field(default=None, description="Or a size in pixels, as in 1920x1080.")
    locale: str = strawberry.field(default="zh-CN", description="zh-CN or en.")
    at: datetime | None = strawberry.field(default=None, description="As of when; null: now.")
    message_zh: str | None = strawberry.field(default=None, description="A message that nobody has written yet.")
    message_en: str | None = strawberry.field(default=None, description="The same in English.")


def face(row: Row) -> ScreenMessage:
    """Return a message as organisers see it."""
    return ScreenMessage(
        id=strawberry.ID(ids.encode(MESSAGE_ID, row.id or 0)),
        text_zh=row.text_zh,
        text_en=row.text_en,
        begins_at=row.begins_at,
        ends_at=row.ends_at,
        written_at=row.written_at,
        withdrawn_at=row.withdrawn_at,
    )


def _size(shape: str | None, size: str | None) -> str:
    """Return the size that is asked for; that of a shape is the first of its sizes."""
    found = [
        one
        for one, of_shape in SIZES.items()
        if (size is None and of_shape == shape) or (shape is None and one == size)
    ]
    if not found:
        known = ", ".join((*SHAPE_NAMES, *SIZES))
        raise InvalidValueProblem(field="size", reason=ONE_OF_TWO.told(known=known))
    return found[0]


def _wanted(asked: ScreenPreviewInput, institution_id: int, now: datetime) -> PreviewWanted:
    """Return the preview that is asked for; raises InvalidValue."""
    known = playlists.known_scenes()
    if asked.scene not in known:
        raise InvalidValueProblem(field="scene", reason=playlists.UNKNOWN.told(known=", ".join(known)))
    if asked.at is not None and asked.at.tzinfo is None:
        raise InvalidValueProblem(field="at", reason=sentences.NO_OFFSET)
    if asked.at is not None and abs(asked.at - now) > FURTHEST:
        raise InvalidValueProblem(field="at", reason=TOO_FAR)
    zh, en = asked.message_zh, asked.message_en
    if zh is None and en is not None:
        raise InvalidValueProblem(field="messageEn", reason=NO_MESSAGE)
    return PreviewWanted(
        institution=institution_id,
        scene=asked.scene,
        size=_size(asked.shape, asked.size),
        lang=checked_locale(asked.locale) or "zh-CN",
        at=asked.at.isoformat() if asked.at else "",
        zh="" if zh is None else sentences.checked("messageZh", zh, sentences.LONGEST_ZH),
        en="" if en is None else sentences.checked("messageEn", en, sentences.LONGEST_EN),
    )


async def _managed_message(context: Context, session: ReadSession, named: str) -> Row:
    """Return a message on screens that the caller manages; raises NotFound for any other."""
    await sessions.caller(context, session)
    number = ids.find(MESSAGE_ID, named)
    found = await sentences.one(session, number) if number is not None else None
    missing = NotFoundProblem(what=MESSAGE)
    await sessions.require_role_at(context, session, MANAGERS, found[1].path if found else None, missing)
    assert found is not None, "what there is not cannot be managed"
    return found[0]


@strawberry.type
class ScreenMessagesQuery:
    @strawberry.field(description="The messages of an institution's screens, the last fifty (its managers).")
    async def screen_messages(self, info: Info, institution_id: OfInstitution) -> list[ScreenMessage]:
        async with info.context.database.read() as session:
            row = await managed_institution(info.context, session, institution_id)
            found = await sentences.of_institution(session, row.id or 0)
        return [face(one) for one in found]

    @strawberry.field(description="A scene as an institution's screens would show it (its managers).")
    async def screen_preview(self, info: Info, input: Asked[ScreenPreviewInput]) -> ScreenPreview:  # noqa: A002
        context = info.context
        async with context.database.read() as session:
            row = await managed_institution(context, session, input.institution_id)
        until = context.now + media_links.LIFE
        page, picture = links.link(context.use(Vault), _wanted(input, row.id or 0, context.now), until)
        return ScreenPreview(page=page, picture=picture, expires_at=until)


@strawberry.type
class ScreenMessagesMutation:
    @strawberry.mutation(
        description="Write a sentence on an institution's screens (its managers).", extensions=[AnswersProblems()]
    )
    async def write_screen_message(
        self,
        info: Info,
        input: Asked[WriteScreenMessageInput],  # noqa: A002
    ) -> WriteScreenMessageResult:
        context = info.context
        async with context.database.write() as session:
            row = await managed_institution(context, session, input.institution_id)
            content = (row.id, input.text_zh, input.text_en, input.begins_at, input.ends_at)
            order = Order(await sessions.member_id(context, session), input.request_id, sentences.WRITE, content)
            draft = Draft(input.text_zh, input.text_en, input.begins_at, input.ends_at)
            made = await sentences.write(session, order, row.id or 0, draft, context.now)
        context.use(Walls).forget(row.id)
        return ScreenMessageWritten(request_id=input.request_id, replayed=made.replayed, written=face(made.message))

    @strawberry.mutation(
        description="Take a message off the screens (managers of their institution).", extensions=[AnswersProblems()]
    )
    async def withdraw_screen_message(
        self,
        info: Info,
        input: Asked[WithdrawScreenMessageInput],  # noqa: A002
    ) -> WithdrawScreenMessageResult:
        context = info.context
        async with context.database.write() as session:
            row = await _managed_message(context, session, input.message_id)
            await sentences.withdraw(session, row, context.now)
        context.use(Walls).forget(row.institution_id)
        return ScreenMessageWithdrawn(withdrawn=face(row))

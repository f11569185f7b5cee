"""GraphQL for the office: pair a screen, set what it shows, see how it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated

import strawberry

from backend.checkins.sheets import SITE_ID
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
from backend.core.text import LOCALES, Locale, Text
from backend.core.vault import Vault
from backend.identity import sessions
from backend.identity.api import managed_institution
from backend.identity.roles import MANAGERS
from backend.rewards.faces import EditionPassed
from backend.screens import control, errors, faces, pairing, playlists, queries
from backend.screens.api import SCREEN_ID
from backend.screens.playlists import Wanted
from backend.screens.tables import Screen as Row
from backend.screens.tables import ScreenSighting
from backend.settings import Settings

REQUEST_ID = "8 to 64 letters, digits, '-' or '_'; keep it for every retry."
SCREEN = Text("屏幕", "screen")
LANGUAGE = Text("须为 zh-CN、en，或不填", "it is zh-CN, en or nothing")


@strawberry.type(description="A scene of a playlist, for how long, and at which hours.")
class PlaylistItem:
    scene: str = strawberry.field(description="The scene's key.")
    seconds: int = strawberry.field(description="How long it stands.")
    begins: str | None = strawberry.field(description="From when each day, as in 07:30, Beijing time; null: all day.")
    ends: str | None = strawberry.field(description="Until when, not included; may lie after midnight.")
    site_id: strawberry.ID | None = strawberry.field(description="Whose changing code the scene `code` shows.")


@strawberry.type(description="A page or a player that holds a screen's key; two of them are two devices or two tabs.")
class ScreenInstance:
    form: str = strawberry.field(description="page or picture.")
    width: int = strawberry.field(description="Pixels; 0: not known.")
    height: int = strawberry.field(description="Pixels; 0: not known.")
    scene: str = strawberry.field(description="The scene that it showed.")
    way: str = strawberry.field(description="How it hears of news: events or polling.")
    fault: str = strawberry.field(description="What went wrong on it; empty: nothing.")
    seen_at: datetime = strawberry.field(description="When it was last heard.")


@strawberry.type(description="A screen that an organiser has registered or paired.")
class RegisteredScreen:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    place: str = strawberry.field(description="Where it hangs.")
    registered_at: datetime = strawberry.field(description="Since when it holds its key: registered or paired.")
    locale: str | None = strawberry.field(description="zh-CN or en; null: as the device asks.")
    playlist: list[PlaylistItem] | None = strawberry.field(description="What it shows; null: the standing playlist.")
    edition: int = strawberry.field(description="Grows with every change; who changes it names the one they have seen.")
    seen_at: datetime | None = strawberry.field(description="When it was last heard; null: never, or long ago.")
    is_silent: bool = strawberry.field(description="Whether nothing was heard of it for some minutes.")
    sightings: list[ScreenInstance] = strawberry.field(
        description="The pages and players that hold its key, those heard last first, at most twenty."
    )


@strawberry.type(description="The screen belongs to the institution and shows its board within seconds.")
class ScreenPaired:
    request_id: str = strawberry.field(description="The request's id.")
    replayed: bool = strawberry.field(description="Whether the answer had been given before.")
    screen: RegisteredScreen = strawberry.field(description="The screen, as it stands now.")


@strawberry.type(description="What the screen shows from now on.")
class ScreenSet:
    screen: RegisteredScreen = strawberry.field(description="The screen, as it stands now.")


PairScreenResult = Annotated[
    ScreenPaired | faces.PairingCodeUnknown | faces.TooManyGuesses | InvalidValue | RequestIdInvalid | RequestReused,
    strawberry.union("PairScreenResult", description="The screen, or why there is none."),
]
SetScreenResult = Annotated[
    ScreenSet | NotFound | InvalidValue | faces.PlaylistItemInvalid | EditionPassed,
    strawberry.union("SetScreenResult", description="The screen, or why it stays as it is."),
]


@strawberry.input(description="The code that a screen shows, and what the screen becomes.")
class PairScreenInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    institution_id: strawberry.ID = strawberry.field(description="Whose screen it becomes.")
    code: str = strawberry.field(description="The six letters that it shows; spaces and small letters do no harm.")
    place: str = strawberry.field(description="1 to 60 characters, as in 一层食堂.")
    locale: str | None = strawberry.field(default=None, description="zh-CN or en; null: as the device asks.")


@strawberry.input(description="A scene, for how long, and at which hours.")
class PlaylistItemInput:
    scene: str = strawberry.field(description="The scene's key.")
    seconds: int = strawberry.field(description="How long it stands: 5 to 300.")
    begins: str | None = strawberry.field(default=None, description="From when each day, as in 07:30, Beijing time.")
    ends: str | None = strawberry.field(default=None, description="Until when; before `begins`: over midnight.")
    site_id: strawberry.ID | None = strawberry.field(
        default=None, description="For the scene `code`: the site whose changing code it shows."
    )


@strawberry.input(description="All that may be set of a screen.")
class SetScreenInput:
    screen_id: strawberry.ID = strawberry.field(description="The screen.")
    edition: int = strawberry.field(description="The screen's edition as the caller has seen it.")
    place: str = strawberry.field(description="1 to 60 characters, as in 一层食堂.")
    locale: str | None = strawberry.field(default=None, description="zh-CN or en; null: as the device asks.")
    playlist: list[PlaylistItemInput] | None = strawberry.field(
        default=None, description="1 to 30 items; null: the standing playlist."
    )


def face(row: Row, sightings: Sequence[ScreenSighting], context: Context) -> RegisteredScreen:
    """Return a screen as its organisers see it."""
    items = playlists.read(row.playlist)
    seen_at = max((one.seen_at for one in sightings), default=None)
    patience = timedelta(seconds=context.use(Settings).screen_silent_seconds)
    return RegisteredScreen(
        id=strawberry.ID(ids.encode(SCREEN_ID, row.id or 0)),
        place=row.place,
        registered_at=row.registered_at,
        locale=row.locale,
        playlist=None
        if items is None
        else [
            PlaylistItem(
                scene=item.scene,
                seconds=item.seconds,
                begins=playlists.clock_time(item.begins),
                ends=playlists.clock_time(item.ends),
                site_id=strawberry.ID(ids.encode(SITE_ID, item.site_id)) if item.site_id else None,
            )
            for item in items
        ],
        edition=row.edition,
        seen_at=seen_at,
        is_silent=max(seen_at or row.registered_at, row.registered_at) < context.now - patience,
        sightings=[
            ScreenInstance(
                form=one.form,
                width=one.width,
                height=one.height,
                scene=one.scene,
                way=one.way,
                fault=one.fault,
                seen_at=one.seen_at,
            )
            for one in sightings
        ],
    )


def checked_locale(asked: str | None) -> Locale | None:
    """Return a language that screens speak, or None; raises InvalidValue."""
    if asked is None:
        return None
    for locale in LOCALES:
        if asked == locale:
            return locale
    raise InvalidValueProblem(field="locale", reason=LANGUAGE)


async def managed_screen(context: Context, session: ReadSession, named: str) -> Row:
    """Return a screen that holds a key and that the caller manages; raises NotFound for any other."""
    await sessions.caller(context, session)
    number = ids.find(SCREEN_ID, named)
    found = await queries.screen(session, number) if number is not None else None
    held = found if found is not None and found[0].revoked_at is None else None
    await sessions.require_role_at(
        context, session, MANAGERS, held[1].path if held else None, NotFoundProblem(what=SCREEN)
    )
    assert held is not None, "what there is not cannot be managed"
    return held[0]


@strawberry.type
class ScreensOfficeQuery:
    @strawberry.field(description="The screens of an institution (its managers).")
    async def registered_screens(self, info: Info, institution_id: OfInstitution) -> list[RegisteredScreen]:
        context = info.context
        async with context.database.read() as session:
            row = await managed_institution(context, session, institution_id)
            found = await queries.of_institution(session, row.id or 0)
            heard = await queries.sightings(session, [one.id or 0 for one in found])
        return [face(one, heard[one.id or 0], context) for one in found]


@strawberry.type
class ScreensOfficeMutation:
    @strawberry.mutation(
        description="Make the screen that shows a code one of an institution's (its managers).",
        extensions=[AnswersProblems()],
    )
    async def pair_screen(self, info: Info, input: Asked[PairScreenInput]) -> PairScreenResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            row = await managed_institution(context, session, input.institution_id)
            locale = checked_locale(input.locale)
            code = pairing.code_fingerprint(context.use(Vault), input.code)
            content = (row.id, code, input.place, locale)
            order = Order(await sessions.member_id(context, session), input.request_id, pairing.PAIR, content)
            paired = await pairing.pair(
                session, order, code=code, institution_id=row.id or 0, place=input.place, locale=locale, now=context.now
            )
            heard = await queries.sightings(session, [paired.screen.id or 0] if paired else [])
        if paired is None:  # told only now: the guess is to be kept
            raise errors.PairingCodeUnknown
        screen = face(paired.screen, heard[paired.screen.id or 0], context)
        return ScreenPaired(request_id=input.request_id, replayed=paired.replayed, screen=screen)

    @strawberry.mutation(
        description="Set a screen's place, language and playlist (its managers).", extensions=[AnswersProblems()]
    )
    async def set_screen(self, info: Info, input: Asked[SetScreenInput]) -> SetScreenResult:  # noqa: A002
        context = info.context
        wanted = None if input.playlist is None else [_wanted(item) for item in input.playlist]
        async with context.database.write() as session:
            screen = await managed_screen(context, session, input.screen_id)
            locale = checked_locale(input.locale)
            items = (
                None if wanted is None else await playlists.checked(session, wanted, screen.institution_id, context.now)
            )
            await control.set_screen(session, screen, input.edition, place=input.place, locale=locale, items=items)
            heard = await queries.sightings(session, [screen.id or 0])
        return ScreenSet(screen=face(screen, heard[screen.id or 0], context))


def _wanted(item: PlaylistItemInput) -> Wanted:
    site_id = None if item.site_id is None else ids.find(SITE_ID, item.site_id) or 0
    return Wanted(item.scene, item.seconds, item.begins, item.ends, site_id)

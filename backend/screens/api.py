"""GraphQL: what a canteen screen shows, and registering one."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns.api import Campaign
from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Info, InvalidValue, NotFound
from backend.core.errors import Forbidden, Unauthenticated
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.vault import Vault
from backend.identity import sessions
from backend.identity.api import managed_institution
from backend.identity.roles import MANAGERS
from backend.leaderboards import api as leaderboards_api
from backend.leaderboards.api import Board
from backend.screens import queries, service
from backend.screens.holders import Holders
from backend.screens.showing import Showing

SCREEN_ID = "scr"


@strawberry.type(description="A canteen screen, and what it shows just now.")
class Screen:
    institution: str = strawberry.field(description="Where it hangs.")
    place: str = strawberry.field(description="The place's name.")
    campaign: Campaign | None = strawberry.field(description="The campaign that it shows; null between campaigns.")
    boards: list[Board] = strawberry.field(description="Institutions, departments and persons.")


@strawberry.type(description="A screen was registered.")
class ScreenRegistered:
    key: str = strawberry.field(description="The screen's key; it is shown only here.")
    path: str = strawberry.field(description="Open this path on the screen.")


RegisterScreenResult = Annotated[
    ScreenRegistered | InvalidValue,
    strawberry.union("RegisterScreenResult", description="The key, or why there is none."),
]


@strawberry.type(description="A screen's key is worth nothing any more.")
class ScreenRevoked:
    at: datetime = strawberry.field(description="Since when.")


RevokeScreenResult = Annotated[
    ScreenRevoked | NotFound,
    strawberry.union("RevokeScreenResult", description="When, or why not."),
]


@strawberry.input(description="Which screen.")
class RevokeScreenInput:
    screen_id: strawberry.ID = strawberry.field(description="The screen.")


@strawberry.input(description="Where a screen hangs.")
class RegisterScreenInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution.")
    place: str = strawberry.field(description="1 to 60 characters, as in 一层食堂.")


@strawberry.type
class ScreensQuery:
    @strawberry.field(
        description="What the screen shows that sends its key as `Authorization: Bearer …`; null when it holds none."
    )
    async def screen(self, info: Info) -> Screen | None:
        context = info.context
        if context.token is None:
            raise Unauthenticated
        shown = await context.use(Showing).get(context.token, context.locale)
        return Screen(
            institution=shown.institution,
            place=shown.place,
            campaign=campaigns_api.campaign(shown.campaign, context) if shown.campaign else None,
            boards=[leaderboards_api.face(made) for made in shown.boards],
        )


@strawberry.type
class ScreensMutation:
    @strawberry.mutation(description="Register a canteen screen (organisers).", extensions=[AnswersProblems()])
    async def register_screen(self, info: Info, input: Asked[RegisterScreenInput]) -> RegisterScreenResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            row = await managed_institution(context, session, input.institution_id)
            place = service.checked_place(input.place)
            key = await service.register(session, context.use(Vault), row.id or 0, place, context.now)
        return ScreenRegistered(key=key, path=f"/screens/{key}")

    @strawberry.mutation(description="Take a screen's key back (organisers).", extensions=[AnswersProblems()])
    async def revoke_screen(self, info: Info, input: Asked[RevokeScreenInput]) -> RevokeScreenResult:  # noqa: A002
        context = info.context
        await sessions.caller(context)
        async with context.database.write() as session:
            found = await queries.screen(session, ids.decode(SCREEN_ID, input.screen_id))
            if found is None:
                raise NotFoundProblem(what=input.screen_id[:40])
            try:
                await sessions.require_role(context, session, MANAGERS, found[1].path)
            except Forbidden:
                raise NotFoundProblem(what=input.screen_id[:40]) from None
            at = await service.revoke(session, found[0], context.now)
        context.use(Holders).forget()
        return ScreenRevoked(at=at)

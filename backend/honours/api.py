"""GraphQL: the caller's streak and badges, their group's goal, the prizes; showing a badge; what colleagues show."""

from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.campaigns.shelf import Shelf
from backend.core.api import AnswersProblems, Asked, Info, NotFound, OfCampaign
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.honours import cases, faces, goals, queries, service
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.settings import Settings


@strawberry.type(description="What a campaign has to say to the caller besides points: nobody is ranked by any of it.")
class Honours:
    streak: faces.MyStreak | None = strawberry.field(
        description="Days in a row; null: the theme has none, or the caller does not take part."
    )
    badges: list[faces.MyBadge] = strawberry.field(description="The badges of the campaign, in the theme's order.")
    goal: faces.SharedGoal | None = strawberry.field(
        description="The goal of the caller's group; null: none, they do not take part, or the group is too small to"
        " tell."
    )
    prizes: list[faces.Prize] = strawberry.field(description="What the first places of a board get.")


@strawberry.type(description="A badge, and who of the caller's institution chose to show it.")
class ShownBadge:
    key: str = strawberry.field(description="The badge's key.")
    title: str = strawberry.field(description="What it is called.")
    names: list[str] = strawberry.field(description="As boards show them, in order of name, at most fifty.")


@strawberry.type(description="Whether a badge is shown to colleagues from now on.")
class BadgeShowing:
    badge: str = strawberry.field(description="The badge's key.")
    shown: bool = strawberry.field(description="Whether colleagues may see it.")


ShowBadgeResult = Annotated[
    BadgeShowing | faces.BadgeNotHeld | NotFound | identity_faces.NotOnRoster,
    strawberry.union("ShowBadgeResult", description="The choice that holds now, or why it does not."),
]


@strawberry.input(description="Whether colleagues may see a badge of the caller's.")
class ShowBadgeInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign.")
    badge: str = strawberry.field(description="The badge's key.")
    shown: bool = strawberry.field(description="Show it, or hide it again.")


@strawberry.type
class HonoursViewer:
    @strawberry.field(description="The caller's streak and badges in a campaign, their group's goal, and the prizes.")
    async def honours(self, info: Info, campaign_id: OfCampaign) -> Honours:
        context = info.context
        member_id = await sessions.member_id(context)
        calendar, threshold = context.use(Shelf).calendar, context.use(Settings).suppression_threshold
        async with context.database.read() as session:
            running = await campaigns_api.visible(context, session, campaign_id, member_id)
            taken = await cases.parts(session, [member_id])
            pair = (running.id, member_id)
            takes_part = any(part.campaign_id == running.id for part in taken[member_id])
            known = {running.id: running}
            case = (await cases.lay_out(session, [pair], taken, calendar, context.now, known=known)).get(pair)
            earned = await queries.earned(session, [member_id], [running.id]) if case else {}
            place = await identity.place_of(session, member_id, sessions.today(context)) if takes_part else None
            goal = (
                await goals.progress(
                    session,
                    running,
                    institution_id=place.institution_id,
                    department_id=place.department_id,
                    day=min(running.today(context.now), running.campaign.ends_on),
                    threshold=threshold,
                )
                if place
                else None
            )
        return Honours(
            streak=faces.streak(case, context) if case else None,
            badges=faces.badges(running, case, {key: row for (_, _, key), row in earned.items()}, context),
            goal=faces.goal(goal, running, context) if goal else None,
            prizes=faces.prizes(running, context),
        )

    @strawberry.field(description="The badges of a campaign that colleagues of the caller's institution chose to show.")
    async def shown_badges(self, info: Info, campaign_id: OfCampaign) -> list[ShownBadge]:
        context = info.context
        member_id = await sessions.member_id(context)
        day = sessions.today(context)
        async with context.database.read() as session:
            running = await campaigns_api.visible(context, session, campaign_id, member_id)
            place = await identity.place_of(session, member_id, day)
            names = await queries.shown(session, running.id, place.institution_id, day) if place else {}
        copies = running.rules.theme.copy_in(context.locale).badges
        return [
            ShownBadge(key=badge.key, title=copies[badge.key].title, names=names[badge.key])
            for badge in running.rules.theme.badges
            if badge.key in names
        ]


@strawberry.type
class HonoursMutation:
    @strawberry.mutation(
        description="Show a badge to colleagues of one's institution, or hide it again; hidden until chosen.",
        extensions=[AnswersProblems()],
    )
    async def show_badge(self, info: Info, input: Asked[ShowBadgeInput]) -> ShowBadgeResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.write() as session:
            running = await campaigns_api.visible(context, session, input.campaign_id, member_id)
            if not any(part.campaign_id == running.id for part in (await cases.parts(session, [member_id]))[member_id]):
                raise NotFoundProblem(what=Text("活动", "campaign"))
            row = await service.show(session, member_id, running.id, input.badge, shown=input.shown)
        return BadgeShowing(badge=row.key, shown=row.shown)

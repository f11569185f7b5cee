"""GraphQL: the campaigns a member can join, and opening one from a theme."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from backend.campaigns import audience, differences, errors, queries, service
from backend.campaigns.queries import Running
from backend.campaigns.tables import PROVISIONAL
from backend.campaigns.theme_sheet import PROOF_LEVELS
from backend.campaigns.themes import Theme
from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Context, Info, NotFound, ProblemFace, face_of
from backend.core.db import ReadSession
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.identity import faces as identity_faces
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS

CAMPAIGN_ID = "cmp"


@face_of(errors.CampaignNotOpen)
class CampaignNotOpen(ProblemFace):
    opens_at: datetime = strawberry.field(description="When it opens.")


@face_of(errors.CampaignClosed)
class CampaignClosed(ProblemFace):
    closed_at: datetime = strawberry.field(description="When it closed.")


@face_of(errors.CampaignPaused)
class CampaignPaused(ProblemFace):
    pass


@face_of(errors.CampaignCalledOff)
class CampaignCalledOff(ProblemFace):
    pass


@strawberry.type(description="What one kind of check-in is worth in a campaign.")
class CampaignKind:
    kind: str = strawberry.field(description="The kind's key, as check-ins name it.")
    title: str = strawberry.field(description="What the theme calls it.")
    prompt: str = strawberry.field(description="What the member is asked to do.")
    why: str = strawberry.field(description="Why it matters.")
    points: int = strawberry.field(description="Points for an act (or a unit) with full proof, on an ordinary day.")
    by_unit: bool = strawberry.field(description="Whether the points are for each unit of the act's quantity.")
    per_day: int = strawberry.field(description="How many acts count on one campaign day.")
    per_campaign: int | None = strawberry.field(
        description="How many count in the whole campaign; null: no such limit."
    )


@strawberry.type(description="How much of an act's points a proof earns.")
class ProofCredit:
    proof: str = strawberry.field(description="self_declared, photo, code, confirmed or system.")
    percent: int = strawberry.field(description="Percent of the points.")


@strawberry.type(description="A result that stands for good.")
class CampaignSeal:
    digest: str = strawberry.field(
        description="SHA-256 of the sealed text, in hexadecimal digits: anybody can recompute it."
    )
    sealed_at: datetime = strawberry.field(description="When it was sealed.")


@strawberry.type(description="A change of a campaign's rules since it opened.")
class CampaignChange:
    version: int = strawberry.field(description="The version of the rules.")
    from_day: date = strawberry.field(description="The first campaign day on which it holds.")
    restates: bool = strawberry.field(description="Whether what was recorded since that day is restated.")
    changes: list[str] = strawberry.field(description="What changes, one sentence for each number.")
    reason: str = strawberry.field(description="Why.")


@strawberry.type(description="A theme, run for an institution and all below it, for some campaign days.")
class Campaign:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    theme: str = strawberry.field(description="The theme's key.")
    title: str = strawberry.field(description="The campaign's title.")
    slogan: str = strawberry.field(description="The year's official slogan where it is known, else the theme's own.")
    summary: str = strawberry.field(description="What it is about.")
    how: list[str] = strawberry.field(description="How to take part, in three steps.")
    privacy: str = strawberry.field(description="That taking part is voluntary, and what is shown of whom.")
    cover: str = strawberry.field(description="Path of the cover picture (SVG) on this server.")
    starts_on: date = strawberry.field(description="The first campaign day.")
    ends_on: date = strawberry.field(description="The last campaign day.")
    opens_at: datetime = strawberry.field(description="When the first act is accepted.")
    closes_at: datetime = strawberry.field(description="When the last late act is accepted.")
    state: str = strawberry.field(
        description="scheduled, running, paused, cancelled; then closed, reviewed, provisional, sealed."
    )
    review_ends_at: datetime = strawberry.field(description="Until when what was reported may be doubted, at most.")
    objections_until: datetime | None = strawberry.field(
        description="Until when members may object to the provisional result; null: it is not provisional."
    )
    seal: CampaignSeal | None = strawberry.field(description="The sealed result; null: it is not sealed.")
    state_reason: str | None = strawberry.field(
        description="Why it is paused or cancelled, as its organiser wrote; null in other states."
    )
    edition: int = strawberry.field(description="Grows with every change; who changes it names the one they have seen.")
    today: date = strawberry.field(description="The campaign day of now.")
    points_per_day: int = strawberry.field(description="The most points of one member on one campaign day.")
    kinds: list[CampaignKind] = strawberry.field(description="What can be checked in.")
    proof_credit: list[ProofCredit] = strawberry.field(description="The ladder of proof.")
    joined: bool | None = strawberry.field(description="Whether the caller takes part; null where nobody is asked.")
    changes: list[CampaignChange] = strawberry.field(description="What changed of its rules, the first change first.")


def _kinds(theme: Theme, context: Context) -> list[CampaignKind]:
    copy = theme.copy_in(context.locale)
    return [
        CampaignKind(
            kind=rule.kind,
            title=copy.kinds[rule.kind].title,
            prompt=copy.kinds[rule.kind].prompt,
            why=copy.kinds[rule.kind].why,
            points=rule.points or rule.points_per_unit or 0,
            by_unit=rule.points_per_unit is not None,
            per_day=rule.per_day,
            per_campaign=rule.per_campaign,
        )
        for rule in theme.kinds
    ]


def campaign(running: Running, context: Context, *, joined: bool | None = None) -> Campaign:
    """Return a campaign as clients see it, in the caller's language."""
    row, today = running.campaign, running.today(context.now)
    theme = running.rules_on(max(today, running.campaign.starts_on)).theme
    copy = running.rules.theme.copy_in(context.locale)
    credit = [ProofCredit(proof=level, percent=theme.proof_credit.percent(level)) for level in PROOF_LEVELS]
    return Campaign(
        id=strawberry.ID(ids.encode(CAMPAIGN_ID, running.id)),
        theme=row.theme_key,
        title=copy.title,
        slogan=context.say(theme.slogan_in(row.starts_on.year)),
        summary=copy.summary,
        how=list(copy.how),
        privacy=copy.privacy,
        cover=f"/art/{row.theme_hash}/cover.svg",
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        opens_at=row.opens_at,
        closes_at=row.closes_at,
        state=row.state,
        review_ends_at=row.review_ends_at,
        objections_until=row.seals_at if row.state == PROVISIONAL else None,
        seal=CampaignSeal(digest=row.seal_digest, sealed_at=row.sealed_at)
        if row.seal_digest and row.sealed_at
        else None,
        state_reason=row.state_reason,
        edition=row.edition,
        today=today,
        points_per_day=theme.rules.points_per_day,
        kinds=_kinds(theme, context),
        proof_credit=credit,
        joined=joined,
        changes=_changes(running, context),
    )


def _changes(running: Running, context: Context) -> list[CampaignChange]:
    versions = [running.rules, *(one.rules for one in running.changes)]
    return [
        CampaignChange(
            version=one.version,
            from_day=one.applies_from,
            restates=one.restates,
            changes=[context.say(told) for told in differences.between(before, one.rules)],
            reason=one.reason,
        )
        for before, one in zip(versions, running.changes, strict=False)
    ]


async def visible(context: Context, session: ReadSession, campaign_id: str, member_id: int) -> Running:
    """Return a campaign that covers the member's institution today, or that they manage; else NotFound."""
    found = await queries.one(session, ids.decode(CAMPAIGN_ID, campaign_id))
    place = await identity.place_of(session, member_id, sessions.today(context))
    if found is not None and place is not None:  # who has left the rosters sees nothing, even while a grant stands
        is_covered = place.institution_path.startswith(found.path)
        if is_covered or await identity.reaches(session, member_id, DECIDERS, found.path):
            return found
    raise NotFoundProblem(what=Text("活动", "campaign"))


@strawberry.type(description="The member takes part.")
class CampaignJoined:
    campaign: Campaign = strawberry.field(description="The campaign.")


@strawberry.type(description="The member takes part no more and is shown nowhere.")
class CampaignLeft:
    campaign: Campaign = strawberry.field(description="The campaign.")


JoinCampaignResult = Annotated[
    CampaignJoined | NotFound | CampaignClosed | identity_faces.NotOnRoster,
    strawberry.union("JoinCampaignResult", description="The campaign, or why it cannot be joined."),
]
LeaveCampaignResult = Annotated[
    CampaignLeft | NotFound | identity_faces.NotOnRoster,
    strawberry.union("LeaveCampaignResult", description="The campaign that was left."),
]


@strawberry.input(description="Which campaign.")
class CampaignInput:
    campaign_id: strawberry.ID = strawberry.field(description="The campaign's id.")


@strawberry.type
class CampaignsViewer:
    @strawberry.field(description="The campaigns of the caller's institution that have not closed, next to open first.")
    async def campaigns(
        self,
        info: Info,
        with_cancelled: Annotated[
            bool, strawberry.argument(description="Also those that the caller had joined and that were cancelled.")
        ] = False,
    ) -> list[Campaign]:
        context = info.context
        member_id = await sessions.member_id_if_bound(context)
        if member_id is None:
            return []
        async with context.database.read() as session:
            place = await identity.place_of(session, member_id, sessions.today(context))
            found = await queries.covering(session, place.institution_path, context.now) if place else []
            if place and with_cancelled:
                found += await audience.called_off(session, place.institution_path, member_id, sessions.today(context))
            joined = await queries.joined(session, [one.id for one in found], [member_id])
        return [campaign(one, context, joined=(one.id, member_id) in joined) for one in found]


@strawberry.type
class CampaignsMutation:
    @strawberry.mutation(description="Take part, by one's own act.", extensions=[AnswersProblems()])
    async def join_campaign(self, info: Info, input: Asked[CampaignInput]) -> JoinCampaignResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.write() as session:
            number = ids.decode(CAMPAIGN_ID, input.campaign_id)
            await service.join(session, number, member_id, context.now)
            found = await visible(context, session, input.campaign_id, member_id)
        return CampaignJoined(campaign=campaign(found, context, joined=True))

    @strawberry.mutation(description="Stop taking part; hides the member everywhere.", extensions=[AnswersProblems()])
    async def leave_campaign(self, info: Info, input: Asked[CampaignInput]) -> LeaveCampaignResult:  # noqa: A002
        context = info.context
        member_id = await sessions.member_id(context)
        async with context.database.write() as session:
            number = ids.decode(CAMPAIGN_ID, input.campaign_id)
            await service.leave(session, number, member_id, context.now)
            found = await queries.one(session, number)
        assert found is not None, "somebody took part in it"
        return CampaignLeft(campaign=campaign(found, context, joined=False))

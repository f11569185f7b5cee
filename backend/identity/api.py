"""GraphQL: signing in and out, binding to the roster, who am I, what boards call me."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Context, Info, NotFound
from backend.core.db import ReadSession
from backend.core.errors import Forbidden
from backend.core.errors import NotFound as NotFoundProblem
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import errors, faces, queries, service, sessions, texts
from backend.identity.roles import MANAGERS
from backend.identity.sessions import Sessions
from backend.identity.sign_in_desk import SignInDesk
from backend.identity.tables import Institution as InstitutionRow
from backend.wechat.checks import Scene
from backend.wechat.client import HttpWeChat

MEMBER_ID, INSTITUTION_ID = "mem", "ins"


@strawberry.type(description="A public institution, or the body above it.")
class Institution:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    name: str = strawberry.field(description="Its full name.")
    level: str = strawberry.field(description="city, district, system or institution.")


def institution(row: InstitutionRow) -> Institution:
    """Return an institution as clients see it."""
    return Institution(id=strawberry.ID(ids.encode(INSTITUTION_ID, row.id or 0)), name=row.name, level=row.level)


@strawberry.type(description="The signed-in person, as the roster knows them.")
class Member:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    name: str = strawberry.field(description="The name on the roster; only the member sees it.")
    display_name: str | None = strawberry.field(description="What boards show; null: a masked name is shown.")
    masked_name: str = strawberry.field(description="What boards show while no display name is chosen.")
    institution: str = strawberry.field(description="Where the member belongs today.")
    department: str = strawberry.field(description="The department of today.")


@strawberry.type(description="A session has begun.")
class SignedIn:
    token: str = strawberry.field(description="Send it as `Authorization: Bearer …`. It is shown only here.")
    bound: bool = strawberry.field(description="Whether the account is linked to the roster already.")


@strawberry.type(description="The session has ended.")
class SignedOut:
    at: datetime = strawberry.field(description="When it ended.")


@strawberry.type(description="The account is linked to a member of a roster.")
class RosterBound:
    member: Member = strawberry.field(description="Whom the account speaks for.")


@strawberry.type(description="What boards show from now on.")
class DisplayNameSet:
    member: Member = strawberry.field(description="The member with the new display name.")


@strawberry.type(description="A one-time code for one member.")
class BindingCodeIssued:
    code: str = strawberry.field(description="Hand it to the member; it is shown only here.")


SignInResult = Annotated[
    SignedIn | faces.SignInCodeInvalid | faces.SignInCodeUsed | faces.WeChatBlocked | faces.WeChatTooOften,
    strawberry.union("SignInResult", description="A session, or why there is none."),
]
BindRosterResult = Annotated[
    RosterBound
    | faces.BindingCodeInvalid
    | faces.PhoneCodeInvalid
    | faces.PhoneNotOnRoster
    | faces.AlreadyBound
    | faces.NotOnRoster
    | faces.WeChatBlocked
    | faces.WeChatTooOften,
    strawberry.union("BindRosterResult", description="The member, or why the account was not linked."),
]
SetDisplayNameResult = Annotated[
    DisplayNameSet
    | faces.DisplayNameInvalid
    | faces.DisplayNameRefused
    | faces.NotOnRoster
    | faces.NotOpenedLately
    | faces.WeChatBlocked
    | faces.WeChatTooOften,
    strawberry.union("SetDisplayNameResult", description="The member, or why the name was refused."),
]
IssueBindingCodeResult = Annotated[
    BindingCodeIssued | NotFound,
    strawberry.union("IssueBindingCodeResult", description="A code, or why there is none."),
]


@strawberry.input(description="What `wx.login` gave.")
class SignInInput:
    code: str = strawberry.field(
        description="The code of `wx.login`; a repeat within five minutes gets the same session."
    )


@strawberry.input(description="How the account is linked: exactly one of the two.", one_of=True)
class BindRosterInput:
    binding_code: str | None = strawberry.field(default=strawberry.UNSET, description="The code from the organiser.")
    phone_code: str | None = strawberry.field(
        default=strawberry.UNSET, description="The code of WeChat's phone button."
    )


@strawberry.input(description="What boards should show.")
class SetDisplayNameInput:
    display_name: str | None = strawberry.field(description="At most 12 characters; null goes back to the masked name.")


@strawberry.input(description="For whom a code is made.")
class IssueBindingCodeInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution on whose roster the member is.")
    staff_number: str = strawberry.field(description="The member's staff number there.")


async def member_face(context: Context, session: ReadSession, member_id: int) -> Member:
    """Return a member as they see themselves; raises faces.NotOnRoster when they belong nowhere today."""
    row = await queries.member(session, member_id)
    place = await queries.place_of(session, member_id, sessions.today(context))
    if row is None or place is None:
        raise errors.NotOnRoster
    return Member(
        id=strawberry.ID(ids.encode(MEMBER_ID, member_id)),
        name=row.name,
        display_name=row.display_name,
        masked_name=queries.masked(row.name),
        institution=place.institution_name,
        department=place.department_name,
    )


@strawberry.type(description="A role over an institution and everything below it.")
class Management:
    role: str = strawberry.field(description="organiser, reviewer, supervisor, operator, recycler or canteen.")
    institution: Institution = strawberry.field(description="The top of what it reaches.")


@strawberry.type
class IdentityViewer:
    @strawberry.field(description="The roles that the caller holds.")
    async def manages(self, info: Info) -> list[Management]:
        member_id = await sessions.member_id(info.context)
        async with info.context.database.read() as session:
            # Who has left the rosters decides nothing, even while the grants stand.
            is_here = await queries.place_of(session, member_id, sessions.today(info.context)) is not None
            held = await queries.roles(session, member_id) if is_here else []
        return [Management(role=role, institution=institution(row)) for role, row in held]

    @strawberry.field(description="Who is signed in; null until the account is bound to a roster.")
    async def member(self, info: Info) -> Member | None:
        found = await sessions.caller(info.context)
        if found.member_id is None:
            return None
        async with info.context.database.read() as session:
            return await member_face(info.context, session, found.member_id)


@strawberry.type
class IdentityMutation:
    @strawberry.mutation(description="Begin a session with the code of `wx.login`.", extensions=[AnswersProblems()])
    async def sign_in(self, info: Info, input: Asked[SignInInput]) -> SignInResult:  # noqa: A002 - GraphQL's own word
        token = await info.context.use(SignInDesk).sign_in(info.context, input.code)
        info.context.token = token
        return SignedIn(token=token, bound=(await sessions.caller(info.context)).member_id is not None)

    @strawberry.mutation(description="End this session.")
    async def sign_out(self, info: Info) -> SignedOut:
        found = await sessions.caller(info.context)
        async with info.context.database.write() as session:
            await service.sign_out(session, found.token_fingerprint, info.context.now)
        info.context.use(Sessions).forget(info.context.token)
        return SignedOut(at=info.context.now)

    @strawberry.mutation(description="Link the signed-in account to the roster.", extensions=[AnswersProblems()])
    async def bind_roster(self, info: Info, input: Asked[BindRosterInput]) -> BindRosterResult:  # noqa: A002
        context, found = info.context, await sessions.caller(info.context)
        vault = context.use(Vault)
        phone = await verified_phone(context, found.login_id, input.phone_code) if input.phone_code else None
        async with context.database.write() as session:
            if phone:
                bound = await service.bind_by_phone(session, vault, found.login_id, phone, context.now)
            else:
                bound = await service.bind_by_code(
                    session, vault, found.login_id, input.binding_code or "", context.now
                )
            face = await member_face(context, session, bound)
        context.use(Sessions).forget(context.token)
        return RosterBound(member=face)

    @strawberry.mutation(
        description="Choose what boards show instead of a masked name.", extensions=[AnswersProblems()]
    )
    async def set_display_name(self, info: Info, input: Asked[SetDisplayNameInput]) -> SetDisplayNameResult:  # noqa: A002
        member_id, name = await sessions.member_id(info.context), input.display_name
        if name is not None:
            name = service.clean_display_name(name)
            await texts.check(info.context, name, Scene.PROFILE, refusal=errors.DisplayNameRefused)
        async with info.context.database.write() as session:
            await service.set_display_name(session, member_id, name)
            face = await member_face(info.context, session, member_id)
        return DisplayNameSet(member=face)

    @strawberry.mutation(
        description="Make a one-time binding code for a member (organisers of the institution).",
        extensions=[AnswersProblems()],
    )
    async def issue_binding_code(self, info: Info, input: Asked[IssueBindingCodeInput]) -> IssueBindingCodeResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            row = await managed_institution(context, session, input.institution_id)
            member_id = await queries.member_by_staff_number(session, row.id or 0, input.staff_number.strip())
            if member_id is None:
                raise NotFoundProblem(what=Text("工号", "staff number"))
            await sessions.require_reach_of(context, session, MANAGERS, member_id)
            code = await service.issue_binding_code(session, context.use(Vault), member_id, context.now)
        return BindingCodeIssued(code=code)


async def verified_phone(context: Context, login_id: int, code: str) -> str:
    """Return the number behind a phone code of this very account; raises what `WeChat.phone_number` raises."""
    async with context.database.read() as session:
        openid = await service.openid_of(session, context.use(Vault), login_id)
    return await context.use(HttpWeChat).phone_number(code, openid)


async def managed_institution(
    context: Context,
    session: ReadSession,
    institution_id: str,
    roles: tuple[str, ...] = MANAGERS,
) -> InstitutionRow:
    """Return an institution that the caller manages; one that exists not and one of others answer alike."""
    await sessions.caller(context, session)
    try:
        row = await queries.institution(session, ids.decode(INSTITUTION_ID, institution_id))
    except NotFoundProblem:
        raise Forbidden from None
    if row is None:
        raise Forbidden
    await sessions.require_role(context, session, roles, row.path)
    return row

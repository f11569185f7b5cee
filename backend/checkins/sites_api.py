"""GraphQL for the office: issue the codes that prove presence, list them, take them back, print them."""

import secrets
from datetime import date, datetime
from enum import Enum
from typing import Annotated

import strawberry

from backend.checkins import issuing, queries, sheets
from backend.checkins.kind import all_kinds
from backend.core import errors as core_errors
from backend.core import ids
from backend.core.api import (
    After,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    NotFound,
    OfInstitution,
    ProblemFace,
    face_of,
)
from backend.core.clock import campaign_day
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import api as identity_api
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.roles import DECIDERS, MANAGERS
from backend.identity.tables import Institution
from backend.media import links
from backend.media.paper import coverage
from backend.sites import errors, service
from backend.sites import queries as sites
from backend.sites.pages import DISPLAY_KEY
from backend.sites.tables import SiteCode

LONGEST_CONTACT = 40


@face_of(errors.SiteChanges)
class SiteChanges(ProblemFace):
    pass


@face_of(errors.SiteEnded)
class SiteEnded(ProblemFace):
    pass


@strawberry.enum(description="In which form a sheet is printed.")
class SheetFormat(Enum):
    PNG = "png"
    PDF = "pdf"


@strawberry.enum(description="In which language a sheet is printed.")
class SheetLanguage(Enum):
    ZH_CN = "zh-CN"
    EN = "en"


@strawberry.type(description="A code to show on site.")
class CodeIssued:
    site_id: strawberry.ID = strawberry.field(description="The site, to print its sheet or take its code back.")
    code: str = strawberry.field(description="What members enter or scan.")
    valid_from: datetime = strawberry.field(description="From when it is good.")
    valid_until: datetime = strawberry.field(description="Until when, not included.")
    display_path: str | None = strawberry.field(
        description="The page that shows a changing code, told only here; null: the code is to be printed."
    )


@strawberry.type(description="A place of an institution where a code proves presence.")
class Site:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    kind: str = strawberry.field(description="The kind of check-in that it proves.")
    title: str = strawberry.field(description="The kind's title.")
    place: str = strawberry.field(description="Where it hangs.")
    changes: bool = strawberry.field(description="Whether its code changes every few seconds on a display page.")
    code: str | None = strawberry.field(description="The code to print; null: it changes.")
    slot: str | None = strawberry.field(description="The one meal or session that it proves; null: any.")
    slot_title: str | None = strawberry.field(description="The meal or session, to show; null: any.")
    valid_from: datetime = strawberry.field(description="From when it is good.")
    valid_until: datetime = strawberry.field(description="Until when, not included.")
    revoked_at: datetime | None = strawberry.field(description="When it was taken back; null: it was not.")
    last_used_on: date | None = strawberry.field(
        description="The last day on which an act was proved by it, in Beijing."
    )


@strawberry.type(description="Sites of an institution, newest first.")
class SitePage:
    items: list[Site] = strawberry.field(description="At most fifty sites.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type(description="A site's code proves nothing any more.")
class SiteRevoked:
    site: Site = strawberry.field(description="The site.")


@strawberry.type(description="A sheet to hang up, A4.")
class SiteSheet:
    path: str = strawberry.field(description="Where it is, until then.")
    expires_at: datetime = strawberry.field(description="Until when the path is good.")


IssueCodeResult = Annotated[
    CodeIssued | InvalidValue,
    strawberry.union("IssueCodeResult", description="The code, or why there is none."),
]
RevokeSiteResult = Annotated[
    SiteRevoked | NotFound,
    strawberry.union("RevokeSiteResult", description="The site, or why not."),
]


@strawberry.input(description="A place, what it proves, and for how long.")
class IssueCodeInput:
    institution_id: strawberry.ID = strawberry.field(description="The institution that shows it.")
    kind: str = strawberry.field(description="The kind of check-in that it proves.")
    place: str = strawberry.field(description="Where it hangs, as in 一层食堂.")
    valid_from: datetime = strawberry.field(description="From when it is good.")
    valid_until: datetime = strawberry.field(description="Until when; at most 31 days later, 400 for one that changes.")
    changes: bool = strawberry.field(
        default=False, description="Whether the code changes every few seconds on a display page, which proves more."
    )
    slot: str | None = strawberry.field(
        default=None, description="The one meal or session that it proves, of the kind's `codeSlots`; null: any."
    )
    latitude_e5: int | None = strawberry.field(
        default=None, description="Where the place is, in hundred-thousandths of a degree; photos are compared with it."
    )
    longitude_e5: int | None = strawberry.field(default=None, description="East of Greenwich, in the same unit.")


@strawberry.input(description="Which site.")
class RevokeSiteInput:
    site_id: strawberry.ID = strawberry.field(description="The site.")


async def _site(
    context: Context, session: ReadSession, named: str, roles: tuple[str, ...]
) -> tuple[SiteCode, Institution]:
    await sessions.caller(context, session)
    found = await sites.site(session, ids.decode(sheets.SITE_ID, named))
    missing = core_errors.NotFound(what=named[:40])
    await sessions.require_role_at(context, session, roles, found[1].path if found else None, missing)
    assert found is not None, "nobody has a role at a site that does not exist"
    return found


async def _faces(context: Context, session: ReadSession, rows: list[SiteCode]) -> list[Site]:
    used = await queries.last_uses(session, [row.id or 0 for row in rows])
    return [_face(row, used.get(row.id or 0), context) for row in rows]


def _face(row: SiteCode, used_at: datetime | None, context: Context) -> Site:
    kind = all_kinds().get(row.kind)
    slot = kind.code_slots().get(row.slot) if kind and row.slot else None
    return Site(
        id=strawberry.ID(ids.encode(sheets.SITE_ID, row.id or 0)),
        kind=row.kind,
        title=context.say(kind.title) if kind else row.kind,
        place=row.place,
        changes=row.secret is not None,
        code=row.code if row.secret is None else None,
        slot=row.slot,
        slot_title=context.say(slot) if slot else row.slot,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        revoked_at=row.revoked_at,
        last_used_on=campaign_day(used_at, core_errors.SHOWN_ZONE, 0) if used_at else None,
    )


def contact_of(text: str | None) -> str | None:
    """Return what a sheet or poster says of whom to turn to, None for nothing; raises InvalidValue."""
    clean = (text or "").strip()
    if len(clean) > LONGEST_CONTACT or not clean.isprintable():
        reason = Text(f"须为 {LONGEST_CONTACT} 个字符以内的文字", f"it has up to {LONGEST_CONTACT} characters")
        raise core_errors.InvalidValue(field="contact", reason=reason)
    return clean or None


@strawberry.type
class SitesQuery:
    @strawberry.field(description="The sites of an institution and their codes, newest first (its deciders).")
    async def sites(self, info: Info, institution_id: OfInstitution, after: After = None) -> SitePage:
        context = info.context
        async with context.database.read() as session:
            await sessions.caller(context, session)
            where = await identity.institution(session, ids.decode(identity_api.INSTITUTION_ID, institution_id))
            missing = core_errors.NotFound(what=institution_id[:40])
            await sessions.require_role_at(context, session, DECIDERS, where.path if where else None, missing)
            assert where is not None, "nobody has a role at an institution that does not exist"
            before = ids.decode(sheets.SITE_ID, after) if after else None
            rows = list(await sites.of_institution(session, where.id or 0, before))
            page = await _faces(context, session, rows[: sites.PAGE])
        return SitePage(items=page, next=page[-1].id if len(rows) > sites.PAGE else None)

    @strawberry.field(description="A sheet of a site's printed code to hang up, good for ten minutes (its deciders).")
    async def site_sheet(
        self,
        info: Info,
        site_id: Annotated[strawberry.ID, strawberry.argument(description="Which site.")],
        format: Annotated[SheetFormat, strawberry.argument(description="In which form.")] = SheetFormat.PDF,  # noqa: A002
        language: Annotated[SheetLanguage, strawberry.argument(description="In which language.")] = SheetLanguage.ZH_CN,
        contact: Annotated[
            str | None,
            strawberry.argument(
                description="Where to complain or suggest, as in 办公室 022-1234; null: the organisers."
            ),
        ] = None,
    ) -> SiteSheet:
        context = info.context
        async with context.database.read() as session:
            site, where = await _site(context, session, site_id, DECIDERS)
        sheets.refuse_unprintable(site, context.now)
        told = contact_of(contact)
        for text in (site.place, where.name, told or ""):
            coverage.printable(text)
        until = context.now + links.LIFE
        sheet = sheets.Wanted(site_id, format.value, language.value, told)
        return SiteSheet(path=sheets.path(context.use(Vault), sheet, until), expires_at=until)


@strawberry.type
class SitesMutation:
    @strawberry.mutation(description="Make a code to show on site (organisers).", extensions=[AnswersProblems()])
    async def issue_code(self, info: Info, input: Asked[IssueCodeInput]) -> IssueCodeResult:  # noqa: A002
        context = info.context
        asked = issuing.Asked(
            kind=input.kind,
            place=input.place,
            valid_from=input.valid_from,
            valid_until=input.valid_until,
            changes=input.changes,
            slot=input.slot,
            latitude_e5=input.latitude_e5,
            longitude_e5=input.longitude_e5,
        )
        async with context.database.write() as session:
            row = await identity_api.managed_institution(context, session, input.institution_id)
            asked.check()
            key = secrets.token_urlsafe(24) if input.changes else None
            fingerprint = context.use(Vault).fingerprint(key, DISPLAY_KEY) if key else None
            issued_by = await sessions.member_id(context, session)
            made = await issuing.issue(session, row.id or 0, asked, issued_by, fingerprint)
        return CodeIssued(
            site_id=strawberry.ID(ids.encode(sheets.SITE_ID, made.id or 0)),
            code=made.code,
            valid_from=made.valid_from,
            valid_until=made.valid_until,
            display_path=f"/sites/{key}" if key else None,
        )

    @strawberry.mutation(
        description="Take a site's code back at once: it proves nothing more (organisers).",
        extensions=[AnswersProblems()],
    )
    async def revoke_site(self, info: Info, input: Asked[RevokeSiteInput]) -> RevokeSiteResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            site, _ = await _site(context, session, input.site_id, MANAGERS)
            await service.revoke(session, site.id or 0, context.now)
            await session.refresh(site)
            (face,) = await _faces(context, session, [site])
        return SiteRevoked(site=face)

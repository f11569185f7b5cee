"""Read the cases that members offered: their own, those an office may choose from, those that a report tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.tables import Institution, Member
from backend.media.errors import GlyphMissing
from backend.media.paper import coverage
from backend.media.tables import PASSED, STORED, Upload
from backend.reports.figures import Consented, Scope
from backend.reports.tables import TypicalCase

PAGE = 30
MOST_TOLD = 12  # of a report: more would be a book


class NameForm(StrEnum):
    """Under which name a case is told."""

    REAL = "real"
    DISPLAY = "display"
    ANONYMOUS = "anonymous"


NOBODY = Text("一位参与者", "A participant")


@dataclass(frozen=True)
class Offered:
    """A case with what is shown of its member."""

    case: TypicalCase
    name: str | None  # None: told without any
    institution: str
    photo: Upload | None


def _offers() -> SelectOfScalar[Any]:
    """Select cases that stand: offered by somebody who still takes part, and not withdrawn."""
    statement: Any = (
        select(TypicalCase, Member, Institution.name, Upload)
        .join(Member, col(Member.id) == col(TypicalCase.member_id))
        .join(Institution, col(Institution.id) == col(TypicalCase.institution_id))
        .join(Upload, col(Upload.id) == col(TypicalCase.photo_id), isouter=True)
        .join(
            Participation,
            (col(Participation.campaign_id) == col(TypicalCase.campaign_id))
            & (col(Participation.member_id) == col(TypicalCase.member_id)),
        )
        .where(col(TypicalCase.withdrawn_at).is_(None), col(Participation.left_at).is_(None))
    )
    return statement  # type: ignore[no-any-return]


def named(case: TypicalCase, member: Member) -> str | None:
    """Return the name that the member chose to be told under, None for none."""
    if case.name_form == NameForm.REAL:
        return member.name
    if case.name_form == NameForm.DISPLAY:
        return member.display_name or identity.masked(member.name)
    return None


def _offered(row: tuple[TypicalCase, Member, str, Upload | None]) -> Offered:
    case, member, institution, photo = row
    there = photo is not None and photo.state == STORED
    return Offered(case, named(case, member), institution, photo if there else None)


async def of_member(session: ReadSession, member_id: int) -> Sequence[TypicalCase]:
    """Return the cases that a member offered, the newest first, withdrawn ones too."""
    found = await session.exec(
        select(TypicalCase)
        .where(col(TypicalCase.member_id) == member_id)
        .order_by(col(TypicalCase.id).desc())
        .limit(PAGE)
    )
    return found.all()


async def to_choose_from(
    session: ReadSession, campaign_id: int, institution_id: int | None, before: int | None
) -> list[Offered]:
    """Return a page of the cases that stand, newest first, and one more where there are more."""
    statement = _offers().where(col(TypicalCase.campaign_id) == campaign_id)
    if institution_id is not None:
        statement = statement.where(col(TypicalCase.institution_id) == institution_id)
    if before is not None:
        statement = statement.where(col(TypicalCase.id) < before)
    found = await session.exec(statement.order_by(col(TypicalCase.id).desc()).limit(PAGE + 1))
    return [_offered(row) for row in found]


async def told(session: ReadSession, scope: Scope) -> list[Offered]:
    """Return the cases that organisers chose for a report, in the order in which they chose them.

    A photo comes along where it was chosen too, is there and is fit to be seen; a name where it can be printed.
    """
    statement = _offers().where(
        col(TypicalCase.campaign_id) == scope.running.id, col(TypicalCase.chosen_at).is_not(None)
    )
    if scope.institution_id is not None:
        statement = statement.where(col(TypicalCase.institution_id) == scope.institution_id)
    found = await session.exec(statement.order_by(col(TypicalCase.chosen_at), col(TypicalCase.id)).limit(MOST_TOLD))
    return [_printed(_offered(row)) for row in found]


def _printed(one: Offered) -> Offered:
    photo = one.photo if one.case.photo_shown and one.photo and one.photo.moderation == PASSED else None
    return Offered(one.case, one.name if one.name and _is_printable(one.name) else None, one.institution, photo)


def _is_printable(name: str) -> bool:
    # A display name may have changed since to something that no font has: the case is then told without it.
    try:
        coverage.printable(name)
    except GlyphMissing:
        return False
    return True


async def consented(session: ReadSession, scope: Scope) -> Consented:
    """Return how many cases were offered for a campaign's part, and how many of them withdrawn."""
    statement = columns(func.count(), func.count(col(TypicalCase.withdrawn_at))).where(
        col(TypicalCase.campaign_id) == scope.running.id
    )
    if scope.institution_id is not None:
        statement = statement.where(col(TypicalCase.institution_id) == scope.institution_id)
    offered, withdrawn = (await (await session.connection()).execute(statement)).one()
    return Consented(offered, withdrawn)

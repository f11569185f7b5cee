"""Offer a case with consent, take it back, choose what a report tells."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.checkins import errors as act_errors
from backend.checkins.photos import usable
from backend.core import ids, receipts
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue, NotFound
from backend.core.receipts import Order
from backend.core.text import Text
from backend.identity import queries as identity
from backend.media import queries as media_queries
from backend.media import service as media
from backend.media.paper import coverage
from backend.media.tables import PASSED, STORED
from backend.reports import errors
from backend.reports.cases import NameForm
from backend.reports.tables import CHOSEN, LEFT_OUT, OFFERED, WITHDRAWN, CaseReceipt, TypicalCase

CASE_ID = "cas"
MOST_CASES = 3  # of one member in one campaign
TITLE_LENGTH, TEXT_LENGTH = (2, 30), (20, 400)
_CASE = Text("案例", "case")


@dataclass(frozen=True)
class Offer:
    """What a member sends."""

    campaign: str  # opaque ids, as sent
    title: str
    text: str
    name_form: NameForm
    consents: bool
    photo: str | None


def clean(text: str, field: str, length: tuple[int, int]) -> str:
    """Return a text without blanks around it, fit to be printed; raises InvalidValue, GlyphMissing."""
    given, (least, most) = text.strip(), length
    visible = given.replace("\n", "") if field == "text" else given
    if not least <= len(given) <= most or not visible.isprintable():
        reason = Text(f"须为 {least}–{most} 个可见字符", f"it has {least} to {most} visible characters")
        raise InvalidValue(field=field, reason=reason)
    coverage.printable(given)
    return given


def check(offered: Offer) -> tuple[str, str]:
    """Return a case's title and text as they are kept; raises ConsentMissing, InvalidValue, GlyphMissing."""
    if not offered.consents:
        raise errors.ConsentMissing
    return clean(offered.title, "title", TITLE_LENGTH), clean(offered.text, "text", TEXT_LENGTH)


async def repeated(session: ReadSession, asked: Order) -> CaseReceipt | None:
    """Return the answer that was kept for a request, or None; raises RequestReused for other content under its id."""
    return await receipts.known(session, CaseReceipt, asked)


def _keep(session: WriteSession, asked: Order, case: TypicalCase, state: str, now: datetime) -> CaseReceipt:
    return receipts.keep(session, CaseReceipt, asked, case_id=case.id or 0, state=state, at=now)


async def offer(
    session: WriteSession, asked: Order, offered: Offer, *, running: Running, day: date, now: datetime
) -> CaseReceipt:
    """Keep a case that a member offers for a campaign in which they take part, and claim its photo.

    Raises ConsentMissing, InvalidValue, GlyphMissing, NotJoined, TooManyCases, and for the photo PhotoUnknown,
    PhotoRefused, PhotoUsed, PhotoCopied. The caller has looked for a repetition under the member's lock; see `lock`.
    """
    title, text = check(offered)
    place = await identity.place_of(session, asked.by_member, day)
    if place is None or not await campaigns.joined(session, [running.id], [asked.by_member]):
        raise act_errors.NotJoined(campaign=running.rules.title)
    await _name_can_be_printed(session, asked.by_member, offered.name_form)
    await _room(session, running.id, asked.by_member)
    case = TypicalCase(
        campaign_id=running.id,
        institution_id=place.institution_id,
        member_id=asked.by_member,
        title=title,
        text=text,
        name_form=offered.name_form,
        consented_at=now,
    )
    session.add(case)
    await session.flush()
    if offered.photo is not None:
        await _claim(session, case, offered.photo, now)
    return _keep(session, asked, case, OFFERED, now)


async def lock(session: WriteSession, member_id: int) -> None:
    """Let requests of one member follow one another."""
    await identity.places(session, [member_id], lock=True)


async def _name_can_be_printed(session: ReadSession, member_id: int, form: NameForm) -> None:
    member = await identity.member(session, member_id)
    assert member is not None, "they are signed in"
    coverage.printable({NameForm.REAL: member.name, NameForm.DISPLAY: member.display_name or ""}.get(form, ""))


async def _room(session: ReadSession, campaign_id: int, member_id: int) -> None:
    standing = await session.exec(
        select(func.count())
        .select_from(TypicalCase)
        .where(
            col(TypicalCase.member_id) == member_id,
            col(TypicalCase.campaign_id) == campaign_id,
            col(TypicalCase.withdrawn_at).is_(None),
        )
    )
    if standing.one() >= MOST_CASES:
        raise errors.TooManyCases(limit=MOST_CASES)


async def _claim(session: WriteSession, case: TypicalCase, opaque: str, now: datetime) -> None:
    """Let a photo belong to a case. A case's number stands, below zero, where an act's does.

    A photo proves one act only; but a member may show again, sent anew, what proved an act of theirs.
    """
    number = ids.find(media.UPLOAD_ID, opaque)
    if number is None:
        raise act_errors.PhotoUnknown
    await media.lock_claims(session)
    found = (await media_queries.photos(session, [number], offered_by=[case.member_id])).get(number)
    own_acts = {copy.act_id for copy in found.copies if copy.member_id == case.member_id} if found else set()
    case.photo_id = usable(found, case.member_id, {None} | own_acts)
    await media.claim(session, {case.photo_id: -(case.id or 0)}, now)


async def withdraw(session: WriteSession, asked: Order, opaque: str, now: datetime) -> CaseReceipt:
    """Take a case back: its words are gone, and its photo goes with the next sweep. Raises NotFound for another's."""
    case = await _case(session, opaque)
    if case is None or case.member_id != asked.by_member:
        raise NotFound(what=_CASE)
    if case.withdrawn_at is None:
        case.title, case.text, case.withdrawn_at = "", "", now
        case.chosen_at, case.chosen_by, case.photo_shown = None, None, False
        if case.photo_id is not None:
            await media.release(session, [case.photo_id], now)
    return _keep(session, asked, case, WITHDRAWN, now)


async def choose(
    session: WriteSession, asked: Order, opaque: str, *, appears: bool, with_photo: bool, now: datetime
) -> CaseReceipt:
    """Say whether reports tell a case, and whether with its photo; who chooses a photo has found it fit to be seen.

    The caller has checked that `by_member` may, and has the case's institution from `placed`. Raises NotFound,
    CaseWithdrawn, and PhotoRefused for a photo that was found unfit.
    """
    case = await _case(session, opaque)
    if case is None:
        raise NotFound(what=_CASE)
    if case.withdrawn_at is not None:
        raise errors.CaseWithdrawn
    if not appears:
        case.chosen_at, case.chosen_by, case.photo_shown = None, None, False
        return _keep(session, asked, case, LEFT_OUT, now)
    case.photo_shown = with_photo and case.photo_id is not None
    if case.photo_shown:
        photo = await media.judge(session, case.photo_id or 0, PASSED, asked.by_member, now)
        if photo.moderation != PASSED or photo.state != STORED:
            raise act_errors.PhotoRefused
    case.chosen_at, case.chosen_by = case.chosen_at or now, asked.by_member
    return _keep(session, asked, case, CHOSEN, now)


async def placed(session: ReadSession, opaque: str) -> TypicalCase | None:
    """Return a case by its opaque id, to ask who may choose it; None for what is none."""
    number = ids.find(CASE_ID, opaque)
    return await session.get(TypicalCase, number) if number is not None else None


async def _case(session: WriteSession, opaque: str) -> TypicalCase | None:
    number = ids.find(CASE_ID, opaque)
    if number is None:
        return None
    return await session.get(TypicalCase, number, with_for_update=True, populate_existing=True)

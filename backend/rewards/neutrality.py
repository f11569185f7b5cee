"""Events that members make up for: open one, give carbon to it, call it off; and what its certificate says."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select, update

from backend.carbon import method
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.identity.queries import Place
from backend.identity.tables import Institution
from backend.media.errors import GlyphMissing
from backend.media.paper import coverage
from backend.points import queries as points
from backend.points.accounts import AccountKind
from backend.points.explain import SpendingTerms
from backend.points.tables import CARBON_MG
from backend.rewards import errors, forms, spending
from backend.rewards.tables import CANCELLED, FILLED, OPEN, Donation, NeutralEvent

MG_PER_KG = 1_000_000
MOST_KG = 1_000_000
SHOWN_DONORS = 5  # of fewer, neither they nor their donations are counted: a count of one would be a person
_OVER = {FILLED: Text("所需减排量已募足", "has all that it needs"), CANCELLED: Text("已取消", "was cancelled")}
STATEMENT = Text(
    "本活动的估算排放量为 {needed}，由参与者自愿捐赠等量的估算减排量。"
    "数值均为估算，仅供公益宣传，不能交易，也不用于抵销履约义务。",
    "The emissions of this event are estimated at {needed}; members gave as much estimated avoided carbon of their own "
    "accord. The figures are estimates for public education: they cannot be traded or used to meet an obligation.",
)


@dataclass(frozen=True)
class Certificate:
    """Everything that the certificate of a filled event says; of persons nothing but their number."""

    number: str
    digest: str  # SHA-256, in hexadecimal digits, over a line a donation: its number and its milligrams
    title: Text
    institution: str
    held_on: date
    filled_at: datetime
    carbon_mg: int
    source: str  # of the estimate of the event's emissions
    donations: int | None  # None, as donors: fewer than SHOWN_DONORS
    donors: int | None
    statement: Text


def weight(milligrams: int) -> str:
    """Return an amount of carbon as it is told in sentences."""
    grams = method.grams(milligrams)
    return f"{(grams / 1000).normalize():f} kg" if abs(grams) >= 1000 else f"{grams.normalize():f} g"  # noqa: PLR2004


async def open_event(
    session: WriteSession,
    *,
    institution_id: int,
    title_zh: str | None,
    title_en: str | None,
    held_on: date,
    kilograms: int,
    source: str,
    by_member: int,
    now: datetime,
) -> NeutralEvent:
    """Open an event of an institution whose emissions were estimated by `source`; raises InvalidValue."""
    zh, en = forms.pair(title_zh, title_en, "title", 40, must=True)
    event = NeutralEvent(
        institution_id=institution_id,
        title_zh=_printable(zh, "titleZh"),
        title_en=_printable(en, "titleEn"),
        held_on=held_on,
        needed_mg=forms.whole(kilograms, "kilograms", 1, MOST_KG) * MG_PER_KG,
        source=_printable(forms.needed(source, "source", 200, 4), "source") or "",
        made_by=by_member,
        made_at=now,
    )
    session.add(event)
    await session.flush()
    return event


def _printable(text: str | None, field: str) -> str | None:
    """Return a text in one line, as the certificate will print it; raises InvalidValue for what the fonts lack."""
    if text is None:
        return None
    try:
        coverage.printable(text)
    except GlyphMissing as missing:
        raise InvalidValue(field=field, reason=Text(missing.text("zh-CN"), missing.text("en"))) from None
    return text.replace("\n", " ")


async def donate(session: WriteSession, place: Place, event: NeutralEvent, milligrams: int, now: datetime) -> Donation:
    """Give a member's carbon to an event; the caller holds the member's lock.

    What was given has left the member's account: it cannot be given again. No more is taken than they hold, nor than
    the event needs, whoever else gives at this moment. Raises InvalidValue, CarbonShort, EventOver, EventNeedsLess.
    """
    forms.whole(milligrams, "milligrams", 1, MOST_KG * MG_PER_KG)
    held = (await points.balance(session, place.member_id)).get(CARBON_MG, 0)
    if held < milligrams:
        raise errors.CarbonShort(held=weight(held), asked=weight(milligrams))
    title = forms.told(event.title_zh, event.title_en)
    await _take(session, event, title, milligrams, now)
    donation = Donation(event_id=event.id or 0, member_id=place.member_id, carbon_mg=milligrams, given_at=now)
    session.add(donation)
    await session.flush()
    await spending.spend(
        session,
        place,
        f"{spending.DONATION}{donation.id}",
        to=(AccountKind.DONATED, event.id or 0),
        amount=milligrams,
        terms=SpendingTerms("donation", title.zh, title.en),
        now=now,
        ledger_name=CARBON_MG,
    )
    return donation


async def _take(session: WriteSession, event: NeutralEvent, title: Text, milligrams: int, now: datetime) -> None:
    sum_then = col(NeutralEvent.donated_mg) + milligrams
    taken = await session.exec(
        update(NeutralEvent)
        .where(
            col(NeutralEvent.id) == event.id,
            col(NeutralEvent.state) == OPEN,
            sum_then <= col(NeutralEvent.needed_mg),
        )
        .values(donated_mg=sum_then)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(event)
    if taken.rowcount == 0:
        if event.state != OPEN:
            raise errors.EventOver(event=title, how=_OVER[event.state])
        raise errors.EventNeedsLess(left=weight(event.needed_mg - event.donated_mg))
    if event.donated_mg == event.needed_mg:
        event.state, event.filled_at = FILLED, now
        session.add(event)


async def cancel_event(session: WriteSession, event: NeutralEvent, why: str, by_member: int, now: datetime) -> int:
    """Call an event off, filled or not, and give everything back with the reason; return how many donations that were.

    Its row is taken first: a donation at this moment is either before it, and given back, or refused. Raises
    InvalidValue, EventOver.
    """
    told = spending.reason(why)
    cancelled = await session.exec(
        update(NeutralEvent)
        .where(col(NeutralEvent.id) == event.id, col(NeutralEvent.state) != CANCELLED)
        .values(state=CANCELLED, reason=told, donated_mg=0, filled_at=None)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(event)
    if cancelled.rowcount == 0:
        raise errors.EventOver(event=forms.told(event.title_zh, event.title_en), how=_OVER[CANCELLED])
    given = await session.exec(select(Donation.id).where(col(Donation.event_id) == event.id).order_by(col(Donation.id)))
    causes = [f"{spending.DONATION}{number}" for number in given]
    return await spending.give_back(session, causes, told, by_member, now)


async def certificate(session: ReadSession, event_id: int) -> Certificate | None:
    """Return what the certificate of an event says, None until the event has all that it needs."""
    event = await session.get(NeutralEvent, event_id)
    if event is None or event.state != FILLED or event.filled_at is None:
        return None
    found = await session.exec(select(Donation).where(col(Donation.event_id) == event_id).order_by(col(Donation.id)))
    given = found.all()
    lines = "".join(f"{one.id} {one.carbon_mg}\n" for one in given)
    donors = len({one.member_id for one in given})
    told = donors >= SHOWN_DONORS
    where = await session.get(Institution, event.institution_id)
    assert where is not None, "an event belongs to a stored institution"
    needed = weight(event.needed_mg)
    return Certificate(
        number=f"E{event.filled_at:%Y}-{event_id:06d}",
        digest=hashlib.sha256(lines.encode()).hexdigest(),
        title=forms.told(event.title_zh, event.title_en),
        institution=where.name,
        held_on=event.held_on,
        filled_at=event.filled_at,
        carbon_mg=event.donated_mg,
        source=event.source,
        donations=len(given) if told else None,
        donors=donors if told else None,
        statement=Text(STATEMENT.zh.format(needed=needed), STATEMENT.en.format(needed=needed)),
    )

"""Move what a member spends out of their account, and give it back; the caller holds the member's lock to spend."""

from collections.abc import Sequence
from datetime import datetime

from backend.core.db import WriteSession
from backend.core.errors import InvalidValue
from backend.core.text import Text
from backend.identity import queries as identity
from backend.identity.errors import NotOnRoster
from backend.identity.queries import Place
from backend.points import queries as points
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import ReversalTerms, Terms
from backend.points.service import Cause
from backend.points.tables import NO_CAMPAIGN, POINTS
from backend.rewards import lots

REWARD, DONATION, TICKETS = "reward/", "donation/", "tickets/"
UNPROVED = "none"  # what is spent needs no proof
_AT_ONCE = 2000  # transfers of one posting, well below what one has numbers for
_REASON = Text("须为 2–200 个字符", "it has 2 to 200 characters")


async def place_today(session: WriteSession, member_id: int, now: datetime) -> Place:
    """Return where a member belongs today; raises NotOnRoster: who has left spends nothing."""
    place = await identity.place_of(session, member_id, lots.day_of(now))
    if place is None:
        raise NotOnRoster
    return place


def reason(text: str) -> str:
    """Return a reason that members will read; raises InvalidValue."""
    clean = text.strip()
    if not 2 <= len(clean) <= 200 or not clean.isprintable():  # noqa: PLR2004 - as told
        raise InvalidValue(field="reason", reason=_REASON)
    return clean


async def spend(
    session: WriteSession,
    place: Place,
    key: str,
    *,
    to: tuple[AccountKind, int],
    amount: int,
    terms: Terms,
    now: datetime,
    ledger_name: str = POINTS,
) -> int:
    """Move an amount from a member to an account and return the transfer's number; `key` is its cause."""
    posting = await ledger.open_posting(session, now)
    number = posting.award(
        cause(place, key, now),
        ledger_name,
        from_account=account(AccountKind.MEMBER, place.member_id),
        to_account=account(*to),
        amount=amount,
        terms=terms,
    )
    await posting.write(session)
    return number


def cause(place: Place, key: str, now: datetime) -> Cause:
    """Return the cause of what a member spends today."""
    return Cause(
        key=key,
        campaign_id=NO_CAMPAIGN,
        member_id=place.member_id,
        department_id=place.department_id,
        institution_id=place.institution_id,
        day=lots.day_of(now),
        proof=UNPROVED,
        rule_version=1,
    )


async def give_back(
    session: WriteSession, causes: Sequence[str], why: str | Text, by_member: int | None, now: datetime
) -> int:
    """Reverse what these causes moved and that still stands; return how many transfers that were.

    Nobody needs to be locked: a member who holds more meanwhile can only have been refused too early.
    """
    told = why if isinstance(why, Text) else Text(why, why)
    terms = ReversalTerms(reason=told.zh, reason_en=told.en, by_member=by_member, code="given-back")
    done = 0
    for start in range(0, len(causes), _AT_ONCE):
        originals = await points.standing(session, causes[start : start + _AT_ONCE])
        if originals:
            posting = await ledger.open_posting(session, now)
            posting.reverse(originals, terms)
            await posting.write(session)
            done += len(originals)
    return done

"""Which certificates there are, and whether one still stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.certificates.tables import Certificate
from backend.core.db import ReadSession
from backend.identity.tables import Institution, Member
from backend.leaderboards.tables import Score
from backend.points.tables import PLACE_BITS, Transfer
from backend.settlement.tables import Seal, SealedStanding


@dataclass(frozen=True)
class Told:
    """Everything that a certificate and its page say: the row, and the sealed result that it quotes."""

    row: Certificate
    seal: Seal
    standing: SealedStanding
    running: Running
    institution: str  # of the holder, as the seal has it; a group may be it
    issuer: str  # whose campaign it is


@dataclass(frozen=True)
class Offer:
    """A sealed campaign that a member took part in, with the names they may choose and the certificate that stands."""

    running: Running
    sealed_at: datetime
    certificate: Certificate | None


async def standing_of(session: ReadSession, campaign_id: int, level: str, subject_id: int) -> Certificate | None:
    """Return the certificate that stands for somebody, or None."""
    found = await session.exec(
        select(Certificate).where(
            col(Certificate.campaign_id) == campaign_id,
            col(Certificate.level) == level,
            col(Certificate.subject_id) == subject_id,
            col(Certificate.withdrawn_at).is_(None),
        )
    )
    return found.first()


async def requested(session: ReadSession, made_by: int, request_id: str) -> Certificate | None:
    """Return the certificate that was made for this request, or None."""
    found = await session.exec(
        select(Certificate).where(col(Certificate.made_by) == made_by, col(Certificate.request_id) == request_id)
    )
    return found.first()


async def offers(session: ReadSession, member_id: int) -> list[Offer]:
    """Return the sealed campaigns in whose result a member stands and which they have not left, newest seal first."""
    found = await session.exec(
        select(Seal.campaign_id, Seal.sealed_at)
        .join(Participation, col(Participation.campaign_id) == col(Seal.campaign_id))
        .join(SealedStanding, col(SealedStanding.campaign_id) == col(Seal.campaign_id))
        .where(
            col(Participation.member_id) == member_id,
            col(Participation.left_at).is_(None),
            col(SealedStanding.level) == "person",
            col(SealedStanding.subject_id) == member_id,
        )
        .order_by(col(Seal.sealed_at).desc(), col(Seal.campaign_id).desc())
    )
    sealed = list(found.all())
    running = await campaigns.running(session, [campaign_id for campaign_id, _ in sealed])
    own = await session.exec(
        select(Certificate).where(
            col(Certificate.level) == "person",
            col(Certificate.subject_id) == member_id,
            col(Certificate.withdrawn_at).is_(None),
        )
    )
    standing = {one.campaign_id: one for one in own}
    return [Offer(running[number], sealed_at, standing.get(number)) for number, sealed_at in sealed]


async def takes_part(session: ReadSession, campaign_id: int, member_id: int) -> bool:
    """Tell whether a member has joined a campaign and not left it."""
    participation = await session.get(Participation, (campaign_id, member_id))
    return participation is not None and participation.left_at is None


async def by_code(session: ReadSession, code_fingerprint: str) -> Told | None:
    """Return the certificate with this code if it stands; see `told`."""
    found = await session.exec(select(Certificate).where(col(Certificate.code_fingerprint) == code_fingerprint))
    row = found.first()
    return await told(session, row) if row is not None else None


async def told(session: ReadSession, row: Certificate) -> Told | None:
    """Return what a certificate says; None when it was withdrawn, or its member has left the campaign."""
    if row.withdrawn_at is not None:
        return None
    if row.level == "person" and not await takes_part(session, row.campaign_id, row.subject_id):
        return None
    seal = await session.get(Seal, row.campaign_id)
    standing = await session.get(SealedStanding, (row.campaign_id, row.level, row.subject_id))
    running = await campaigns.one(session, row.campaign_id)
    assert seal is not None, "a certificate is made of a sealed campaign"
    assert standing is not None, "a certificate is made of a sealed line"
    assert running is not None, "a seal belongs to a campaign"
    place = await session.get(Institution, row.institution_id)
    issuer = await session.get(Institution, running.campaign.institution_id)
    assert place is not None
    assert issuer is not None
    return Told(row, seal, standing, running, place.name, issuer.name)


async def changed_since(session: ReadSession, one: Told) -> bool:
    """Tell whether the holder's record was corrected or added to after the seal; by how much is not told."""
    changed = select(Transfer.id).where(
        col(Transfer.campaign_id) == one.row.campaign_id, col(Transfer.id) >= (one.seal.last_batch + 1) << PLACE_BITS
    )
    if one.row.level == "person":
        changed = changed.where(col(Transfer.member_id) == one.row.subject_id)
    else:
        # Through the group's members, by the index of members and campaigns: the ledger itself is long.
        group = Score.department_id if one.row.level == "department" else Score.institution_id
        members = select(Score.member_id).where(
            col(Score.campaign_id) == one.row.campaign_id,
            col(Score.period) == "campaign",
            col(group) == one.row.subject_id,
        )
        place = Transfer.department_id if one.row.level == "department" else Transfer.institution_id
        changed = changed.where(col(Transfer.member_id).in_(members), col(place) == one.row.subject_id)
    return (await session.exec(changed.limit(1))).first() is not None


async def member(session: ReadSession, member_id: int) -> Member:
    """Return a member who is known to exist."""
    found = await session.get(Member, member_id)
    assert found is not None, "they hold a session"
    return found


async def standing_for(
    session: ReadSession, campaign_id: int, level: str, numbers: Sequence[int]
) -> dict[int, Certificate]:
    """Return the certificates that stand for these subjects."""
    found = await session.exec(
        select(Certificate).where(
            col(Certificate.campaign_id) == campaign_id,
            col(Certificate.level) == level,
            col(Certificate.subject_id).in_(numbers),
            col(Certificate.withdrawn_at).is_(None),
        )
    )
    return {one.subject_id: one for one in found}

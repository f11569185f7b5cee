"""Make a certificate of a sealed result, and withdraw it."""

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.certificates import codes, naming, queries, standings
from backend.certificates.errors import CampaignNotSealed, CertificateStands, GroupTooSmall, NothingSealed
from backend.certificates.naming import NameKind
from backend.certificates.tables import Certificate
from backend.core.db import WriteSession
from backend.core.errors import NotFound, RequestReused
from backend.core.text import Text
from backend.core.vault import Vault
from backend.leaderboards.queries import Level, Measure
from backend.media.paper import coverage
from backend.settlement import queries as settlement
from backend.settlement.tables import SealedStanding

CAMPAIGN = Text("活动", "campaign")


@dataclass(frozen=True)
class Request:
    """Who asks for which certificate, under an id made before the first try."""

    by_member: int
    request_id: str
    campaign_id: int
    level: Level
    subject_id: int
    named: NameKind | None = None  # of a person: None leaves the choice to `naming.chosen`
    measure: Measure | None = None  # of a group: what its rank is by

    @property
    def content_hash(self) -> str:
        """Identify the content: the same id with another hash is another request."""
        content: dict[str, Any] = {"campaign": self.campaign_id, "level": self.level, "subject": self.subject_id}
        content |= {"named": self.named, "measure": self.measure}
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Made:
    """A certificate; `replayed` when the request had been answered before."""

    row: Certificate
    replayed: bool = False


async def make(session: WriteSession, vault: Vault, asked: Request, now: datetime) -> Made:
    """Make a member's own certificate, under the name that they choose for it.

    One that stands under the same name is given again. Raises RequestReused, NotFound, CampaignNotSealed,
    NothingSealed, InvalidValue (no display name), NameNotPrintable, CertificateStands.
    """
    if (known := await _repeated(session, asked)) is not None:
        return known
    participation = await session.get(Participation, (asked.campaign_id, asked.subject_id))
    if participation is None:
        raise NotFound(what=CAMPAIGN)
    running = await _sealed(session, asked.campaign_id)
    standing = await session.get(SealedStanding, (asked.campaign_id, "person", asked.subject_id))
    if standing is None or participation.left_at is not None:
        raise NothingSealed(campaign=running.rules.title)
    kind, name = naming.chosen(await queries.member(session, asked.subject_id), asked.named)
    return await _stored(session, asked, _row(vault, asked, standing, now, name_kind=kind, name=name))


async def make_for_group(
    session: WriteSession, vault: Vault, asked: Request, name: str, *, threshold: int, now: datetime
) -> Made:
    """Make the certificate of a department or institution, with its rank where the sealed board lists it at its top.

    Raises RequestReused, CampaignNotSealed, GroupTooSmall, GlyphMissing, CertificateStands.
    """
    assert asked.measure is not None, "a group is ranked by something"
    if (known := await _repeated(session, asked)) is not None:
        return known
    running = await _sealed(session, asked.campaign_id)
    standing = await session.get(SealedStanding, (asked.campaign_id, asked.level, asked.subject_id))
    if standing is None:
        raise GroupTooSmall(group=name, threshold=threshold)
    name = standing.name or name  # as it was called when it was sealed
    everybody = await standings.totals(session, asked.campaign_id, asked.level, standing.institution_id)
    order = standings.ranked(everybody, asked.measure, threshold)
    places = {one.subject_id: one.rank for one in order}
    if asked.subject_id not in places:
        raise GroupTooSmall(group=name, threshold=threshold)
    coverage.printable(name)
    is_told = len(order) > 1 and asked.subject_id in [one.subject_id for one in order[: running.rules.theme.boards.top]]
    rank = places[asked.subject_id] if is_told else None
    made = _row(vault, asked, standing, now, name_kind=NameKind.GROUP, name=name, rank=rank, measure=asked.measure)
    return await _stored(session, asked, made)


async def withdraw(session: WriteSession, row: Certificate, now: datetime) -> Certificate:
    """End a certificate for good: its code proves nothing more, and the name that it bore is forgotten."""
    row.withdrawn_at = row.withdrawn_at or now
    row.name = None
    session.add(row)
    await session.flush()
    return row


async def _repeated(session: WriteSession, asked: Request) -> Made | None:
    known = await queries.requested(session, asked.by_member, asked.request_id)
    if known is None:
        return None
    if known.content_hash != asked.content_hash:
        raise RequestReused
    return Made(known, replayed=True)


async def _sealed(session: WriteSession, campaign_id: int) -> Running:
    running = await campaigns.one(session, campaign_id)
    if running is None:
        raise NotFound(what=CAMPAIGN)
    if await settlement.seal_of(session, campaign_id) is None:
        raise CampaignNotSealed(campaign=running.rules.title, seals_at=running.campaign.seals_at)
    return running


def _row(vault: Vault, asked: Request, standing: SealedStanding, now: datetime, **told: Any) -> Certificate:
    salt = secrets.token_hex(16)
    return Certificate(
        campaign_id=asked.campaign_id,
        level=asked.level,
        subject_id=asked.subject_id,
        institution_id=standing.institution_id,
        salt=salt,
        code_fingerprint=codes.fingerprint(vault, codes.derived(vault, salt)),
        made_by=asked.by_member,
        request_id=asked.request_id,
        content_hash=asked.content_hash,
        made_at=now,
        **told,
    )


async def _stored(session: WriteSession, asked: Request, row: Certificate) -> Made:
    try:
        async with session.begin_nested():
            session.add(row)
    except IntegrityError:
        # One stands already, or the same request came twice at once.
        if (known := await _repeated(session, asked)) is not None:
            return known
        standing = await queries.standing_of(session, row.campaign_id, row.level, row.subject_id)
        assert standing is not None, "nothing else keeps a certificate from being made"
        if (standing.name_kind, standing.name, standing.measure) != (row.name_kind, row.name, row.measure):
            raise CertificateStands(name=standing.name, number=standing.number) from None
        return Made(standing)
    return Made(row)

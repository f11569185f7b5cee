"""Read sealed results, what is due next, and what was corrected since a seal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import ENDED, Campaign, Participation
from backend.core import clock
from backend.core.db import ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.identity import tree
from backend.identity.tables import Institution
from backend.points.tables import PLACE_BITS, Transfer
from backend.settlement import entries
from backend.settlement.tables import Seal, SealedStanding

PAGE = 50
_RESULTS = 20  # that members look back at


async def seal_of(session: ReadSession, campaign_id: int) -> Seal | None:
    """Return the seal of a campaign, or None while it has none."""
    return await session.get(Seal, campaign_id)


async def standings(session: ReadSession, campaign_id: int, level: str) -> Sequence[SealedStanding]:
    """Return the sealed lines of a level, in the order of their subjects' numbers."""
    found = await session.exec(
        select(SealedStanding)
        .where(col(SealedStanding.campaign_id) == campaign_id, col(SealedStanding.level) == level)
        .order_by(col(SealedStanding.subject_id))
    )
    return found.all()


async def ended_around(session: ReadSession, path: str, at_most: int = _RESULTS) -> list[Running]:
    """Return the latest campaigns of an institution that have ended, the newest first."""
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).in_(tree.paths_above(path)), col(Campaign.state).in_(ENDED))
        .order_by(col(Campaign.closes_at).desc(), col(Campaign.id).desc())
        .limit(at_most)
    )
    numbers = [number for number in found if number is not None]
    running = await campaigns.running(session, numbers)
    return [running[number] for number in numbers]


async def in_state(session: ReadSession, state: str) -> list[Campaign]:
    """Return the campaigns in a state, in the order in which they closed."""
    found = await session.exec(
        select(Campaign).where(col(Campaign.state) == state).order_by(col(Campaign.closes_at), col(Campaign.id))
    )
    return list(found)


@dataclass(frozen=True)
class Correction:
    """One transfer that came after the seal: what it changed, for which day and unit, and its row for the reason."""

    transfer: Transfer
    amount: int  # as its member has it

    @property
    def day(self) -> date:
        """The campaign day that it concerns."""
        return self.transfer.day


async def corrections(session: ReadSession, seal: Seal, before: int | None) -> list[Correction]:
    """Return a page (and one more) of what was moved in a campaign since its seal, the newest first."""
    # By member: the ledger has an index over member and campaign, and none over campaigns.
    taking_part = select(Participation.member_id).where(col(Participation.campaign_id) == seal.campaign_id)
    statement = select(Transfer).where(
        col(Transfer.member_id).in_(taking_part),
        col(Transfer.campaign_id) == seal.campaign_id,
        col(Transfer.id) >= (seal.last_batch + 1) << PLACE_BITS,
    )
    if before is not None:
        statement = statement.where(col(Transfer.id) < before)
    found = await session.exec(statement.order_by(col(Transfer.id).desc()).limit(PAGE + 1))
    return [Correction(row, entries.signed(row)) for row in found]


def shown(instant: datetime) -> str:
    """Return an instant as members read it, Beijing time."""
    return f"{instant.astimezone(clock.zone(SHOWN_ZONE)):%Y-%m-%d %H:%M}"

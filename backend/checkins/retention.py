"""How long photos are kept, and proof that none is left that should be gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from backend.campaigns.tables import REVIEW_PERIOD, Campaign
from backend.checkins.tables import CheckIn
from backend.core.db import Database, ReadSession
from backend.media import clearing
from backend.media.store import Store
from backend.media.tables import DELETED, STORED, Upload

KEPT_AFTER_CLOSING = REVIEW_PERIOD
LONGEST_HOLD = timedelta(days=14)  # what an appeal or an open question may add to it
SLACK = timedelta(hours=6)  # the job that deletes runs every hour, and a service may be down for some


def latest(closes_at: datetime) -> datetime:
    """Return the instant after which no photo of a campaign that closes then is kept, whatever is open."""
    return closes_at + KEPT_AFTER_CLOSING + LONGEST_HOLD


def is_over(now: datetime) -> ColumnElement[bool]:
    """Say that a photo's time is over: its campaign's is, and nobody holds it, or the longest hold has ended too."""
    released = or_(col(Upload.kept_until).is_(None), col(Upload.kept_until) <= now)
    return or_(
        (col(Campaign.closes_at) <= now - KEPT_AFTER_CLOSING) & released,
        col(Campaign.closes_at) <= now - KEPT_AFTER_CLOSING - LONGEST_HOLD,
    )


def over(now: datetime) -> SelectOfScalar[Upload]:
    """Select the photos of acts whose time is over and that are still there."""
    return _of_acts().where(is_over(now)).order_by(col(Upload.id))


def _of_acts() -> SelectOfScalar[Upload]:
    return (
        select(Upload)
        .join(CheckIn, col(CheckIn.id) == col(Upload.act_id))
        .join(Campaign, col(Campaign.id) == col(CheckIn.campaign_id))
        .where(col(Upload.state) == STORED)
    )


@dataclass(frozen=True)
class Look:
    """What there is of photos, by rows and by store, and what should be gone."""

    pictures: int
    standing: int
    deleted: int
    held: int
    unnamed: tuple[str, ...]
    overdue: tuple[int, ...]


async def look(store: Store, database: Database, now: datetime) -> Look:
    """Compare rows with store: every picture there is has a standing upload, and no upload's time is over."""
    names, unnamed = await clearing.compared(store, database, now - SLACK)
    async with database.read() as session:
        states = dict((await session.exec(select(Upload.state, func.count()).group_by(Upload.state))).all())
        time_is_over = col(Campaign.closes_at) <= now - KEPT_AFTER_CLOSING
        held = select(func.count()).select_from(_of_acts().where(time_is_over, col(Upload.kept_until) > now).subquery())
        return Look(
            pictures=len(names),
            standing=states.get(STORED, 0),
            deleted=states.get(DELETED, 0),
            held=(await session.exec(held)).one(),
            unnamed=tuple(unnamed),
            overdue=tuple(await _overdue(session, now - SLACK)),
        )


async def _overdue(session: ReadSession, now: datetime) -> Sequence[int]:
    return [row.id or 0 for row in await session.exec(over(now))]


async def findings(store: Store, database: Database, now: datetime) -> list[str]:
    """Return one line for each photo that should be gone, empty when none is left."""
    found = await look(store, database, now)
    return [
        *(f"photo {number}: its time is over and it is still there" for number in found.overdue),
        *(f"picture {name}: no standing upload names it" for name in found.unnamed),
    ]

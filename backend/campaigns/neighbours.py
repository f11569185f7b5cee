"""What stands beside a campaign: the same one already, and others of the same people at the same time."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select

from backend.campaigns import queries
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, Campaign
from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.identity.tree import paths_above

ONE_DAY = timedelta(days=1)


async def same(session: ReadSession, campaign: Campaign) -> Campaign | None:
    """Return the campaign of the same institution, theme and days that stands already, or None."""
    found = await session.exec(
        select(Campaign).where(
            col(Campaign.institution_id) == campaign.institution_id,
            col(Campaign.theme_key) == campaign.theme_key,
            col(Campaign.starts_on) == campaign.starts_on,
            col(Campaign.ends_on) == campaign.ends_on,
            col(Campaign.state) != CANCELLED,
            col(Campaign.id) != (campaign.id or 0),
        )
    )
    return found.first()


def _of_same_people(path: str) -> ColumnElement[bool]:
    """Say that an institution is that with a path, above it or below it."""
    return col(Institution.path).in_(paths_above(path)) | col(Institution.path).startswith(path)


async def other_day_cuts(
    session: ReadSession, path: str, starts_on: date, ends_on: date, day_cut_hour: int, *, but: int | None = None
) -> Sequence[tuple[Campaign, Institution]]:
    """Return the campaigns of the same people at the same time that begin their days at another hour.

    A day to either side counts: days that begin at other hours overlap there.
    """
    found = await session.exec(
        select(Campaign, Institution)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(
            _of_same_people(path),
            col(Campaign.starts_on) <= ends_on + ONE_DAY,
            col(Campaign.ends_on) >= starts_on - ONE_DAY,
            col(Campaign.day_cut_hour) != day_cut_hour,
            col(Campaign.state) != CANCELLED,
            col(Campaign.id) != (but or 0),
        )
        .order_by(col(Campaign.id))
    )
    return found.all()


async def beside(
    session: ReadSession, path: str, starts_on: date, ends_on: date, *, but: int | None = None
) -> list[Running]:
    """Return the campaigns of the same people that share a day with these, cancelled ones left out."""
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(
            _of_same_people(path),
            col(Campaign.starts_on) <= ends_on,
            col(Campaign.ends_on) >= starts_on,
            col(Campaign.state) != CANCELLED,
            col(Campaign.id) != (but or 0),
        )
        .order_by(col(Campaign.starts_on), col(Campaign.id))
    )
    ids = [campaign_id for campaign_id in found if campaign_id is not None]
    rules = await queries.running(session, ids)
    return [rules[campaign_id] for campaign_id in ids]

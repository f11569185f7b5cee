"""Which dates are confirmed for an institution, and which campaigns already stand in a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy.sql.expression import ColumnElement
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, Campaign, CampaignEvent
from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.identity.tree import paths_above
from backend.planning.tables import CalendarFeed, ConfirmedDates


@dataclass(frozen=True)
class Confirmation:
    """Dates that hold for an institution: its own, or those of the nearest above that has confirmed some."""

    dates: ConfirmedDates
    institution: str
    own: bool


async def confirmed(session: ReadSession, place: Institution, year: int) -> dict[str, Confirmation]:
    """Return the dates that hold for an institution in a year, by theme."""
    found = await session.exec(
        select(ConfirmedDates, Institution)
        .join(Institution, col(Institution.id) == col(ConfirmedDates.institution_id))
        .where(col(ConfirmedDates.year) == year, col(Institution.path).in_(paths_above(place.path)))
        .order_by(func.length(Institution.path))
    )
    # From the root down: the nearest comes last and is what stands.
    return {dates.theme_key: Confirmation(dates, where.name, own=where.id == place.id) for dates, where in found.all()}


def _in_year(year: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Campaign.starts_on) <= date(year, 12, 31),
        col(Campaign.ends_on) >= date(year, 1, 1),
        col(Campaign.state) != CANCELLED,
    )


async def standing(session: ReadSession, path: str, year: int) -> list[Running]:
    """Return the campaigns of an institution and of those above it that lie in a year, by their days."""
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).in_(paths_above(path)), *_in_year(year))
        .order_by(col(Campaign.starts_on), col(Campaign.id))
    )
    ids = [number for number in found if number is not None]
    rules = await campaigns.running(session, ids)
    return [rules[number] for number in ids]


async def standing_below(session: ReadSession, path: str, year: int) -> Mapping[str, int]:
    """Return how many campaigns the institutions below one have of their own in a year, by theme."""
    found = await session.exec(
        select(Campaign.theme_key, func.count())
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).startswith(path), col(Institution.path) != path, *_in_year(year))
        .group_by(col(Campaign.theme_key))
    )
    return dict(found.all())


async def names(session: ReadSession, institution_ids: set[int]) -> dict[int, Institution]:
    """Return these institutions by number."""
    found = await session.exec(select(Institution).where(col(Institution.id).in_(institution_ids)))
    return {one.id or 0: one for one in found}


async def in_feed(session: ReadSession, path: str, since: date) -> list[tuple[Running, Institution, datetime]]:
    """Return the campaigns of an institution and of those above it that end on a day or later, cancelled ones too.

    With each: whose it is, and when an organiser changed it last.
    """
    found = await session.exec(
        select(Campaign.id, Institution)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).in_(paths_above(path)), col(Campaign.ends_on) >= since)
        .order_by(col(Campaign.starts_on), col(Campaign.id))
    )
    owners = {number or 0: owner for number, owner in found.all()}
    rules = await campaigns.running(session, list(owners))
    changed = await session.exec(
        select(CampaignEvent.campaign_id, func.max(CampaignEvent.at))
        .where(col(CampaignEvent.campaign_id).in_(owners), col(CampaignEvent.by_member).is_not(None))
        .group_by(col(CampaignEvent.campaign_id))
    )
    changes = dict(changed.all())
    return [
        (rules[number], owner, changes.get(number) or rules[number].campaign.created_at)
        for number, owner in owners.items()
    ]


async def feed_of(session: ReadSession, institution_id: int) -> CalendarFeed | None:
    """Return an institution's calendar feed, or None while it has none."""
    return await session.get(CalendarFeed, institution_id)


async def by_key(session: ReadSession, key_fingerprint: str) -> Institution | None:
    """Return the institution whose calendar has this key, or None."""
    found = await session.exec(
        select(Institution)
        .join(CalendarFeed, col(CalendarFeed.institution_id) == col(Institution.id))
        .where(col(CalendarFeed.key_fingerprint) == key_fingerprint)
    )
    return found.first()

"""Which screen holds a key, and which campaign it shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import PAUSED, RUNNING
from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.screens.tables import Screen, ScreenSighting
from backend.settlement import queries as settlement

RESULT_SHOWN = timedelta(days=14)
SIGHTINGS_SHOWN = 20  # of one screen


async def by_key(session: ReadSession, key_fingerprint: str) -> tuple[Screen, Institution] | None:
    """Return the screen that holds this key, with its institution; None when unknown or revoked."""
    found = await session.exec(
        select(Screen, Institution)
        .join(Institution, col(Institution.id) == col(Screen.institution_id))
        .where(col(Screen.key_fingerprint) == key_fingerprint, col(Screen.revoked_at).is_(None))
    )
    return found.first()


async def screen(session: ReadSession, screen_id: int) -> tuple[Screen, Institution] | None:
    """Return one screen with its institution, or None."""
    found = await session.exec(
        select(Screen, Institution)
        .join(Institution, col(Institution.id) == col(Screen.institution_id))
        .where(col(Screen.id) == screen_id)
    )
    return found.first()


async def of_institution(session: ReadSession, institution_id: int) -> Sequence[Screen]:
    """Return the screens of an institution that hold a key, in the order registered."""
    found = await session.exec(
        select(Screen)
        .where(col(Screen.institution_id) == institution_id, col(Screen.revoked_at).is_(None))
        .order_by(col(Screen.id))
    )
    return found.all()


async def sightings(session: ReadSession, screen_ids: Sequence[int]) -> dict[int, list[ScreenSighting]]:
    """Return what was heard of each of these screens: the pages and players heard last, at most `SIGHTINGS_SHOWN`."""
    place = func.row_number().over(
        partition_by=col(ScreenSighting.screen_id),
        order_by=(col(ScreenSighting.seen_at).desc(), col(ScreenSighting.instance)),
    )
    ranked = (
        select(col(ScreenSighting.screen_id), col(ScreenSighting.instance), place.label("place"))
        .where(col(ScreenSighting.screen_id).in_(screen_ids))
        .subquery()
    )
    found = await session.exec(
        select(ScreenSighting)
        .join(
            ranked,
            (col(ScreenSighting.screen_id) == ranked.c.screen_id) & (col(ScreenSighting.instance) == ranked.c.instance),
        )
        .where(ranked.c.place <= SIGHTINGS_SHOWN)
        .order_by(col(ScreenSighting.seen_at).desc(), col(ScreenSighting.instance))
    )
    heard: dict[int, list[ScreenSighting]] = {screen_id: [] for screen_id in screen_ids}
    for one in found:
        heard[one.screen_id].append(one)
    return heard


async def shown_campaign(session: ReadSession, path: str, now: datetime) -> Running | None:
    """Return the campaign that an institution's screens show.

    Of those that run the one that ends first, before any that is paused; when there is none, the last one that has
    ended, until a fortnight after it was sealed.
    """
    covering = [one for one in await campaigns.covering(session, path, now) if one.campaign.state in (RUNNING, PAUSED)]
    if covering:
        return min(covering, key=lambda one: (one.campaign.state == PAUSED, one.campaign.ends_on, one.id))
    last = await settlement.ended_around(session, path, at_most=1)
    return next((one for one in last if _is_recent(one, now)), None)


def _is_recent(running: Running, now: datetime) -> bool:
    sealed_at = running.campaign.sealed_at
    return sealed_at is None or now < sealed_at + RESULT_SHOWN

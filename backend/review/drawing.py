"""Draw a day's acts: find them, take a sample of each band, and write down how it came about."""

import json
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.checkins.tables import CheckIn
from backend.core import statements
from backend.core.clock import day_starts_at
from backend.core.columns import UtcDateTime
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.errors import SHOWN_ZONE
from backend.points.tables import PLACE_BITS, LedgerBatch
from backend.review import sampling
from backend.review.doubt import Candidate, Population
from backend.review.tables import KNOWN, WAITING, ReviewBand, ReviewCase, ReviewDraw


def span(day: date) -> tuple[datetime, datetime]:
    """Return the instants between which a day's acts are recorded: the second is not included."""
    return day_starts_at(day, SHOWN_ZONE, 0), day_starts_at(day + timedelta(days=1), SHOWN_ZONE, 0)


_ACT = CheckIn.__table__.c  # type: ignore[attr-defined]
# An act has its number from the batch that it was recorded in, so a day's acts are one range of the primary key. What
# was put back keeps the instant at which it was first recorded and lies in a later batch: it is drawn no second time.
_OF_DAY = columns(_ACT.institution_id, _ACT.id).where(
    _ACT.id >= bindparam("first"),
    _ACT.id < bindparam("last"),
    _ACT.recorded_at >= bindparam("starts", type_=UtcDateTime),
    _ACT.recorded_at < bindparam("ends", type_=UtcDateTime),
    _ACT.counted,
)
# A sum: the least and greatest of a plain column would be looked for along the primary key, from the beginning of time.
_NUMBER = col(LedgerBatch.id) + 0


async def acts_of_day(session: ReadSession, day: date) -> dict[int, list[int]]:
    """Return the acts that were recorded on a day and still count, by institution."""
    starts, ends = span(day)
    batches = select(func.min(_NUMBER), func.max(_NUMBER)).where(
        col(LedgerBatch.recorded_at) >= starts, col(LedgerBatch.recorded_at) < ends
    )
    first, last = (await session.exec(batches)).one()
    if first is None or last is None:
        return {}
    limits = {"first": first << PLACE_BITS, "last": (last + 1) << PLACE_BITS, "starts": starts, "ends": ends}
    acts: dict[int, list[int]] = defaultdict(list)
    for institution_id, number in await statements.rows(session, _OF_DAY, **limits):
        acts[institution_id].append(number)
    return dict(acts)


async def draw(session: WriteSession, found: Population, seed: str, capacity: int, now: datetime) -> ReviewDraw:
    """Take a sample of each band and write down cases, bands and all by which the draw can be recomputed."""
    made = ReviewDraw(
        institution_id=found.institution_id,
        day=found.day,
        seed=seed,
        drawn_at=now,
        capacity=capacity,
        acts=sampling.pack({one.act.id: (one.band, one.risk) for one in found.candidates}),
    )
    session.add(made)
    await session.flush()
    by_number = {one.act.id: one for one in found.candidates}
    room = sampling.allocate(Counter(one.band for one in found.candidates), capacity)
    drawn = sampling.first(seed, {number: one.band for number, one in by_number.items()}, room)
    sampled = Counter((by_number[number].act.campaign_id, by_number[number].band) for number in drawn)
    populations = Counter((one.act.campaign_id, one.band) for one in found.candidates)
    populations |= Counter({(campaign_id, KNOWN): count for campaign_id, count in found.known.items()})
    bands = [
        {
            "draw_id": made.id,
            "campaign_id": campaign_id,
            "band": band,
            "institution_id": found.institution_id,
            "population": count,
            "sampled": sampled[campaign_id, band],
        }
        for (campaign_id, band), count in sorted(populations.items())
    ]
    await insert_many(session, ReviewBand, bands)
    await insert_many(session, ReviewCase, [_case(made, by_number[number], place) for number, place in drawn.items()])
    return made


def _case(made: ReviewDraw, one: Candidate, place: int) -> dict[str, object]:
    return {
        "check_in_id": one.act.id,
        "act_id": one.act.id,
        "draw_id": made.id,
        "campaign_id": one.act.campaign_id,
        "institution_id": one.act.institution_id,
        "department_id": one.act.department_id,
        "member_id": one.act.member_id,
        "risk": one.risk,
        "marks": json.dumps([mark.name for mark in one.marks]),
        "band": one.band,
        "turn": sampling.turn(one.band, place),
        "earlier_acts": one.earlier_acts,
        "earlier_refusals": one.earlier_refusals,
        "state": WAITING,
    }

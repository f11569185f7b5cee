"""Check review: draws follow from their seeds, cases stand as their logs say, what was refused counts no more."""

from collections.abc import Mapping

from sqlalchemy import func, text
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.review import sampling
from backend.review.requests import Verdict
from backend.review.tables import APPROVED, ASKED, REFUSED, WAITING, ReviewBand, ReviewCase, ReviewDraw

_AT_ONCE = 50
_COUNTING = """
SELECT review_case.id FROM review_case JOIN check_in ON check_in.id = review_case.act_id
WHERE review_case.state = 'refused' AND check_in.counted ORDER BY review_case.id LIMIT 1
"""
_APPEALED = """
SELECT review_case.id FROM review_case JOIN review_appeal ON review_appeal.case_id = review_case.id
WHERE review_case.state <> CASE WHEN review_appeal.state = 'upheld' THEN 'approved' ELSE 'refused' END
ORDER BY review_case.id LIMIT 1
"""
_LAST = """
SELECT review_case.id, review_case.state, review_decision.verdict FROM review_case
LEFT JOIN review_decision ON review_decision.id = (
  SELECT MAX(id) FROM review_decision WHERE review_decision.case_id = review_case.id)
WHERE review_case.state <> 'waiting' OR review_decision.id IS NOT NULL ORDER BY review_case.id
"""
# How a case stands after each verdict; before any it waits.
_AFTER: Mapping[str | None, tuple[str, ...]] = {
    None: (WAITING,),
    Verdict.APPROVE: (APPROVED,),
    Verdict.REFUSE: (REFUSED,),
    Verdict.ASK: (ASKED,),
    Verdict.UNDO: (WAITING, ASKED),
    Verdict.ANSWER: (WAITING,),
    Verdict.APPEAL: (REFUSED,),
    Verdict.UPHOLD: (APPROVED,),
    Verdict.DISMISS: (REFUSED,),
}


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong with reviews, empty when nothing is."""
    connection = await session.connection()
    found = []
    if (counting := (await connection.execute(text(_COUNTING))).scalar()) is not None:
        found.append(f"review case {counting}: it was refused, and its act counts")
    if (appealed := (await connection.execute(text(_APPEALED))).scalar()) is not None:
        found.append(f"review case {appealed}: it does not stand as its appeal was decided")
    for number, state, verdict in await connection.execute(text(_LAST)):
        if state not in _AFTER[verdict]:
            found.append(f"review case {number}: it is {state}, its log ends with {verdict}")
            break
    return found + await _draws(session)


async def _draws(session: ReadSession) -> list[str]:
    last = 0
    while True:
        found = await session.exec(
            select(ReviewDraw).where(col(ReviewDraw.id) > last).order_by(col(ReviewDraw.id)).limit(_AT_ONCE)
        )
        draws = found.all()
        for draw in draws:
            last = draw.id or 0
            if (wrong := await _difference(session, draw)) is not None:
                return [f"review draw {last}: {wrong}"]
        session.expunge_all()
        if not draws:
            return []


async def _difference(session: ReadSession, draw: ReviewDraw) -> str | None:
    """Draw again from what the draw keeps, and name the first act in which the cases differ."""
    bands = {number: band for number, band, _ in sampling.unpack(draw.acts)}
    sampled = select(ReviewBand.band, func.sum(ReviewBand.sampled)).where(col(ReviewBand.draw_id) == draw.id)
    room = {band: int(count) for band, count in await session.exec(sampled.group_by(col(ReviewBand.band)))}
    expected = {
        number: (bands[number], sampling.turn(bands[number], place))
        for number, place in sampling.first(draw.seed, bands, room).items()
    }
    cases = select(ReviewCase.check_in_id, ReviewCase.band, ReviewCase.turn).where(col(ReviewCase.draw_id) == draw.id)
    present = {number: (band, turn) for number, band, turn in await session.exec(cases)}
    for number in sorted(expected.keys() | present.keys()):
        if expected.get(number) != present.get(number):
            return f"whether and where check-in {number} was drawn does not follow from its seed"
    return None

"""What a change of rules would do, in figures: computed by the code that restates, kept with the proposal.

Persons are counted and never named, and only where a board may show them at all; departments and institutions are named
where boards name them.
"""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns.queries import Running
from backend.campaigns.tables import Participation
from backend.campaigns.themes import Theme
from backend.checkins import restating, revaluing
from backend.checkins.revaluing import Valued
from backend.core.db import ReadSession
from backend.identity.tables import Institution
from backend.leaderboards import periods, queries
from backend.leaderboards.outlook import Outlook, Pair, Place, Shift
from backend.points.tables import CARBON_MG, POINTS, LedgerBatch

TOP = 100
MEMBERS = 20  # looked at at once: between two looks the process serves others


@dataclass(frozen=True)
class Line:
    """A department or institution whose rank moves; None: not listed."""

    name: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class BoardMove:
    """What moves on one board: how many ranks of the top hundred, how many prize places change hands."""

    level: str
    period: str
    measure: str
    institution: str | None  # whose board it is; None: the campaign's own
    moved: int
    places_changed: int  # subjects that come to stand on one of the places that the theme gives prizes for
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Figures:
    """Everything that a change would do to what stands."""

    acts: int = 0
    transfers: int = 0
    members: int = 0
    points_up: int = 0
    points_down: int = 0
    carbon_mg_up: int = 0
    carbon_mg_down: int = 0
    boards: list[BoardMove] = field(default_factory=list)

    def to_json(self) -> str:
        """Write the figures as text that `from_json` reads back."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> "Figures":
        """Read what `to_json` wrote."""
        document = json.loads(text)
        boards = [
            BoardMove(**{**one, "lines": [Line(**line) for line in one["lines"]]}) for one in document.pop("boards")
        ]
        return cls(**document, boards=boards)


@dataclass(frozen=True)
class Preview:
    """The figures, and a digest of what they were computed from."""

    figures: Figures
    basis: str


async def preview(session: ReadSession, changed: Running, now: datetime, threshold: int) -> Preview:
    """Compute what the newest rules of `changed` would do to what stands, without writing anything."""
    newest = changed.changes[-1]
    basis = sha256(f"{changed.id}/{newest.version}/{await _last_batch(session)}".encode())
    for part in (newest.rules.theme.to_json(), newest.rules.factors.to_json(), newest.applies_from, newest.restates):
        basis.update(str(part).encode())
    if not newest.restates:
        return Preview(Figures(), basis.hexdigest())
    differing = [one async for one in _valued(session, changed) if one.offsets]
    moves = await _boards(session, changed, _shifts(differing), now, threshold)
    return Preview(_summed(differing, moves), basis.hexdigest())


async def _last_batch(session: ReadSession) -> int:
    return (await session.exec(select(func.max(LedgerBatch.id)))).one() or 0


async def _valued(session: ReadSession, changed: Running) -> AsyncIterator[Valued]:
    last = 0
    while True:
        found = await session.exec(
            select(Participation.member_id)
            .where(col(Participation.campaign_id) == changed.id, col(Participation.member_id) > last)
            .order_by(col(Participation.member_id))
            .limit(MEMBERS)
        )
        members = found.all()
        if not members:
            return
        last = members[-1]
        by_member = await restating.counted_acts(session, changed.id, members)
        devices = await restating.disposed(session, (act for acts in by_member.values() for act in acts))
        for acts in by_member.values():
            for one in revaluing.valued(changed, acts, devices, {}):
                yield one
        session.expunge_all()


def _summed(differing: Iterable[Valued], moves: list[BoardMove]) -> Figures:
    totals: dict[str, int] = defaultdict(int)
    members = set()
    for one in differing:
        totals["acts"] += 1
        members.add(one.act.member_id)
        for _, ledger, before, after, _ in one.offsets:
            totals["transfers"] += 1
            name = {POINTS: "points", CARBON_MG: "carbon_mg"}[ledger]
            totals[f"{name}_{'up' if after > before else 'down'}"] += abs(after - before)
    return Figures(**totals, members=len(members), boards=moves)


def _shifts(differing: Iterable[Valued]) -> dict[Place, Shift]:
    shifts: dict[Place, Shift] = {}
    for one in differing:
        act = one.act
        place = act.member_id, act.department_id, act.institution_id, act.day
        had = shifts.get(place, (0, 0))
        shifts[place] = (
            had[0] + one.points - act.points,
            had[1] + one.carbon_mg + one.disposed_mg - act.carbon_mg,
        )
    return shifts


async def _boards(
    session: ReadSession, changed: Running, shifts: dict[Place, Shift], now: datetime, threshold: int
) -> list[BoardMove]:
    if not shifts:
        return []
    day = min(changed.today(now), changed.campaign.ends_on)
    boards = changed.rules.theme.boards
    outlook = await Outlook.open(session, changed.id, shifts, day, threshold)
    named = [periods.named(one, day) for one in boards.periods]
    moves = [
        (pair, move)
        for pair in outlook.pairs(boards.levels, named, boards.measures)
        if (move := _move(pair, prize_places(changed.rules.theme, pair), threshold, boards.top)) is not None
    ]
    names = await _institutions(session, {pair.institution_id for pair, _ in moves})
    return [BoardMove(**{**vars(move), "institution": names.get(pair.institution_id)}) for pair, move in moves]


async def _institutions(session: ReadSession, numbers: set[int]) -> dict[int, str]:
    found = await session.exec(select(Institution.id, Institution.name).where(col(Institution.id).in_(numbers)))
    return {number or 0: name for number, name in found}


def prize_places(theme: Theme, pair: Pair) -> int:
    """Return how many places of a board get a prize: as the theme says, else as many as the board shows.

    Prizes are for the whole campaign: the boards of its days and weeks have none where a theme names any.
    """
    if not theme.prizes:
        return theme.boards.top
    won = (one.places for one in theme.prizes if (one.level, one.measure) == (pair.level, pair.measure))
    return max(won, default=0) if pair.period == periods.CAMPAIGN else 0


def _move(pair: Pair, places: int, threshold: int, top: int) -> BoardMove | None:
    """Return what moves on a board, or None: nothing does, or so few persons stand on it that none is shown."""
    if pair.level == "person" and not queries.shown_lines("person", len(pair.before), top, threshold):
        return None
    before, after = (
        {one.subject_id: one.rank for one in side if one.rank <= TOP} for side in (pair.before, pair.after)
    )
    moved = sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))
    if not moved:
        return None
    winners = [{one for one, rank in side.items() if rank <= places} for side in (before, after)]
    names = {one.subject_id: one.name for one in (*pair.before, *pair.after)}
    lines = [] if pair.level == "person" else [Line(names[one], before.get(one), after.get(one)) for one in moved]
    return BoardMove(
        level=pair.level,
        period=pair.period,
        measure=pair.measure,
        institution=None,
        moved=len(moved),
        places_changed=len(winners[1] - winners[0]),
        lines=lines,
    )


def differences(before: Figures, after: Figures) -> Iterator[tuple[str, int, int]]:
    """Give the name of each sum that differs, as it was and as it is."""
    for name in ("acts", "transfers", "members", "points_up", "points_down", "carbon_mg_up", "carbon_mg_down"):
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield name, old, new

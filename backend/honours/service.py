"""Follow the ledger: note badges that are earned or lost, tell of them once, note goals that are reached."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import col, select, update

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.tables import SEALED
from backend.core.db import ReadSession, WriteSession, insert_new
from backend.core.text import Text
from backend.honours import cases, course, goals, queries
from backend.honours.cases import Case, Pair, Part
from backend.honours.errors import BadgeNotHeld
from backend.honours.tables import EarnedBadge, ReachedGoal
from backend.leaderboards import service as boards
from backend.leaderboards.tables import Score
from backend.messages import service as messages
from backend.points.tables import LedgerBatch

_BATCHES = 100
# So long after its day an act may still move a streak: the longest grace time of a theme and a fortnight of review.
_LATEST = timedelta(days=45)


async def follow(session: WriteSession, calendar: Calendar, threshold: int, now: datetime) -> int:
    """Bring badges and goals up to date with the oldest batches that no one has followed; return how many.

    1. Lock the batches: a second worker waits, then finds them done. Only those that the boards have followed, since a
    goal is counted from scores. 2. Who moved, in which campaigns? 3. Derive their badges anew, and note what is new,
    lost, or held again. 4. Note goals that are reached. It sets what it derives, so that doing it twice changes
    nothing, and posts under keys of which each member gets one message.
    """
    batches = await waiting(session, lock=True)
    if not batches:
        return 0
    moved = await boards.moved_in(session, list(batches))
    taken = await cases.parts(session, {member_id for several in moved.values() for member_id in several})
    numbers = {part.campaign_id for several in taken.values() for part in several} | moved.keys()
    running = await campaigns.running(session, sorted(numbers))
    await _note_badges(session, moved, taken, calendar, now, running=running)
    for campaign_id, members in sorted(moved.items()):
        if campaign_id in running:
            await _note_goals(session, running[campaign_id], members, threshold, max(batches.values()))
    await session.exec(update(LedgerBatch).where(col(LedgerBatch.id).in_(list(batches))).values(honoured_at=now))
    return len(batches)


async def waiting(session: ReadSession, *, lock: bool = False) -> dict[int, datetime]:
    """Return the oldest batches that are to be followed, with the instants at which they were recorded."""
    statement = (
        select(LedgerBatch.id, LedgerBatch.recorded_at)
        .where(col(LedgerBatch.honoured_at).is_(None), col(LedgerBatch.projected_at).is_not(None))
        .order_by(col(LedgerBatch.id))
        .limit(_BATCHES)
    )
    found = await session.exec(statement.with_for_update() if lock else statement)
    return {number or 0: at for number, at in found}


async def _note_badges(
    session: WriteSession,
    moved: Mapping[int, set[int]],
    taken: Mapping[int, Sequence[Part]],
    calendar: Calendar,
    now: datetime,
    *,
    running: Mapping[int, Running],
) -> None:
    pairs = {(campaign_id, member_id) for campaign_id, several in moved.items() for member_id in several}
    pairs |= _reaching(taken, running, now)
    found = await cases.lay_out(session, pairs, taken, calendar, now, known=running)
    members = sorted({member_id for _, member_id in pairs})
    known = await queries.earned(session, members, sorted({campaign_id for campaign_id, _ in found}))
    new: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (campaign_id, member_id), case in sorted(found.items()):
        for key in _settle(session, member_id, case, known, now):
            new[campaign_id, key].append(member_id)
    for (campaign_id, key), earners in sorted(new.items()):
        own = next(case.own for pair, case in found.items() if pair[0] == campaign_id)
        await messages.post(
            session,
            earners,
            "badge_earned",
            key=f"badge/{campaign_id}/{key}",
            told={"badge": title(own, key), "campaign": own.rules.title},
            campaign_id=campaign_id,
            now=now,
        )


def _reaching(taken: Mapping[int, Sequence[Part]], running: Mapping[int, Running], now: datetime) -> set[Pair]:
    """Return members' other campaigns whose streak reaches beyond their own days: any act may have moved it."""
    earliest = (now - _LATEST).date()
    last_days = {one.id: course.last_day(one) for one in running.values()}
    reaching = {
        one.id for one in running.values() if last_days[one.id] > one.campaign.ends_on and last_days[one.id] >= earliest
    }
    return {
        (part.campaign_id, member_id)
        for member_id, several in taken.items()
        for part in several
        if part.campaign_id in reaching
    }


def _settle(
    session: WriteSession,
    member_id: int,
    case: Case,
    known: Mapping[tuple[int, int, str], EarnedBadge],
    now: datetime,
) -> list[str]:
    """Note how a member's badges of a campaign stand; return those that they have for the first time."""
    new = []
    for one in case.badges:
        row = known.get((case.own.id, member_id, one.badge.key))
        if row is None and one.held:
            session.add(EarnedBadge(member_id=member_id, campaign_id=case.own.id, key=one.badge.key, earned_at=now))
            new.append(one.badge.key)
        elif row is not None and one.held:
            row.lost_at = None
        elif row is not None and case.own.campaign.state != SEALED:
            row.lost_at = row.lost_at or now
    return new


def title(running: Running, key: str) -> Text:
    """Return what a badge is called, in both languages."""
    theme = running.rules.theme
    return Text(theme.copy_in("zh-CN").badges[key].title, theme.copy_in("en").badges[key].title)


async def _note_goals(session: WriteSession, running: Running, members: set[int], threshold: int, at: datetime) -> None:
    if running.rules.theme.goal is None:
        return
    day, reached = _day(running, at), await goals.reached_at(session, running.id)
    for institution_id in await _institutions(session, running, members):
        for group in await goals.of_groups(session, running, institution_id, day, threshold, but=reached):
            if group.have >= group.target:
                row = {"campaign_id": running.id, "subject_id": group.subject_id, "reached_at": at}
                await insert_new(session, ReachedGoal, row)


async def _institutions(session: ReadSession, running: Running, members: set[int]) -> list[int]:
    """Return in whose boards these members move something: one stands for all where institutions share the goal."""
    found = await session.exec(
        select(Score.institution_id)
        .where(
            col(Score.campaign_id) == running.id, col(Score.period) == goals.WHOLE, col(Score.member_id).in_(members)
        )
        .distinct()
        .order_by(col(Score.institution_id))
    )
    several = list(found)
    goal = running.rules.theme.goal
    return several[:1] if goal and goal.level == "institution" else several


def _day(running: Running, at: datetime) -> date:
    return min(running.today(at), running.campaign.ends_on)


async def show(session: WriteSession, member_id: int, campaign_id: int, key: str, *, shown: bool) -> EarnedBadge:
    """Show a badge to colleagues, or hide it again. Raises BadgeNotHeld."""
    row = await session.get(EarnedBadge, (member_id, campaign_id, key)) if key.isprintable() else None
    if row is None or row.lost_at is not None:
        raise BadgeNotHeld
    row.shown = shown
    await session.flush()
    return row

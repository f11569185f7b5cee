"""Streaks, badges, goals and prizes as GraphQL types, and how they are made from what was derived."""

from datetime import date, datetime, timedelta

import strawberry

from backend.campaigns.queries import Running
from backend.campaigns.theme_copy import HonourCopy
from backend.core.api import Context, Long, ProblemFace, face_of
from backend.honours import errors, queries, wording
from backend.honours.badges import Progress, progress
from backend.honours.cases import Case
from backend.honours.goals import GoalProgress
from backend.honours.streaks import Mark
from backend.honours.tables import EarnedBadge
from backend.leaderboards.api import BoardLevel, BoardMeasure

WEEKS_BACK, WEEKS_SHOWN = 3, 5


@face_of(errors.BadgeNotHeld)
class BadgeNotHeld(ProblemFace):
    pass


@strawberry.type(description="A day of the calendar strip.")
class StreakDay:
    day: date = strawberry.field(description="The campaign day.")
    mark: str = strawberry.field(
        description="done, missed, forgiven, open (may still be reported), coming, or free (an act counts, none breaks"
        " nothing)."
    )


@strawberry.type(description="The next day that can be done.")
class StreakNext:
    day: date = strawberry.field(description="The campaign day: today, one that may still be reported, or the next.")
    until: datetime = strawberry.field(description="Until when an act of it may be reported.")
    spare: bool = strawberry.field(description="Whether the streak stands even if it is missed.")


@strawberry.type(description="The caller's days in a row, which only they see.")
class MyStreak:
    title: str = strawberry.field(description="What it is called.")
    text: str = strawberry.field(description="How it is counted.")
    kinds: list[str] = strawberry.field(description="The kinds of check-in that count.")
    current: int = strawberry.field(description="Days in the streak that stands.")
    longest: int = strawberry.field(description="Days in the longest one.")
    target: int = strawberry.field(description="The days to reach.")
    reached: bool = strawberry.field(description="Whether the longest has reached them.")
    starts_on: date = strawberry.field(description="The first day that counts.")
    ends_on: date = strawberry.field(description="The last day that counts; it may lie beyond the campaign.")
    grace: str | None = strawberry.field(description="How many missed days are forgiven, to show; null: none.")
    calendar: str | None = strawberry.field(description="What is not known of the holidays, to show; null: all is.")
    hint: str = strawberry.field(description="What keeps it alive, to show.")
    next: StreakNext | None = strawberry.field(description="The next day that can be done; null: none is left.")
    days: list[StreakDay] = strawberry.field(description="Five weeks around today, as far as they count, in order.")


@strawberry.type(description="A badge of a campaign, and how far the caller is with it, which only they see.")
class MyBadge:
    key: str = strawberry.field(description="The badge's key.")
    title: str = strawberry.field(description="What it is called.")
    text: str = strawberry.field(description="What it takes.")
    have: Long = strawberry.field(description="How much of it the caller has.")
    need: Long = strawberry.field(description="How much it takes.")
    held: bool = strawberry.field(description="Whether it is earned; it is lost again when an act is taken back.")
    earned_at: datetime | None = strawberry.field(
        description="When it was first noted, some seconds after the act; null: not yet."
    )
    shown: bool = strawberry.field(description="Whether the caller shows it to colleagues.")


@strawberry.type(description="What a department or an institution reaches together.")
class SharedGoal:
    title: str = strawberry.field(description="What it is called.")
    text: str = strawberry.field(description="What it is about.")
    group: str = strawberry.field(description="Whose it is.")
    measure: str = strawberry.field(description="acts, points or carbon_grams.")
    per: str = strawberry.field(description="total, or participant: for each who takes part, on average.")
    have: Long = strawberry.field(description="How much there is.")
    target: Long = strawberry.field(description="How much is aimed at.")
    percent: int = strawberry.field(description="Whole percent of the target, at most 100.")
    participants: int = strawberry.field(description="How many people are behind it.")
    reached_at: datetime | None = strawberry.field(description="When it was first reached; null: not yet.")


@strawberry.type(description="A prize for the first places of a board.")
class Prize:
    key: str = strawberry.field(description="The prize's key.")
    title: str = strawberry.field(description="What it is.")
    text: str = strawberry.field(description="How it is given.")
    level: BoardLevel = strawberry.field(description="Whose board.")
    measure: BoardMeasure = strawberry.field(description="Ranked by what.")
    places: int = strawberry.field(description="How many places get it.")


def streak(case: Case, context: Context) -> MyStreak | None:
    """Return the caller's streak as they see it; None where the theme has none."""
    counted, days, copy = case.streak, case.course, case.own.rules.theme.copy_in(context.locale).streak
    if counted is None or days is None or copy is None:
        return None
    forgiven = wording.grace(days.streak.grace)
    upcoming = counted.next
    return MyStreak(
        title=copy.title,
        text=copy.text,
        kinds=sorted(days.kinds),
        current=counted.current,
        longest=counted.longest,
        target=days.streak.target,
        reached=counted.longest >= days.streak.target,
        starts_on=days.first,
        ends_on=days.last,
        grace=context.say(forgiven) if forgiven else None,
        calendar=None if days.is_published else context.say(wording.UNPUBLISHED),
        hint=context.say(wording.hint(counted, case.own)),
        next=StreakNext(day=upcoming.day, until=upcoming.until, spare=counted.spare)
        if upcoming and upcoming.until
        else None,
        days=_strip(case, counted.marks),
    )


def _strip(case: Case, marks: dict[date, Mark]) -> list[StreakDay]:
    today = case.own.today(case.now)
    monday = today - timedelta(days=today.weekday())
    first = monday - timedelta(weeks=WEEKS_BACK)
    shown = (first + timedelta(days=number) for number in range(WEEKS_SHOWN * 7))
    return [StreakDay(day=day, mark=marks[day].value) for day in shown if day in marks]


def badges(running: Running, case: Case | None, rows: dict[str, EarnedBadge], context: Context) -> list[MyBadge]:
    """Return the badges of a campaign; how far the caller is with them, where they take part."""
    copies = running.rules.theme.copy_in(context.locale).badges
    derived = case.badges if case else progress(running, (), points=0, streak=0)
    return [_badge(one, rows.get(one.badge.key), copies[one.badge.key], running) for one in derived]


def _badge(one: Progress, row: EarnedBadge | None, copy: HonourCopy, running: Running) -> MyBadge:
    held = queries.holds(running, one, row)
    return MyBadge(
        key=one.badge.key,
        title=copy.title,
        text=copy.text,
        have=Long(one.have),
        need=Long(one.need),
        held=held,
        earned_at=row.earned_at if row and held else None,
        shown=bool(row and row.shown and held),
    )


def goal(found: GoalProgress, running: Running, context: Context) -> SharedGoal:
    """Return a group's goal as its members see it."""
    copy = running.rules.theme.copy_in(context.locale).goal
    assert copy is not None, "a theme that has a goal has its texts"
    return SharedGoal(
        title=copy.title,
        text=copy.text,
        group=found.name,
        measure=found.measure,
        per=found.per,
        have=Long(found.have),
        target=Long(found.target),
        percent=found.percent,
        participants=found.participants,
        reached_at=found.reached_at,
    )


def prizes(running: Running, context: Context) -> list[Prize]:
    """Return the prizes of a campaign."""
    copies = running.rules.theme.copy_in(context.locale).prizes
    return [
        Prize(
            key=one.key,
            title=copies[one.key].title,
            text=copies[one.key].text,
            level=BoardLevel(one.level),
            measure=BoardMeasure(one.measure),
            places=one.places,
        )
        for one in running.rules.theme.prizes
    ]

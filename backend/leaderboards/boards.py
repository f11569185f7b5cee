"""The board document: small, cached, the same cost for one screen or five hundred.

A process keeps each board that is asked for. At most every `board_seconds` it asks (one row) whether scores
have changed or somebody has left, and makes the document anew only then, or when it is five seconds old: that
is how soon another display name shows.
"""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from backend.campaigns.queries import Running
from backend.campaigns.tables import CLOSED, PROVISIONAL, REVIEWED
from backend.core import clock
from backend.core.db import Database, ReadSession
from backend.core.errors import SHOWN_ZONE
from backend.core.text import Locale, Text
from backend.leaderboards import queries, standing_still
from backend.leaderboards.queries import Freshness, Measure, Scope, Standing

TIES = Text(
    "数值相同并列同一名次，并列者按名称排列。", "Equal values share a rank; within it, rows stand in order of name."
)
HIDDEN = Text(
    "不足 {threshold} 人或参与不足 {threshold} 人的部门（单位）不单列。",
    "Groups with fewer than {threshold} people, or fewer taking part, are not listed.",
)
FROZEN = Text(
    "榜单已于 {at} 冻结，其间的变化在解冻后显示。",
    "The boards were frozen at {at}; what changes meanwhile shows later.",
)
SEALED = Text("最终结果，已于 {at} 封存。", "The final result, sealed at {at}.")
OUT = Text("结果公示中，{at} 前可提出异议。", "The result is provisional: members may object until {at}.")
CONFIRMED_LATER = Text("活动已结束，结果审核中。", "The campaign has ended; its result is under review.")
_OLDEST_SECONDS = 5.0
_KEPT = 2000


@dataclass(frozen=True)
class Row:
    """One line as it is shown."""

    rank: int
    name: str
    value: int
    label: str
    participants: int
    correction: int | None = None  # None unless the result is sealed
    correction_label: str | None = None  # None where nothing was corrected


@dataclass(frozen=True)
class Board:
    """Everything that a screen needs to show one board."""

    campaign_id: int
    title: str
    level: str
    period: str
    measure: Measure
    rows: tuple[Row, ...]
    participants: int
    points: int
    carbon_mg: int
    ties: str
    hidden: str | None
    version: int
    as_of: datetime
    starts_on: date
    ends_on: date
    state: str
    frozen_at: datetime | None = None
    sealed_at: datetime | None = None
    notice: str | None = None

    def to_json(self) -> bytes:
        """Write the document; `etag` is over these bytes."""
        return json.dumps(asdict(self), ensure_ascii=False, default=str, separators=(",", ":")).encode()


@dataclass(frozen=True)
class Made:
    """A board with its bytes, its tag, and every place (also those that it does not list)."""

    board: Board
    content: bytes
    etag: str
    places: dict[int, Standing]
    order: tuple[Standing, ...]


@dataclass
class _Kept:
    made: Made
    freshness: Freshness
    made_at: float
    asked_at: float


def label(value: int, measure: Measure, locale: Locale) -> str:
    """Return a value as it is shown, with its unit."""
    zh = locale == "zh-CN"
    if measure == "points":
        return f"{value} {'分' if zh else 'points'}"
    if measure == "points_per_head":
        return f"{value // 100}.{value % 100:02d} {'分/人' if zh else 'points a head'}"
    kilograms = value >= 1_000_000  # noqa: PLR2004 - milligrams in a kilogram
    amount, unit = (value // 10_000, "kg") if kilograms else (value // 10, "g")
    per_head = ("/人" if zh else " a head") if measure in queries.PER_HEAD else ""
    return f"{amount // 100}.{amount % 100:02d} {unit}{per_head}"


def signed_label(value: int, measure: Measure, locale: Locale) -> str:
    """Return a difference as it is shown: with its sign and unit."""
    return ("-" if value < 0 else "+") + label(abs(value), measure, locale)


class Boards:
    """The boards that this process has made lately."""

    def __init__(self, database: Database, seconds: float, threshold: int) -> None:
        self._database = database
        self._seconds = seconds
        self._threshold = threshold
        self._kept: OrderedDict[tuple[Scope, Locale], _Kept] = OrderedDict()
        self._making: dict[tuple[Scope, Locale], asyncio.Lock] = {}
        self._news: dict[int, tuple[float, Freshness]] = {}

    async def get(self, scope: Scope, campaign: Running, day: date, locale: Locale, now: datetime) -> Made:
        """Return a board, made anew only if it may have changed."""
        fresh = self.peek(scope, locale)
        if fresh is not None:
            return fresh
        lock = self._making.setdefault((scope, locale), asyncio.Lock())
        try:
            async with lock:
                return self.peek(scope, locale) or await self._look(scope, campaign, day, locale, now)
        finally:
            if not lock.locked():
                self._making.pop((scope, locale), None)

    async def together(
        self, scopes: Sequence[Scope], campaign: Running, day: date, locale: Locale, now: datetime
    ) -> tuple[Made, ...]:
        """Return boards of one campaign that agree: those that are of older scores than another are asked for again.

        Once, for who records without a pause would keep a screen waiting; the next look is a moment away.
        """
        made = [await self.get(scope, campaign, day, locale, now) for scope in scopes]
        newest = max(one.board.version for one in made)
        for place, scope in enumerate(scopes):
            kept = self._kept.get((scope, locale))
            if kept is not None and made[place].board.version < newest:
                kept.asked_at = -self._seconds  # long ago: it is looked at anew
                made[place] = await self.get(scope, campaign, day, locale, now)
        return tuple(made)

    def peek(self, scope: Scope, locale: Locale) -> Made | None:
        """Return a board that was checked a moment ago, or None."""
        kept = self._kept.get((scope, locale))
        return kept.made if kept and time.monotonic() - kept.asked_at < self._seconds else None

    async def _look(self, scope: Scope, campaign: Running, day: date, locale: Locale, now: datetime) -> Made:
        asked_at = time.monotonic()
        key = (scope, locale)
        async with self._database.read() as session:
            freshness = await self._freshness(session, scope.campaign_id)
            kept = self._kept.get(key)
            if kept and kept.freshness == freshness and asked_at - kept.made_at < _OLDEST_SECONDS:
                kept.asked_at = asked_at
                return kept.made
            made = await make(
                session,
                scope,
                campaign,
                day=day,
                locale=locale,
                freshness=freshness,
                now=now,
                threshold=self._threshold,
            )
        self._kept[key] = _Kept(made, freshness, asked_at, asked_at)
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made

    async def _freshness(self, session: ReadSession, campaign_id: int) -> Freshness:
        """Ask for a campaign's news once for all its boards: a wall of screens looks at three of them at once."""
        asked_at = time.monotonic()
        known = self._news.get(campaign_id)
        if known is None or asked_at - known[0] >= self._seconds:
            if len(self._news) >= _KEPT:
                self._news.clear()
            known = self._news[campaign_id] = asked_at, await queries.freshness(session, campaign_id)
        return known[1]


async def make(
    session: ReadSession,
    scope: Scope,
    campaign: Running,
    *,
    day: date,
    locale: Locale,
    freshness: Freshness,
    now: datetime,
    threshold: int,
) -> Made:
    """Make a board from the scores, or from what was pinned where the boards stand still."""
    pinned_at, is_seal = freshness.pinned_at, bool(freshness.is_seal)
    everybody = await (standing_still.totals(session, scope) if pinned_at else queries.totals(session, scope, day))
    shown = queries.listed(everybody, threshold)
    corrected = await standing_still.corrected(session, scope, shown) if is_seal else None
    order = queries.ranked(shown, scope.measure, corrected)
    top = order[: queries.shown_lines(scope.level, len(order), campaign.rules.theme.boards.top, threshold)]
    title = getattr(campaign.rules.theme.copy_in(locale).boards, f"title_{scope.level}") or campaign.rules.title.in_(
        locale
    )
    board = Board(
        campaign_id=scope.campaign_id,
        title=title,
        level=scope.level,
        period=scope.period,
        measure=scope.measure,
        rows=tuple(_row(one, scope, locale) for one in top),
        participants=sum(total.participants for total in everybody),
        points=sum(total.points for total in everybody),
        carbon_mg=sum(total.carbon_mg for total in everybody),
        ties=TIES.in_(locale),
        hidden=HIDDEN.in_(locale, threshold=threshold) if len(shown) < len(everybody) else None,
        # What is frozen stays the same bytes, whatever goes on behind it; what is sealed may be corrected beside it.
        version=freshness.revision if is_seal or pinned_at is None else freshness.pinned_revision or 0,
        as_of=pinned_at or freshness.as_of or now,
        starts_on=campaign.campaign.starts_on,
        ends_on=campaign.campaign.ends_on,
        state=campaign.campaign.state,
        frozen_at=None if is_seal else pinned_at,
        sealed_at=pinned_at if is_seal else None,
        notice=_notice(campaign, pinned_at, locale, is_seal=is_seal),
    )
    content = board.to_json()
    return Made(
        board=board,
        content=content,
        etag=f'"{hashlib.sha256(content).hexdigest()[:24]}"',
        places={one.subject_id: one for one in order},
        order=tuple(order),
    )


def _row(one: Standing, scope: Scope, locale: Locale) -> Row:
    # What was taken back from one person is theirs to know, beside their own place: a board would expose them.
    correction = one.correction if scope.level != "person" else None
    corrected = signed_label(correction, scope.measure, locale) if correction else None
    shown = label(one.value, scope.measure, locale)
    return Row(one.rank, one.name, one.value, shown, one.participants, correction, corrected)


def _notice(campaign: Running, pinned_at: datetime | None, locale: Locale, *, is_seal: bool) -> str | None:
    """Say that a board stands still, or how far its result has come; nothing while the campaign runs."""
    if pinned_at is not None:
        return (SEALED if is_seal else FROZEN).in_(locale, at=_shown(pinned_at))
    if campaign.campaign.state == PROVISIONAL:
        return OUT.in_(locale, at=_shown(campaign.campaign.seals_at))
    return CONFIRMED_LATER.in_(locale) if campaign.campaign.state in (CLOSED, REVIEWED) else None


def _shown(instant: datetime) -> str:
    return f"{instant.astimezone(clock.zone(SHOWN_ZONE)):%m-%d %H:%M}"

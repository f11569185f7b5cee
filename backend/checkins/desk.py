"""Everything that judging a batch of acts needs to know, read at once while the members are locked.

The lock (one row for each member, in order) makes requests of one member wait for each other on every
replica, so that a cap or a duplicate can be decided by looking. The unique index stands behind it.
"""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import col
from sqlmodel import select as select_rows

from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.checkins.proof import Proof
from backend.checkins.requests import Item, Request
from backend.checkins.tables import CheckIn
from backend.core import ids, statements
from backend.core.db import ReadSession, WriteSession
from backend.core.statements import Texts, any_of
from backend.identity import queries as identity
from backend.identity.queries import Place
from backend.identity.tables import Institution
from backend.media import queries as media
from backend.media.queries import Photo
from backend.media.service import UPLOAD_ID
from backend.points import budget
from backend.sites import codes as site_codes
from backend.sites.tables import SiteCode

CAMPAIGN_ID = "cmp"
OLDEST = timedelta(days=40)  # longer than the longest grace window a theme may set (30 days)
Act = tuple[int, str, date, str]  # member, act class, day, slot


@dataclass(frozen=True)
class Counted:
    """An act that counts already."""

    check_in_id: int
    campaign_id: int
    kind: str
    proof: Proof
    points: int
    recorded_at: datetime
    written: bool = True  # False while it waits for this very transaction


@dataclass(frozen=True)
class Site:
    """A code with the path of the institution that shows it."""

    code: SiteCode
    path: str


@dataclass
class Desk:
    """What is known while one batch is judged; `count` and `uncount` keep it true as acts are accepted."""

    campaigns: dict[int, Running]
    places: dict[int, list[Place]]
    joined: set[tuple[int, int]]  # (campaign, member)
    codes: dict[str, Site]
    acts: dict[Act, Counted]
    earlier: dict[tuple[int, int, str], int] = field(default_factory=dict)  # (member, campaign, kind) on other days
    photos: dict[int, Photo] = field(default_factory=dict)
    budgets: dict[int, int] = field(default_factory=dict)  # what is left to issue, of campaigns that have a budget

    def __post_init__(self) -> None:
        self._used: dict[int, int] = {}
        self._of_member: dict[int, dict[Act, Counted]] = {}
        for act, counted in self.acts.items():
            self._of_member.setdefault(act[0], {})[act] = counted

    def count(self, act: Act, counted: Counted) -> None:
        """Let an act count from now on."""
        self.acts[act] = counted
        self._of_member.setdefault(act[0], {})[act] = counted

    def uncount(self, act: Act) -> None:
        """Let an act count no more: another one counts instead."""
        del self.acts[act]
        del self._of_member[act[0]][act]

    def issue(self, campaign_id: int, points: int) -> None:
        """Let a campaign's budget have so many points less, if it has one; more, if they are negative."""
        if campaign_id in self.budgets:
            self.budgets[campaign_id] -= points

    def of_member(self, member_id: int) -> Mapping[Act, Counted]:
        """Return what counts for one member, whatever the size of the batch."""
        return self._of_member.get(member_id, {})

    def on_day(self, member_id: int, day: date, campaign_id: int, *, without: Container[int]) -> list[Counted]:
        """Return what counts for a member in a campaign on a day, leaving out the acts `without`."""
        return [
            counted
            for act, counted in self.of_member(member_id).items()
            if act[2] == day and counted.campaign_id == campaign_id and counted.check_in_id not in without
        ]

    def of_classes(self, member_id: int, day: date, act_classes: Container[str]) -> tuple[Act, ...]:
        """Return which acts of these classes count for a member on a day, in whichever campaigns."""
        return tuple(act for act in self.of_member(member_id) if act[2] == day and act[1] in act_classes)

    def photo(self, opaque: str) -> Photo | None:
        """Return the upload with that opaque id, None for an id of nothing."""
        number = ids.find(UPLOAD_ID, opaque)
        return None if number is None else self.photos.get(number)

    def use(self, upload_id: int, check_in_id: int) -> None:
        """Let a photo prove an act from now on."""
        self._used[upload_id] = check_in_id

    def used_by(self, upload_id: int, act_id: int | None) -> int | None:
        """Return which act a photo proves: one accepted at this desk, else the one that the database told."""
        return self._used.get(upload_id, act_id)

    def all_written(self) -> None:
        """Note that every act that counts is in the database now."""
        for act, counted in list(self.acts.items()):
            if not counted.written:
                self.count(act, replace(counted, written=True))


def campaign_ids(requests: Iterable[Request]) -> set[int]:
    """Return the campaigns that the items name, leaving out what is no campaign's id."""
    return set(ids.found(CAMPAIGN_ID, (item.campaign for request in requests for item in request.items)))


def photo_numbers(items: Iterable[Item]) -> list[int]:
    """Return the uploads that the items name, leaving out what is no upload's id."""
    return ids.found(UPLOAD_ID, (item.photo for item in items if item.photo))


async def lock_members(session: WriteSession, member_ids: Sequence[int]) -> dict[int, list[Place]]:
    """Make other transactions that record for these members wait until this one ends; return where they belong."""
    return await identity.places(session, member_ids, lock=True)


async def lay_out(
    session: WriteSession, requests: Sequence[Request], now: datetime, places: dict[int, list[Place]] | None = None
) -> Desk:
    """Read what these requests need: campaigns, participations, codes, what counts; memberships if not given."""
    members = sorted({request.member_id for request in requests})
    items = [item for request in requests for item in request.items]
    days = _days(items, now)
    running = await campaigns.running(session, sorted(campaign_ids(requests)))
    limited = [one.id for one in running.values() if one.limits_a_kind]
    acts, earlier = await _acts(session, members, days, limited)
    # An act that a stronger proof improves may count in a campaign that nobody has named.
    others = {counted.campaign_id for counted in acts.values()} - running.keys()
    running |= await campaigns.running(session, sorted(others))
    return Desk(
        campaigns=running,
        places=places if places is not None else await identity.places(session, members),
        joined=await campaigns.joined(session, sorted(running), members),
        codes=await _codes(session, {item.code for item in items if item.code}),
        acts=acts,
        earlier=earlier,
        photos=await media.photos(session, photo_numbers(items), offered_by=members),
        budgets=await hold_budgets(session, running.values(), now),
    )


async def hold_budgets(session: WriteSession, running: Iterable[Running], now: datetime) -> dict[int, int]:
    """Make others that issue points of these campaigns wait, and return what is left of each that has a budget."""
    limits = {one.id: one.campaign.budget_points for one in running if one.campaign.budget_points is not None}
    if not limits:
        return {}
    issued = await budget.hold(session, limits.keys(), now)
    return {number: limit - issued[number] for number, limit in limits.items()}


def _days(items: Sequence[Item], now: datetime) -> tuple[date, date]:
    # What is older than any grace window is refused without a look at what counts; one wrong clock must not
    # make us read years; an act that stands already is believed. A day either side covers every zone and cut hour.
    believable = [
        item.acted_at
        for item in items
        if item.acted_at.tzinfo and (item.witnessed or now - OLDEST < item.acted_at < now + timedelta(days=2))
    ] or [now]
    return min(believable).date() - timedelta(days=2), max(believable).date() + timedelta(days=2)


_ACT = CheckIn.__table__.c  # type: ignore[attr-defined]
_ACTS = select(
    _ACT.member_id,
    _ACT.act_class,
    _ACT.day,
    _ACT.slot,
    _ACT.id,
    _ACT.campaign_id,
    _ACT.kind,
    _ACT.proof,
    _ACT.points,
    _ACT.recorded_at,
).where(
    any_of(_ACT.member_id, "members"),
    _ACT.day.between(bindparam("first"), bindparam("last")) | any_of(_ACT.campaign_id, "limited"),
    _ACT.counted,
)


async def _acts(
    session: ReadSession, members: Sequence[int], days: tuple[date, date], limited: Sequence[int]
) -> tuple[dict[Act, Counted], dict[tuple[int, int, str], int]]:
    """Return what counts on these days, and how often each kind counts on other days of the limited campaigns."""
    found = await statements.rows(session, _ACTS, members=members, first=days[0], last=days[1], limited=limited)
    acts: dict[Act, Counted] = {}
    earlier: Counter[tuple[int, int, str]] = Counter()
    for member_id, act_class, day, slot, *rest in found:
        counted = Counted(rest[0], rest[1], rest[2], Proof(rest[3]), rest[4], rest[5])
        if days[0] <= day <= days[1]:
            acts[member_id, act_class, day, slot] = counted
        else:
            earlier[member_id, counted.campaign_id, counted.kind] += 1
    return acts, earlier


_CODES = (
    select_rows(SiteCode, Institution.path)
    .join(Institution, col(Institution.id) == col(SiteCode.institution_id))
    .where(any_of(col(SiteCode.code), "codes", Texts))
)


async def _codes(session: ReadSession, codes: set[str]) -> dict[str, Site]:
    # Nothing else can be a code, and PostgreSQL refuses to look for a NUL.
    plausible = {shown.code for code in codes if (shown := site_codes.presented(code)) is not None}
    if not plausible:
        return {}
    found = await session.exec(_CODES, params={"codes": sorted(plausible)})
    return {code.code: Site(code, path) for code, path in found}

"""Check seals: the text against its digest, standings against entries, entries against the ledger as of the seal."""

import zlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import col, select

from backend.campaigns.tables import SEALED, Campaign
from backend.core.db import ReadSession
from backend.leaderboards import periods
from backend.leaderboards.periods import CAMPAIGN
from backend.leaderboards.pins import AT_ONCE
from backend.leaderboards.tables import BoardPin, PinnedStanding
from backend.points.tables import POINTS
from backend.settlement import entries, lines, recount
from backend.settlement.tables import Seal, SealedStanding

Sums = dict[tuple[int, str], tuple[int, int]]  # points and milligrams by participant and day
Earned = dict[tuple[str, int], tuple[int, int]]  # the same by period and participant
_LEVELS = ("institution", "department", "person")


def _nothing() -> "defaultdict[Any, list[int]]":
    return defaultdict(lambda: [0, 0])  # points and milligrams


@dataclass
class _Told:
    """What the document of a seal tells, kept while it is read."""

    standings: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {level: [] for level in _LEVELS})
    days: defaultdict[tuple[int, str], list[int]] = field(default_factory=_nothing)  # by participant and day
    parts: defaultdict[tuple[str, int, str, str], recount.Sum] = field(
        default_factory=lambda: defaultdict(recount.Sum)  # by period, participant and unit
    )

    def hear(self, one: Mapping[str, Any]) -> None:
        """Take in a line."""
        if one["line"] in ("act", "adjustment"):
            number, points, carbon_mg = one["participant"], one["points"], one["carbon_mg"]
            _add(self.days[number, one["day"]], points, carbon_mg)
            for period in periods.of_day(date.fromisoformat(one["day"])):
                part = self.parts[period, number, one["institution"], one["department"]]
                part.add(recount.Sum(0, points, carbon_mg))
        elif one["line"] == "standing":
            level = "department" if "department" in one else "institution"
            sums = one["acts"], one["points"], one["carbon_mg"], one["participants"], one["people"]
            self.standings[level].append((one.get("department") or one["name"], *sums))
        elif one["line"] == "participant":
            sums = one["acts"], one["points"], one["carbon_mg"], 1, None
            self.standings["person"].append((one["participant"], *sums))

    def earned(self) -> Earned:
        """Return what boards count of each participant by period: nothing of a unit in which they have nothing."""
        earned: defaultdict[tuple[str, int], list[int]] = _nothing()
        for (period, number, _, _), part in self.parts.items():
            if part.is_something:
                _add(earned[period, number], part.points, part.carbon_mg)
        return {key: (points, carbon_mg) for key, (points, carbon_mg) in earned.items()}


async def findings(session: ReadSession) -> list[str]:
    """Return the first thing that is wrong with each seal, empty when nothing is."""
    found = []
    numbers = (await session.exec(select(Seal.campaign_id).order_by(col(Seal.campaign_id)))).all()
    unsealed = await session.exec(
        select(Campaign.id)
        .where(col(Campaign.state) == SEALED, col(Campaign.id).not_in(numbers))
        .order_by(col(Campaign.id))
    )
    found += [f"campaign {number}: it is sealed and has no seal" for number in unsealed]
    for number in numbers:
        if (wrong := await first_wrong(session, number)) is not None:
            found.append(f"seal of campaign {number}: {wrong}")
        session.expunge_all()
    return found


async def first_wrong(session: ReadSession, campaign_id: int) -> str | None:
    """Return the first thing that is wrong with the seal of a campaign, or None."""
    seal = await session.get(Seal, campaign_id)
    campaign = await session.get(Campaign, campaign_id)
    if seal is None or campaign is None:
        return "there is none"
    try:
        digest = lines.digest(seal.document)
    except zlib.error as fault:
        return f"its document cannot be opened ({fault})"
    if digest != seal.digest:
        return f"its document has the digest {digest}, the seal says {seal.digest}"
    if seal.digest != campaign.seal_digest or campaign.state != SEALED:
        return "the campaign quotes another digest, or is not sealed"
    told = _Told()
    if (wrong := recount.first_wrong(lines.read(seal.document), told.hear)) is not None:
        return wrong
    earned = told.earned()
    return (
        await _standings(session, seal, told)
        or await _boards(session, seal, earned)
        or await _periods(session, seal, earned)
        or await _ledger(session, seal, _whole(told.days))
    )


async def _standings(session: ReadSession, seal: Seal, told: _Told) -> str | None:
    """Compare the rows of the result with what the document tells."""
    for level in _LEVELS:
        rows = await session.exec(
            select(SealedStanding).where(
                col(SealedStanding.campaign_id) == seal.campaign_id, col(SealedStanding.level) == level
            )
        )
        kept = [
            (row.number or row.name, row.acts, row.points, row.carbon_mg, row.participants, row.people) for row in rows
        ]
        if sorted(map(str, kept)) != sorted(map(str, told.standings[level])):
            return f"its standings of {level}s are not those of its document"
    return None


async def _boards(session: ReadSession, seal: Seal, earned: Earned) -> str | None:
    """Compare the lines that boards show with those of the result."""
    pin = await session.get(BoardPin, seal.campaign_id)
    if pin is None or not pin.is_seal:
        return "the boards of the campaign do not show it"
    standings = await session.exec(select(SealedStanding).where(col(SealedStanding.campaign_id) == seal.campaign_id))
    expected: Earned = {}
    for row in standings:
        own = row.points, row.carbon_mg
        sums = earned.get((CAMPAIGN, row.number or 0), (0, 0)) if row.level == "person" else own
        if any(sums):
            expected[row.level, row.subject_id] = sums
    shown: defaultdict[tuple[str, int], list[int]] = _nothing()
    pinned = await session.exec(
        select(PinnedStanding).where(
            col(PinnedStanding.campaign_id) == seal.campaign_id, col(PinnedStanding.period) == CAMPAIGN
        )
    )
    for line in pinned:
        _add(shown[line.level, line.subject_id], line.points, line.carbon_mg)
    for key in sorted(expected.keys() | shown.keys()):
        if expected.get(key) != tuple(shown.get(key, ())):
            return f"the boards show {shown.get(key)} for {key[0]} {key[1]}, the result says {expected.get(key)}"
    return None


async def _periods(session: ReadSession, seal: Seal, earned: Earned) -> str | None:
    """Compare the lines of every period with the entries: of persons one by one, of groups by their institution."""
    persons = await session.exec(
        select(SealedStanding.number, SealedStanding.subject_id).where(
            col(SealedStanding.campaign_id) == seal.campaign_id, col(SealedStanding.level) == "person"
        )
    )
    known = {number or 0: member_id for number, member_id in persons}
    expected = {(period, known.get(one, 0)): sums for (period, one), sums in earned.items()}
    shown: defaultdict[tuple[str, int], list[int]] = _nothing()
    sums: dict[str, defaultdict[tuple[str, int], list[int]]] = {one: _nothing() for one in _LEVELS}
    for line in await session.exec(select(PinnedStanding).where(col(PinnedStanding.campaign_id) == seal.campaign_id)):
        _add(sums[line.level][line.period, line.institution_id], line.points, line.carbon_mg)
        if line.level == "person":
            _add(shown[line.period, line.subject_id], line.points, line.carbon_mg)
    for key in sorted(expected.keys() | shown.keys()):
        if list(expected.get(key, ())) != shown.get(key, []):
            return f"the boards of {key[0]} show {shown.get(key)} for person {key[1]}, not {expected.get(key)}"
    for level in ("department", "institution"):
        for place in sorted(sums["person"].keys() | sums[level].keys()):
            if sums["person"].get(place) != sums[level].get(place):
                return f"the boards of {place[0]} show {level}s of institution {place[1]} that are not their people's"
    return None


async def _ledger(session: ReadSession, seal: Seal, told: Sums) -> str | None:
    """Compare what each participant has on each day with the ledger, as it was when it was sealed."""
    people = (
        await session.exec(
            select(SealedStanding.subject_id, SealedStanding.number)
            .where(col(SealedStanding.campaign_id) == seal.campaign_id, col(SealedStanding.level) == "person")
            .order_by(col(SealedStanding.number))
        )
    ).all()
    for start in range(0, len(people), AT_ONCE):
        some = {member_id: number or 0 for member_id, number in people[start : start + AT_ONCE]}
        moved = await _moved(session, seal, some)
        numbers = set(some.values())
        expected = {key: sums for key, sums in told.items() if key[0] in numbers and any(sums)}
        for key in sorted(expected.keys() | moved.keys()):
            if expected.get(key, (0, 0)) != moved.get(key, (0, 0)):
                return (
                    f"participant {key[0]} on {key[1]}: the seal says {expected.get(key, (0, 0))}, "
                    f"the ledger as of the seal {moved.get(key, (0, 0))}"
                )
    return None


async def _moved(session: ReadSession, seal: Seal, some: Mapping[int, int]) -> Sums:
    """Return what the ledger says that these members (to their numbers in the seal) have on each day."""
    sums: defaultdict[tuple[int, str], list[int]] = _nothing()
    for row in await entries.transfers(session, seal.campaign_id, list(some), seal.last_batch):
        amount = entries.signed(row)
        points, carbon_mg = (amount, 0) if row.ledger == POINTS else (0, amount)
        _add(sums[some[row.member_id], row.day.isoformat()], points, carbon_mg)
    return _whole(sums)


def _add(own: list[int], points: int, carbon_mg: int) -> None:
    own[0] += points
    own[1] += carbon_mg


def _whole(sums: Mapping[tuple[int, str], list[int]]) -> Sums:
    return {key: (points, carbon_mg) for key, (points, carbon_mg) in sums.items()}

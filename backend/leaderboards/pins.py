"""Let the boards of a campaign stand still: what everybody had at one moment, kept line by line.

A freeze before a ceremony is lifted again; a seal stays. While boards stand still, scores go on behind them.
"""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlmodel import col, delete, select

from backend.campaigns.tables import Participation
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.leaderboards import queries, service
from backend.leaderboards.tables import BoardPin, PinnedStanding

AT_ONCE = 200  # members whose acts and transfers are in memory together
_ROWS = 5000
Key = tuple[str, str, int, int]  # level, period, institution, subject


class Tally:
    """The lines of every board of a campaign, added up member by member."""

    def __init__(self, campaign_id: int) -> None:
        self.campaign_id = campaign_id
        self.lines: dict[Key, list[int]] = {}  # points, milligrams, participants

    def add(self, scores: Iterable[Mapping[str, Any]]) -> None:
        """Count the scores of some members; a member's come all at once.

        As on a live board, whoever has nothing in a period does not count as a participant there.
        """
        counted: set[Key] = set()
        for score in scores:
            if score["points"] <= 0 and score["carbon_mg"] <= 0:
                continue
            place, period, member = score["institution_id"], score["period"], score["member_id"]
            person: Key = ("person", period, place, member)
            self._count(person, score, is_new=person not in counted)
            self._count(("department", period, place, score["department_id"]), score, is_new=True)
            self._count(("institution", period, place, place), score, is_new=person not in counted)
            counted.add(person)

    def _count(self, key: Key, score: Mapping[str, Any], *, is_new: bool) -> None:
        line = self.lines.setdefault(key, [0, 0, 0])
        line[0] += score["points"]
        line[1] += score["carbon_mg"]
        line[2] = 1 if key[0] == "person" else line[2] + is_new

    async def rows(self, session: ReadSession, day: date) -> list[dict[str, Any]]:
        """Return the lines as rows, groups with their names of now and their head counts as of `day`."""
        groups = await queries.groups(session, self.groups(), day)
        return [
            {
                "campaign_id": self.campaign_id,
                "level": key[0],
                "period": key[1],
                "institution_id": key[2],
                "subject_id": key[3],
                "name": name,
                "points": points,
                "carbon_mg": carbon_mg,
                "participants": participants,
                "people": people,
            }
            for key, (points, carbon_mg, participants) in self.lines.items()
            for name, people in [groups.get((key[0], key[3]), (None, None))]
        ]

    def groups(self) -> set[queries.Group]:
        """Return which departments and institutions have a line."""
        return {(key[0], key[3]) for key in self.lines if key[0] != "person"}


async def participants(session: ReadSession, campaign_id: int) -> AsyncIterator[list[int]]:
    """Give who takes part in a campaign, some at a time, in the order of their numbers."""
    last = 0
    while True:
        found = await session.exec(
            select(Participation.member_id)
            .where(
                col(Participation.campaign_id) == campaign_id,
                col(Participation.left_at).is_(None),
                col(Participation.member_id) > last,
            )
            .order_by(col(Participation.member_id))
            .limit(AT_ONCE)
        )
        members = list(found)
        if not members:
            return
        yield members
        last = members[-1]


async def taken(session: ReadSession, campaign_id: int, day: date) -> list[dict[str, Any]]:
    """Return what stands on every board of a campaign now, by the ledger itself."""
    tally = Tally(campaign_id)
    async for members in participants(session, campaign_id):
        tally.add((await service.recount(session, campaign_id, members)).values())
    return await tally.rows(session, day)


async def of(session: ReadSession, campaign_id: int) -> BoardPin | None:
    """Return by what the boards of a campaign stand still, or None while they move."""
    return await session.get(BoardPin, campaign_id)


async def pin(
    session: WriteSession,
    campaign_id: int,
    rows: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    is_seal: bool,
    by_member: int | None = None,
    reason: str | None = None,
) -> None:
    """Let the boards of a campaign show these lines, instead of those by which they may stand still already."""
    await _remove(session, campaign_id)
    for start in range(0, len(rows), _ROWS):
        await insert_many(session, PinnedStanding, rows[start : start + _ROWS])
    revision = await service.touch(session, campaign_id, now)
    session.add(
        BoardPin(
            campaign_id=campaign_id,
            pinned_at=now,
            revision=revision,
            is_seal=is_seal,
            by_member=by_member,
            reason=reason,
        )
    )
    await session.flush()


async def lift(session: WriteSession, campaign_id: int, now: datetime) -> None:
    """Let the boards of a campaign move again."""
    await _remove(session, campaign_id)
    await service.touch(session, campaign_id, now)


async def _remove(session: WriteSession, campaign_id: int) -> None:
    await session.exec(delete(BoardPin).where(col(BoardPin.campaign_id) == campaign_id))
    await session.exec(delete(PinnedStanding).where(col(PinnedStanding.campaign_id) == campaign_id))

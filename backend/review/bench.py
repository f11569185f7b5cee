"""Everything that deciding a request's cases needs, read at once while their members are locked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.tables import UNDER_REVIEW, Campaign
from backend.checkins.tables import CheckIn
from backend.core import ids
from backend.core.clock import campaign_day
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import SHOWN_ZONE, NotFound
from backend.identity import queries as identity
from backend.identity.roles import DECIDERS
from backend.identity.tables import Institution
from backend.media.tables import Upload
from backend.points.explain import ReversalTerms
from backend.review.errors import ReviewClosed
from backend.review.requests import CASE_ID, Item, Request
from backend.review.staff import Decider, may_decide
from backend.review.tables import ReviewAppeal, ReviewCase, ReviewDecision


@dataclass
class Bench:
    """What is known of the cases of one request; what is to be written gathers here too."""

    session: WriteSession
    request: Request
    now: datetime
    cases: dict[int, ReviewCase]
    acts: dict[int, CheckIn]
    appeals: dict[int, ReviewAppeal]  # by case
    last: dict[int, ReviewDecision]  # the newest of each case
    staff: dict[int, list[Decider]]  # by institution
    photos: dict[int, list[Upload]]  # by act
    campaigns: dict[int, Campaign]
    undone: dict[int, ReversalTerms] = field(default_factory=dict)  # by act, to be written with the others
    reinstated: dict[int, ReviewCase] = field(default_factory=dict)  # by act, to be put back with the others
    decisions: list[dict[str, Any]] = field(default_factory=list)  # rows of the log, to be written
    touched: set[int] = field(default_factory=set)

    @property
    def by_member(self) -> int:
        """Who asks."""
        return self.request.by_member

    def case(self, item: Item) -> ReviewCase:
        """Return the case that an item names; raises NotFound."""
        found = self.cases.get(ids.find(CASE_ID, item.case) or 0)
        if found is None:
            raise NotFound(what=item.case[:40])
        return found

    def own(self, item: Item) -> ReviewCase:
        """Return a case whose act is the caller's own; another's is not found."""
        case = self.case(item)
        if case.member_id != self.by_member:
            raise NotFound(what=item.case[:40])
        return case

    def decidable(self, item: Item, refused_by: int | None = None) -> ReviewCase:
        """Return a case that the caller may decide on; what they may not is not found, as if it had not been drawn."""
        case = self.case(item)
        staff = self.staff.get(case.institution_id, [])
        reviewer = next((one for one in staff if one.member_id == self.by_member), None)
        if reviewer is None or not may_decide(
            reviewer, staff, member_id=case.member_id, department_id=case.department_id, refused_by=refused_by
        ):
            raise NotFound(what=item.case[:40])
        return case

    def campaign(self, case: ReviewCase) -> Campaign:
        """Return the campaign that a case's act counts in."""
        return self.campaigns[case.campaign_id]

    async def under_review(self, case: ReviewCase) -> None:
        """Raise ReviewClosed when the campaign's time for review is over."""
        campaign = self.campaign(case)
        if campaign.state not in UNDER_REVIEW or self.now >= campaign.review_ends_at:
            running = await campaigns.one(self.session, case.campaign_id)
            assert running is not None, "a case is about an act of a stored campaign"
            raise ReviewClosed(campaign=running.rules.title)

    def act(self, case: ReviewCase) -> CheckIn:
        """Return the act that stands, or stood, for a case."""
        return self.acts[case.act_id]

    def photos_of(self, case: ReviewCase) -> list[Upload]:
        """Return the photos that prove a case's act, the one of the answer included."""
        return self.photos.get(case.act_id, [])


async def members_of(session: ReadSession, items: Iterable[Item]) -> set[int]:
    """Return whose acts these items are about; it never changes."""
    numbers = ids.found(CASE_ID, (item.case for item in items))
    found = await session.exec(select(ReviewCase.member_id).where(col(ReviewCase.id).in_(numbers)))
    return set(found)


async def lay_out(session: WriteSession, request: Request, now: datetime) -> Bench:
    """Read the cases of a request with their acts, appeals, decisions, photos, and who may decide on them."""
    numbers = ids.found(CASE_ID, (item.case for item in request.items))
    cases = {row.id or 0: row for row in await session.exec(select(ReviewCase).where(col(ReviewCase.id).in_(numbers)))}
    act_ids = [case.act_id for case in cases.values()]
    acts = await session.exec(select(CheckIn).where(col(CheckIn.id).in_(act_ids)))
    appeals = await session.exec(select(ReviewAppeal).where(col(ReviewAppeal.case_id).in_(cases)))
    return Bench(
        session=session,
        request=request,
        now=now,
        cases=cases,
        acts={row.id: row for row in acts},
        appeals={row.case_id: row for row in appeals},
        last=await _last_decisions(session, list(cases)),
        staff={number: await staff_of(session, number, now) for number in sorted(_institutions(cases.values()))},
        photos=await photos(session, act_ids),
        campaigns=await _campaigns(session, {case.campaign_id for case in cases.values()}),
    )


def _institutions(cases: Iterable[ReviewCase]) -> set[int]:
    return {case.institution_id for case in cases}


async def staff_of(session: ReadSession, institution_id: int, now: datetime) -> list[Decider]:
    """Return who may decide over an institution today."""
    place = await session.get(Institution, institution_id)
    assert place is not None, "cases belong to stored institutions"
    today: date = campaign_day(now, SHOWN_ZONE, 0)
    return [Decider(*one) for one in await identity.holders(session, DECIDERS, place.path, today)]


async def _last_decisions(session: ReadSession, case_ids: Sequence[int]) -> dict[int, ReviewDecision]:
    newest = (
        select(func.max(ReviewDecision.id))
        .where(col(ReviewDecision.case_id).in_(case_ids))
        .group_by(col(ReviewDecision.case_id))
    )
    found = await session.exec(select(ReviewDecision).where(col(ReviewDecision.id).in_(newest)))
    return {row.case_id: row for row in found}


async def photos(session: ReadSession, act_ids: Sequence[int]) -> dict[int, list[Upload]]:
    """Return the photos that prove each of these acts."""
    found = await session.exec(select(Upload).where(col(Upload.act_id).in_(act_ids)).order_by(col(Upload.id)))
    by_act: dict[int, list[Upload]] = {}
    for row in found:
        by_act.setdefault(row.act_id or 0, []).append(row)
    return by_act


async def _campaigns(session: ReadSession, campaign_ids: Iterable[int]) -> dict[int, Campaign]:
    found = await session.exec(select(Campaign).where(col(Campaign.id).in_(campaign_ids)))
    return {row.id or 0: row for row in found}

"""Read a campaign's figures: everything summed by the database, nobody's acts loaded one by one."""

from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col

from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity.tables import Institution
from backend.reports import acts, cases, circumstances, comparison, groups, transfers
from backend.reports.acts import Part
from backend.reports.figures import (
    Counts,
    Day,
    Evidence,
    Figures,
    OfKind,
    OfProof,
    Scope,
    Sealed,
    Total,
    Willing,
    Worth,
)
from backend.review import validity
from backend.review.tables import REFUSED, UPHELD, ReviewAppeal, ReviewCase
from backend.settlement import queries as settlement


async def scope_of(session: ReadSession, running: Running, institution: Institution | None) -> Scope:
    """Return what a report is about: an institution's part of a campaign, or (None) the whole."""
    own = await identity.institution(session, running.campaign.institution_id)
    assert own is not None, "a campaign is run for a stored institution"
    if institution is None and own.level == "institution":
        institution = own
    if institution is None:
        return Scope(running, own.name, None, has_departments=False)
    return Scope(running, institution.name, institution.id, has_departments=True)


async def worth(session: ReadSession, scope: Scope, threshold: int, now: datetime) -> Worth:
    """Return what the figures of a campaign's part are worth, without counting them."""
    seal = await settlement.seal_of(session, scope.running.id)
    told = await groups.may_be_told(session, scope, threshold, _until(scope, now), is_sealed=seal is not None)
    return Worth(scope, Sealed(seal.sealed_at, seal.digest) if seal else None, told)


def _until(scope: Scope, now: datetime) -> date:
    return min(scope.running.today(now), scope.running.campaign.ends_on)


async def figures(session: ReadSession, scope: Scope, calendar: Calendar, threshold: int, now: datetime) -> Figures:
    """Return the figures of a campaign's part; without counts where it is too small to be told about."""
    running, day = scope.running, _until(scope, now)
    known = await worth(session, scope, threshold, now)
    seal = await settlement.seal_of(session, running.id)
    part = await acts.part_of(session, running.id, scope.institution_id, seal)
    return Figures(
        scope=scope,
        as_of=now,
        threshold=threshold,
        sealed=known.sealed,
        rules=await circumstances.rules(session, running.campaign),
        budget=await transfers.budget(session, running) if _is_whole(scope) else None,
        willing=await circumstances.willing(session, scope, threshold) if known.told else Willing(None, None),
        cases=await cases.consented(session, scope),
        deletion=await circumstances.deletion(session),
        complaints=await circumstances.complaints(session, scope),
        counts=(
            await _counts(session, scope, part, calendar=calendar, threshold=threshold, day=day) if known.told else None
        ),
    )


def _is_whole(scope: Scope) -> bool:
    return scope.institution_id in (None, scope.running.campaign.institution_id)


async def _counts(
    session: ReadSession, scope: Scope, part: Part, *, calendar: Calendar, threshold: int, day: date
) -> Counts:
    running = scope.running
    details = await acts.by(session, part, col(CheckIn.day), col(CheckIn.kind), col(CheckIn.proof))
    later = await acts.disposed_since(session, part)
    rows = [(key, Total(one.acts, one.points, one.carbon_mg - later.get(key, 0))) for key, one, _ in details]
    people = {key: number for (key,), _, number in await acts.by(session, part, col(CheckIn.day))}
    by_day = acts.added((key[0], total) for key, total in rows)
    kinds = acts.added((key[1], total) for key, total in rows)
    proofs = acts.added((key[2], total) for key, total in rows)
    by_hand = await transfers.by_hand(session, part)
    mine = await comparison.compared(
        session, scope, part, calendar, counted=sum(kinds.values(), Total()), by_hand=by_hand, day=day
    )
    methods, offsets = await transfers.methods(session, part, running)
    return Counts(
        participants=mine.participants,
        total=mine.total,
        adjusted_points=by_hand,
        days=tuple(_day(one, by_day, people, threshold) for one in comparison.days_until(running, day)),
        kinds=tuple(OfKind(kind, total) for kind, total in sorted(kinds.items(), key=lambda one: -one[1].acts)),
        proofs=tuple(OfProof(proof, proofs[proof].acts) for proof in Proof if proof in proofs),
        methods=methods,
        offsets=offsets,
        groups=await groups.of_scope(session, scope, part, threshold, day),
        evidence=await _evidence(session, part, threshold),
        corrections=await transfers.since_the_seal(session, part),
        comparison=await comparison.beside_last_year(session, scope, mine, calendar, threshold),
    )


def _day(day: date, totals: dict[date, Total], people: dict[date, int], threshold: int) -> Day:
    taking_part = people.get(day, 0)
    return Day(day, totals.get(day, Total()), taking_part if taking_part >= threshold else None)


async def _evidence(session: ReadSession, part: Part, threshold: int) -> Evidence:
    own = [col(ReviewCase.campaign_id) == part.campaign_id]
    if part.institution_id is not None:
        own.append(col(ReviewCase.institution_id) == part.institution_id)
    refused = columns(func.count()).select_from(ReviewCase).where(*own, col(ReviewCase.state) == REFUSED)
    appeals = (
        columns(col(ReviewAppeal.state), func.count())
        .join(ReviewCase, col(ReviewCase.id) == col(ReviewAppeal.case_id))
        .where(*own)
        .group_by(col(ReviewAppeal.state))
    )
    connection = await session.connection()
    by_state: dict[str, int] = {state: count for state, count in await connection.execute(appeals)}  # noqa: C416
    return Evidence(
        validity=await validity.of_campaign(session, part.campaign_id, part.institution_id, threshold),
        refused=(await connection.execute(refused)).scalar_one(),
        appealed=sum(by_state.values()),
        upheld=by_state.get(UPHELD, 0),
    )

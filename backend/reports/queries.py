"""Read a campaign's figures: everything summed by the database, nobody's acts loaded one by one."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import SQLModel, col, select

from backend.campaigns import queries as campaigns
from backend.campaigns.calendar import Calendar
from backend.campaigns.queries import Running
from backend.campaigns.tables import CANCELLED, RUNNING, Campaign, CampaignRule, Participation
from backend.checkins.proof import Proof
from backend.checkins.tables import CheckIn
from backend.core.db import ReadSession
from backend.identity import queries as identity
from backend.identity import tree
from backend.identity.tables import Institution, Membership
from backend.leaderboards import periods
from backend.leaderboards.tables import Score
from backend.media.tables import DeletionProof
from backend.reports import acts, cases, groups, transfers
from backend.reports.acts import Part
from backend.reports.figures import (
    Compared,
    Comparison,
    Counts,
    Day,
    Deletion,
    Evidence,
    Figures,
    OfKind,
    OfProof,
    RuleVersion,
    Scope,
    Sealed,
    Total,
    Willing,
)
from backend.review import validity
from backend.review.tables import REFUSED, UPHELD, ReviewAppeal, ReviewCase
from backend.settlement import queries as settlement

COMPLAINTS = "complaint"  # the table of the channel, where that slice is installed


async def scope_of(session: ReadSession, running: Running, institution: Institution | None) -> Scope:
    """Return what a report is about: an institution's part of a campaign, or (None) the whole."""
    own = await identity.institution(session, running.campaign.institution_id)
    assert own is not None, "a campaign is run for a stored institution"
    if institution is None and own.level == "institution":
        institution = own
    if institution is None:
        return Scope(running, own.name, None, has_departments=False)
    return Scope(running, institution.name, institution.id, has_departments=True)


async def figures(session: ReadSession, scope: Scope, calendar: Calendar, threshold: int, now: datetime) -> Figures:
    """Return the figures of a campaign's part; without counts where it is too small to be told about."""
    running = scope.running
    seal = await settlement.seal_of(session, running.id)
    part = Part(running.id, scope.institution_id, seal.sealed_at if seal else None)
    day = min(running.today(now), running.campaign.ends_on)
    told = await groups.may_be_told(session, scope, part, threshold, day)
    return Figures(
        scope=scope,
        as_of=now,
        threshold=threshold,
        sealed=Sealed(seal.sealed_at, seal.digest) if seal else None,
        rules=await _rules(session, running.campaign),
        budget=await transfers.budget(session, running) if scope.institution_id is None else None,
        willing=await _willing(session, scope, threshold),
        cases=await cases.consented(session, scope),
        deletion=await _deletion(session),
        complaints=await _complaints(session, running.id),
        counts=await _counts(session, scope, part, calendar=calendar, threshold=threshold, day=day) if told else None,
    )


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
    mine = await _compared(
        session, scope, part, calendar, counted=sum(kinds.values(), Total()), by_hand=by_hand, day=day
    )
    return Counts(
        participants=mine.participants,
        total=mine.total,
        adjusted_points=by_hand,
        days=tuple(_day(one, by_day, people, threshold) for one in _days(running, day)),
        kinds=tuple(OfKind(kind, total) for kind, total in sorted(kinds.items(), key=lambda one: -one[1].acts)),
        proofs=tuple(OfProof(proof, proofs[proof].acts) for proof in Proof if proof in proofs),
        methods=await transfers.methods(session, part, running),
        groups=await groups.of_scope(session, scope, part, threshold, day),
        evidence=await _evidence(session, part, threshold),
        corrections=await transfers.since_the_seal(session, part),
        comparison=await _comparison(session, scope, mine, calendar, threshold),
    )


def _days(running: Running, last: date) -> list[date]:
    first = running.campaign.starts_on
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _day(day: date, totals: dict[date, Total], people: dict[date, int], threshold: int) -> Day:
    taking_part = people.get(day, 0)
    return Day(day, totals.get(day, Total()), taking_part if taking_part >= threshold else None)


async def _compared(
    session: ReadSession, scope: Scope, part: Part, calendar: Calendar, *, counted: Total, by_hand: int, day: date
) -> Compared:
    """Return a campaign as it stands by a day; what was given by hand belongs to its points."""
    campaign = scope.running.campaign
    days = _days(scope.running, day)
    return Compared(
        starts_on=campaign.starts_on,
        ends_on=day,
        participants=await _participants(session, part),
        total=await _sealed_total(session, part) or counted + Total(points=by_hand),
        people=await _people(session, scope, day),
        workdays=sum(calendar.is_workday(one) for one in days),
        workdays_published=all(calendar.published(one.year) for one in days),
    )


async def _sealed_total(session: ReadSession, part: Part) -> Total | None:
    if part.as_of is None:
        return None
    sealed = await settlement.standings(session, part.campaign_id, "institution")
    own = (one for one in sealed if part.institution_id in (None, one.subject_id))
    return sum((Total(one.acts, one.points, one.carbon_mg) for one in own), Total())


async def _participants(session: ReadSession, part: Part) -> int:
    if part.as_of is not None:
        sealed = await settlement.standings(session, part.campaign_id, "person")
        return sum(part.institution_id in (None, one.institution_id) for one in sealed if one.participants)
    statement = (
        select(func.count(func.distinct(Score.member_id)))
        .join(
            Participation,
            (col(Participation.campaign_id) == col(Score.campaign_id))
            & (col(Participation.member_id) == col(Score.member_id)),
        )
        .where(
            col(Score.campaign_id) == part.campaign_id,
            col(Score.period) == periods.CAMPAIGN,
            part.stays,
            (col(Score.points) > 0) | (col(Score.carbon_mg) > 0),
        )
    )
    if part.institution_id is not None:
        statement = statement.where(col(Score.institution_id) == part.institution_id)
    return (await session.exec(statement)).one()


async def _people(session: ReadSession, scope: Scope, day: date) -> int:
    """Return how many people the campaign is for: by head count, else by roster."""
    if scope.institution_id is None:
        covered = [one.id or 0 for one in await identity.subtree(session, scope.running.path)]
    else:
        covered = [scope.institution_id]
    counted = await tree.institution_head_counts_on(session, covered, day)
    on_roster = await identity.roster_sizes(session, "institution", covered, day)
    return sum(counted.get(number, on_roster.get(number, 0)) for number in covered)


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


async def _comparison(
    session: ReadSession, scope: Scope, mine: Compared, calendar: Calendar, threshold: int
) -> Comparison | None:
    """Return last year's campaign of the same theme and institution beside this one's; None where there is none."""
    before = await _last_year(session, scope.running.campaign)
    if before is None:
        return None
    past = Scope(before, scope.name, scope.institution_id, scope.has_departments)
    seal = await settlement.seal_of(session, before.id)
    part = Part(before.id, scope.institution_id, seal.sealed_at if seal else None)
    ended = before.campaign.ends_on
    if not await groups.may_be_told(session, past, part, threshold, ended):
        return None
    rows = await acts.by(session, part, col(CheckIn.day), col(CheckIn.kind), col(CheckIn.proof))
    later = sum((await acts.disposed_since(session, part)).values())
    counted = sum((total for _, total, _ in rows), Total(carbon_mg=-later))
    by_hand = await transfers.by_hand(session, part)
    then = await _compared(session, past, part, calendar, counted=counted, by_hand=by_hand, day=ended)
    now = scope.running
    return Comparison(
        now=mine,
        before=then,
        rules_differ=_ruled(now) != _ruled(before),
        factors_differ=now.rules.factors.content_hash != before.rules.factors.content_hash
        or bool(now.changes or before.changes),
        is_live=now.campaign.state == RUNNING,
    )


async def _last_year(session: ReadSession, campaign: Campaign) -> Running | None:
    found = await session.exec(
        select(Campaign.id)
        .where(
            col(Campaign.theme_key) == campaign.theme_key,
            col(Campaign.institution_id) == campaign.institution_id,
            col(Campaign.state) != CANCELLED,
            col(Campaign.starts_on).between(
                date(campaign.starts_on.year - 1, 1, 1), date(campaign.starts_on.year - 1, 12, 31)
            ),
        )
        .order_by(col(Campaign.starts_on).desc())
        .limit(1)
    )
    number = found.first()
    return await campaigns.one(session, number) if number is not None else None


def _ruled(running: Running) -> Any:
    """Return what points depend on; texts and art are left out."""
    theme = running.rules.theme
    return theme.rules, theme.proof_credit, theme.kinds, theme.special_days, len(running.changes)


async def _rules(session: ReadSession, campaign: Campaign) -> tuple[RuleVersion, ...]:
    found = await session.exec(
        select(CampaignRule).where(col(CampaignRule.campaign_id) == campaign.id).order_by(col(CampaignRule.version))
    )
    first = RuleVersion(1, campaign.starts_on, campaign.theme_hash, campaign.factors_hash, restates=False, reason=None)
    changes = (
        RuleVersion(one.version, one.applies_from, one.theme_hash, one.factors_hash, one.restates, one.reason)
        for one in found
    )
    return first, *changes


async def _willing(session: ReadSession, scope: Scope, threshold: int) -> Willing:
    statement = columns(func.count(), func.count(col(Participation.left_at))).where(
        col(Participation.campaign_id) == scope.running.id
    )
    if scope.institution_id is not None:
        campaign = scope.running.campaign
        own = columns(col(Membership.member_id)).where(
            col(Membership.institution_id) == scope.institution_id,
            col(Membership.starts_on) <= campaign.ends_on,
            func.coalesce(col(Membership.ends_on), campaign.ends_on) >= campaign.starts_on,
        )
        statement = statement.where(col(Participation.member_id).in_(own))
    joined, left = (await (await session.connection()).execute(statement)).one()
    return Willing(*(count if count >= threshold or not count else None for count in (joined, left)))


async def _deletion(session: ReadSession) -> Deletion | None:
    found = await session.exec(select(DeletionProof).order_by(col(DeletionProof.id).desc()).limit(1))
    row = found.first()
    return Deletion(row.made_at, row.standing, row.deleted, row.overdue) if row else None


async def _complaints(session: ReadSession, campaign_id: int) -> int | None:
    """Return how many complaints there were, where their channel is installed."""
    table = SQLModel.metadata.tables.get(COMPLAINTS)
    if table is None:
        return None
    statement = columns(func.count()).select_from(table)
    if "campaign_id" in table.c:
        statement = statement.where(table.c.campaign_id == campaign_id)
    return int((await (await session.connection()).execute(statement)).scalar_one())

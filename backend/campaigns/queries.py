"""Which campaigns there are, by which rules they run, and who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from sqlalchemy import select as columns
from sqlmodel import col, select

from backend.campaigns import pauses
from backend.campaigns.pauses import Pause
from backend.campaigns.tables import (
    CANCELLED,
    PAUSED,
    RUNNING,
    SCHEDULED,
    Campaign,
    CampaignRule,
    Participation,
    PinnedDocument,
)
from backend.campaigns.themes import Theme
from backend.carbon.factors import FactorSet
from backend.core import clock, statements
from backend.core.db import ReadSession
from backend.core.statements import any_of
from backend.core.text import Text
from backend.identity.tables import Institution
from backend.identity.tree import paths_above


@dataclass(frozen=True)
class Rules:
    """The theme and the factors that a campaign is pinned to."""

    theme: Theme
    factors: FactorSet

    @property
    def title(self) -> Text:
        """The campaign's title in both languages."""
        return Text(self.theme.copy_in("zh-CN").title, self.theme.copy_in("en").title)


@dataclass(frozen=True)
class Ruling:
    """The rules that are in force from one campaign day on."""

    version: int
    applies_from: date
    rules: Rules
    restates: bool = False  # whether what was recorded before comes to these rules too
    reason: str = ""


@dataclass(frozen=True)
class Running:
    """A campaign with its rules and the path of the institution that it covers.

    `rules` are those that it opened with: its texts, boards and art are theirs for good. What an act is worth says
    `rules_on` of its day.
    """

    campaign: Campaign
    path: str
    rules: Rules
    changes: tuple[Ruling, ...] = ()  # in the order of their versions

    @property
    def id(self) -> int:
        """The campaign's row number."""
        assert self.campaign.id is not None
        return self.campaign.id

    def ruling_on(self, day: date) -> Ruling:
        """Return what is in force on a campaign day: of the versions that apply from it or earlier, the last."""
        for change in reversed(self.changes):
            if change.applies_from <= day:
                return change
        return Ruling(1, self.campaign.starts_on, self.rules)

    def rules_on(self, day: date) -> Rules:
        """Return the rules by which an act of that campaign day is judged."""
        return self.ruling_on(day).rules

    @property
    def limits_a_kind(self) -> bool:
        """Whether some kind has a limit over the whole campaign, by whichever version of its rules."""
        versions = (self.rules, *(change.rules for change in self.changes))
        return any(rule.per_campaign for rules in versions for rule in rules.theme.kinds)

    def today(self, now: datetime) -> date:
        """Return the campaign day of now."""
        return clock.campaign_day(now, self.campaign.time_zone, self.campaign.day_cut_hour)

    def late_until(self, day: date) -> datetime:
        """Return until when an act of a campaign day may still be reported."""
        ends = self.began_at(day + timedelta(days=1)) + timedelta(hours=self.campaign.grace_hours)
        return pauses.lengthened(ends, self.began_at(day), self.pauses) if self.campaign.pauses else ends

    def began_at(self, day: date) -> datetime:
        """Return the instant at which a campaign day begins."""
        return clock.day_starts_at(day, self.campaign.time_zone, self.campaign.day_cut_hour)

    @property
    def pauses(self) -> tuple[Pause, ...]:
        """When it was on hold."""
        return pauses.read(self.campaign.pauses)


@lru_cache(maxsize=256)
def _parsed_theme(content_hash: str, body: str) -> Theme:
    del content_hash
    return Theme.from_json(body)


@lru_cache(maxsize=64)
def _parsed_factors(content_hash: str, body: str) -> FactorSet:
    del content_hash
    return FactorSet.from_json(body)


_CAMPAIGNS = (
    select(Campaign, Institution.path)
    .join(Institution, col(Institution.id) == col(Campaign.institution_id))
    .where(any_of(col(Campaign.id), "campaigns"))
)


async def running(session: ReadSession, campaign_ids: Sequence[int]) -> dict[int, Running]:
    """Return these campaigns with their pinned rules; ids that do not exist are left out."""
    if not campaign_ids:
        return {}
    found = (await session.exec(_CAMPAIGNS, params={"campaigns": list(campaign_ids)})).all()
    changed = [campaign.id for campaign, _ in found if campaign.rule_version > 1]
    changes = await _changes(session, changed) if changed else []
    pins: list[Campaign | CampaignRule] = [*(campaign for campaign, _ in found), *changes]
    documents = await _documents(session, {value for pin in pins for value in (pin.theme_hash, pin.factors_hash)})

    def rules(pin: Campaign | CampaignRule) -> Rules:
        return Rules(
            _parsed_theme(pin.theme_hash, documents[pin.theme_hash]),
            _parsed_factors(pin.factors_hash, documents[pin.factors_hash]),
        )

    def of(campaign_id: int) -> tuple[Ruling, ...]:
        own = (change for change in changes if change.campaign_id == campaign_id)
        return tuple(
            Ruling(change.version, change.applies_from, rules(change), change.restates, change.reason) for change in own
        )

    return {
        campaign.id or 0: Running(campaign, path, rules(campaign), of(campaign.id or 0)) for campaign, path in found
    }


async def _changes(session: ReadSession, campaign_ids: Sequence[int | None]) -> Sequence[CampaignRule]:
    found = await session.exec(
        select(CampaignRule).where(col(CampaignRule.campaign_id).in_(campaign_ids)).order_by(col(CampaignRule.version))
    )
    return found.all()


# What a hash names never changes, so what was read once is kept: a handful of documents a year.
_KNOWN: dict[str, str] = {}


async def _documents(session: ReadSession, hashes: set[str]) -> dict[str, str]:
    unknown = hashes - _KNOWN.keys()
    if unknown:
        found = await session.exec(select(PinnedDocument).where(col(PinnedDocument.content_hash).in_(unknown)))
        _KNOWN.update({document.content_hash: document.body for document in found})
    return {content_hash: _KNOWN[content_hash] for content_hash in hashes}


async def one(session: ReadSession, campaign_id: int) -> Running | None:
    """Return one campaign with its rules, or None."""
    return (await running(session, [campaign_id])).get(campaign_id)


async def covering(session: ReadSession, path: str, since: datetime) -> list[Running]:
    """Return the campaigns that an institution takes part in and that close after `since`, next to open first."""
    above = paths_above(path)
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).in_(above), col(Campaign.closes_at) > since, col(Campaign.state) != CANCELLED)
        .order_by(col(Campaign.opens_at), col(Campaign.id))
    )
    ids = [campaign_id for campaign_id in found if campaign_id is not None]
    rules = await running(session, ids)
    return [rules[campaign_id] for campaign_id in ids]


async def taken_part_in(session: ReadSession, member_id: int) -> list[Running]:
    """Return the running campaigns that a member has joined, the first to open first."""
    found = await session.exec(
        select(Campaign.id)
        .join(Participation, col(Participation.campaign_id) == col(Campaign.id))
        .where(
            col(Participation.member_id) == member_id,
            col(Participation.left_at).is_(None),
            col(Campaign.state) == RUNNING,
        )
        .order_by(col(Campaign.opens_at), col(Campaign.id))
    )
    ids = [campaign_id for campaign_id in found if campaign_id is not None]
    rules = await running(session, ids)
    return [rules[campaign_id] for campaign_id in ids]


async def around(session: ReadSession, path: str) -> list[Running]:
    """Return the campaigns of an institution, of those below it, and of those above in which it takes part.

    Newest first.
    """
    found = await session.exec(
        select(Campaign.id)
        .join(Institution, col(Institution.id) == col(Campaign.institution_id))
        .where(col(Institution.path).startswith(path) | col(Institution.path).in_(paths_above(path)))
        .order_by(col(Campaign.opens_at).desc(), col(Campaign.id).desc())
    )
    ids = [campaign_id for campaign_id in found if campaign_id is not None]
    rules = await running(session, ids)
    return [rules[campaign_id] for campaign_id in ids]


_TAKING_PART = Participation.__table__.c  # type: ignore[attr-defined]
_JOINED = columns(_TAKING_PART.campaign_id, _TAKING_PART.member_id).where(
    any_of(_TAKING_PART.campaign_id, "campaigns"),
    any_of(_TAKING_PART.member_id, "members"),
    _TAKING_PART.left_at.is_(None),
)


async def joined(session: ReadSession, campaign_ids: Sequence[int], member_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Return which of these members take part in which of these campaigns, as (campaign, member)."""
    found = await statements.rows(session, _JOINED, campaigns=campaign_ids, members=member_ids)
    return {(campaign_id, member_id) for campaign_id, member_id in found}


async def due_to_start(session: ReadSession, now: datetime) -> list[tuple[int, datetime]]:
    """Return the scheduled campaigns whose first day has begun, earliest first."""
    found = await session.exec(
        select(Campaign.id, Campaign.opens_at)
        .where(col(Campaign.state) == SCHEDULED, col(Campaign.opens_at) <= now)
        .order_by(col(Campaign.opens_at), col(Campaign.id))
    )
    return [(campaign_id or 0, due_at) for campaign_id, due_at in found]


async def due_to_close(session: ReadSession, now: datetime) -> list[tuple[int, datetime]]:
    """Return the campaigns that run, or are on hold, and whose grace time is over, earliest first."""
    found = await session.exec(
        select(Campaign.id, Campaign.closes_at)
        .where(col(Campaign.state).in_((RUNNING, PAUSED)), col(Campaign.closes_at) <= now)
        .order_by(col(Campaign.closes_at), col(Campaign.id))
    )
    return [(campaign_id or 0, due_at) for campaign_id, due_at in found]


async def pinned_theme(session: ReadSession, theme_hash: str) -> Theme | None:
    """Return the theme that campaigns are pinned to under this hash, or None."""
    if not theme_hash.isalnum():
        return None  # no hash, and PostgreSQL refuses to look for a NUL
    document = await session.get(PinnedDocument, theme_hash)
    if document is None or '"art"' not in document.body:
        return None
    return _parsed_theme(theme_hash, document.body)

"""Read the catalogue, redemptions, events and donations: what covers a member, and what staff need."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import literal, or_
from sqlmodel import col, select

from backend.core.db import ReadSession
from backend.core.vault import Vault
from backend.identity.tables import Institution
from backend.rewards.tables import CANCELLED, WAITING, Donation, NeutralEvent, Redemption, Reward, RewardCode

PAGE = 50
MOST_REWARDS = 200
MOST_EVENTS = 100


async def offered(session: ReadSession, path: str, today: date) -> Sequence[Reward]:
    """Return the rewards that a member of the institution with that path may see today, sold out or not."""
    found = await session.exec(
        select(Reward)
        .join(Institution, col(Institution.id) == col(Reward.institution_id))
        .where(
            literal(path).startswith(col(Institution.path)),
            col(Reward.retired_at).is_(None),
            col(Reward.from_on) <= today,
            or_(col(Reward.until_on).is_(None), col(Reward.until_on) >= today),
        )
        .order_by(col(Reward.points), col(Reward.id))
        .limit(MOST_REWARDS)
    )
    return found.all()


async def kept(session: ReadSession, institution_id: int) -> Sequence[Reward]:
    """Return every reward of an institution, newest first, retired ones too."""
    found = await session.exec(
        select(Reward)
        .where(col(Reward.institution_id) == institution_id)
        .order_by(col(Reward.id).desc())
        .limit(MOST_REWARDS)
    )
    return found.all()


async def reward(session: ReadSession, reward_id: int) -> tuple[Reward, str] | None:
    """Return a reward with the path of its institution, or None."""
    found = await session.exec(
        select(Reward, Institution.path)
        .join(Institution, col(Institution.id) == col(Reward.institution_id))
        .where(col(Reward.id) == reward_id)
    )
    return found.first()


async def redemption(session: ReadSession, redemption_id: int) -> tuple[Redemption, str] | None:
    """Return a redemption with the path of its reward's institution, or None."""
    found = await session.exec(
        select(Redemption, Institution.path)
        .join(Reward, col(Reward.id) == col(Redemption.reward_id))
        .join(Institution, col(Institution.id) == col(Reward.institution_id))
        .where(col(Redemption.id) == redemption_id)
    )
    return found.first()


async def by_pick_up_code(session: ReadSession, code: str) -> tuple[Redemption, Reward, str] | None:
    """Return the redemption with this code, its reward and the path of the reward's institution, or None."""
    if not code.isalnum():
        return None  # no code has it, and PostgreSQL refuses to look for a NUL
    found = await session.exec(
        select(Redemption, Reward, Institution.path)
        .join(Reward, col(Reward.id) == col(Redemption.reward_id))
        .join(Institution, col(Institution.id) == col(Reward.institution_id))
        .where(col(Redemption.pick_up_code) == code)
    )
    return found.first()


async def waiting(session: ReadSession, reward_id: int, after: int | None) -> Sequence[Redemption]:
    """Return a page of a reward's redemptions that nobody has handed over yet, oldest first."""
    found = await session.exec(
        select(Redemption)
        .where(
            col(Redemption.reward_id) == reward_id, col(Redemption.state) == WAITING, col(Redemption.id) > (after or 0)
        )
        .order_by(col(Redemption.id))
        .limit(PAGE + 1)
    )
    return found.all()


async def of_member(session: ReadSession, member_id: int, before: int | None) -> Sequence[tuple[Redemption, Reward]]:
    """Return a page of what a member redeemed, newest first."""
    statement = (
        select(Redemption, Reward)
        .join(Reward, col(Reward.id) == col(Redemption.reward_id))
        .where(col(Redemption.member_id) == member_id)
    )
    if before is not None:
        statement = statement.where(col(Redemption.id) < before)
    return (await session.exec(statement.order_by(col(Redemption.id).desc()).limit(PAGE + 1))).all()


async def codes_of(session: ReadSession, vault: Vault, redemptions: Sequence[int]) -> dict[int, str]:
    """Return the codes that were handed out to these redemptions; the caller shows them to their owners alone."""
    found = await session.exec(select(RewardCode).where(col(RewardCode.redemption_id).in_(redemptions)))
    return {code.redemption_id: vault.decrypt(code.ciphertext) for code in found if code.redemption_id is not None}


async def events_for(session: ReadSession, path: str) -> Sequence[NeutralEvent]:
    """Return the events of an institution and of those above it, the latest first; cancelled ones with their reason."""
    found = await session.exec(
        select(NeutralEvent)
        .join(Institution, col(Institution.id) == col(NeutralEvent.institution_id))
        .where(literal(path).startswith(col(Institution.path)))
        .order_by(col(NeutralEvent.held_on).desc(), col(NeutralEvent.id).desc())
        .limit(MOST_EVENTS)
    )
    return found.all()


async def event(session: ReadSession, event_id: int) -> tuple[NeutralEvent, str] | None:
    """Return an event with the path of its institution, or None."""
    found = await session.exec(
        select(NeutralEvent, Institution.path)
        .join(Institution, col(Institution.id) == col(NeutralEvent.institution_id))
        .where(col(NeutralEvent.id) == event_id)
    )
    return found.first()


async def donated_by(session: ReadSession, member_id: int, event_ids: Sequence[int]) -> dict[int, int]:
    """Return what a member gave to these events and was not given back, in milligrams."""
    found = await session.exec(
        select(Donation.event_id, Donation.carbon_mg)
        .join(NeutralEvent, col(NeutralEvent.id) == col(Donation.event_id))
        .where(
            col(Donation.member_id) == member_id,
            col(Donation.event_id).in_(event_ids),
            col(NeutralEvent.state) != CANCELLED,
        )
    )
    totals: dict[int, int] = {}
    for event_id, carbon_mg in found:
        totals[event_id] = totals.get(event_id, 0) + carbon_mg
    return totals

"""Rewards, redemptions and events as GraphQL types, each in the caller's language."""

from datetime import date, datetime

import strawberry

from backend.core import ids
from backend.core.api import Carbon, Context, Long, carbon
from backend.rewards import forms, lots, service
from backend.rewards.neutrality import Certificate
from backend.rewards.tables import FILLED, WAITING, NeutralEvent, Redemption, Reward

REWARD_ID, REDEMPTION_ID, EVENT_ID, DONATION_ID = "rwd", "rdm", "evt", "dnt"


@strawberry.type(name="Reward", description="Something that members may have for points.")
class RewardView:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    title: str = strawberry.field(description="What it is.")
    text: str = strawberry.field(description="What there is to know of it; may be empty.")
    how: str = strawberry.field(description="How to get it.")
    sponsor: str | None = strawberry.field(description="Who gave it; null: nobody is named.")
    points: Long = strawberry.field(description="The price of one.")
    stock: int = strawberry.field(description="How many are left.")
    per_member: int | None = strawberry.field(description="How many one member may have; null: no limit.")
    from_on: date = strawberry.field(description="The first day on which it can be redeemed.")
    until_on: date | None = strawberry.field(description="The last day; null: until it is taken out.")
    has_codes: bool = strawberry.field(description="Whether it is a code that is shown at once.")


@strawberry.type(description="A reward as its institution keeps it.")
class KeptReward:
    reward: RewardView = strawberry.field(description="What members see.")
    edition: int = strawberry.field(description="Send it with a change: a change of an older edition is refused.")
    stocked: int = strawberry.field(description="How many there ever were.")
    taken: int = strawberry.field(description="How many were redeemed and not called off.")
    retired_at: datetime | None = strawberry.field(description="When it was taken out; null: it stands.")
    retired_reason: str | None = strawberry.field(description="Why it was taken out; null: it stands.")


@strawberry.type(name="Redemption", description="A reward that the caller redeemed.")
class RedemptionView:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    title: str = strawberry.field(description="The reward.")
    how: str = strawberry.field(description="How to get it.")
    points: Long = strawberry.field(description="What was paid.")
    state: str = strawberry.field(description="waiting, handed_over or cancelled.")
    pick_up_code: str | None = strawberry.field(description="To show when it is picked up; null when there is no need.")
    code: str | None = strawberry.field(description="The code that it is; null for things.")
    redeemed_at: datetime = strawberry.field(description="When it was redeemed.")
    cancel_until: datetime | None = strawberry.field(
        description="Until when the caller may call it off; null: it has ended."
    )
    reason: str | None = strawberry.field(description="Why staff called it off; null: they did not.")


@strawberry.type(name="NeutralEvent", description="An event whose estimated emissions members make up for.")
class EventView:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    title: str = strawberry.field(description="What it is.")
    held_on: date = strawberry.field(description="Its day.")
    state: str = strawberry.field(description="open, filled or cancelled.")
    needed: Carbon = strawberry.field(description="Its emissions, estimated.")
    donated: Carbon = strawberry.field(description="What was given so far, an estimate too.")
    own: Carbon = strawberry.field(description="What the caller gave.")
    source: str = strawberry.field(description="Where the estimate of its emissions comes from.")
    reason: str | None = strawberry.field(description="Why it was cancelled; null: it was not.")
    has_certificate: bool = strawberry.field(description="Whether it has all that it needs.")


@strawberry.type(description="What the certificate of a filled event says; of persons nothing but how many.")
class NeutralCertificate:
    number: str = strawberry.field(description="Its number.")
    digest: str = strawberry.field(description="SHA-256 over a line for each donation, in hexadecimal digits.")
    title: str = strawberry.field(description="The event.")
    institution: str = strawberry.field(description="Whose event it was.")
    held_on: date = strawberry.field(description="The event's day.")
    filled_at: datetime = strawberry.field(description="When the last donation came.")
    carbon: Carbon = strawberry.field(description="What was given: as much as the event needed.")
    source: str = strawberry.field(description="Where the estimate of its emissions comes from.")
    donations: int | None = strawberry.field(description="How many donations; null: of too few people to say.")
    donors: int | None = strawberry.field(description="How many people gave; null: too few to say.")
    statement: str = strawberry.field(description="What may be said of it.")


def reward(row: Reward, context: Context) -> RewardView:
    """Return a reward as members see it."""
    return RewardView(
        id=strawberry.ID(ids.encode(REWARD_ID, row.id or 0)),
        title=context.say(forms.told(row.title_zh, row.title_en)),
        text=context.say(forms.told(row.text_zh, row.text_en)),
        how=context.say(forms.told(row.how_zh, row.how_en)),
        sponsor=row.sponsor,
        points=Long(row.points),
        stock=row.stock,
        per_member=row.per_member,
        from_on=row.from_on,
        until_on=row.until_on,
        has_codes=row.has_codes,
    )


def kept(row: Reward, context: Context) -> KeptReward:
    """Return a reward as staff see it."""
    return KeptReward(
        reward=reward(row, context),
        edition=row.edition,
        stocked=row.stocked,
        taken=row.stocked - row.stock,
        retired_at=row.retired_at,
        retired_reason=row.retired_reason,
    )


def redemption(row: Redemption, of: Reward, code: str | None, context: Context) -> RedemptionView:
    """Return a redemption as its owner sees it."""
    is_waiting = row.state == WAITING
    return RedemptionView(
        id=strawberry.ID(ids.encode(REDEMPTION_ID, row.id or 0)),
        title=context.say(forms.told(of.title_zh, of.title_en)),
        how=context.say(forms.told(of.how_zh, of.how_en)),
        points=Long(row.points),
        state=row.state,
        pick_up_code=row.pick_up_code if is_waiting else None,
        code=code,
        redeemed_at=row.redeemed_at,
        cancel_until=row.redeemed_at + service.CANCEL_WITHIN if is_waiting else None,
        reason=row.reason,
    )


def event(row: NeutralEvent, own_mg: int, context: Context) -> EventView:
    """Return an event with what the caller gave to it."""
    return EventView(
        id=strawberry.ID(ids.encode(EVENT_ID, row.id or 0)),
        title=context.say(forms.told(row.title_zh, row.title_en)),
        held_on=row.held_on,
        state=row.state,
        needed=carbon(row.needed_mg),
        donated=carbon(row.donated_mg),
        own=carbon(own_mg),
        source=row.source,
        reason=row.reason,
        has_certificate=row.state == FILLED,
    )


def certificate(found: Certificate, context: Context) -> NeutralCertificate:
    """Return a certificate in the caller's language."""
    return NeutralCertificate(
        number=found.number,
        digest=found.digest,
        title=context.say(found.title),
        institution=found.institution,
        held_on=found.held_on,
        filled_at=found.filled_at,
        carbon=carbon(found.carbon_mg),
        source=found.source,
        donations=found.donations,
        donors=found.donors,
        statement=context.say(found.statement),
    )


@strawberry.type(description="What is left of the points of a year.")
class PointLot:
    year: int = strawberry.field(description="The year in which they were earned.")
    left: Long = strawberry.field(description="Not spent yet; the oldest are spent first.")
    expires_on: date = strawberry.field(description="The last day on which they can be spent.")


@strawberry.type(description="What the caller can spend.")
class Spending:
    points: Long = strawberry.field(description="Points that can be spent; below zero after something was taken back.")
    carbon: Carbon = strawberry.field(description="Avoided carbon, estimated, that can be given to an event.")
    lots: list[PointLot] = strawberry.field(description="The points by years, the next to expire first.")


def lot(year: int, left: int) -> PointLot:
    """Return what is left of a year's points."""
    return PointLot(year=year, left=Long(left), expires_on=lots.expires_on(year))

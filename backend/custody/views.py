"""A device as its owner sees it, and as those see it who handle it."""

import json
from datetime import datetime
from decimal import Decimal

import strawberry

from backend.campaigns import api as campaigns_api
from backend.carbon import method
from backend.checkins.kinds.ewaste import KIND, Owner
from backend.checkins.proof import Proof
from backend.core import ids, problem_json
from backend.core.api import Carbon, Context, Long, carbon
from backend.core.text import Text
from backend.custody import words
from backend.custody.handling import DEVICE_ID
from backend.custody.queries import Traced
from backend.custody.tables import CustodyStep
from backend.custody.words import Stage
from backend.identity import queries as identity
from backend.points import api as points_api
from backend.points.tables import CARBON_MG, POINTS

_BOOKED = Text(
    "交付并称重清点后计分，约 {points} 分。", "Counts when it is handed over and weighed: about {points} points."
)
_PENDING = Text("待确认：称重清点后计分，约 {points} 分。", "Waits to be weighed or counted: about {points} points.")
_EARNED = Text("已计 {points} 分。", "Earned {points} points.")
_REVERSED = Text(
    "这次交投已被冲回，不再计分，原因见积分明细。", "This act was undone and counts no more: see the ledger."
)
_CANCELLED = Text("预约已取消。", "The booking was cancelled.")
_UNKNOWN = Text("去向确定后再计算。", "Counted when it is known what became of it.")
_NO_FACTOR = Text(
    "该去向没有可靠的单件因子，估算减排量为零。", "There is no honest factor for what became of it: counted as zero."
)
_NOT_COUNTED = Text("这次交投没有计入，估算减排量为零。", "The act does not count, so its carbon is zero.")


@strawberry.type(description="One step of a device's way.")
class DeviceStep:
    stage: str = strawberry.field(description="The stage that it reached, or `corrected` for its disposition.")
    title: str = strawberry.field(description="The step, to show.")
    at: datetime = strawberry.field(description="When it was recorded.")
    institution: str | None = strawberry.field(description="Whose people did it; null: the service itself.")
    by: str | None = strawberry.field(description="Who did it, masked; null unless the caller manages there.")
    witness: str | None = strawberry.field(description="Who saw the erasure; masked unless the caller manages there.")
    erasure: str | None = strawberry.field(description="How its data was erased, to show; null: not this step.")
    disposition: str | None = strawberry.field(description="What became of it, to show; null: not this step.")
    reason: str | None = strawberry.field(description="Why it was cancelled or corrected; null: no reason was needed.")


@strawberry.type(description="What a device earns its owner.")
class DeviceAward:
    state: str = strawberry.field(description="pending, earned, none or reversed.")
    expected: Long | None = strawberry.field(description="About what it will earn, promised to nobody; null: known.")
    earned: Long = strawberry.field(description="What it has earned.")
    entry: strawberry.ID | None = strawberry.field(description="The points' ledger entry; null: no points.")
    message: str = strawberry.field(description="The state, told; if there are none, why.")


@strawberry.type(description="What is known of a device.")
class Device:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign in which it is handed in.")
    category: str = strawberry.field(
        description="phone, tablet, laptop, desktop, monitor, printer, accessory, battery."
    )
    category_title: str = strawberry.field(description="The category, to show.")
    condition: str = strawberry.field(description="working, repairable, broken or unknown.")
    condition_title: str = strawberry.field(description="The condition, to show.")
    data_bearing: bool = strawberry.field(description="Whether it holds data, which is erased before anything else.")
    stage: str = strawberry.field(
        description="booked, handed_over, sealed, weighed, erased, disposed, certified or cancelled."
    )
    stage_title: str = strawberry.field(description="The stage, to show.")
    hand_over_code: str | None = strawberry.field(
        description="What to show when it is handed over; null once it is. Of a unit's asset its office sees it."
    )
    seal_code: str | None = strawberry.field(description="Its trace code; null before it is sealed.")
    separate: bool = strawberry.field(description="Whether it travels in a box of its own, as lithium batteries do.")
    weight_grams: int | None = strawberry.field(description="What it weighed; null: not weighed, or counted only.")
    disposition: str | None = strawberry.field(description="reuse, parts, material or destroyed; null: not yet known.")
    disposition_title: str | None = strawberry.field(description="The disposition, to show.")
    certificate_number: str | None = strawberry.field(description="Of the recycler's certificate; null: none yet.")
    steps: list[DeviceStep] = strawberry.field(description="Its way so far, oldest first.")


@strawberry.type(description="One of the caller's own devices.")
class OwnDevice:
    device: Device = strawberry.field(description="The device.")
    award: DeviceAward = strawberry.field(description="What it earns.")
    carbon: Carbon = strawberry.field(description="Carbon that its disposition avoided, estimated.")
    carbon_entry: strawberry.ID | None = strawberry.field(description="The carbon's ledger entry; null: no carbon.")
    carbon_note: str = strawberry.field(description="How it was counted, or why it is zero.")


@strawberry.type(description="A device as those see it who handle it.")
class CustodyItem:
    device: Device = strawberry.field(description="The device.")
    institution: str = strawberry.field(description="Where it was handed in.")
    owner: str = strawberry.field(description="personal, or unit for an asset of the institution.")
    owner_title: str = strawberry.field(description="Whose it is, to show.")
    owner_name: str | None = strawberry.field(
        description="A person's masked name; null for a unit's asset, and for who does not manage there."
    )
    approval_number: str | None = strawberry.field(description="Of the unit's decision to scrap it; null if personal.")


def own(found: Traced, context: Context) -> OwnDevice:
    """Return a device as its owner sees it."""
    carbon_mg = found.act.carbon_mg if found.act and found.act.counted else 0
    return OwnDevice(
        device=_device(found, context, is_office=False, code=found.item.hand_over_code),
        award=_award(found, context),
        carbon=carbon(carbon_mg),
        carbon_entry=_entry(found, CARBON_MG),
        carbon_note=_carbon_note(found, carbon_mg, context),
    )


def kept(found: Traced, context: Context, *, is_office: bool) -> CustodyItem:
    """Return a device as those see it who handle it; more of it if they manage its institution."""
    item = found.item
    name = found.names.get(item.member_id) if item.member_id is not None else None
    shows_code = is_office and item.owner == Owner.UNIT
    return CustodyItem(
        device=_device(found, context, is_office=is_office, code=item.hand_over_code if shows_code else None),
        institution=found.institutions[item.institution_id],
        owner=item.owner,
        owner_title=context.say(words.OWNERS[item.owner]),
        owner_name=identity.masked(name) if name and is_office else None,
        approval_number=item.approval_number,
    )


def _device(found: Traced, context: Context, *, is_office: bool, code: str | None) -> Device:
    item = found.item
    return Device(
        id=strawberry.ID(ids.encode(DEVICE_ID, item.id or 0)),
        campaign_id=strawberry.ID(ids.encode(campaigns_api.CAMPAIGN_ID, item.campaign_id)),
        category=item.category,
        category_title=context.say(words.CATEGORIES[item.category]),
        condition=item.condition,
        condition_title=context.say(words.CONDITIONS[item.condition]),
        data_bearing=item.data_bearing,
        stage=item.stage,
        stage_title=context.say(words.STAGES[item.stage]),
        hand_over_code=code if item.stage == Stage.BOOKED else None,
        seal_code=item.seal_code,
        separate=item.separate,
        weight_grams=item.weight_grams,
        disposition=item.disposition,
        disposition_title=context.say(words.DISPOSITIONS[item.disposition]) if item.disposition else None,
        certificate_number=item.certificate_number,
        steps=[_step(step, found, context, is_office=is_office) for step in found.steps],
    )


def _step(step: CustodyStep, found: Traced, context: Context, *, is_office: bool) -> DeviceStep:
    says = json.loads(step.details)
    by, witness = found.names.get(step.by_member or 0), found.names.get(step.witness_id or 0)
    erasure, disposition = says.get("erasure"), says.get("disposition")
    return DeviceStep(
        stage=step.stage,
        title=context.say(words.STAGES[step.stage]),
        at=step.at,
        institution=found.institutions.get(step.by_institution_id or 0),
        by=identity.masked(by) if by and is_office else None,
        witness=(witness if is_office else identity.masked(witness)) if witness else None,
        erasure=context.say(words.METHODS[erasure]) if erasure else None,
        disposition=context.say(words.DISPOSITIONS[disposition]) if disposition else None,
        reason=says.get("reason"),
    )


def _award(found: Traced, context: Context) -> DeviceAward:
    item, act = found.item, found.act
    if act is not None:
        told, state = (_EARNED, "earned") if act.counted else (_REVERSED, "reversed")
        earned = act.points if act.counted else 0
        return _told(found, context, state, told, earned=earned)
    if item.no_points is not None:
        problem = problem_json.from_document(json.loads(item.no_points))
        return DeviceAward(
            state="none", expected=None, earned=Long(0), entry=None, message=problem.text(context.locale)
        )
    if item.stage == Stage.CANCELLED:
        return _told(found, context, "none", _CANCELLED)
    return _told(
        found, context, "pending", _BOOKED if item.stage == Stage.BOOKED else _PENDING, expected=_expected(found)
    )


def _told(
    found: Traced, context: Context, state: str, told: Text, *, expected: int | None = None, earned: int = 0
) -> DeviceAward:
    return DeviceAward(
        state=state,
        expected=None if expected is None else Long(expected),
        earned=Long(earned),
        entry=_entry(found, POINTS),
        message=context.say(told, points=earned if expected is None else expected),
    )


def _expected(found: Traced) -> int:
    theme = found.running.rules.theme
    rule = theme.kind_rule(KIND.key)
    assert rule is not None, "a device is booked only where the campaign takes devices"
    percent = theme.proof_credit.percent(Proof.CONFIRMED.value)
    return method.round_half_even(Decimal((rule.points or rule.points_per_unit or 0) * percent) / method.WHOLE_PERCENT)


def _carbon_note(found: Traced, carbon_mg: int, context: Context) -> str:
    if found.item.disposition is None:
        return context.say(_UNKNOWN)
    if found.act is None or not found.act.counted:
        return context.say(_NOT_COUNTED)
    return context.say(KIND.carbon_note if carbon_mg else _NO_FACTOR)


def _entry(found: Traced, ledger: str) -> strawberry.ID | None:
    number = found.entries.get(ledger)
    return strawberry.ID(ids.encode(points_api.TRANSFER_ID, number)) if number is not None else None

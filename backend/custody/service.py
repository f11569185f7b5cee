"""Lead devices from hand to hand: each verb takes a list, and one that is refused does not disturb the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from backend.campaigns import gate
from backend.campaigns import queries as campaigns
from backend.checkins.kinds.ewaste import Category
from backend.core import short_codes
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue
from backend.core.receipts import Order
from backend.core.text import Text
from backend.core.vault import Vault
from backend.custody import booking, credit, errors, forms, requests
from backend.custody.handling import Handling, begin, each, numbers
from backend.custody.keepers import Keeper
from backend.custody.requests import Answer, Moved
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import Condition, Method, Stage
from backend.identity import queries as identity
from backend.identity.roles import KEEPERS

_OTHER_SERIAL = Text("与预约时登记的序列号不一致，请核对设备", "it is not the one that was booked: check the device")


@dataclass(frozen=True)
class Received:
    """A device that is taken over: the code that its owner shows, and what whoever takes it sees."""

    code: str
    serial: str | None = None
    condition: str | None = None
    data_bearing: bool | None = None


@dataclass(frozen=True)
class Sealing:
    """A device and the seal that it gets."""

    device: str
    seal_code: str | None = None
    separate: bool = False


@dataclass(frozen=True)
class Weighing:
    """A device and what it weighs; None: it was only counted."""

    device: str
    grams: int | None = None


@dataclass(frozen=True)
class Witness:
    """Who saw the erasure: a staff number, and of which institution if not the device's own."""

    staff_number: str
    institution_id: int | None = None


async def hand_over(
    session: WriteSession, vault: Vault, keeper: Keeper, order: Order, *, asked: Sequence[Received], now: datetime
) -> Answer:
    """Take devices over from who shows their codes, while the campaign runs.

    A device may be refused as HandOverCodeInvalid, NotOwnDevice, StepOutOfOrder, InvalidValue, DeviceInCustody,
    CampaignNotOpen or CampaignClosed.
    """
    by_code = await _by_code(session, [short_codes.plain(one.code) for one in asked])
    handling = await begin(session, keeper, order, sorted(by_code.values()), now)
    if isinstance(handling, Answer):
        return handling
    registrants = await _who_did(session, list(handling.items), Stage.BOOKED)

    async def one(received: Received) -> Moved:
        item = handling.items.get(by_code.get(short_codes.plain(received.code), 0))
        if item is None or not handling.within_reach(item):
            raise errors.HandOverCodeInvalid
        if registrants.get(item.id or 0) == keeper.member_id:
            raise errors.NotOwnDevice
        handling.ready(item, Stage.HANDED_OVER)
        serial = booking.fingerprint(vault, received.serial)
        if serial and item.serial_fingerprint not in (None, serial):
            raise InvalidValue(field="serial", reason=_OTHER_SERIAL)
        await _running(session, item.campaign_id)
        moved = await handling.move(
            item,
            Stage.HANDED_OVER,
            serial_fingerprint=serial,
            condition=forms.choice(Condition, received.condition, "condition") if received.condition else None,
            data_bearing=received.data_bearing,
        )
        item.handed_over_at = now
        return moved

    return requests.keep(session, order, await each(asked, one), now)


async def seal(
    session: WriteSession, keeper: Keeper, order: Order, *, asked: Sequence[Sealing], now: datetime
) -> Answer:
    """Seal devices under a trace code each; one is made where none is printed.

    A device may be refused as NotFound, NotOwnDevice, StepOutOfOrder, InvalidValue, SealCodeUsed, BatteryNotSeparate.
    """
    handling = await begin(session, keeper, order, numbers([one.device for one in asked]), now)
    if isinstance(handling, Answer):
        return handling

    async def one(sealing: Sealing) -> Moved:
        item = handling.device(sealing.device)
        handling.ready(item, Stage.SEALED)
        if item.category == Category.BATTERY and not sealing.separate:
            raise errors.BatteryNotSeparate
        code = forms.seal_code(sealing.seal_code)
        return await handling.move(item, Stage.SEALED, seal_code=code, separate=sealing.separate)

    return requests.keep(session, order, await each(asked, one), now)


async def weigh(
    session: WriteSession, keeper: Keeper, order: Order, *, asked: Sequence[Weighing], now: datetime
) -> Answer:
    """Confirm devices by weight, or by count: a personal one earns its points now, or keeps why it does not.

    A device may be refused as NotFound, NotOwnDevice, StepOutOfOrder or InvalidValue.
    """
    handling = await begin(session, keeper, order, numbers([one.device for one in asked]), now)
    if isinstance(handling, Answer):
        return handling
    sealed = [item for item in handling.items.values() if item.stage == Stage.SEALED and handling.within_reach(item)]
    crediting = await credit.Crediting.open(session, sealed, now)

    async def one(weighing: Weighing) -> Moved:
        item = handling.device(weighing.device)
        handling.ready(item, Stage.WEIGHED)
        grams = None if weighing.grams is None else forms.grams(weighing.grams)
        check_in_id = await crediting.confirm(item)
        return await handling.move(item, Stage.WEIGHED, weight_grams=grams, check_in_id=check_in_id)

    outcomes = await each(asked, one)
    await crediting.write()
    return requests.keep(session, order, outcomes, now)


async def erase(
    session: WriteSession,
    keeper: Keeper,
    order: Order,
    *,
    method: str,
    witness: Witness,
    devices: Sequence[str],
    now: datetime,
) -> Answer:
    """Note that the data of devices was made unreadable in that way, and who saw it.

    A device may be refused as NotFound, NotOwnDevice, StepOutOfOrder or WitnessInvalid. Raises InvalidValue.
    """
    chosen = forms.choice(Method, method, "method")
    handling = await begin(session, keeper, order, numbers(devices), now)
    if isinstance(handling, Answer):
        return handling

    async def one(named: str) -> Moved:
        item = handling.device(named)
        handling.ready(item, Stage.ERASED)
        saw = await _witness(handling, item, witness)
        return await handling.move(item, Stage.ERASED, saw, erasure=chosen)

    return requests.keep(session, order, await each(devices, one), now)


async def certify(
    session: WriteSession, keeper: Keeper, order: Order, *, number: str, devices: Sequence[str], now: datetime
) -> Answer:
    """Note the number of the recycler's certificate for devices that have been disposed of; raises InvalidValue.

    A device may be refused as NotFound, NotOwnDevice or StepOutOfOrder.
    """
    certificate = forms.document_number(number, "certificateNumber")
    handling = await begin(session, keeper, order, numbers(devices), now)
    if isinstance(handling, Answer):
        return handling

    async def one(named: str) -> Moved:
        item = handling.device(named)
        handling.ready(item, Stage.CERTIFIED)
        return await handling.move(item, Stage.CERTIFIED, certificate_number=certificate)

    return requests.keep(session, order, await each(devices, one), now)


async def _by_code(session: ReadSession, codes: Sequence[str]) -> dict[str, int]:
    # Nothing else can be a code, and PostgreSQL refuses to look for a NUL.
    plausible = {code for code in codes if code.isascii() and code.isalnum()}
    found = await session.exec(
        select(CustodyItem.hand_over_code, CustodyItem.id).where(col(CustodyItem.hand_over_code).in_(plausible))
    )
    return {code: number or 0 for code, number in found}


async def _who_did(session: ReadSession, item_ids: Sequence[int], stage: str) -> dict[int, int | None]:
    found = await session.exec(
        select(CustodyStep.item_id, CustodyStep.by_member).where(
            col(CustodyStep.item_id).in_(item_ids), col(CustodyStep.stage) == stage
        )
    )
    return dict(found.all())


async def _running(session: ReadSession, campaign_id: int) -> None:
    running = await campaigns.one(session, campaign_id)
    assert running is not None, "a device is booked for a stored campaign"
    if (refusal := gate.refusal(running)) is not None:
        raise refusal


async def _witness(handling: Handling, item: CustodyItem, witness: Witness) -> int:
    session, place = handling.session, witness.institution_id
    place = item.institution_id if place is None else place
    member_id = await identity.member_by_staff_number(session, place, witness.staff_number.strip())
    if member_id is None or member_id in (handling.keeper.member_id, item.member_id):
        raise errors.WitnessInvalid
    if not await identity.reaches(session, member_id, KEEPERS, handling.path(item)):
        raise errors.WitnessInvalid
    return member_id

"""What became of devices: noted once, credited by it, and corrected once, by a second person with a reason."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from backend.checkins.dispositions import Settling
from backend.checkins.kinds.ewaste import Disposition
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import InvalidValue
from backend.core.receipts import Order
from backend.core.text import Text
from backend.custody import errors, forms, requests
from backend.custody.handling import begin, each, numbers
from backend.custody.keepers import Keeper
from backend.custody.requests import Answer, Moved
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import AFTER_DESTRUCTION, CORRECTED, DISPOSITIONS, METHODS, Stage

_UNDECIDED = Text("请选择设备的实际去向", "say what became of the device")
_UNCHANGED = Text("与已登记的去向相同", "that is what is recorded already")


async def dispose(
    session: WriteSession,
    keeper: Keeper,
    order: Order,
    *,
    disposition: str,
    devices: Sequence[str],
    now: datetime,
) -> Answer:
    """Note what became of devices; where that avoids carbon by an honest factor, the owner is credited it now.

    A device may be refused as NotFound, NotOwnDevice, StepOutOfOrder, ErasureMissing, DispositionImpossible. Raises
    InvalidValue.
    """
    chosen = _decided(disposition)
    handling = await begin(session, keeper, order, numbers(devices), now)
    if isinstance(handling, Answer):
        return handling
    settling = Settling(session, now)

    async def one(named: str) -> Moved:
        item = handling.device(named)
        handling.ready(item, Stage.DISPOSED)
        _possible(item, chosen)
        carbon_mg = await settling.credit(item.check_in_id, chosen) if item.check_in_id else 0
        return await handling.move(item, Stage.DISPOSED, disposition=chosen, carbon_mg=carbon_mg)

    outcomes = await each(devices, one)
    await settling.write()
    return requests.keep(session, order, outcomes, now)


async def correct(
    session: WriteSession, keeper: Keeper, order: Order, *, disposition: str, reason: str, now: datetime
) -> Answer:
    """Correct what became of the device that `order` names: what was credited wrongly is reversed, what is due awarded.

    It is done once, by somebody else than who recorded it. It may be refused as NotFound, NotOwnDevice, StepOutOfOrder,
    SecondPersonNeeded, ErasureMissing, DispositionImpossible. Raises InvalidValue.
    """
    chosen, told = _decided(disposition), forms.reason(reason)
    named = order.content["device"]
    handling = await begin(session, keeper, order, numbers([named]), now)
    if isinstance(handling, Answer):
        return handling
    settling = Settling(session, now)

    async def one(device: str) -> Moved:
        item = handling.device(device)
        handling.ready(item, CORRECTED)
        recorded = await _disposals(session, item.id or 0)
        if CORRECTED in recorded:
            raise errors.DispositionCorrected
        if recorded[Stage.DISPOSED] == keeper.member_id:
            raise errors.SecondPersonNeeded
        if item.disposition == chosen:
            raise InvalidValue(field="disposition", reason=_UNCHANGED)
        _possible(item, chosen)
        carbon_mg = 0
        if item.check_in_id:
            await settling.take_back(item.check_in_id, keeper.member_id, told)
            carbon_mg = await settling.credit(item.check_in_id, chosen)
        return await handling.move(item, CORRECTED, disposition=chosen, reason=told, carbon_mg=carbon_mg)

    outcomes = await each([named], one)
    await settling.write()
    return requests.keep(session, order, outcomes, now)


def _decided(disposition: str) -> Disposition:
    chosen = forms.choice(Disposition, disposition, "disposition")
    if chosen is Disposition.UNDECIDED:
        raise InvalidValue(field="disposition", reason=_UNDECIDED)
    return chosen


def _possible(item: CustodyItem, disposition: Disposition) -> None:
    if item.data_bearing and item.erasure is None:
        raise errors.ErasureMissing
    if item.erasure in AFTER_DESTRUCTION and disposition not in AFTER_DESTRUCTION[item.erasure]:
        raise errors.DispositionImpossible(method=METHODS[item.erasure], disposition=DISPOSITIONS[disposition])


async def _disposals(session: ReadSession, item_id: int) -> dict[str, int | None]:
    """Return who recorded what became of a device, and who corrected it, by step."""
    found = await session.exec(
        select(CustodyStep.stage, CustodyStep.by_member).where(
            col(CustodyStep.item_id) == item_id, col(CustodyStep.stage).in_((Stage.DISPOSED.value, CORRECTED))
        )
    )
    return dict(found.all())

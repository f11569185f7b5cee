"""The devices of one request: found, locked, looked at, and moved one step, each apart from the others."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from backend.core import ids
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import NotFound, Problem
from backend.core.receipts import Order
from backend.custody import chain, errors, requests
from backend.custody.keepers import Keeper
from backend.custody.requests import Answer, Moved, Outcome
from backend.custody.tables import CustodyItem, CustodyStep
from backend.custody.words import CORRECTED, STAGES, Stage
from backend.identity.tables import Institution

T = TypeVar("T")
DEVICE_ID = "dev"
# Where each step begins.
BEFORE: dict[str, tuple[str, ...]] = {
    Stage.HANDED_OVER: (Stage.BOOKED,),
    Stage.SEALED: (Stage.HANDED_OVER,),
    Stage.WEIGHED: (Stage.SEALED,),
    Stage.ERASED: (Stage.WEIGHED,),
    Stage.DISPOSED: (Stage.WEIGHED, Stage.ERASED),
    Stage.CERTIFIED: (Stage.DISPOSED,),
    Stage.CANCELLED: (Stage.BOOKED,),
    CORRECTED: (Stage.DISPOSED, Stage.CERTIFIED),
}


def numbers(named: Sequence[str]) -> list[int]:
    """Return the row numbers of these opaque ids, leaving out what is no device's id."""
    return ids.found(DEVICE_ID, named)


async def owners(session: ReadSession, item_ids: Sequence[int]) -> list[int]:
    """Return the members whose devices these are; of a unit's asset there is none."""
    found = await session.exec(select(CustodyItem.member_id).where(col(CustodyItem.id).in_(item_ids)).distinct())
    return [member_id for member_id in found if member_id is not None]


@dataclass
class Handling:
    """One request's devices, locked until the transaction ends, and who handles them."""

    session: WriteSession
    keeper: Keeper
    order: Order
    now: datetime
    items: dict[int, CustodyItem] = field(default_factory=dict)
    _paths: Mapping[int, str] = field(default_factory=dict)

    async def lock(self, item_ids: Sequence[int]) -> None:
        """Lock the devices, in order. The members concerned are locked already."""
        if not item_ids:
            return
        found = await self.session.exec(
            select(CustodyItem)
            .where(col(CustodyItem.id).in_(item_ids))
            .order_by(col(CustodyItem.id))
            .with_for_update(of=CustodyItem)
            .execution_options(populate_existing=True)
        )
        self.items = {item.id or 0: item for item in found}
        places = {item.institution_id for item in self.items.values()}
        rows = await self.session.exec(select(Institution.id, Institution.path).where(col(Institution.id).in_(places)))
        self._paths = {number or 0: path for number, path in rows}

    def path(self, item: CustodyItem) -> str:
        """Return the path of the device's institution."""
        return self._paths[item.institution_id]

    def within_reach(self, item: CustodyItem | None) -> bool:
        """Tell whether there is such a device and the keeper may handle it."""
        return item is not None and self.keeper.reaches(self.path(item))

    def found(self, named: str) -> CustodyItem | None:
        """Return the device with that opaque id, whosever it is, or None; raises NotFound for what is no id."""
        return self.items.get(ids.decode(DEVICE_ID, named))

    def device(self, named: str) -> CustodyItem:
        """Return a device within reach; one that is elsewhere and one that is not there get one answer: NotFound."""
        item = self.found(named)
        if item is None or not self.within_reach(item):
            raise NotFound(what=named[:40])
        return item

    def ready(self, item: CustodyItem, step: str) -> None:
        """Raise NotOwnDevice or StepOutOfOrder unless this keeper may let the device take this step now."""
        if item.member_id == self.keeper.member_id:
            raise errors.NotOwnDevice
        self.in_order(item, step)

    def in_order(self, item: CustodyItem, step: str) -> None:
        """Raise StepOutOfOrder unless the device is where this step begins."""
        if item.stage not in BEFORE[step]:
            raise errors.StepOutOfOrder(stage=STAGES[item.stage], step=STAGES[step])

    async def move(self, item: CustodyItem, step: str, witness_id: int | None = None, **says: Any) -> Moved:
        """Let a device take a step; raises DeviceInCustody or SealCodeUsed where another one has what is unique."""
        row = CustodyStep(
            item_id=item.id or 0,
            stage=str(step),
            by_member=self.keeper.member_id,
            by_institution_id=self.keeper.institution_id,
            at=self.now,
            request_id=self.order.request_id,
            details="",
            witness_id=witness_id,
            previous="",
            hash="",
        )
        try:
            await chain.append(self.session, item, row, says)
        except IntegrityError as collision:
            await self.session.refresh(item)
            raise taken(collision, says.get("seal_code")) from collision
        return Moved(item.id or 0, item.stage, seal_code=item.seal_code)


def taken(collision: IntegrityError, seal_code: str | None = None) -> Problem:
    """Return the problem of a constraint that was violated; raises the fault when it is none that anybody expects."""
    # PostgreSQL says a constraint's name, SQLite its columns.
    if any(name in str(collision.orig) for name in ("uq_custody_item_serial", "custody_item.serial_fingerprint")):
        return errors.DeviceInCustody()
    if any(name in str(collision.orig) for name in ("uq_custody_item_seal_code", "custody_item.seal_code")):
        return errors.SealCodeUsed(code=seal_code)
    raise collision


async def begin(
    session: WriteSession, keeper: Keeper, order: Order, item_ids: Sequence[int], now: datetime
) -> Handling | Answer:
    """Return the answer given for this request before, else its devices, locked; raises RequestReused."""
    known = await requests.earlier(session, order, await owners(session, item_ids))
    if known is not None:
        return known
    handling = Handling(session, keeper, order, now)
    await handling.lock(item_ids)
    return handling


async def each(asked: Sequence[T], one: Callable[[T], Awaitable[Outcome]]) -> list[Outcome]:
    """Do one thing for each of what was asked; one that is refused does not disturb the others."""
    outcomes: list[Outcome] = []
    for what in asked:
        try:
            outcomes.append(await one(what))
        except Problem as problem:
            outcomes.append(problem)
    return outcomes

"""Where custody begins: a member books a device, an organiser registers a unit's asset; and where it is called off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from backend.campaigns import gate
from backend.campaigns import queries as campaigns
from backend.campaigns.queries import Running
from backend.campaigns.tables import SCHEDULED
from backend.checkins import errors as act_errors
from backend.checkins.kind import all_kinds
from backend.checkins.kinds.ewaste import KIND, Category, Owner
from backend.core.db import ReadSession, WriteSession
from backend.core.errors import NotFound
from backend.core.receipts import Order
from backend.core.text import Text
from backend.core.vault import Vault
from backend.custody import chain, errors, forms, requests
from backend.custody.handling import Handling, begin, each, numbers, taken
from backend.custody.keepers import Keeper
from backend.custody.requests import Answer, Moved
from backend.custody.tables import CustodyItem
from backend.custody.words import HOLDS_DATA, Condition, Stage
from backend.identity.queries import Place
from backend.identity.tables import Institution

MOST_WAITING = 20
_SERIAL = "device serial"


@dataclass(frozen=True)
class Device:
    """What is said of a device before anybody has seen it."""

    category: str
    condition: str
    data_bearing: bool
    serial: str | None = None
    approval_number: str | None = None


def fingerprint(vault: Vault, serial: str | None) -> str | None:
    """Return what is kept of a serial number; the number itself never is. Raises InvalidValue."""
    number = forms.serial(serial)
    return vault.fingerprint(number, _SERIAL) if number else None


async def book(
    session: WriteSession, vault: Vault, place: Place, order: Order, *, devices: Sequence[Device], now: datetime
) -> Answer:
    """Book a member's devices for the campaign that `order` names; each is answered apart.

    Raises NotFound, NotJoined, OutsideCampaignDays, KindNotInCampaign, or what the campaign's state says, for the
    whole; a device may be refused as DeviceInCustody, TooManyBookings or InvalidValue.
    """
    keeper = Keeper(place.member_id, place.institution_id, (), ())
    opened = await _opened(session, keeper, order, now)
    if isinstance(opened, Answer):
        return opened
    handling, campaign_id = opened
    running = await _open_to(session, campaign_id, place.institution_path, now)
    if (campaign_id, place.member_id) not in await campaigns.joined(session, [campaign_id], [place.member_id]):
        raise act_errors.NotJoined(campaign=running.rules.title)

    async def one(device: Device) -> Moved:
        if await _waiting(session, place.member_id, campaign_id) >= MOST_WAITING:
            raise errors.TooManyBookings(limit=MOST_WAITING)
        says = _says(vault, device, Owner.PERSONAL) | {
            "institution_id": place.institution_id,
            "department_id": place.department_id,
            "member_id": place.member_id,
        }
        return await _enter(handling, campaign_id, says)

    return requests.keep(session, order, await each(devices, one), now)


async def register(
    session: WriteSession,
    vault: Vault,
    keeper: Keeper,
    order: Order,
    *,
    institution: Institution,
    devices: Sequence[Device],
    now: datetime,
) -> Answer:
    """Register assets that a unit has decided to scrap; each needs the number of that decision.

    The caller has checked that the keeper manages the institution. Raises what `book` raises, but for NotJoined.
    """
    opened = await _opened(session, keeper, order, now)
    if isinstance(opened, Answer):
        return opened
    handling, campaign_id = opened
    await _open_to(session, campaign_id, institution.path, now)

    async def one(device: Device) -> Moved:
        approval = forms.document_number(device.approval_number or "", "approvalNumber")
        says = _says(vault, device, Owner.UNIT) | {"institution_id": institution.id, "approval_number": approval}
        return await _enter(handling, campaign_id, says)

    return requests.keep(session, order, await each(devices, one), now)


async def cancel(session: WriteSession, keeper: Keeper, order: Order, now: datetime) -> Answer:
    """Call off a booking that nobody has handed over yet: by its owner, or by the office with a reason.

    `order` names the device and the reason. It may be refused as NotFound, StepOutOfOrder or InvalidValue.
    """
    named, reason = order.content["device"], order.content["reason"]
    handling = await begin(session, keeper, order, numbers([named]), now)
    if isinstance(handling, Answer):
        return handling

    async def one(device: str) -> Moved:
        item = handling.found(device)
        is_own = item is not None and item.member_id == keeper.member_id
        if item is None or not (is_own or keeper.is_office(handling.path(item))):
            raise NotFound(what=device[:40])
        handling.in_order(item, Stage.CANCELLED)
        told = forms.reason(reason) if reason or not is_own else None
        return await handling.move(item, Stage.CANCELLED, reason=told)

    return requests.keep(session, order, await each([named], one), now)


async def _opened(session: WriteSession, keeper: Keeper, order: Order, now: datetime) -> tuple[Handling, int] | Answer:
    handling = await begin(session, keeper, order, [], now)
    return handling if isinstance(handling, Answer) else (handling, order.content["campaign"])


async def _open_to(session: ReadSession, campaign_id: int, path: str, now: datetime) -> Running:
    """Return a campaign in which an institution may still hand devices in."""
    running = await campaigns.one(session, campaign_id)
    if running is None or not path.startswith(running.path):
        raise NotFound(what=Text("活动", "campaign"))
    campaign, title = running.campaign, running.rules.title
    if campaign.state != SCHEDULED and (refusal := gate.refusal(running)) is not None:
        raise refusal
    if running.today(now) > campaign.ends_on:
        raise act_errors.OutsideCampaignDays(
            campaign=title, day=running.today(now), starts_on=campaign.starts_on, ends_on=campaign.ends_on
        )
    if running.rules.theme.kind_rule(KIND.key) is None:
        known = [all_kinds()[one.kind].title for one in running.rules.theme.kinds]
        listed = Text("、".join(one.zh for one in known), ", ".join(one.en for one in known))
        raise act_errors.KindNotInCampaign(campaign=title, kind=KIND.key, known=listed)
    return running


async def _waiting(session: ReadSession, member_id: int, campaign_id: int) -> int:
    found = await session.exec(
        select(func.count())
        .select_from(CustodyItem)
        .where(
            col(CustodyItem.member_id) == member_id,
            col(CustodyItem.campaign_id) == campaign_id,
            col(CustodyItem.stage) == Stage.BOOKED,
        )
    )
    return found.one()


def _says(vault: Vault, device: Device, owner: Owner) -> dict[str, Any]:
    category = forms.choice(Category, device.category, "category")
    return {
        "owner": owner,
        "category": category,
        "condition": forms.choice(Condition, device.condition, "condition"),
        "data_bearing": device.data_bearing or category in HOLDS_DATA,
        "serial_fingerprint": fingerprint(vault, device.serial),
    }


async def _enter(handling: Handling, campaign_id: int, says: dict[str, Any]) -> Moved:
    item = CustodyItem(
        campaign_id=campaign_id,
        stage=Stage.BOOKED,
        hand_over_code=forms.new_hand_over_code(),
        booked_at=handling.now,
        head=chain.GENESIS,
        **says,
    )
    try:
        async with handling.session.begin_nested():
            handling.session.add(item)
            await handling.session.flush()
            await handling.move(item, Stage.BOOKED, campaign_id=campaign_id, **says)
    except IntegrityError as collision:
        raise taken(collision) from collision
    return Moved(item.id or 0, item.stage, hand_over_code=item.hand_over_code)

"""GraphQL for members: book a device, call it off, see where one's devices are and what they earn."""

from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins import faces as act_faces
from backend.core import ids
from backend.core.api import After, AnswersProblems, Asked, Info, NotFound
from backend.core.receipts import Order, check_request
from backend.core.vault import Vault
from backend.custody import booking, keepers, queries, views
from backend.custody.booking import Device
from backend.custody.handling import DEVICE_ID
from backend.custody.receipts import Receipt, receipt
from backend.identity import errors as identity_errors
from backend.identity import queries as identity
from backend.identity import sessions

REQUEST_ID = "8 to 64 letters, digits, '-' or '_'; keep it for every retry."

BookDevicesResult = Annotated[
    Receipt
    | NotFound
    | act_faces.NotJoined
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | act_faces.OutsideCampaignDays
    | act_faces.KindNotInCampaign,
    strawberry.union("BookDevicesResult", description="The bookings, or why there are none."),
]
CancelDeviceResult = Annotated[
    Receipt, strawberry.union("CancelDeviceResult", description="The outcome, or why there is none.")
]


@strawberry.input(description="A device, as far as its owner knows it.")
class DeviceInput:
    category: str = strawberry.field(
        description="phone, tablet, laptop, desktop, monitor, printer, accessory, battery."
    )
    condition: str = strawberry.field(default="unknown", description="working, repairable, broken or unknown.")
    data_bearing: bool = strawberry.field(
        default=False, description="Whether it holds data; phones, tablets and computers are taken to."
    )
    serial: str | None = strawberry.field(
        default=None, description="Serial number or IMEI; only a fingerprint is kept, by which a device counts once."
    )


@strawberry.input(description="Devices to hand in.")
class BookDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    campaign_id: strawberry.ID = strawberry.field(description="The campaign in which they will be handed in.")
    devices: list[DeviceInput] = strawberry.field(description="1 to 20 devices; a bad one does not disturb the others.")


@strawberry.input(description="A booking to call off.")
class CancelDeviceInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    device_id: strawberry.ID = strawberry.field(description="The device, which nobody has taken over yet.")
    reason: str | None = strawberry.field(
        default=None, description="2 to 200 characters that the owner will read; owners themselves need none."
    )


@strawberry.type(description="A page of the caller's devices, newest first.")
class DevicePage:
    items: list[views.OwnDevice] = strawberry.field(description="At most fifty devices.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


@strawberry.type
class CustodyViewer:
    @strawberry.field(description="The devices that the caller hands in, newest first.")
    async def devices(self, info: Info, after: After = None) -> DevicePage:
        context = info.context
        member_id = await sessions.member_id(context)
        before = ids.decode(DEVICE_ID, after) if after else None
        async with context.database.read() as session:
            found = await queries.of_member(session, member_id, before)
        page = found[: queries.PAGE]
        more = strawberry.ID(ids.encode(DEVICE_ID, page[-1].item.id or 0)) if len(found) > queries.PAGE else None
        return DevicePage(items=[views.own(one, context) for one in page], next=more)


@strawberry.type
class CustodyMutation:
    @strawberry.mutation(
        description="Book devices to hand in. The same requestId and devices give the same answer.",
        extensions=[AnswersProblems()],
    )
    async def book_devices(self, info: Info, input: Asked[BookDevicesInput]) -> BookDevicesResult:  # noqa: A002
        context = info.context
        check_request(input.request_id, len(input.devices), booking.MOST_WAITING)
        devices = [Device(one.category, one.condition, one.data_bearing, one.serial) for one in input.devices]
        async with context.database.write() as session:
            member_id = await sessions.member_id(context, session)
            campaign_id = ids.decode(campaigns_api.CAMPAIGN_ID, input.campaign_id)
            place = await identity.place_of(session, member_id, sessions.today(context))
            if place is None:
                raise identity_errors.NotOnRoster
            content = {"campaign": campaign_id, "devices": [vars(one) for one in devices]}
            order = Order(member_id, input.request_id, "book", content)
            vault = context.use(Vault)
            answer = await booking.book(session, vault, place, order, devices=devices, now=context.now)
        return receipt(answer, context)

    @strawberry.mutation(
        description="Call off a booking: one's own, or (organisers) another's with a reason.",
        extensions=[AnswersProblems()],
    )
    async def cancel_device(self, info: Info, input: Asked[CancelDeviceInput]) -> CancelDeviceResult:  # noqa: A002
        context = info.context
        check_request(input.request_id, 1, 1)
        async with context.database.write() as session:
            keeper = await keepers.anybody(context, session)
            content = {"device": input.device_id, "reason": input.reason}
            order = Order(keeper.member_id, input.request_id, "cancel", content)
            answer = await booking.cancel(session, keeper, order, context.now)
        return receipt(answer, context)

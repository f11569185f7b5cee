"""What the mutations of custody take."""

import strawberry

from backend.custody.api import REQUEST_ID

_DEVICES = "1 to 100 devices; a bad one does not disturb the others."


@strawberry.input(description="An asset that its unit has decided to scrap.")
class UnitAssetInput:
    approval_number: str = strawberry.field(description="The number of that decision, 4 to 40 characters.")
    category: str = strawberry.field(
        description="phone, tablet, laptop, desktop, monitor, printer, accessory, battery."
    )
    condition: str = strawberry.field(default="unknown", description="working, repairable, broken or unknown.")
    data_bearing: bool = strawberry.field(
        default=False, description="Whether it holds data; phones, tablets and computers are taken to."
    )
    serial: str | None = strawberry.field(default=None, description="Serial number; only a fingerprint is kept.")


@strawberry.input(description="Assets of an institution.")
class RegisterUnitAssetsInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    institution_id: strawberry.ID = strawberry.field(description="Whose they are.")
    campaign_id: strawberry.ID = strawberry.field(description="The campaign in which they are handed in.")
    assets: list[UnitAssetInput] = strawberry.field(description=_DEVICES)


@strawberry.input(description="A device that is taken over, as whoever takes it sees it.")
class HandOverInput:
    code: str = strawberry.field(description="What its owner shows; it is their signature.")
    serial: str | None = strawberry.field(default=None, description="The number on the device, if it is to be checked.")
    condition: str | None = strawberry.field(default=None, description="What it is in truth; null: as booked.")
    data_bearing: bool | None = strawberry.field(
        default=None, description="Whether it holds data in truth (false: its disk was taken out); null: as booked."
    )


@strawberry.input(description="Devices that are taken over.")
class HandOverDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    devices: list[HandOverInput] = strawberry.field(description=_DEVICES)


@strawberry.input(description="A device and its seal.")
class SealInput:
    device_id: strawberry.ID = strawberry.field(description="The device.")
    seal_code: str | None = strawberry.field(default=None, description="The printed seal's code; null: make one.")
    separate: bool = strawberry.field(
        default=False, description="Whether it goes into a box of its own; lithium batteries must."
    )


@strawberry.input(description="Devices that are sealed.")
class SealDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    devices: list[SealInput] = strawberry.field(description=_DEVICES)


@strawberry.input(description="A device and its weight.")
class WeighInput:
    device_id: strawberry.ID = strawberry.field(description="The device.")
    grams: int | None = strawberry.field(default=None, description="1 to 200,000 whole grams; null: counted only.")


@strawberry.input(description="Devices that are weighed or counted.")
class WeighDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    devices: list[WeighInput] = strawberry.field(description=_DEVICES)


@strawberry.input(description="Devices whose data is erased, in one way and before one witness.")
class EraseDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    method: str = strawberry.field(description="overwrite, block_erase, degauss, punch or shred.")
    witness_staff_number: str = strawberry.field(description="Of another person, who holds a role there.")
    witness_institution_id: strawberry.ID | None = strawberry.field(
        default=None, description="On whose roster the witness is; null: the device's own institution."
    )
    device_ids: list[strawberry.ID] = strawberry.field(description=_DEVICES)


@strawberry.input(description="Devices that became one thing.")
class DisposeDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    disposition: str = strawberry.field(description="reuse, parts, material or destroyed.")
    device_ids: list[strawberry.ID] = strawberry.field(description=_DEVICES)


@strawberry.input(description="Devices under one certificate.")
class CertifyDevicesInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    certificate_number: str = strawberry.field(description="4 to 40 characters.")
    device_ids: list[strawberry.ID] = strawberry.field(description=_DEVICES)


@strawberry.input(description="A disposition that was wrong.")
class CorrectDispositionInput:
    request_id: str = strawberry.field(description=REQUEST_ID)
    device_id: strawberry.ID = strawberry.field(description="The device.")
    disposition: str = strawberry.field(description="What became of it in truth.")
    reason: str = strawberry.field(description="2 to 200 characters that its owner will read.")

"""GraphQL: what organisers and recyclers do with devices, many at once."""

from typing import Annotated

import strawberry

from backend.campaigns import api as campaigns_api
from backend.checkins import faces as act_faces
from backend.core import ids
from backend.core.api import AnswersProblems, Asked, Context, Info, NotFound
from backend.core.db import WriteSession
from backend.core.receipts import Order, check_request
from backend.core.vault import Vault
from backend.custody import booking, keepers, outcomes, service, step_inputs
from backend.custody.booking import Device
from backend.custody.keepers import Keeper
from backend.custody.receipts import Receipt, receipt
from backend.custody.service import Received, Sealing, Weighing, Witness
from backend.identity import api as identity_api
from backend.identity.roles import DECIDERS

MOST_DEVICES = 100

RegisterUnitAssetsResult = Annotated[
    Receipt
    | NotFound
    | campaigns_api.CampaignClosed
    | campaigns_api.CampaignPaused
    | campaigns_api.CampaignCalledOff
    | act_faces.OutsideCampaignDays
    | act_faces.KindNotInCampaign,
    strawberry.union("RegisterUnitAssetsResult", description="The assets, or why none was registered."),
]
HandOverDevicesResult = Annotated[
    Receipt, strawberry.union("HandOverDevicesResult", description="The devices, or why none was taken over.")
]
SealDevicesResult = Annotated[
    Receipt, strawberry.union("SealDevicesResult", description="The devices, or why none was sealed.")
]
WeighDevicesResult = Annotated[
    Receipt, strawberry.union("WeighDevicesResult", description="The devices, or why none was weighed.")
]
EraseDevicesResult = Annotated[
    Receipt, strawberry.union("EraseDevicesResult", description="The devices, or why none was erased.")
]
DisposeDevicesResult = Annotated[
    Receipt, strawberry.union("DisposeDevicesResult", description="The devices, or why none was disposed of.")
]
CertifyDevicesResult = Annotated[
    Receipt, strawberry.union("CertifyDevicesResult", description="The devices, or why none was certified.")
]
CorrectDispositionResult = Annotated[
    Receipt, strawberry.union("CorrectDispositionResult", description="The device, or why nothing was corrected.")
]


async def _keeper(context: Context, session: WriteSession, request_id: str, given: int) -> Keeper:
    found = await keepers.keeper(context, session)
    check_request(request_id, given, MOST_DEVICES)
    return found


@strawberry.type
class CustodyStepsMutation:
    @strawberry.mutation(
        description="Register assets that a unit has decided to scrap (organisers). They earn nobody anything.",
        extensions=[AnswersProblems()],
    )
    async def register_unit_assets(
        self,
        info: Info,
        input: Asked[step_inputs.RegisterUnitAssetsInput],  # noqa: A002
    ) -> RegisterUnitAssetsResult:
        context = info.context
        devices = [
            Device(one.category, one.condition, one.data_bearing, one.serial, one.approval_number)
            for one in input.assets
        ]
        async with context.database.write() as session:
            row = await identity_api.managed_institution(context, session, input.institution_id, DECIDERS)
            content = {
                "institution": row.id,
                "campaign": ids.decode(campaigns_api.CAMPAIGN_ID, input.campaign_id),
                "devices": [vars(one) for one in devices],
            }
            keeper = await _keeper(context, session, input.request_id, len(devices))
            order = Order(keeper.member_id, input.request_id, "register", content)
            answer = await booking.register(
                session, context.use(Vault), keeper, order, institution=row, devices=devices, now=context.now
            )
        return receipt(answer, context)

    @strawberry.mutation(
        description="Take devices over from who shows their codes (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def hand_over_devices(
        self,
        info: Info,
        input: Asked[step_inputs.HandOverDevicesInput],  # noqa: A002
    ) -> HandOverDevicesResult:
        context = info.context
        asked = [Received(one.code, one.serial, one.condition, one.data_bearing) for one in input.devices]
        async with context.database.write() as session:
            content = [vars(one) for one in asked]
            keeper = await _keeper(context, session, input.request_id, len(asked))
            order = Order(keeper.member_id, input.request_id, "hand over", content)
            vault = context.use(Vault)
            answer = await service.hand_over(session, vault, keeper, order, asked=asked, now=context.now)
        return receipt(answer, context)

    @strawberry.mutation(
        description="Seal devices under a trace code each (organisers, recyclers).", extensions=[AnswersProblems()]
    )
    async def seal_devices(self, info: Info, input: Asked[step_inputs.SealDevicesInput]) -> SealDevicesResult:  # noqa: A002
        context = info.context
        asked = [Sealing(one.device_id, one.seal_code, one.separate) for one in input.devices]
        async with context.database.write() as session:
            content = [vars(one) for one in asked]
            keeper = await _keeper(context, session, input.request_id, len(asked))
            order = Order(keeper.member_id, input.request_id, "seal", content)
            answer = await service.seal(session, keeper, order, asked=asked, now=context.now)
        return receipt(answer, context)

    @strawberry.mutation(
        description="Confirm devices by weight or count; personal ones earn their points (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def weigh_devices(self, info: Info, input: Asked[step_inputs.WeighDevicesInput]) -> WeighDevicesResult:  # noqa: A002
        context = info.context
        asked = [Weighing(one.device_id, one.grams) for one in input.devices]
        async with context.database.write() as session:
            content = [vars(one) for one in asked]
            keeper = await _keeper(context, session, input.request_id, len(asked))
            order = Order(keeper.member_id, input.request_id, "weigh", content)
            answer = await service.weigh(session, keeper, order, asked=asked, now=context.now)
        return receipt(answer, context)

    @strawberry.mutation(
        description="Note how the data of devices was erased and who saw it (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def erase_devices(self, info: Info, input: Asked[step_inputs.EraseDevicesInput]) -> EraseDevicesResult:  # noqa: A002
        context = info.context
        devices = list(input.device_ids)
        witness = Witness(input.witness_staff_number, _roster(input.witness_institution_id))
        async with context.database.write() as session:
            content = {"method": input.method, "witness": vars(witness), "devices": devices}
            keeper = await _keeper(context, session, input.request_id, len(devices))
            order = Order(keeper.member_id, input.request_id, "erase", content)
            answer = await service.erase(
                session,
                keeper,
                order,
                method=input.method,
                witness=witness,
                devices=devices,
                now=context.now,
            )
        return receipt(answer, context)

    @strawberry.mutation(
        description="Note what became of devices, for good; carbon follows it (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def dispose_devices(self, info: Info, input: Asked[step_inputs.DisposeDevicesInput]) -> DisposeDevicesResult:  # noqa: A002
        context = info.context
        devices = list(input.device_ids)
        async with context.database.write() as session:
            content = {"disposition": input.disposition, "devices": devices}
            keeper = await _keeper(context, session, input.request_id, len(devices))
            order = Order(keeper.member_id, input.request_id, "dispose", content)
            answer = await outcomes.dispose(
                session, keeper, order, disposition=input.disposition, devices=devices, now=context.now
            )
        return receipt(answer, context)

    @strawberry.mutation(
        description="Note the recycler's certificate for devices (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def certify_devices(self, info: Info, input: Asked[step_inputs.CertifyDevicesInput]) -> CertifyDevicesResult:  # noqa: A002
        context = info.context
        devices = list(input.device_ids)
        async with context.database.write() as session:
            content = {"number": input.certificate_number, "devices": devices}
            keeper = await _keeper(context, session, input.request_id, len(devices))
            order = Order(keeper.member_id, input.request_id, "certify", content)
            answer = await service.certify(
                session, keeper, order, number=input.certificate_number, devices=devices, now=context.now
            )
        return receipt(answer, context)

    @strawberry.mutation(
        description="Correct what became of a device, once, by a second person (organisers, recyclers).",
        extensions=[AnswersProblems()],
    )
    async def correct_disposition(
        self,
        info: Info,
        input: Asked[step_inputs.CorrectDispositionInput],  # noqa: A002
    ) -> CorrectDispositionResult:
        context = info.context
        async with context.database.write() as session:
            content = {"device": input.device_id, "disposition": input.disposition, "reason": input.reason}
            keeper = await _keeper(context, session, input.request_id, 1)
            order = Order(keeper.member_id, input.request_id, "correct", content)
            answer = await outcomes.correct(
                session, keeper, order, disposition=input.disposition, reason=input.reason, now=context.now
            )
        return receipt(answer, context)


def _roster(opaque: str | None) -> int | None:
    """Return whose roster is meant; nobody is on that of an institution there is not."""
    return (ids.find(identity_api.INSTITUTION_ID, opaque) or 0) if opaque else None

"""GraphQL: the slip that goes with devices from hand to hand."""

from datetime import datetime
from typing import Annotated

import strawberry

from backend.checkins.sites_api import SheetLanguage
from backend.core.api import Info
from backend.core.db import ReadSession
from backend.core.errors import InvalidValue, NotFound
from backend.core.text import Text
from backend.core.vault import Vault
from backend.custody import handling, keepers, queries, slips
from backend.custody.keepers import Keeper
from backend.custody.queries import Traced
from backend.custody.steps_api import MOST_DEVICES
from backend.custody.words import Stage
from backend.identity import queries as identity
from backend.media import links

_NUMBER = Text(f"须为 1 至 {MOST_DEVICES} 件", f"it names 1 to {MOST_DEVICES} devices")
_TOGETHER = Text("须为同一单位已经交接的设备", "these are devices of one institution that have been handed over")


@strawberry.type(description="A slip to print, A4.")
class HandOverSlip:
    path: str = strawberry.field(description="Where it is as PDF, until then.")
    expires_at: datetime = strawberry.field(description="Until when the path is good.")


async def _devices(session: ReadSession, keeper: Keeper, named: list[str]) -> list[Traced]:
    if not 1 <= len(named) <= MOST_DEVICES:
        raise InvalidValue(field="deviceIds", reason=_NUMBER)
    found = await queries.numbered(session, handling.numbers(named))
    places = {one.item.institution_id for one in found}
    paths = [place.path for number in places if (place := await identity.institution(session, number)) is not None]
    if len(found) != len(set(named)) or not all(keeper.reaches(path) for path in paths):
        raise NotFound(what=Text("设备", "device"))
    # Who only takes devices over is not told of one that is not there yet.
    if len(places) != 1 or any(one.item.stage in (Stage.BOOKED, Stage.CANCELLED) for one in found):
        raise InvalidValue(field="deviceIds", reason=_TOGETHER)
    return found


@strawberry.type
class SlipsQuery:
    @strawberry.field(
        description="A slip of devices that were handed over, good for ten minutes (organisers, recyclers)."
    )
    async def hand_over_slip(
        self,
        info: Info,
        device_ids: Annotated[
            list[strawberry.ID], strawberry.argument(description="1 to 100 devices of one institution.")
        ],
        language: Annotated[SheetLanguage, strawberry.argument(description="In which language.")] = SheetLanguage.ZH_CN,
    ) -> HandOverSlip:
        context = info.context
        async with context.database.read() as session:
            keeper = await keepers.keeper(context, session)
            found = await _devices(session, keeper, list(device_ids))
        slips.of_devices(found, language.value, context.now)
        until = context.now + links.LIFE
        numbers = [one.item.id or 0 for one in found]
        return HandOverSlip(path=slips.path(context.use(Vault), numbers, language.value, until), expires_at=until)

"""Take what a phone passes on from WeRun, and delete it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, delete, update

from backend.checkins import desk as desks
from backend.core.db import WriteSession, put
from backend.core.errors import RequestReused
from backend.core.vault import Vault
from backend.identity import service as identity
from backend.identity.errors import NotOnRoster
from backend.identity.queries import place_on
from backend.steps import earning, queries, werun
from backend.steps.answers import Answer, Sealed
from backend.steps.tables import StepDay, StepReceipt
from backend.wechat import open_data


@dataclass(frozen=True)
class Sender:
    """Whose phone it is: the member, and the account under whose session key the phone's WeChat seals."""

    member_id: int
    login_id: int


async def submit(
    session: WriteSession, vault: Vault, *, app_id: str, sender: Sender, sealed: Sealed, now: datetime
) -> Answer:
    """Take a member's steps of the last 31 days and let them earn; repeats are told by the request id.

    1. Make other transactions of the member wait. 2. Give a stored answer again, whatever the session key is by
    now. 3. Open what WeChat sealed, and keep no copy of it. 4. Keep the larger count of each day. 5. Let each
    day earn. Raises RequestReused, NotOnRoster, SessionKeyStale, OpenDataRefused, StepsInvalid; then nothing is
    left behind, and the request id may be sent again with other content.
    """
    places = await desks.lock_members(session, [sender.member_id])
    known = await session.get(StepReceipt, (sender.member_id, sealed.request_id))
    if known is not None:
        return _repeated(sealed, known)
    if place_on(places[sender.member_id], werun.day_of(now)) is None:
        raise NotOnRoster
    key = await identity.session_key_of(session, vault, sender.login_id)
    payload = open_data.decrypt(sealed.encrypted, sealed.iv, key, app_id=app_id, now=now)
    steps = await _keep(session, sender.member_id, werun.read(payload, now), now)
    days, earned = await earning.earn(session, places, sender.member_id, steps, now)
    answer = Answer(sealed.request_id, days, earned)
    session.add(
        StepReceipt(
            member_id=sender.member_id,
            request_id=sealed.request_id,
            content_hash=sealed.content_hash,
            answer=answer.to_json(),
            recorded_at=now,
        )
    )
    await session.flush()
    return answer


def _repeated(sealed: Sealed, known: StepReceipt) -> Answer:
    if known.content_hash != sealed.content_hash:
        raise RequestReused
    return Answer.from_json(sealed.request_id, known.answer)


async def _keep(session: WriteSession, member_id: int, sent: Mapping[date, int], now: datetime) -> dict[date, int]:
    """Store what has grown; return the larger count of each day that was sent."""
    stored = {row.day: row.steps for row in await queries.days(session, member_id, min(sent, default=now.date()))}
    grown = [
        StepDay(member_id=member_id, day=day, steps=steps, source=werun.SOURCE, received_at=now).model_dump()
        for day, steps in sent.items()
        if steps > stored.get(day, -1)
    ]
    await put(session, StepDay, grown, ["member_id", "day"])
    return {day: max(steps, stored.get(day, 0)) for day, steps in sent.items()}


async def forget(session: WriteSession, member_id: int) -> int:
    """Delete every step count of a member, in answers too, and return of how many days; what was earned stays.

    The requests stay known without their answers, so that a phone's late retry brings nothing back.
    """
    await desks.lock_members(session, [member_id])
    await session.exec(update(StepReceipt).where(col(StepReceipt.member_id) == member_id).values(answer=None))
    gone = await session.exec(delete(StepDay).where(col(StepDay.member_id) == member_id))
    return gone.rowcount

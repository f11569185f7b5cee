"""Ask for an upload, take what came, let it prove an act, and forget it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import col, select, update

from backend.core.db import WriteSession
from backend.identity import queries as identity
from backend.media import errors, moderation
from backend.media.developed import Developed
from backend.media.prints import lookup
from backend.media.tables import DELETED, EXPECTED, HUMAN, LEAVING, STANDING, STORED, Upload

UPLOAD_ID = "pho"
TICKET_LIFE = timedelta(hours=2)
MOST_UNCLAIMED = 40  # an offline day of a keen member; more is a flood
_SWEPT_AT_ONCE = 500
_CLAIMS = 7_301_914  # any number that nobody else uses


async def request_upload(session: WriteSession, member_id: int, request_id: str, now: datetime) -> Upload:
    """Return the upload that a member asked for under this id, made now or before. Raises TooManyUploads."""
    await identity.places(session, [member_id], lock=True)  # the same request twice at once: one waits
    own = select(Upload).where(col(Upload.member_id) == member_id)
    if (known := (await session.exec(own.where(col(Upload.request_id) == request_id))).first()) is not None:
        return known
    waiting = await session.exec(
        select(func.count())
        .select_from(Upload)
        .where(col(Upload.member_id) == member_id, col(Upload.act_id).is_(None), col(Upload.state).in_(STANDING))
    )
    if waiting.one() >= MOST_UNCLAIMED:
        raise errors.TooManyUploads(limit=MOST_UNCLAIMED)
    made = Upload(
        member_id=member_id,
        request_id=request_id,
        key=secrets.token_urlsafe(24),
        state=EXPECTED,
        requested_at=now,
        expires_at=now + TICKET_LIFE,
    )
    session.add(made)
    await session.flush()
    return made


async def begin(session: WriteSession, upload_id: int, source_sha256: str, now: datetime) -> Upload:
    """Bind a ticket to the bytes that came for it; the same bytes may come again. Raises TicketUnknown, TicketUsed."""
    upload = await session.get(Upload, upload_id, with_for_update=True)
    if upload is None or upload.state not in STANDING or (upload.state == EXPECTED and now >= upload.expires_at):
        raise errors.TicketUnknown
    if upload.source_sha256 not in (None, source_sha256):
        raise errors.TicketUsed
    upload.source_sha256 = source_sha256
    return upload


async def give_up(session: WriteSession, upload_id: int, source_sha256: str) -> None:
    """Free a ticket whose picture was not taken, so that a better one may come; one that has come keeps it."""
    await session.exec(
        update(Upload)
        .where(
            col(Upload.id) == upload_id,
            col(Upload.state) == EXPECTED,
            col(Upload.source_sha256) == source_sha256,
        )
        .values(source_sha256=None)
    )


async def store(
    session: WriteSession, upload_id: int, developed: Developed, now: datetime, begins: str = HUMAN
) -> Upload:
    """Note that an upload's picture lies in the store, with what was judged of it; a repeat changes nothing.

    Its moderation begins with `WAITING` where the platform can be asked, else with `HUMAN`.
    """
    upload = await session.get(Upload, upload_id, with_for_update=True)
    assert upload is not None, "its ticket was looked up"
    if upload.state != EXPECTED:
        return upload
    upload.state, upload.stored_at, upload.moderation = STORED, now, begins
    upload.width, upload.height, upload.byte_count = developed.width, developed.height, len(developed.photo)
    upload.taken, upload.distance, upload.edited = developed.told.taken, developed.told.distance, developed.told.edited
    await lookup.keep(session, upload_id, developed.whole, developed.spots)
    return upload


async def judge(session: WriteSession, upload_id: int, verdict: str, by_member: int, now: datetime) -> Upload:
    """Let a person say of a photo that it is fit to be seen (`PASSED`) or not (`RISKY`), once and for all.

    A repeat changes nothing, nor does another person's word: the row that is returned says whose word stands
    (`judged_by_id`). What the platform has refused stays refused, since nobody may look at it.
    """
    return await moderation.judge(session, upload_id, verdict, by_member, now)


async def lock_claims(session: WriteSession) -> None:
    """Let transactions that claim photos follow one another, so that two claims of one picture see each other.

    They are few beside other acts, and each is a batch. SQLite's writers are alone anyway.
    """
    connection = await session.connection()
    if connection.dialect.name == "postgresql":
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({_CLAIMS})"))


async def claim(session: WriteSession, acts: Mapping[int, int], now: datetime) -> None:
    """Note which act (value) each upload (key) proves; it is not swept any more."""
    for upload_id, act_id in acts.items():
        await session.exec(update(Upload).where(col(Upload.id) == upload_id).values(act_id=act_id, claimed_at=now))


async def move_claims(session: WriteSession, acts: Mapping[int, int]) -> None:
    """Let the photos that prove an act (key) prove the one (value) that stands for it now.

    The caller holds the lock of claims.
    """
    claimed = await session.exec(select(Upload.act_id).where(col(Upload.act_id).in_(acts)).distinct())
    for act_id in claimed.all():
        assert act_id is not None, "it is one of those asked for"
        await session.exec(update(Upload).where(col(Upload.act_id) == act_id).values(act_id=acts[act_id]))


async def keep_until(session: WriteSession, act_ids: Sequence[int], until: datetime | None) -> None:
    """Keep the photos of these acts until an instant although their time may be over before; None: no longer."""
    await session.exec(update(Upload).where(col(Upload.act_id).in_(act_ids)).values(kept_until=until))


async def take_back(session: WriteSession, upload_id: int, before: str, by_member: int, now: datetime) -> None:
    """Let a person unsay what they said of a photo: it is again what it was before, or what the platform said since."""
    await moderation.take_back(session, upload_id, before, by_member, now)


async def forget(session: WriteSession, upload_ids: Sequence[int], now: datetime) -> None:
    """Note that the pictures of these uploads are gone from the store; verdicts and fingerprints stay."""
    await session.exec(
        update(Upload)
        .where(col(Upload.id).in_(upload_ids), col(Upload.state) != DELETED)
        .values(state=DELETED, deleted_at=now)
    )


async def release(session: WriteSession, upload_ids: Sequence[int], now: datetime) -> None:
    """Let photos go that nobody may look at any more, although they were claimed: the next sweep deletes them."""
    await session.exec(
        update(Upload)
        .where(col(Upload.id).in_(upload_ids), col(Upload.state).in_(STANDING))
        # From now on they are told from pictures that a sweep forgot; see `clearing.compared`.
        .values(state=LEAVING, expires_at=now)
    )


async def let_go(session: WriteSession, before: datetime) -> None:
    """Let no act claim any more what ended before that instant unclaimed. The caller holds the lock of claims."""
    due = (
        select(Upload.id)
        .where(col(Upload.expires_at) < before, col(Upload.act_id).is_(None), col(Upload.state).in_(STANDING))
        .order_by(col(Upload.id))
        .limit(_SWEPT_AT_ONCE)
    )
    await session.exec(update(Upload).where(col(Upload.id).in_(due)).values(state=LEAVING))

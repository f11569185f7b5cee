"""Moderation as a state machine: what becomes of a photo when the platform or a person speaks, or nobody does.

    waiting → pending → passed | human | risky

Whatever the order in which answers come, repeated ones included, they lead to the same state: of several answers
about one photo "risky" weighs more than "pass", and "pass" more than "review", which is the lack of an answer. What is
risky stays so, for nobody may look at it again; a person's word is never overruled.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

import structlog
from sqlalchemy import ColumnElement, func
from sqlmodel import col, delete, or_, select

from backend.core.db import ReadSession, WriteSession, insert_new
from backend.media.tables import HUMAN, IN_MODERATION, PASSED, PENDING, RISKY, WAITING, ModerationQuestion, Upload
from backend.wechat import checks
from backend.wechat.checks import MediaVerdict, Suggest
from backend.wechat.messages import Message

log = structlog.get_logger()

# Longer than an attempt may take, and longer than the minute after which the platform's quota is whole again.
ASKED_AGAIN_AFTER: Final = timedelta(seconds=90)
SILENT_AFTER: Final = timedelta(minutes=35)  # the platform promises an answer within 30
MOST_QUESTIONS: Final = 3
ANSWERS_KEPT: Final = timedelta(days=1)  # of questions that nobody has noted
UNCHECKED: Final = "unchecked"


class Event(Enum):
    """What can happen to a photo in moderation."""

    ASKED = "the platform has taken the question"
    PASS = "the platform finds nothing"  # noqa: S105 - a sentence, not a secret
    REVIEW = "the platform is not sure"
    RISKY = "the platform refuses it"
    ASK_AGAIN = "the platform could not look, or is silent"
    GIVE_UP = "the platform cannot be asked, or not any more"
    PERSON_PASSES = "a person finds nothing"
    PERSON_REFUSES = "a person refuses it"


_AFTER: Final = {
    Event.ASKED: {WAITING: PENDING},
    Event.PASS: {WAITING: PASSED, PENDING: PASSED, HUMAN: PASSED},
    Event.REVIEW: {WAITING: HUMAN, PENDING: HUMAN},
    Event.RISKY: {WAITING: RISKY, PENDING: RISKY, HUMAN: RISKY, PASSED: RISKY},
    Event.ASK_AGAIN: {PENDING: WAITING},
    Event.GIVE_UP: {WAITING: HUMAN, PENDING: HUMAN},
    Event.PERSON_PASSES: {WAITING: PASSED, PENDING: PASSED, HUMAN: PASSED},
    Event.PERSON_REFUSES: {WAITING: RISKY, PENDING: RISKY, HUMAN: RISKY, PASSED: RISKY},
}
_SAID: Final = {Suggest.PASS: Event.PASS, Suggest.REVIEW: Event.REVIEW, Suggest.RISKY: Event.RISKY}


def after(state: str, event: Event) -> str:
    """Return the state that an event leads to; what the table does not name changes nothing."""
    return _AFTER[event].get(state, state)


def _move(upload: Upload, event: Event, now: datetime) -> bool:
    """Let an event happen to a photo, unless a person has judged it; return whether it changed anything."""
    state = upload.moderation if upload.judged_by_id else after(upload.moderation, event)
    if state == upload.moderation:
        return False
    upload.moderation = state
    upload.judged_at = now if state in (PASSED, RISKY) else None
    return True


# Asking.


def _waits(now: datetime) -> ColumnElement[bool]:
    asked = col(Upload.asked_at)
    return (col(Upload.moderation) == WAITING) & or_(asked.is_(None), asked <= now - ASKED_AGAIN_AFTER)


def _is_silent(now: datetime) -> ColumnElement[bool]:
    return (col(Upload.moderation) == PENDING) & (col(Upload.asked_at) <= now - SILENT_AFTER)


async def something_is_due(session: ReadSession, now: datetime) -> bool:
    """Tell whether a photo waits to be asked about, or its answer is overdue."""
    found = await session.exec(select(Upload.id).where(IN_MODERATION, or_(_waits(now), _is_silent(now))).limit(1))
    return found.first() is not None


async def claim(session: WriteSession, now: datetime, most: int) -> Sequence[Upload]:
    """Return photos to ask about, which nobody else gets for a while.

    Who claims and then dies leaves them waiting; they are claimed again after `ASKED_AGAIN_AFTER`.
    """
    waiting = select(Upload).where(IN_MODERATION, _waits(now)).order_by(col(Upload.id)).limit(most)
    claimed = (await session.exec(waiting.with_for_update(skip_locked=True))).all()
    for upload in claimed:
        upload.asked_at = now
    return claimed


async def note_question(session: WriteSession, upload_id: int, trace_id: str, now: datetime) -> None:
    """Note that the platform was asked about a photo, and what it has answered already, if it was that quick."""
    question = await _question(session, trace_id, now)
    if question.upload_id is not None:
        return  # the platform has given one name twice; the photo is asked about again
    question.upload_id = upload_id
    upload = await locked(session, upload_id)
    upload.trace_id = trace_id
    _move(upload, Event.ASKED, now)
    if question.answered_at is not None:
        await _weigh(session, question, upload, now)


async def give_up(session: WriteSession, upload_ids: Sequence[int], now: datetime) -> None:
    """Leave photos that the platform cannot be asked about to people."""
    for upload_id in sorted(upload_ids):
        _move(await locked(session, upload_id), Event.GIVE_UP, now)


async def expire(session: WriteSession, now: datetime, most: int, *, asks: bool) -> int:
    """Let photos about which the platform stays silent be asked about again or, at last, be left to people.

    `asks` says whether anybody asks the platform at all. Returns how many there were.
    """
    silent = select(Upload).where(IN_MODERATION, _is_silent(now)).order_by(col(Upload.id)).limit(most)
    found = (await session.exec(silent.with_for_update(skip_locked=True))).all()
    for upload in found:
        _move(upload, await _next(session, upload.id or 0) if asks else Event.GIVE_UP, now)
    return len(found)


# Answers.


async def receive_event(session: WriteSession, event: Message, now: datetime) -> None:
    """Take the answer that an event `wxa_media_check` brings; raises PushUnreadable."""
    await receive(session, checks.media_verdict(event), now)


async def receive(session: WriteSession, verdict: MediaVerdict, now: datetime) -> None:
    """Take the platform's answer to one question, once; keep that of a question which is not noted yet."""
    if not checks.TRACE.fullmatch(verdict.trace_id):
        log.warning("a verdict about no question of ours", trace_id=verdict.trace_id[:64])
        return
    question = await _question(session, verdict.trace_id, now)
    if question.answered_at is not None:
        return
    question.answered_at, question.label = now, verdict.label
    question.suggest = verdict.suggest.value if verdict.suggest else UNCHECKED
    if question.upload_id is None:
        log.warning("a verdict about a question that is not known, or not yet", trace_id=verdict.trace_id)
        return
    await _weigh(session, question, await locked(session, question.upload_id), now)


async def judge(session: WriteSession, upload_id: int, verdict: str, by_member: int, now: datetime) -> Upload:
    """Let a person say `PASSED` or `RISKY`; see `service.judge`."""
    assert verdict in (PASSED, RISKY), "a person decides"
    upload = await locked(session, upload_id)
    if upload.judged_by_id is None and upload.moderation != RISKY:
        _move(upload, Event.PERSON_PASSES if verdict == PASSED else Event.PERSON_REFUSES, now)
        upload.judged_by_id, upload.judged_at = by_member, now
    return upload


async def take_back(session: WriteSession, upload_id: int, before: str, by_member: int, now: datetime) -> None:
    """Let a person unsay their word; see `service.take_back`."""
    upload = await locked(session, upload_id)
    if upload.judged_by_id != by_member:
        return
    upload.moderation, upload.judged_by_id, upload.judged_at = before, None, None
    if before not in (PASSED, RISKY):
        for question in await _answered(session, upload_id):
            await _weigh(session, question, upload, now)


async def forget_unknown(session: WriteSession, now: datetime) -> None:
    """Forget old answers to questions that nobody has noted."""
    unknown = col(ModerationQuestion.upload_id).is_(None)
    await session.exec(delete(ModerationQuestion).where(unknown, col(ModerationQuestion.noted_at) < now - ANSWERS_KEPT))


async def _weigh(session: WriteSession, question: ModerationQuestion, upload: Upload, now: datetime) -> None:
    assert question.suggest is not None, "it is answered"
    if question.suggest == UNCHECKED:
        # An older question that failed says nothing of the newer one, which is still open.
        if upload.trace_id == question.trace_id:
            _move(upload, await _next(session, upload.id or 0), now)
    elif _move(upload, _SAID[Suggest(question.suggest)], now):
        upload.label = question.label


async def _answered(session: ReadSession, upload_id: int) -> Sequence[ModerationQuestion]:
    found = await session.exec(
        select(ModerationQuestion)
        .where(col(ModerationQuestion.upload_id) == upload_id, col(ModerationQuestion.answered_at).is_not(None))
        .order_by(col(ModerationQuestion.answered_at))
    )
    return found.all()


async def _next(session: ReadSession, upload_id: int) -> Event:
    asked = select(func.count()).select_from(ModerationQuestion).where(col(ModerationQuestion.upload_id) == upload_id)
    return Event.ASK_AGAIN if (await session.exec(asked)).one() < MOST_QUESTIONS else Event.GIVE_UP


async def _question(session: WriteSession, trace_id: str, now: datetime) -> ModerationQuestion:
    """Return the row of a question, locked. Whoever comes second waits for the first: neither can miss the other."""
    await insert_new(session, ModerationQuestion, {"trace_id": trace_id, "noted_at": now})
    question = await session.get(ModerationQuestion, trace_id, with_for_update=True)
    assert question is not None, "it was just there"
    return question


async def locked(session: WriteSession, upload_id: int) -> Upload:
    """Return an upload as it is now, and as it stays until the transaction ends."""
    # Whoever holds the row already may have read it before somebody else changed it.
    await session.flush()
    upload = await session.get(Upload, upload_id, with_for_update=True, populate_existing=True)
    assert upload is not None, "uploads are never deleted, only what they show"
    return upload

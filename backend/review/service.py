"""Carry out what reviewers and members ask: approve, refuse, ask for more, take back, answer, appeal, decide on it."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from backend.checkins import desk as desks
from backend.checkins import errors as check_in_errors
from backend.checkins import reinstatement, retention, service
from backend.checkins.proof import Proof
from backend.core.db import WriteSession, insert_many
from backend.core.errors import InvalidValue, Problem
from backend.core.text import Text
from backend.media import service as media
from backend.media import tables as uploads
from backend.media.tables import HUMAN, PASSED, RISKY
from backend.points import service as ledger
from backend.points.explain import ReversalTerms
from backend.review import appeals, bench, errors, photos, requests, texts
from backend.review.bench import Bench
from backend.review.reasons import Reason, told
from backend.review.requests import Answer, Item, Outcome, Request, Step, Verdict
from backend.review.tables import APPROVED, ASKED, OPEN, REFUSED, WAITING, ReviewCase, ReviewDecision

UNDO_WITHIN = timedelta(hours=1)
ANSWER_WITHIN = timedelta(days=3)
NEEDS_PHOTO = (Reason.UNRELATED, Reason.COPIED, Reason.UNFIT)
# Every state of a photo that a reviewer may see.
UNFIT_FROM = (uploads.WAITING, uploads.PENDING, HUMAN, PASSED)


async def carry_out(session: WriteSession, request: Request, now: datetime) -> Answer:
    """Do what a request says, case by case, in the caller's one transaction; a bad item disturbs no other.

    1. Make other transactions over the same members, and repeats of this request, wait. 2. Give a stored answer again.
    3. Judge each item and do it. 4. Write transfers, photos, log and receipt. Raises RequestReused.
    """
    members = await bench.members_of(session, request.items)
    await desks.lock_members(session, sorted(members | {request.by_member}))
    if (known := await requests.repeated(session, request)) is not None:
        return known
    if any(item.photo or item.verdict in (Verdict.UNDO, Verdict.UPHOLD) for item in request.items):
        await media.lock_claims(session)
    laid = await bench.lay_out(session, request, now)
    outcomes = [await _outcome(laid, item) for item in request.items]
    await _write(laid)
    return requests.keep(session, request, outcomes, now)


async def _outcome(laid: Bench, item: Item) -> Outcome:
    try:
        case = await _VERBS[item.verdict](laid, item)
    except Problem as problem:
        return problem
    _log(laid, case, item)
    laid.touched.add(case.id or 0)
    return Step(case.id or 0, item.verdict, case.state, laid.now)


async def _approve(laid: Bench, item: Item) -> ReviewCase:
    case = await _open_case(laid, item)
    note = texts.clean(item.text, "note", least=2, most=200) if item.text else None
    await photos.judge(laid, case, PASSED, where=(HUMAN,))
    _decided(laid, case, APPROVED, None, note)
    return case


async def _refuse(laid: Bench, item: Item) -> ReviewCase:
    case = await _open_case(laid, item)
    reason, note = _reason(laid, case, item)
    terms = told(reason, note)
    laid.undone[case.act_id] = ReversalTerms(
        reason=terms.in_("zh-CN"), reason_en=terms.in_("en"), by_member=laid.by_member, code="review"
    )
    laid.act(case).counted = False
    if reason is Reason.UNFIT:
        await photos.judge(laid, case, RISKY, where=UNFIT_FROM)
    _decided(laid, case, REFUSED, reason, note)
    return case


def _reason(laid: Bench, case: ReviewCase, item: Item) -> tuple[Reason, str | None]:
    if item.reason is None:
        raise InvalidValue(field="reason", reason=Text("请选择不通过的原因", "choose why it is refused"))
    if item.reason in NEEDS_PHOTO and not laid.photos_of(case):
        raise InvalidValue(field="reason", reason=Text("这次行动没有照片", "this act has no photo"))
    if item.reason is Reason.OTHER or item.text:
        return item.reason, texts.clean(item.text, "note", least=2, most=200)
    return item.reason, None


async def _ask(laid: Bench, item: Item) -> ReviewCase:
    case = await _open_case(laid, item)
    question = texts.clean(item.text, "question", least=2, most=200)
    if case.asked_at is not None:
        raise errors.AlreadyAsked
    case.state, case.question, case.asked_at = ASKED, question, laid.now
    return case


async def _open_case(laid: Bench, item: Item) -> ReviewCase:
    """Return a case that the caller may decide on now; raises NotFound, ReviewClosed, AlreadyReviewed, NotCounted."""
    case = laid.decidable(item)
    await laid.under_review(case)
    overdue = case.state == ASKED and case.asked_at is not None and laid.now >= case.asked_at + ANSWER_WITHIN
    if case.state != WAITING and not overdue:
        raise errors.AlreadyReviewed(decided=appeals.standing(case), decided_at=case.decided_at or case.asked_at)
    act = laid.act(case)
    if not act.counted or Proof(act.proof).rank >= Proof.CONFIRMED.rank:
        raise check_in_errors.NotCounted  # undone otherwise, or proved better since
    return case


def _decided(laid: Bench, case: ReviewCase, state: str, reason: Reason | None, note: str | None) -> None:
    case.state, case.reason, case.note = state, reason, note
    case.decided_by, case.decided_at = laid.by_member, laid.now


async def _undo(laid: Bench, item: Item) -> ReviewCase:
    case = laid.decidable(item)
    await laid.under_review(case)
    last = laid.last.get(case.id or 0)
    mine = last is not None and last.by_member == laid.by_member and last.verdict in requests.LOOKED
    if not mine or last is None or laid.now >= last.at + UNDO_WITHIN:
        raise errors.UndoClosed
    if last.verdict == Verdict.ASK:
        case.question = case.asked_at = None
    else:
        await photos.restore(laid, case)
        if last.verdict == Verdict.REFUSE:  # what was approved and does not count was undone by somebody else
            appeals.reinstate(laid, case)
    case.state = ASKED if case.asked_at is not None and case.answered_at is None else WAITING
    case.reason = case.note = case.decided_by = case.decided_at = None
    return case


def _log(laid: Bench, case: ReviewCase, item: Item) -> None:
    row: dict[str, Any] = {
        "case_id": case.id or 0,
        "institution_id": case.institution_id,
        "by_member": laid.by_member,
        "verdict": item.verdict.value,
        "reason": item.reason.value if item.reason and item.verdict is Verdict.REFUSE else None,
        "note": item.text.strip() if item.text else None,
        "at": laid.now,
        "request_id": laid.request.request_id,
    }
    laid.decisions.append(row)
    laid.last[case.id or 0] = ReviewDecision(**row)


async def _write(laid: Bench) -> None:
    if laid.undone:
        posting = await ledger.open_posting(laid.session, laid.now)
        await service.uncount(laid.session, posting, laid.undone)
        await posting.write(laid.session)
    if laid.reinstated:
        await _put_back(laid)
    await laid.session.flush()
    await insert_many(laid.session, ReviewDecision, laid.decisions)
    for number in sorted(laid.touched):
        case = laid.cases[number]
        if laid.photos_of(case):
            await media.keep_until(laid.session, [case.act_id], _kept_until(laid, case))


async def _put_back(laid: Bench) -> None:
    """Put back the acts of cases; each case is about what stands from now on."""
    undone = [laid.acts[number] for number in laid.reinstated]
    stands = await reinstatement.reinstate(laid.session, undone, laid.now)
    for number, case in laid.reinstated.items():
        case.act_id = stands[number].id
    laid.photos |= await bench.photos(laid.session, [one.id for one in stands.values()])


def _kept_until(laid: Bench, case: ReviewCase) -> datetime | None:
    """Return until when a case's photos must be there although their time is over: for an appeal, and never long."""
    latest = retention.latest(laid.campaign(case).closes_at)
    appeal = laid.appeals.get(case.id or 0)
    if appeal and appeal.state == OPEN:
        return latest
    if case.state == REFUSED and appeal is None and case.decided_at:
        return min(latest, case.decided_at + appeals.APPEAL_WITHIN)
    return None


_VERBS: Mapping[Verdict, Callable[[Bench, Item], Awaitable[ReviewCase]]] = {
    Verdict.APPROVE: _approve,
    Verdict.REFUSE: _refuse,
    Verdict.ASK: _ask,
    Verdict.UNDO: _undo,
    Verdict.ANSWER: appeals.answer,
    Verdict.APPEAL: appeals.appeal,
    Verdict.UPHOLD: appeals.uphold,
    Verdict.DISMISS: appeals.dismiss,
}

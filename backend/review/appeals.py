"""What a member says to a question or a refusal, and what another reviewer makes of it."""

from datetime import timedelta

from backend.campaigns.tables import REVIEWED, UNDER_REVIEW
from backend.core.errors import NotFound
from backend.core.text import Text
from backend.review import errors, photos, texts
from backend.review.bench import Bench
from backend.review.reasons import Reason, told
from backend.review.requests import Item
from backend.review.tables import (
    APPROVED,
    ASKED,
    DISMISSED,
    OPEN,
    REFUSED,
    UPHELD,
    WAITING,
    ReviewAppeal,
    ReviewCase,
)

APPEAL_WITHIN = timedelta(days=7)


def standing(case: ReviewCase) -> Text:
    """Say how a case stands."""
    if case.state == REFUSED and case.reason:
        words = told(Reason(case.reason), case.note)
        return Text(f"未通过，{words.zh}", f"refused, {words.en}")
    return {
        APPROVED: Text("已通过", "approved"),
        ASKED: Text("已请本人补充说明", "its member was asked for more"),
    }.get(case.state, Text("待审核", "waiting"))


async def answer(laid: Bench, item: Item) -> ReviewCase:
    """Answer a question with words, and a photo if the member likes."""
    case = laid.own(item)
    if case.state != ASKED:
        raise errors.NoQuestionOpen
    await laid.under_review(case)
    said = texts.clean(item.text, "text", least=1, most=200)
    if item.photo is not None:
        case.answer_photo_id = await photos.claim(laid, case, item.photo)
    case.state, case.answer, case.answered_at = WAITING, said, laid.now
    return case


async def appeal(laid: Bench, item: Item) -> ReviewCase:
    """Object to a refusal, once, within seven days."""
    case = laid.own(item)
    if case.id in laid.appeals:
        raise errors.AppealNotOpen(reason=Text("已经申诉过一次", "it was appealed before"))
    if case.state != REFUSED or case.decided_at is None or case.decided_by is None:
        raise errors.AppealNotOpen(reason=Text("该项没有被退回", "it is not refused"))
    if laid.now >= case.decided_at + APPEAL_WITHIN:
        raise errors.AppealNotOpen(reason=Text("已超过 7 天", "seven days have passed"))
    if laid.campaign(case).state not in (*UNDER_REVIEW, REVIEWED):
        reason = Text("活动结果已公示，可对结果提出异议", "the result is out: object to that instead")
        raise errors.AppealNotOpen(reason=reason)
    made = ReviewAppeal(
        case_id=case.id or 0,
        institution_id=case.institution_id,
        refused_by=case.decided_by,
        text=texts.clean(item.text, "text", least=2, most=300),
        made_at=laid.now,
        state=OPEN,
    )
    laid.session.add(made)
    laid.appeals[made.case_id] = made
    return case


async def uphold(laid: Bench, item: Item) -> ReviewCase:
    """Find for the member: the act counts again."""
    case, made = _open_appeal(laid, item)
    made.note = texts.clean(item.text, "note", least=2, most=200) if item.text else None
    await photos.restore(laid, case)
    reinstate(laid, case)
    _close(laid, made, UPHELD)
    case.state, case.reason, case.note = APPROVED, None, None
    case.decided_by, case.decided_at = laid.by_member, laid.now
    return case


async def dismiss(laid: Bench, item: Item) -> ReviewCase:
    """Find against the member, and say why."""
    case, made = _open_appeal(laid, item)
    made.note = texts.clean(item.text, "note", least=2, most=200)
    _close(laid, made, DISMISSED)
    return case


def _open_appeal(laid: Bench, item: Item) -> tuple[ReviewCase, ReviewAppeal]:
    made = laid.appeals.get(laid.case(item).id or 0)
    if made is None:
        raise NotFound(what=item.case[:40])
    case = laid.decidable(item, refused_by=made.refused_by)
    if made.state != OPEN:
        upheld = Text("申诉成立", "the appeal was upheld"), Text("申诉不成立", "the appeal was dismissed")
        raise errors.AlreadyReviewed(decided=upheld[made.state == DISMISSED], decided_at=made.decided_at)
    return case, made


def _close(laid: Bench, made: ReviewAppeal, state: str) -> None:
    made.state, made.decided_by, made.decided_at = state, laid.by_member, laid.now


def reinstate(laid: Bench, case: ReviewCase) -> None:
    """Let a case's act, if it does not count, be put back with the others of this request."""
    if not laid.act(case).counted:
        laid.reinstated[case.act_id] = case

"""Record acts in batches: judge them, write them, keep the answers."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import col, update

from backend.campaigns.tables import Campaign
from backend.checkins import causes
from backend.checkins import desk as desks
from backend.checkins.desk import Counted, Desk
from backend.checkins.judge import Verdict, judge
from backend.checkins.requests import Accepted, Answer, Item, Outcome, Request
from backend.checkins.tables import CheckIn, Receipt
from backend.core import statements
from backend.core.db import ReadSession, WriteSession, insert_many
from backend.core.errors import Problem, RequestReused
from backend.core.statements import Texts, any_of
from backend.media import service as media
from backend.points import queries as points_queries
from backend.points import service as ledger
from backend.points.accounts import AccountKind, account
from backend.points.explain import ReversalTerms
from backend.points.tables import CARBON_MG, POINTS

STRONGER = ReversalTerms(reason="", code="stronger-proof")
GROWN = ReversalTerms(reason="", code="grown")  # the feed tells of more on the same day
TRIP = ReversalTerms(reason="", code="trip")  # steps end where a trip of the same day counts


async def record(session: WriteSession, requests: Sequence[Request], now: datetime) -> list[Answer | Problem]:
    """Record the acts of many requests in the caller's one transaction; answer each, in order.

    1. Make other transactions of the same members wait. 2. Give stored answers again. 3. Judge each item;
    one that is refused does not disturb the others. 4. Write acts, transfers and receipts. A request of
    which nothing was accepted leaves no receipt: it may be mended and sent again under its id.
    """
    places = await desks.lock_members(session, sorted({request.member_id for request in requests}))
    known = await _receipts(session, requests)
    fresh = [request for request in requests if (request.member_id, request.request_id) not in known]
    if desks.photo_numbers(item for request in fresh for item in request.items):
        await media.lock_claims(session)
    recording = Recording(session, await desks.lay_out(session, fresh, now, places), now) if fresh else None
    answers: list[Answer | Problem] = []
    for request in requests:
        key = (request.member_id, request.request_id)
        if key in known:
            answers.append(_repeated(request, *known[key]))
            continue
        assert recording is not None
        answer, kept = await recording.take(request)
        if kept is not None:
            known[key] = (request.content_hash, kept)
        answers.append(answer)
    if recording:
        await recording.write()
    return answers


def _repeated(request: Request, content_hash: str, answer: str) -> Answer | Problem:
    if content_hash != request.content_hash:
        return RequestReused()
    return Answer.from_json(request.request_id, answer)


_RECEIPT = Receipt.__table__.c  # type: ignore[attr-defined]
_RECEIPTS = columns(_RECEIPT.member_id, _RECEIPT.request_id, _RECEIPT.content_hash, _RECEIPT.answer).where(
    any_of(_RECEIPT.member_id, "members"), any_of(_RECEIPT.request_id, "requests", Texts)
)


async def _receipts(session: ReadSession, requests: Sequence[Request]) -> dict[tuple[int, str], tuple[str, str]]:
    members = sorted({request.member_id for request in requests})
    names = sorted({request.request_id for request in requests})
    found = await statements.rows(session, _RECEIPTS, members=members, requests=names)
    return {(member_id, request_id): (content_hash, answer) for member_id, request_id, content_hash, answer in found}


class Recording:
    """The rows of one transaction as they come together."""

    def __init__(self, session: WriteSession, desk: Desk, now: datetime) -> None:
        self._session = session
        self._desk = desk
        self._now = now
        self._posting: ledger.Posting | None = None
        self._check_ins: list[dict[str, Any]] = []
        self._receipts: list[dict[str, Any]] = []
        self._ending: dict[int, ReversalTerms] = {}
        self._photos: dict[int, int] = {}

    async def take(self, request: Request) -> tuple[Answer, str | None]:
        """Judge every item of a request and gather what is to be written; return the answer, and as it is kept."""
        outcomes = tuple([await self._outcome(request.member_id, item) for item in request.items])
        answer = Answer(request.request_id, outcomes)
        if not answer.accepted:
            return answer, None
        kept = answer.to_json()
        self._receipts.append(
            {
                "member_id": request.member_id,
                "request_id": request.request_id,
                "content_hash": request.content_hash,
                "answer": kept,
                "recorded_at": self._now,
            }
        )
        return answer, kept

    async def _outcome(self, member_id: int, item: Item) -> Outcome:
        try:
            verdict = judge(item, member_id, self._desk, self._now)
        except Problem as problem:
            return problem
        return await self.accept(verdict)

    async def accept(self, verdict: Verdict) -> Accepted:
        """Take an act as accepted: number it, gather its rows, let it count for what is judged next."""
        await self._end(verdict)
        posting = self._posting = self._posting or await ledger.open_posting(self._session, self._now)
        check_in_id = posting.number()
        if verdict.photo_id is not None:
            self._photos[verdict.photo_id] = check_in_id
            self._desk.use(verdict.photo_id, check_in_id)
        self._desk.count(
            verdict.act,
            Counted(
                check_in_id,
                verdict.campaign.id,
                verdict.kind.key,
                verdict.proof,
                verdict.points,
                self._now,
                written=False,
            ),
        )
        self._desk.issue(verdict.campaign.id, verdict.points)
        self._check_ins.append(_row(verdict, check_in_id, self._now))
        points_transfer, carbon_transfer = _award(posting, verdict, check_in_id)
        return Accepted(
            check_in_id=check_in_id,
            campaign_id=verdict.campaign.id,
            kind=verdict.kind.key,
            day=verdict.act[2],
            slot=verdict.act[3],
            proof=verdict.proof,
            points=verdict.points,
            carbon_mg=verdict.carbon_mg,
            points_transfer=points_transfer,
            carbon_transfer=carbon_transfer,
            day_cap=verdict.points_terms.day_cap,
            replaces_id=verdict.replaces.check_in_id if verdict.replaces else None,
        )

    async def _end(self, verdict: Verdict) -> None:
        """Let what the verdict replaces or displaces count no more."""
        displaced = [self._desk.acts[act] for act in verdict.displaces]
        if not all(one.written for one in (*displaced, *filter(None, [verdict.replaces]))):
            await self.write()  # transfers must exist before they can be reversed
        if verdict.replaces:
            terms = STRONGER if verdict.proof.rank > verdict.replaces.proof.rank else GROWN
            self._ending[verdict.replaces.check_in_id] = terms
            self._desk.issue(verdict.replaces.campaign_id, -verdict.replaces.points)
        for act, one in zip(verdict.displaces, displaced, strict=True):
            self._ending[one.check_in_id] = TRIP
            self._desk.issue(one.campaign_id, -one.points)
            self._desk.uncount(act)

    async def write(self) -> None:
        """Write everything gathered so far: first what makes room, then what fills it."""
        if self._posting is None:
            return
        if self._ending:
            await uncount(self._session, self._posting, self._ending)
        await insert_many(self._session, CheckIn, self._check_ins)
        self._posting.unlimited |= self._desk.campaigns.keys() - self._desk.budgets.keys()
        await self._posting.write(self._session)
        await media.claim(self._session, self._photos, self._now)
        await insert_many(self._session, Receipt, self._receipts)
        self._check_ins, self._receipts, self._ending, self._photos = [], [], {}, {}
        self._desk.all_written()


def _row(verdict: Verdict, check_in_id: int, now: datetime) -> dict[str, Any]:
    member_id, act_class, day, slot = verdict.act
    return {
        "id": check_in_id,
        "member_id": member_id,
        "campaign_id": verdict.campaign.id,
        "institution_id": verdict.place.institution_id,
        "department_id": verdict.place.department_id,
        "kind": verdict.kind.key,
        "act_class": act_class,
        "day": day,
        "slot": slot,
        "proof": verdict.proof.value,
        "site_code_id": verdict.site_code_id,
        "photo_id": verdict.photo_id,
        "details": verdict.details.model_dump_json(),
        "acted_at": verdict.acted_at,
        "recorded_at": now,
        "counted": True,
        "points": verdict.points,
        "carbon_mg": verdict.carbon_mg,
        "replaces_id": verdict.replaces.check_in_id if verdict.replaces else None,
        "rule_version": verdict.campaign.ruling_on(day).version,
    }


def _award(posting: ledger.Posting, verdict: Verdict, check_in_id: int) -> tuple[int | None, int | None]:
    cause = ledger.Cause(
        key=causes.of_act(check_in_id),
        campaign_id=verdict.campaign.id,
        member_id=verdict.member_id,
        department_id=verdict.place.department_id,
        institution_id=verdict.place.institution_id,
        day=verdict.act[2],
        proof=verdict.proof.value,
        rule_version=verdict.campaign.ruling_on(verdict.act[2]).version,
    )
    budget = account(AccountKind.CAMPAIGN, verdict.campaign.id)
    own = account(AccountKind.MEMBER, verdict.member_id)
    points_transfer = carbon_transfer = None
    if verdict.points:
        points_transfer = posting.award(
            cause, POINTS, from_account=budget, to_account=own, amount=verdict.points, terms=verdict.points_terms
        )
    if verdict.carbon and verdict.carbon_mg:
        carbon_transfer = posting.award(
            cause, CARBON_MG, from_account=budget, to_account=own, amount=verdict.carbon_mg, terms=verdict.carbon
        )
    return points_transfer, carbon_transfer


_HAS_BUDGET = (
    columns(col(Campaign.budget_points).is_not(None))
    .where(col(Campaign.id) == col(CheckIn.campaign_id))
    .correlate(CheckIn)
    .scalar_subquery()
)


async def uncount(session: WriteSession, posting: ledger.Posting, undone: Mapping[int, ReversalTerms]) -> None:
    """Mirror the transfers of these acts that still stand, each for its own reason, and let them count no more."""
    connection = await session.connection()
    ended = await connection.execute(
        update(CheckIn)
        .where(col(CheckIn.id).in_(undone))
        .values(counted=False)
        .returning(col(CheckIn.id), col(CheckIn.rule_version), col(CheckIn.campaign_id), _HAS_BUDGET)
    )
    terms: dict[str, ReversalTerms] = {}
    for number, version, campaign_id, has_budget in ended:
        terms |= dict.fromkeys(causes.all_of(number, version), undone[number])
        if not has_budget:
            posting.unlimited.add(campaign_id)
    for transfer in await points_queries.standing(session, list(terms)):
        posting.reverse([transfer], terms[transfer.cause])

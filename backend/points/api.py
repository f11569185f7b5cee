"""GraphQL: a member's balance and entries, and why each is what it is."""

from datetime import date, datetime

import strawberry

from backend.carbon.method import Calculation
from backend.core import ids
from backend.core.api import After, Asked, Carbon, Context, Info, Long, ProblemFace, carbon, face_of
from backend.identity import sessions
from backend.points import errors, explain, queries
from backend.points.accounts import AccountKind, account
from backend.points.tables import CARBON_MG, POINTS, Transfer

TRANSFER_ID = "trf"


@face_of(errors.ReversalNotReversible)
class ReversalNotReversible(ProblemFace):
    pass


@face_of(errors.ReasonMissing)
class ReasonMissing(ProblemFace):
    pass


@strawberry.type(description="What a member holds.")
class Balance:
    points: Long = strawberry.field(description="Whole points.")
    carbon: Carbon = strawberry.field(description="Avoided carbon, estimated.")


@strawberry.type(description="Where a number in an explanation comes from.")
class FactorUsed:
    key: str = strawberry.field(description="The factor's key.")
    version: int = strawberry.field(description="Its version; a later one never changes an old award.")
    value: str = strawberry.field(description="The value, exact.")
    unit: str = strawberry.field(description="The value's unit.")
    source: str = strawberry.field(description="Who published it.")
    confidence: str = strawberry.field(description="verified, derived or second-hand.")


@strawberry.type(description="Why an amount is what it is.")
class Explanation:
    sentence: str = strawberry.field(description="The sum, told in the caller's language.")
    rule_version: int = strawberry.field(description="The version of the campaign's rules.")
    proof: str = strawberry.field(description="The proof that the act was credited by.")
    factor: FactorUsed | None = strawberry.field(description="The factor of a carbon amount; null for points.")
    day_cap: int | None = strawberry.field(description="The daily limit that cut the points; null: it did not.")


@strawberry.type(description="One entry of a member's ledger.")
class LedgerEntry:
    id: strawberry.ID = strawberry.field(description="Opaque id.")
    ledger: str = strawberry.field(description="points or carbon_mg.")
    amount: Long = strawberry.field(
        description="Signed: what the entry gave (points, or milligrams CO2e) or took back."
    )
    day: date = strawberry.field(description="The campaign day of the act.")
    recorded_at: datetime = strawberry.field(description="When it was recorded.")
    reverses_id: strawberry.ID | None = strawberry.field(description="The entry that this one undoes; null: none.")
    explanation: Explanation = strawberry.field(description="Why it is what it is.")


@strawberry.type(description="A page of entries, newest first.")
class LedgerPage:
    items: list[LedgerEntry] = strawberry.field(description="At most fifty entries.")
    next: strawberry.ID | None = strawberry.field(description="Ask for what is older with this; null: no more.")


def entry(row: Transfer, context: Context) -> LedgerEntry:
    """Return a transfer as the member whose act it was sees it."""
    own = account(AccountKind.MEMBER, row.member_id)
    return LedgerEntry(
        id=strawberry.ID(ids.encode(TRANSFER_ID, row.id)),
        ledger=row.ledger,
        amount=Long(row.amount if row.to_account == own else -row.amount),
        day=row.day,
        recorded_at=row.recorded_at,
        reverses_id=strawberry.ID(ids.encode(TRANSFER_ID, row.reverses_id)) if row.reverses_id else None,
        explanation=_explanation(row, context),
    )


def _explanation(row: Transfer, context: Context) -> Explanation:
    terms = explain.from_json(row.explanation)
    used = None
    if isinstance(terms, Calculation):
        used = FactorUsed(
            key=terms.factor_key,
            version=terms.factor_version,
            value=f"{terms.factor_value:f}",
            unit=terms.factor_unit,
            source=terms.source,
            confidence=terms.confidence,
        )
    return Explanation(
        sentence=explain.sentence(terms, row.amount, context.locale, row.ledger),
        rule_version=row.rule_version,
        proof=row.proof,
        factor=used,
        day_cap=terms.day_cap if isinstance(terms, explain.PointsTerms) else None,
    )


@strawberry.type
class PointsViewer:
    @strawberry.field(description="What the caller holds.")
    async def balance(self, info: Info) -> Balance:
        member_id = await sessions.member_id_if_bound(info.context)
        if member_id is None:
            return Balance(points=Long(0), carbon=carbon(0))
        async with info.context.database.read() as session:
            held = await queries.balance(session, member_id)
        return Balance(points=Long(held.get(POINTS, 0)), carbon=carbon(held.get(CARBON_MG, 0)))

    @strawberry.field(description="The caller's entries, newest first.")
    async def ledger(self, info: Info, after: After = None) -> LedgerPage:
        member_id = await sessions.member_id(info.context)
        before = ids.decode(TRANSFER_ID, after) if after else None
        async with info.context.database.read() as session:
            rows = await queries.entries(session, member_id, before)
        page = rows[: queries.PAGE]
        more = strawberry.ID(ids.encode(TRANSFER_ID, page[-1].id)) if len(rows) > queries.PAGE else None
        return LedgerPage(items=[entry(row, info.context) for row in page], next=more)

    @strawberry.field(description="One of the caller's entries, explained; null when it is not theirs.")
    async def transfer(self, info: Info, id: Asked[strawberry.ID]) -> LedgerEntry | None:  # noqa: A002
        member_id = await sessions.member_id(info.context)
        number = ids.find(TRANSFER_ID, id)
        if number is None:
            return None
        async with info.context.database.read() as session:
            row = await queries.transfer(session, number)
        return entry(row, info.context) if row is not None and row.member_id == member_id else None

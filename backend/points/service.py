"""Write to the ledger: a posting gathers the transfers of one transaction and writes them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert

from backend.carbon.method import Calculation
from backend.core.db import WriteSession, insert_many
from backend.points import budget, explain
from backend.points.accounts import AccountKind, account
from backend.points.tables import BATCH_TRANSFERS, CARBON_MG, NO_CAMPAIGN, PLACE_BITS, POINTS, LedgerBatch, Transfer


@dataclass(frozen=True)
class Cause:
    """The act behind a transfer: what identifies it, whose it was, where they belonged, and the proof."""

    key: str
    campaign_id: int
    member_id: int
    department_id: int
    institution_id: int
    day: date
    proof: str
    rule_version: int


class Posting:
    """The transfers of one database transaction, numbered as they are added."""

    def __init__(self, batch_id: int, recorded_at: datetime) -> None:
        self._first = batch_id << PLACE_BITS
        self._recorded_at = recorded_at
        self._rows: list[dict[str, Any]] = []
        self._numbers = 0
        # Campaigns that are known to have no budget: their counters are not asked for.
        self.unlimited: set[int] = set()

    def number(self) -> int:
        """Return the next number of this batch, unique in the whole service for a transfer or its cause."""
        assert self._numbers < BATCH_TRANSFERS, "a batch has numbered more than it has room for"
        self._numbers += 1
        return self._first + self._numbers - 1

    def award(
        self, cause: Cause, ledger: str, *, from_account: int, to_account: int, amount: int, terms: explain.Terms
    ) -> int:
        """Add a transfer of a positive whole amount (points, or milligrams CO2e) and return its number."""
        assert ledger in (POINTS, CARBON_MG)
        assert isinstance(amount, int)
        assert amount > 0, "a transfer moves a positive amount"
        factor = f"{terms.factor_key}@{terms.factor_version}" if isinstance(terms, Calculation) else None
        number = self.number()
        self._rows.append(
            {
                "id": number,
                "ledger": ledger,
                "from_account": from_account,
                "to_account": to_account,
                "amount": amount,
                "cause": cause.key,
                "campaign_id": cause.campaign_id,
                "member_id": cause.member_id,
                "department_id": cause.department_id,
                "institution_id": cause.institution_id,
                "day": cause.day,
                "proof": cause.proof,
                "rule_version": cause.rule_version,
                "factor": factor,
                "explanation": explain.to_json(terms),
                "reverses_id": None,
                "recorded_at": self._recorded_at,
            }
        )
        return number

    def reverse(self, originals: Iterable[Transfer], terms: explain.ReversalTerms) -> None:
        """Add the mirror image of each transfer; the database refuses a second reversal of the same one."""
        for original in originals:
            mirrored = {column: getattr(original, column) for column in Transfer.__table__.columns.keys()}  # type: ignore[attr-defined]  # noqa: SIM118
            mirrored |= {
                "id": self.number(),
                "from_account": original.to_account,
                "to_account": original.from_account,
                "cause": f"reversal/{original.id}",
                "explanation": explain.to_json(terms),
                "reverses_id": original.id,
                "recorded_at": self._recorded_at,
            }
            self._rows.append(mirrored)

    def repeat(self, originals: Iterable[Transfer], cause: str) -> None:
        """Award anew, under another cause, exactly what these reversed awards gave: amount, terms, day and unit."""
        for original in originals:
            assert original.reverses_id is None, "an award is repeated, never a reversal"
            repeated = {column: getattr(original, column) for column in Transfer.__table__.columns.keys()}  # type: ignore[attr-defined]  # noqa: SIM118
            self._rows.append(repeated | {"id": self.number(), "cause": cause, "recorded_at": self._recorded_at})

    def has_room(self, transfers: int) -> bool:
        """Tell whether this batch can still number so many transfers."""
        return self._numbers + transfers <= BATCH_TRANSFERS

    async def write(self, session: WriteSession) -> None:
        """Insert everything that was added, and let the budgets of campaigns follow."""
        await insert_many(session, Transfer, self._rows)
        issued = self._issued()
        await budget.follow(session, {one: issued[one] for one in issued.keys() - self.unlimited})
        self._rows = []

    def _issued(self) -> dict[int, int]:
        """Return by how many points more each campaign has issued."""
        issued: dict[int, int] = {}
        for row in self._rows:
            if row["ledger"] == POINTS and row["campaign_id"] != NO_CAMPAIGN:
                given = row["from_account"] == account(AccountKind.CAMPAIGN, row["campaign_id"])
                issued[row["campaign_id"]] = issued.get(row["campaign_id"], 0) + (1 if given else -1) * row["amount"]
        return issued


async def open_posting(session: WriteSession, now: datetime) -> Posting:
    """Begin the ledger's part of a transaction."""
    connection = await session.connection()
    statement = insert(LedgerBatch).values(recorded_at=now).returning(LedgerBatch.id)  # type: ignore[call-overload]
    batch_id = (await connection.execute(statement)).scalar_one()
    return Posting(batch_id, now)

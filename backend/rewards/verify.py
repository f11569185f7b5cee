"""Check what was spent against the ledger: redemptions, stock, codes, donations, what events hold, what expired.

Each finding is one line for the operator and names the first row that is wrong.
"""

from sqlalchemy import text

from backend.core.db import ReadSession
from backend.points.accounts import KIND_BITS, AccountKind

# How a row must stand in the ledger: its transfer moved its amount for its member to its account, and is reversed
# exactly when the row says that it was taken back. Every transfer of that cause has its row.
_ROW = """
SELECT MIN({row}.id) FROM {row} {joins}
LEFT JOIN transfer ON transfer.cause = '{cause}/' || {row}.id AND transfer.ledger = '{ledger}'
LEFT JOIN transfer AS reversal ON reversal.reverses_id = transfer.id
WHERE transfer.id IS NULL OR transfer.amount <> {row}.{amount} OR transfer.member_id <> {row}.member_id
  OR transfer.to_account <> {row}.{owner} * {width} + {kind} OR (reversal.id IS NOT NULL) <> ({taken_back})
"""
_GROUNDLESS = """
SELECT MIN(transfer.id) FROM transfer
WHERE transfer.reverses_id IS NULL AND transfer.cause LIKE '{cause}/%'
  AND transfer.cause NOT IN (SELECT '{cause}/' || {row}.id FROM {row})
"""
_STOCK = """
SELECT MIN(reward.id) FROM reward WHERE reward.stocked - reward.stock <>
  (SELECT COUNT(*) FROM redemption WHERE redemption.reward_id = reward.id AND redemption.state <> 'cancelled')
"""
_CODES = """
SELECT MIN(redemption.id) FROM redemption JOIN reward ON reward.id = redemption.reward_id
LEFT JOIN reward_code ON reward_code.redemption_id = redemption.id
WHERE (reward_code.id IS NOT NULL) <> reward.has_codes OR reward_code.reward_id <> redemption.reward_id
"""
_FREE_CODES = """
SELECT MIN(reward.id) FROM reward WHERE reward.has_codes AND reward.stock <>
  (SELECT COUNT(*) FROM reward_code WHERE reward_code.reward_id = reward.id AND reward_code.redemption_id IS NULL)
"""
_EVENTS = """
SELECT MIN(neutral_event.id) FROM neutral_event WHERE neutral_event.donated_mg <> CASE
  WHEN neutral_event.state = 'cancelled' THEN 0 ELSE
  COALESCE((SELECT SUM(donation.carbon_mg) FROM donation WHERE donation.event_id = neutral_event.id), 0) END
  OR (neutral_event.state = 'filled') <>
  (neutral_event.donated_mg = neutral_event.needed_mg AND neutral_event.state <> 'cancelled')
"""
# What expired says of whom it was and of which year, and lies on that year's last day.
_EXPIRED = """
SELECT MIN(transfer.id) FROM transfer WHERE transfer.reverses_id IS NULL AND transfer.cause LIKE 'expired/%'
  AND (transfer.cause <> 'expired/' || transfer.member_id || '/' || SUBSTR(CAST(transfer.day AS TEXT), 1, 4)
    OR SUBSTR(CAST(transfer.day AS TEXT), 5) <> '-12-31')
"""


def row_in_ledger(row: str, cause: str, *, amount: str, owner: str, kind: int, taken_back: str, joins: str = "") -> str:
    """Return the statement that finds the first row which the ledger does not confirm."""
    ledger = "carbon_mg" if amount == "carbon_mg" else "points"
    return _ROW.format(
        row=row,
        cause=cause,
        ledger=ledger,
        amount=amount,
        owner=owner,
        width=1 << KIND_BITS,
        kind=int(kind),
        taken_back=taken_back,
        joins=joins,
    )


def transfer_without_row(row: str, cause: str) -> str:
    """Return the statement that finds the first transfer of a cause for which there is no row."""
    return _GROUNDLESS.format(row=row, cause=cause)


async def first_of(session: ReadSession, checks: tuple[tuple[str, str], ...]) -> list[str]:
    """Return the complaint of each statement that finds a row, with the row's number."""
    found = []
    for statement, complaint in checks:
        first = (await (await session.connection()).execute(text(statement))).scalar()
        if first is not None:
            found.append(complaint.format(first))
    return found


_CHECKS = (
    (
        row_in_ledger(
            "redemption",
            "reward",
            amount="points",
            owner="reward_id",
            kind=AccountKind.REWARD,
            taken_back="redemption.state = 'cancelled'",
        ),
        "redemption {}: the ledger says otherwise",
    ),
    (transfer_without_row("redemption", "reward"), "transfer {}: nothing was redeemed for it"),
    (_STOCK, "reward {}: its stock and its redemptions are not what there ever was"),
    (_CODES, "redemption {}: it has no code of its reward, or one that it should not have"),
    (_FREE_CODES, "reward {}: its stock is not the number of its codes that are free"),
    (
        row_in_ledger(
            "donation",
            "donation",
            amount="carbon_mg",
            owner="event_id",
            kind=AccountKind.DONATED,
            taken_back="neutral_event.state = 'cancelled'",
            joins="JOIN neutral_event ON neutral_event.id = donation.event_id",
        ),
        "donation {}: the ledger says otherwise",
    ),
    (transfer_without_row("donation", "donation"), "transfer {}: nothing was donated by it"),
    (_EVENTS, "event {}: it does not hold what was given to it"),
    (_EXPIRED, "transfer {}: what expired by it is of another member or another year"),
)


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong with rewards and donations, empty when nothing is."""
    return await first_of(session, _CHECKS)

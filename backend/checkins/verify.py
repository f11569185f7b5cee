"""Check acts against the ledger: what counts was awarded, what was awarded counts or was undone, for whom, where.

And against each other: no act counts beside one that it gives way to.
"""

from sqlalchemy import text

from backend.checkins.kind import all_kinds
from backend.core.db import ReadSession
from backend.points.accounts import AccountKind

# Whose act a cause speaks of: "disposition/12", "restated/12/02" and "redisposed/12/02" all of "check-in/12".
_ACT = """CASE WHEN award.cause LIKE 'disposition/%' THEN 'check-in/' || substr(award.cause, 13)
              WHEN award.cause LIKE 'restated/%' THEN 'check-in/' || substr(award.cause, 10, length(award.cause) - 12)
              WHEN award.cause LIKE 'redisposed/%'
                THEN 'check-in/' || substr(award.cause, 12, length(award.cause) - 14)
              ELSE award.cause END"""
# The balance that each act's transfers leave must be what the act says it earned, or nothing if it no longer counts.
# What became of a device later moves carbon only, and adds to what its act avoided; a restatement offsets both ways.
_MISMATCHED = f"""
WITH moved AS (
  SELECT {_ACT} AS act, award.ledger AS ledger,
         CASE WHEN reversal.id IS NOT NULL THEN 0
              WHEN award.to_account & 15 = {AccountKind.MEMBER:d} THEN award.amount ELSE -award.amount END AS amount
  FROM transfer AS award LEFT JOIN transfer AS reversal ON reversal.reverses_id = award.id
  WHERE award.reverses_id IS NULL),
awarded AS (SELECT act, ledger, CAST(SUM(amount) AS BIGINT) AS amount FROM moved GROUP BY act, ledger)
SELECT check_in.id FROM check_in
LEFT JOIN awarded AS points ON points.act = 'check-in/' || check_in.id AND points.ledger = 'points'
LEFT JOIN awarded AS carbon ON carbon.act = 'check-in/' || check_in.id AND carbon.ledger = 'carbon_mg'
WHERE COALESCE(points.amount, 0) <> CASE WHEN check_in.counted THEN check_in.points ELSE 0 END
   OR COALESCE(carbon.amount, 0) <> CASE WHEN check_in.counted THEN check_in.carbon_mg ELSE 0 END
ORDER BY check_in.id LIMIT 1
"""  # noqa: S608 - constants of ours
# Acts come first, and each finds its awards by the index over causes: the other way round would compare all with all.
_MISPLACED = """
SELECT MIN(award.id) FROM check_in
LEFT JOIN transfer AS award ON award.cause IN ('check-in/' || check_in.id, 'disposition/' || check_in.id)
WHERE award.reverses_id IS NULL AND (
  award.member_id <> check_in.member_id OR award.campaign_id <> check_in.campaign_id OR award.day <> check_in.day
  OR award.department_id <> check_in.department_id OR award.institution_id <> check_in.institution_id)
"""
# The same of what rules restated: here the number of the act leads back to it.
_OFFSET = "(award.cause LIKE 'restated/%' OR award.cause LIKE 'redisposed/%')"
_MISPLACED_OFFSET = f"""
SELECT MIN(award.id) FROM transfer AS award
JOIN check_in ON check_in.id = CAST(substr({_ACT}, 10) AS BIGINT)
WHERE award.reverses_id IS NULL AND {_OFFSET} AND (
  award.member_id <> check_in.member_id OR award.campaign_id <> check_in.campaign_id OR award.day <> check_in.day
  OR award.department_id <> check_in.department_id OR award.institution_id <> check_in.institution_id
  OR award.rule_version > check_in.rule_version)
"""  # noqa: S608 - constants of ours
# A set of causes, not a join: SQLite would compare every transfer with every act.
_CAUSELESS = f"""
SELECT award.id FROM transfer AS award
WHERE award.reverses_id IS NULL
  AND (award.cause LIKE 'check-in/%' OR award.cause LIKE 'restated/%' OR award.cause LIKE 'disposition/%'
       OR award.cause LIKE 'redisposed/%')
  AND ({_ACT} NOT IN (SELECT 'check-in/' || check_in.id FROM check_in)
       OR award.cause LIKE 'disposition/%' AND (
         award.ledger <> 'carbon_mg'
         OR award.cause NOT IN (SELECT 'disposition/' || check_in.id FROM check_in WHERE check_in.kind = 'ewaste')))
ORDER BY award.id LIMIT 1
"""  # noqa: S608 - constants of ours
_BOTH = """
SELECT yielding.id FROM check_in AS yielding
JOIN check_in AS other ON other.member_id = yielding.member_id AND other.day = yielding.day
WHERE yielding.counted AND yielding.act_class = :yielding AND other.counted AND other.act_class = :other
ORDER BY yielding.id LIMIT 1
"""


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong between acts and ledger, empty when nothing is."""
    connection = await session.connection()
    found = []
    if (act := (await connection.execute(text(_MISMATCHED))).scalar()) is not None:
        found.append(f"check-in {act}: its transfers do not add up to what it earned")
    misplaced = [(await connection.execute(text(one))).scalar() for one in (_MISPLACED, _MISPLACED_OFFSET)]
    found += [
        f"transfer {award}: its member, campaign, day or unit is not that of its check-in"
        for award in misplaced
        if award is not None
    ]
    if (stray := (await connection.execute(text(_CAUSELESS))).scalar()) is not None:
        found.append(f"transfer {stray}: no check-in caused it")
    for kind in all_kinds().values():
        for other in kind.yields_to:
            classes = {"yielding": kind.act_class, "other": other}
            if (act := (await connection.execute(text(_BOTH), classes)).scalar()) is not None:
                found.append(f"check-in {act}: it counts beside a {other} of the same day")
    return found

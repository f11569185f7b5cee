"""Check amendments against acts and ledger: all that should be restated is, and points moved by hand had two people."""

from sqlalchemy import text

from backend.core.db import ReadSession
from backend.points.accounts import AccountKind

_LEFT_BEHIND = """
SELECT check_in.id FROM campaign_rule
JOIN check_in ON check_in.campaign_id = campaign_rule.campaign_id
WHERE campaign_rule.restates AND campaign_rule.restated_at IS NOT NULL AND check_in.counted
  AND check_in.day >= campaign_rule.applies_from AND check_in.rule_version < campaign_rule.version
ORDER BY check_in.id LIMIT 1
"""
_BY_HAND = f"""
SELECT transfer.id FROM transfer LEFT JOIN adjustment ON 'adjustment/' || adjustment.id = transfer.cause
WHERE transfer.cause LIKE 'adjustment/%' AND transfer.reverses_id IS NULL AND (
  adjustment.id IS NULL OR adjustment.state <> 'agreed' OR adjustment.member_id <> transfer.member_id
  OR adjustment.campaign_id <> transfer.campaign_id OR adjustment.decided_by = adjustment.proposed_by
  OR adjustment.member_id IN (adjustment.proposed_by, adjustment.decided_by)
  OR adjustment.points <> CASE WHEN transfer.to_account & 15 = {AccountKind.MEMBER:d}
                               THEN transfer.amount ELSE -transfer.amount END)
ORDER BY transfer.id LIMIT 1
"""  # noqa: S608 - a constant of ours
_NOT_MOVED = """
SELECT adjustment.id FROM adjustment WHERE adjustment.state = 'agreed'
  AND NOT EXISTS (SELECT 1 FROM transfer WHERE transfer.cause = 'adjustment/' || adjustment.id)
ORDER BY adjustment.id LIMIT 1
"""
_ALONE = """
SELECT campaign_id FROM campaign_rule WHERE proposed_by = agreed_by ORDER BY campaign_id LIMIT 1
"""
# Rules and the proposals that they came of, either way.
_UNASKED = """
SELECT campaign_rule.campaign_id FROM campaign_rule
LEFT JOIN amendment ON amendment.campaign_id = campaign_rule.campaign_id AND amendment.version = campaign_rule.version
  AND amendment.state = 'agreed'
WHERE amendment.id IS NULL OR amendment.proposed_by <> campaign_rule.proposed_by
  OR amendment.decided_by <> campaign_rule.agreed_by OR amendment.from_day <> campaign_rule.applies_from
  OR amendment.restates <> campaign_rule.restates
ORDER BY campaign_rule.campaign_id LIMIT 1
"""
_NOT_RULED = """
SELECT amendment.id FROM amendment WHERE amendment.state = 'agreed' AND NOT EXISTS (
  SELECT 1 FROM campaign_rule
  WHERE campaign_rule.campaign_id = amendment.campaign_id AND campaign_rule.version = amendment.version)
ORDER BY amendment.id LIMIT 1
"""


async def findings(session: ReadSession) -> list[str]:
    """Return what is wrong, empty when nothing is."""
    connection = await session.connection()
    found = []
    for statement, complaint in (
        (_LEFT_BEHIND, "check-in {}: it was not restated by the rules that its campaign was restated to"),
        (_BY_HAND, "transfer {}: no two people agreed to it"),
        (_NOT_MOVED, "adjustment {}: it was agreed to, and moved nothing"),
        (_ALONE, "campaign {}: one person changed its rules"),
        (_UNASKED, "campaign {}: its rules are not what was proposed and agreed to"),
        (_NOT_RULED, "amendment {}: it was agreed to, and the campaign has no such rules"),
    ):
        first = (await connection.execute(text(statement))).scalar()
        if first is not None:
            found.append(complaint.format(first))
    return found

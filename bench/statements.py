"""The SQL of one check-in, as raw statements for `pgbench` and for `sqlite3`.

In order: who holds the token; then one transaction that locks the member and reads where they belong, looks for
a receipt, reads the campaign, the acts of the days around and of a campaign that has limits, and whether they
joined, and writes the ledger's batch, the act, its two transfers and the receipt. That is what the product
sends for a request with one act, with rows of the same shape and length, onto the same tables and indexes. A
test compares the list with what the product really sends.
"""

from dataclasses import dataclass

# The tokens of the copy that raw statements run on are renamed so that a statement can name them.
_DETAILS = '{"mode":"metro","distance":"from_5_km","direction":"to_work"}'
_POINTS_TERMS = (
    '{"base": 10, "before_cap": 5, "day_cap": null, "day_percent": 100, "proof_percent": 50, '
    '"special_day": null, "terms": "points", "unit": "act", "units": "1"}'
)
_CARBON_TERMS = (
    '{"carbon_mg": 180000, "confidence": "derived", "factor_key": "reduction.travel.rail_km", '
    '"factor_unit": "kgCO2/km", "factor_value": "0.072", "factor_version": 1, "quantity": "5", '
    '"share_percent": 50, "source": "' + "据" * 50 + '", "terms": "carbon", "unit": "km"}'
)
_ANSWER = (
    '[{"check_in_id": 8192, "campaign_id": 1, "kind": "commute", "day": "2026-06-15", "slot": "to_work", '
    '"proof": "self_declared", "points": 5, "carbon_mg": 180000, "points_transfer": 8193, '
    '"carbon_transfer": 8194, "replaces_id": null}]'
)
_REQUEST = "'bench-request-' || CAST(:member AS text) || '-' || CAST(:day AS text)"
_HASH = "a" * 64


@dataclass(frozen=True)
class Dialect:
    """What the two databases write differently."""

    fingerprint: str  # of the token of :member
    day: str  # the campaign day number :day
    lock: str
    begin: str

    def shifted(self, days: int) -> str:
        """Return the campaign day so many days after :day."""
        return self.day.replace(":day", f"(CAST(:day AS integer) + {days})")


POSTGRESQL = Dialect(
    fingerprint="lpad(CAST(:member AS text), 64, '0')",
    day="DATE '2026-01-01' + CAST(:day AS integer)",
    lock=" FOR NO KEY UPDATE OF member",
    begin="BEGIN",
)
SQLITE = Dialect(
    fingerprint="printf('%064d', :member)",
    day="date('2026-01-01', '+' || :day || ' days')",
    lock="",
    begin="BEGIN IMMEDIATE",
)


def rename_tokens(dialect: Dialect) -> str:
    """Return the statement that renames the tokens of a copy."""
    return f"UPDATE session SET token_fingerprint = {dialect.fingerprint.replace(':member', 'login_id')}"


def who(dialect: Dialect) -> str:
    """Return the statement that finds who holds a token."""
    return (
        "SELECT login.id, login.member_id FROM login JOIN session ON session.login_id = login.id "
        f"WHERE session.token_fingerprint = {dialect.fingerprint} AND session.revoked_at IS NULL "
        "AND session.expires_at > CURRENT_TIMESTAMP"
    )


def reads(dialect: Dialect) -> list[str]:
    """Return what is read, in the order of the product."""
    days = f"{dialect.shifted(-2)} AND {dialect.shifted(2)}"
    return [
        (
            "SELECT membership.member_id, membership.institution_id, institution.path, institution.name, "
            "membership.department_id, department.name, membership.starts_on, membership.ends_on FROM membership "
            "JOIN member ON member.id = membership.member_id "
            "JOIN institution ON institution.id = membership.institution_id "
            "JOIN department ON department.id = membership.department_id "
            "WHERE membership.member_id IN (:member) ORDER BY membership.member_id, membership.starts_on"
            f"{dialect.lock}"
        ),
        (
            "SELECT member_id, request_id, content_hash, answer FROM receipt "
            f"WHERE member_id IN (:member) AND request_id IN ({_REQUEST})"
        ),
        (
            "SELECT campaign.*, institution.path FROM campaign "
            "JOIN institution ON institution.id = campaign.institution_id WHERE campaign.id IN (1)"
        ),
        (
            "SELECT member_id, act_class, day, slot, id, campaign_id, kind, proof, points, recorded_at FROM check_in "
            f"WHERE member_id IN (:member) AND (day BETWEEN {days} OR campaign_id IN (1)) AND counted"
        ),
        (
            "SELECT campaign_id, member_id FROM participation "
            "WHERE campaign_id IN (1) AND member_id IN (:member) AND left_at IS NULL"
        ),
    ]


OPEN_BATCH = "INSERT INTO ledger_batch (recorded_at) VALUES (CURRENT_TIMESTAMP) RETURNING id AS batch"


def writes(dialect: Dialect) -> list[str]:
    """Return what is written once the batch has its number; :act, :points and :carbon are numbers of that batch."""
    transfer = f"'check-in/' || CAST(:act AS text), 1, :member, 1, 3, {dialect.day}, 'self_declared', 1"
    return [
        (
            "INSERT INTO check_in (id, member_id, campaign_id, institution_id, department_id, kind, act_class, day, "
            "slot, proof, site_code_id, details, acted_at, recorded_at, counted, points, carbon_mg, replaces_id) "
            f"VALUES (:act, :member, 1, 3, 1, 'commute', 'commute', {dialect.day}, 'to_work', 'self_declared', NULL, "
            f"'{_DETAILS}', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, true, 5, 180000, NULL)"
        ),
        (
            "INSERT INTO transfer (id, ledger, from_account, to_account, amount, cause, campaign_id, member_id, "
            "department_id, institution_id, day, proof, rule_version, factor, explanation, reverses_id, recorded_at) "
            f"VALUES (:points, 'points', 17, 16 * :member + 2, 5, {transfer}, NULL, '{_POINTS_TERMS}', NULL, "
            f"CURRENT_TIMESTAMP), (:carbon, 'carbon_mg', 17, 16 * :member + 2, 180000, {transfer}, "
            f"'reduction.travel.rail_km@1', '{_CARBON_TERMS}', NULL, CURRENT_TIMESTAMP)"
        ),
        (
            "INSERT INTO receipt (member_id, request_id, content_hash, answer, recorded_at) "
            f"VALUES (:member, {_REQUEST}, '{_HASH}', '{_ANSWER}', CURRENT_TIMESTAMP)"
        ),
    ]

"""plan the year.

Why: organisers confirm the dates of a year, pause campaigns, and subscribe to an institution's calendar.

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "calendar_feed",
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("renewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_calendar_feed_institution_id")),
        sa.ForeignKeyConstraint(["renewed_by"], ["member.id"], name=op.f("fk_calendar_feed_renewed_by")),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("key_fingerprint", name=op.f("uq_calendar_feed_key_fingerprint")),
    )
    op.create_table(
        "confirmed_dates",
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("theme_key", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("notice", sa.String(length=200), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["member.id"], name=op.f("fk_confirmed_dates_confirmed_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_confirmed_dates_institution_id")),
        sa.PrimaryKeyConstraint("institution_id", "theme_key", "year", name=op.f("pk_confirmed_dates")),
    )
    op.create_table(
        "planning_receipt",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_planning_receipt_member_id")),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_planning_receipt")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pauses", sa.Text(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("pauses")

    op.drop_table("planning_receipt")
    op.drop_table("confirmed_dates")
    op.drop_table("calendar_feed")

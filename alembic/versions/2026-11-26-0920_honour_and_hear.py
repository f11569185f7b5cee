"""honour and hear.

Why: note when badges and goals were first reached, behind the ledger; take complaints and answer them.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "complaint_receipt",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_complaint_receipt")),
    )
    with op.batch_alter_table("complaint_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_complaint_receipt_at"), ["at"], unique=False)

    op.create_table(
        "complaint",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("answering_institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("about_organiser", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("forwarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answering_institution_id"], ["institution.id"], name=op.f("fk_complaint_answering_institution_id")
        ),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_complaint_campaign_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_complaint_institution_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_complaint_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
    )
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_complaint_answering_institution_id_state_due_on"),
            ["answering_institution_id", "state", "due_on"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_complaint_campaign_id"), ["campaign_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_member_id_id"), ["member_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_complaint_state_closed_at"), ["state", "closed_at"], unique=False)

    op.create_table(
        "earned_badge",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("earned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_earned_badge_campaign_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_earned_badge_member_id")),
        sa.PrimaryKeyConstraint("member_id", "campaign_id", "key", name=op.f("pk_earned_badge")),
    )
    with op.batch_alter_table("earned_badge", schema=None) as batch_op:
        batch_op.create_index(
            "ix_earned_badge_shown",
            ["campaign_id", "key"],
            unique=False,
            sqlite_where=sa.text("shown"),
            postgresql_where=sa.text("shown"),
        )

    op.create_table(
        "reached_goal",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_reached_goal_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "subject_id", name=op.f("pk_reached_goal")),
    )
    op.create_table(
        "complaint_answer",
        sa.Column("complaint_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("by_member", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["by_member"], ["member.id"], name=op.f("fk_complaint_answer_by_member")),
        sa.ForeignKeyConstraint(["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_answer_complaint_id")),
        sa.PrimaryKeyConstraint("complaint_id", "level", name=op.f("pk_complaint_answer")),
    )
    with op.batch_alter_table("ledger_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("honoured_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_ledger_batch_unhonoured",
            ["id"],
            unique=False,
            sqlite_where=sa.text("honoured_at IS NULL"),
            postgresql_where=sa.text("honoured_at IS NULL"),
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("ledger_batch", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_ledger_batch_unhonoured",
            sqlite_where=sa.text("honoured_at IS NULL"),
            postgresql_where=sa.text("honoured_at IS NULL"),
        )
        batch_op.drop_column("honoured_at")

    op.drop_table("complaint_answer")
    op.drop_table("reached_goal")
    with op.batch_alter_table("earned_badge", schema=None) as batch_op:
        batch_op.drop_index("ix_earned_badge_shown", sqlite_where=sa.text("shown"), postgresql_where=sa.text("shown"))

    op.drop_table("earned_badge")
    with op.batch_alter_table("complaint", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_state_closed_at"))
        batch_op.drop_index(batch_op.f("ix_complaint_member_id_id"))
        batch_op.drop_index(batch_op.f("ix_complaint_campaign_id"))
        batch_op.drop_index(batch_op.f("ix_complaint_answering_institution_id_state_due_on"))

    op.drop_table("complaint")
    with op.batch_alter_table("complaint_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_complaint_receipt_at"))

    op.drop_table("complaint_receipt")

"""draw cases for review.

Why: organisers look at a sample by risk, refuse with a reason, and are appealed to; deleted photos are proved gone.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "deletion_proof",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pictures", sa.Integer(), nullable=False),
        sa.Column("standing", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("unnamed", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_proof")),
    )
    op.create_table(
        "review_receipt",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_review_receipt")),
    )
    op.create_table(
        "review_draw",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("acts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_review_draw_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_draw")),
        sa.UniqueConstraint("institution_id", "day", name=op.f("uq_review_draw_institution_id_day")),
    )
    op.create_table(
        "review_setting",
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("minutes_a_day", sa.Integer(), nullable=False),
        sa.Column("seconds_per_case", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["member.id"], name=op.f("fk_review_setting_changed_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_review_setting_institution_id")),
        sa.PrimaryKeyConstraint("institution_id", name=op.f("pk_review_setting")),
    )
    op.create_table(
        "review_band",
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("band", sa.String(length=6), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("sampled", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["review_draw.id"], name=op.f("fk_review_band_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "campaign_id", "band", name=op.f("pk_review_band")),
    )
    with op.batch_alter_table("review_band", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_band_campaign_id_institution_id"), ["campaign_id", "institution_id"], unique=False
        )

    op.create_table(
        "review_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("check_in_id", sa.BigInteger(), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("department_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("risk", sa.Integer(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("band", sa.String(length=6), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("earlier_acts", sa.Integer(), nullable=False),
        sa.Column("earlier_refusals", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("photo_before", sa.Text(), nullable=True),
        sa.Column("question", sa.String(length=200), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("answer_photo_id", sa.BigInteger(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["review_draw.id"], name=op.f("fk_review_case_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_case")),
        sa.UniqueConstraint("check_in_id", name=op.f("uq_review_case_check_in_id")),
    )
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_case_act_id"), ["act_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_case_campaign_id_institution_id"), ["campaign_id", "institution_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_review_case_institution_id_state_turn"), ["institution_id", "state", "turn"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_review_case_member_id_id"), ["member_id", "id"], unique=False)

    op.create_table(
        "review_appeal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("refused_by", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_appeal_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_appeal")),
        sa.UniqueConstraint("case_id", name=op.f("uq_review_appeal_case_id")),
    )
    with op.batch_alter_table("review_appeal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_appeal_institution_id_state"), ["institution_id", "state"], unique=False
        )

    op.create_table(
        "review_decision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("by_member", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=True),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["review_case.id"], name=op.f("fk_review_decision_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_decision")),
    )
    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_decision_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_review_decision_institution_id_at"), ["institution_id", "at"], unique=False
        )

    with op.batch_alter_table("ledger_batch", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_batch_recorded_at"), ["recorded_at"], unique=False)

    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_column("kept_until")

    with op.batch_alter_table("ledger_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_batch_recorded_at"))

    with op.batch_alter_table("review_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_decision_institution_id_at"))
        batch_op.drop_index(batch_op.f("ix_review_decision_case_id"))

    op.drop_table("review_decision")
    with op.batch_alter_table("review_appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_appeal_institution_id_state"))

    op.drop_table("review_appeal")
    with op.batch_alter_table("review_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_case_member_id_id"))
        batch_op.drop_index(batch_op.f("ix_review_case_institution_id_state_turn"))
        batch_op.drop_index(batch_op.f("ix_review_case_campaign_id_institution_id"))
        batch_op.drop_index(batch_op.f("ix_review_case_act_id"))

    op.drop_table("review_case")
    with op.batch_alter_table("review_band", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_band_campaign_id_institution_id"))

    op.drop_table("review_band")
    op.drop_table("review_setting")
    op.drop_table("review_draw")
    op.drop_table("review_receipt")
    op.drop_table("deletion_proof")

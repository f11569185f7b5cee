"""keep steps.

Why: of a day the largest count holds, and a member may see and delete their own.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "step_day",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_step_day_member_id")),
        sa.PrimaryKeyConstraint("member_id", "day", name=op.f("pk_step_day")),
    )
    with op.batch_alter_table("step_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_day_day"), ["day"], unique=False)

    op.create_table(
        "step_receipt",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_step_receipt_member_id")),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_step_receipt")),
    )
    with op.batch_alter_table("step_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_step_receipt_recorded_at"), ["recorded_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("step_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_receipt_recorded_at"))

    op.drop_table("step_receipt")
    with op.batch_alter_table("step_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_step_day_day"))

    op.drop_table("step_day")

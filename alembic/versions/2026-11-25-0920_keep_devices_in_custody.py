"""keep devices in custody.

Why: a device that is handed in is followed, step by step, until it is known what became of it.
Locks are given up after 4 s, statements after 5 minutes (env.py); change data apart from shape.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "custody_receipt",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_custody_receipt")),
    )
    op.create_table(
        "custody_item",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("owner", sa.String(length=8), nullable=False),
        sa.Column("approval_number", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("data_bearing", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.String(length=12), nullable=False),
        sa.Column("serial_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("hand_over_code", sa.String(length=12), nullable=False),
        sa.Column("seal_code", sa.String(length=32), nullable=True),
        sa.Column("separate", sa.Boolean(), nullable=False),
        sa.Column("weight_grams", sa.Integer(), nullable=True),
        sa.Column("erasure", sa.String(length=12), nullable=True),
        sa.Column("disposition", sa.String(length=12), nullable=True),
        sa.Column("certificate_number", sa.String(length=40), nullable=True),
        sa.Column("check_in_id", sa.BigInteger(), nullable=True),
        sa.Column("no_points", sa.Text(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.CheckConstraint("(owner = 'personal') = (member_id IS NOT NULL)", name=op.f("ck_custody_item_owner")),
        sa.CheckConstraint("(owner = 'unit') = (approval_number IS NOT NULL)", name=op.f("ck_custody_item_approval")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_custody_item_campaign_id")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_custody_item_department_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_custody_item_institution_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_custody_item_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_item")),
        sa.UniqueConstraint("check_in_id", name=op.f("uq_custody_item_check_in_id")),
        sa.UniqueConstraint("hand_over_code", name=op.f("uq_custody_item_hand_over_code")),
        sa.UniqueConstraint("seal_code", name=op.f("uq_custody_item_seal_code")),
    )
    with op.batch_alter_table("custody_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_custody_item_campaign_id_institution_id"), ["campaign_id", "institution_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_custody_item_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_custody_item_serial",
            ["serial_fingerprint"],
            unique=True,
            sqlite_where=sa.text("stage <> 'cancelled'"),
            postgresql_where=sa.text("stage <> 'cancelled'"),
        )

    op.create_table(
        "custody_step",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("stage", sa.String(length=12), nullable=False),
        sa.Column("by_member", sa.BigInteger(), nullable=True),
        sa.Column("by_institution_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("witness_id", sa.BigInteger(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["custody_item.id"], name=op.f("fk_custody_step_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_step")),
        sa.UniqueConstraint(
            "by_member", "request_id", "item_id", name=op.f("uq_custody_step_by_member_request_id_item_id")
        ),
        sa.UniqueConstraint("item_id", "stage", name=op.f("uq_custody_step_item_id_stage")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("custody_step")
    with op.batch_alter_table("custody_item", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_custody_item_serial",
            sqlite_where=sa.text("stage <> 'cancelled'"),
            postgresql_where=sa.text("stage <> 'cancelled'"),
        )
        batch_op.drop_index(batch_op.f("ix_custody_item_member_id"))
        batch_op.drop_index(batch_op.f("ix_custody_item_campaign_id_institution_id"))

    op.drop_table("custody_item")
    op.drop_table("custody_receipt")

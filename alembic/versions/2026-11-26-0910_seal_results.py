"""seal results.

Why: results are put out, objected to and sealed; boards stand still for a ceremony and after the seal.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "board_pin",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("pinned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("is_seal", sa.Boolean(), nullable=False),
        sa.Column("by_member", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_board_pin_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_board_pin")),
    )
    op.create_table(
        "result_objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=300), nullable=True),
        sa.Column("answered_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["member.id"], name=op.f("fk_result_objection_answered_by")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_result_objection_campaign_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_result_objection_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_result_objection")),
        sa.UniqueConstraint("member_id", "request_id", name=op.f("uq_result_objection_member_id_request_id")),
    )
    with op.batch_alter_table("result_objection", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_result_objection_campaign_id_id"), ["campaign_id", "id"], unique=False)

    op.create_table(
        "pinned_standing",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("period", sa.String(length=16), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=True),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("carbon_mg", sa.BigInteger(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_pinned_standing_campaign_id")),
        sa.PrimaryKeyConstraint(
            "campaign_id", "level", "period", "institution_id", "subject_id", name=op.f("pk_pinned_standing")
        ),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("provisional_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seal_digest", sa.String(length=64), nullable=True))

    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("last_batch", sa.BigInteger(), server_default="0", nullable=False))

    with op.batch_alter_table("sealed_standing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.String(length=100), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("sealed_standing", schema=None) as batch_op:
        batch_op.drop_column("number")
        batch_op.drop_column("name")

    with op.batch_alter_table("seal", schema=None) as batch_op:
        batch_op.drop_column("last_batch")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("seal_digest")
        batch_op.drop_column("sealed_at")
        batch_op.drop_column("provisional_at")

    op.drop_table("pinned_standing")
    with op.batch_alter_table("result_objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_result_objection_campaign_id_id"))

    op.drop_table("result_objection")
    op.drop_table("board_pin")

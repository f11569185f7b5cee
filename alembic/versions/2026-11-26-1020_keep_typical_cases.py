"""keep typical cases.

Why: members offer cases for the report of a campaign, with consent, and may withdraw them.

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "case_receipt",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_case_receipt")),
    )
    op.create_table(
        "typical_case",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=30), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("name_form", sa.String(length=9), nullable=False),
        sa.Column("photo_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_by", sa.BigInteger(), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("photo_shown", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_typical_case_campaign_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_typical_case_institution_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_typical_case_member_id")),
        sa.ForeignKeyConstraint(["photo_id"], ["upload.id"], name=op.f("fk_typical_case_photo_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_typical_case")),
    )
    with op.batch_alter_table("typical_case", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_typical_case_campaign_id_institution_id_id"),
            ["campaign_id", "institution_id", "id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_typical_case_member_id_id"), ["member_id", "id"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("typical_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_typical_case_member_id_id"))
        batch_op.drop_index(batch_op.f("ix_typical_case_campaign_id_institution_id_id"))

    op.drop_table("typical_case")
    op.drop_table("case_receipt")

"""amend rules.

Why: rules change in daylight with two people, points are adjusted by two people, members object, budgets are counted.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "campaign_budget",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("warned_percent", sa.Integer(), nullable=False),
        sa.Column("recount_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_budget")),
    )
    op.create_table(
        "amendment_receipt",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_amendment_receipt_member_id")),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_amendment_receipt")),
    )
    op.create_table(
        "adjustment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("department_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_adjustment_campaign_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["member.id"], name=op.f("fk_adjustment_decided_by")),
        sa.ForeignKeyConstraint(["department_id"], ["department.id"], name=op.f("fk_adjustment_department_id")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_adjustment_institution_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_adjustment_member_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["member.id"], name=op.f("fk_adjustment_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_adjustment_campaign_id_id"), ["campaign_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_adjustment_state_proposed_at"), ["state", "proposed_at"], unique=False)

    op.create_table(
        "amendment",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("restates", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("theme_body", sa.Text(), nullable=False),
        sa.Column("factors_body", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("basis", sa.String(length=64), nullable=False),
        sa.Column("figured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("reached_member", sa.BigInteger(), nullable=False),
        sa.Column("passes", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_amendment_campaign_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["member.id"], name=op.f("fk_amendment_decided_by")),
        sa.ForeignKeyConstraint(["proposed_by"], ["member.id"], name=op.f("fk_amendment_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendment_campaign_id_id"), ["campaign_id", "id"], unique=False)
        batch_op.create_index(
            "ix_amendment_unfinished",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state = 'agreed' AND finished_at IS NULL"),
            postgresql_where=sa.text("state = 'agreed' AND finished_at IS NULL"),
        )
        batch_op.create_index(
            "uq_amendment_open",
            ["campaign_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "objection",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("act_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("undone_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_objection_campaign_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["member.id"], name=op.f("fk_objection_decided_by")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_objection_institution_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_objection_member_id")),
        sa.ForeignKeyConstraint(["undone_by"], ["member.id"], name=op.f("fk_objection_undone_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
        sa.UniqueConstraint("act_id", name=op.f("uq_objection_act_id")),
    )
    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_objection_institution_id_state"), ["institution_id", "state"], unique=False
        )

    with op.batch_alter_table("campaign_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restated_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("campaign_rule", schema=None) as batch_op:
        batch_op.drop_column("restated_at")

    with op.batch_alter_table("objection", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objection_institution_id_state"))

    op.drop_table("objection")
    with op.batch_alter_table("amendment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_amendment_open",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.drop_index(
            "ix_amendment_unfinished",
            sqlite_where=sa.text("state = 'agreed' AND finished_at IS NULL"),
            postgresql_where=sa.text("state = 'agreed' AND finished_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_amendment_campaign_id_id"))

    op.drop_table("amendment")
    with op.batch_alter_table("adjustment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_adjustment_state_proposed_at"))
        batch_op.drop_index(batch_op.f("ix_adjustment_campaign_id_id"))

    op.drop_table("adjustment")
    op.drop_table("amendment_receipt")
    op.drop_table("campaign_budget")

"""settle campaigns.

Why: campaigns are paused, changed in daylight, reviewed and sealed; their rules have versions; members get messages.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("member_id", "key", name=op.f("uq_message_member_id_key")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_member_id_id"), ["member_id", "id"], unique=False)

    op.create_table(
        "campaign_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("by_member", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("details", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_event_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_event")),
    )
    with op.batch_alter_table("campaign_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_event_campaign_id_id"), ["campaign_id", "id"], unique=False)

    op.create_table(
        "campaign_rule",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("applies_from", sa.Date(), nullable=False),
        sa.Column("theme_hash", sa.String(length=64), nullable=False),
        sa.Column("factors_hash", sa.String(length=64), nullable=False),
        sa.Column("restates", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("proposed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("agreed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agreed_by"], ["member.id"], name=op.f("fk_campaign_rule_agreed_by")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_rule_campaign_id")),
        sa.ForeignKeyConstraint(
            ["factors_hash"], ["pinned_document.content_hash"], name=op.f("fk_campaign_rule_factors_hash")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["member.id"], name=op.f("fk_campaign_rule_proposed_by")),
        sa.ForeignKeyConstraint(
            ["theme_hash"], ["pinned_document.content_hash"], name=op.f("fk_campaign_rule_theme_hash")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "version", name=op.f("pk_campaign_rule")),
    )
    op.create_table(
        "seal",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_seal_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_seal")),
        sa.UniqueConstraint("digest", name=op.f("uq_seal_digest")),
    )
    op.create_table(
        "sealed_standing",
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("level", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("institution_id", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("carbon_mg", sa.BigInteger(), nullable=False),
        sa.Column("acts", sa.Integer(), nullable=False),
        sa.Column("participants", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_sealed_standing_campaign_id")),
        sa.PrimaryKeyConstraint("campaign_id", "level", "subject_id", name=op.f("pk_sealed_standing")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.add_column(sa.Column("review_days", sa.Integer(), server_default="14", nullable=False))
        batch_op.add_column(sa.Column("objection_days", sa.Integer(), server_default="3", nullable=False))
        batch_op.add_column(sa.Column("state_reason", sa.String(length=200), nullable=True))
        batch_op.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("budget_points", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rule_version", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_column("rule_version")

    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_column("budget_points")
        batch_op.drop_column("edition")
        batch_op.drop_column("state_reason")
        batch_op.drop_column("objection_days")
        batch_op.drop_column("review_days")

    op.drop_table("sealed_standing")
    op.drop_table("seal")
    op.drop_table("campaign_rule")
    with op.batch_alter_table("campaign_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_event_campaign_id_id"))

    op.drop_table("campaign_event")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_member_id_id"))

    op.drop_table("message")

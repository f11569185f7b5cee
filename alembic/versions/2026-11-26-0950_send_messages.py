"""send messages.

Why: what members have asked to be told must reach them, and only by ways that they agreed to.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "permit_report",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_permit_report")),
    )
    with op.batch_alter_table("permit_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_permit_report_reported_at"), ["reported_at"], unique=False)

    op.create_table(
        "message_permit",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("credits", sa.Integer(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_permit_member_id")),
        sa.PrimaryKeyConstraint("member_id", "template_id", name=op.f("pk_message_permit")),
    )
    op.create_table(
        "message_switch",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subject", sa.String(length=32), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_message_switch_member_id")),
        sa.PrimaryKeyConstraint("member_id", "subject", name=op.f("pk_message_switch")),
    )
    op.create_table(
        "permit_acceptance",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("template_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_phone", sa.Boolean(), nullable=False),
        sa.Column("by_platform", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_permit_acceptance_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_acceptance")),
    )
    with op.batch_alter_table("permit_acceptance", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_permit_acceptance_member_id_template_id_at"),
            ["member_id", "template_id", "at"],
            unique=False,
        )

    op.create_table(
        "reminder_choice",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("at_time", sa.String(length=5), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_reminder_choice_member_id")),
        sa.PrimaryKeyConstraint("member_id", "kind", name=op.f("pk_reminder_choice")),
    )
    with op.batch_alter_table("reminder_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reminder_choice_kind_at_time_member_id"), ["kind", "at_time", "member_id"], unique=False
        )

    op.create_table(
        "wecom_user",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_ciphertext", sa.Text(), nullable=False),
        sa.Column("user_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_wecom_user_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_wecom_user")),
        sa.UniqueConstraint("user_fingerprint", name=op.f("uq_wecom_user_user_fingerprint")),
    )
    op.create_table(
        "message_delivery",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("template_id", sa.String(length=64), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_delivery_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_delivery")),
        sa.UniqueConstraint("message_id", "channel", name=op.f("uq_message_delivery_message_id_channel")),
    )
    with op.batch_alter_table("message_delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_delivery_due",
            ["channel", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index(
            batch_op.f("ix_message_delivery_member_id_channel_ended_at"),
            ["member_id", "channel", "ended_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_message_delivery_number"), ["number"], unique=False)

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("routed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_message_unrouted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("routed_at IS NULL"),
            postgresql_where=sa.text("routed_at IS NULL"),
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_unrouted",
            sqlite_where=sa.text("routed_at IS NULL"),
            postgresql_where=sa.text("routed_at IS NULL"),
        )
        batch_op.drop_column("routed_at")
        batch_op.drop_column("sent_until")

    with op.batch_alter_table("message_delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_delivery_number"))
        batch_op.drop_index(batch_op.f("ix_message_delivery_member_id_channel_ended_at"))
        batch_op.drop_index(
            "ix_message_delivery_due",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("message_delivery")
    op.drop_table("wecom_user")
    with op.batch_alter_table("reminder_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reminder_choice_kind_at_time_member_id"))

    op.drop_table("reminder_choice")
    with op.batch_alter_table("permit_acceptance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_permit_acceptance_member_id_template_id_at"))

    op.drop_table("permit_acceptance")
    op.drop_table("message_switch")
    op.drop_table("message_permit")
    with op.batch_alter_table("permit_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_permit_report_reported_at"))

    op.drop_table("permit_report")

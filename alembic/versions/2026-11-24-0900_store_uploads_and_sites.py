"""store uploads and sites.

Why: photos as proof need uploads, and sites need codes that change.
Locks are given up after 4 s, statements after 5 minutes (env.py); change data apart from shape.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "upload",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("byte_count", sa.Integer(), nullable=True),
        sa.Column("taken", sa.String(length=8), nullable=True),
        sa.Column("distance", sa.String(length=8), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=True),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("act_id", sa.BigInteger(), nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moderation", sa.String(length=8), nullable=False),
        sa.Column("trace_id", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_upload_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
        sa.UniqueConstraint("key", name=op.f("uq_upload_key")),
        sa.UniqueConstraint("member_id", "request_id", name=op.f("uq_upload_member_id_request_id")),
        sa.UniqueConstraint("trace_id", name=op.f("uq_upload_trace_id")),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_upload_act_id"), ["act_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_upload_expires_at"), ["expires_at"], unique=False)

    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photo_id", sa.BigInteger(), nullable=True))

    with op.batch_alter_table("site_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("secret", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("display_fingerprint", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("latitude_e5", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("longitude_e5", sa.Integer(), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_site_code_display_fingerprint"), ["display_fingerprint"])


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("site_code", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_site_code_display_fingerprint"), type_="unique")
        batch_op.drop_column("longitude_e5")
        batch_op.drop_column("latitude_e5")
        batch_op.drop_column("display_fingerprint")
        batch_op.drop_column("secret")

    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_column("photo_id")

    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_upload_expires_at"))
        batch_op.drop_index(batch_op.f("ix_upload_act_id"))

    op.drop_table("upload")

"""pair screens.

Why: screens are paired by a code, have a playlist and messages, and tell that they are alive.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pairing_guess",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_pairing_guess_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_guess")),
    )
    with op.batch_alter_table("pairing_guess", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pairing_guess_member_id"), ["member_id"], unique=False)

    op.create_table(
        "screen_message",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text_zh", sa.String(length=60), nullable=False),
        sa.Column("text_en", sa.String(length=120), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_member", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_member"], ["member.id"], name=op.f("fk_screen_message_by_member")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_screen_message_institution_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screen_message")),
    )
    with op.batch_alter_table("screen_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_message_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "screen_receipt",
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_screen_receipt_member_id")),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_screen_receipt")),
    )
    op.create_table(
        "screen_pairing",
        sa.Column("key_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("code_fingerprint", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("screen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("fk_screen_pairing_screen_id")),
        sa.PrimaryKeyConstraint("key_fingerprint", name=op.f("pk_screen_pairing")),
        sa.UniqueConstraint("code_fingerprint", name=op.f("uq_screen_pairing_code_fingerprint")),
    )
    with op.batch_alter_table("screen_pairing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_pairing_ends_at"), ["ends_at"], unique=False)

    op.create_table(
        "screen_sighting",
        sa.Column("screen_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("instance", sa.String(length=32), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("scene", sa.String(length=20), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["screen_id"], ["screen.id"], name=op.f("fk_screen_sighting_screen_id")),
        sa.PrimaryKeyConstraint("screen_id", "instance", name=op.f("pk_screen_sighting")),
    )
    with op.batch_alter_table("screen_sighting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screen_sighting_seen_at"), ["seen_at"], unique=False)

    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.add_column(sa.Column("locale", sa.String(length=5), nullable=True))
        batch_op.add_column(sa.Column("playlist", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("edition", sa.Integer(), server_default="1", nullable=False))


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("screen", schema=None) as batch_op:
        batch_op.drop_column("edition")
        batch_op.drop_column("playlist")
        batch_op.drop_column("locale")

    with op.batch_alter_table("screen_sighting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_sighting_seen_at"))

    op.drop_table("screen_sighting")
    with op.batch_alter_table("screen_pairing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_pairing_ends_at"))

    op.drop_table("screen_pairing")
    op.drop_table("screen_receipt")
    with op.batch_alter_table("screen_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_screen_message_institution_id"))

    op.drop_table("screen_message")
    with op.batch_alter_table("pairing_guess", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pairing_guess_member_id"))

    op.drop_table("pairing_guess")

"""keep fingerprints of photos.

Why: a copy must be found when its pixels are long gone.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "photo_print",
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("middle", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("fine", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", "place", name=op.f("pk_photo_print")),
    )
    with op.batch_alter_table("photo_print", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_print_high"), ["high"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_print_low"), ["low"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_print_middle"), ["middle"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("photo_print", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_print_middle"))
        batch_op.drop_index(batch_op.f("ix_photo_print_low"))
        batch_op.drop_index(batch_op.f("ix_photo_print_high"))

    op.drop_table("photo_print")

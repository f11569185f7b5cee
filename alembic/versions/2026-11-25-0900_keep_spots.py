"""keep spots of photos.

Why: a part cut out of a photo must be found too, which prints of the whole and of fixed windows mostly missed. What is
kept of earlier photos stays and goes on being looked up.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "photo_spots",
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spots", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_photo_spots")),
    )
    op.create_table(
        "spot_word",
        sa.Column("word", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("word", "upload_id", name=op.f("pk_spot_word")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("spot_word")
    op.drop_table("photo_spots")

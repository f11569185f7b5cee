"""keep fingerprints of photos.

Why: a copy must be found when its pixels are long gone.

Revision: 0003
Follows: 0002
"""

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Undo."""

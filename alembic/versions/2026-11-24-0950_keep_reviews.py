"""keep reviews.

Why: people review a sample of acts.

Revision: 0007
Follows: 0006
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Undo."""

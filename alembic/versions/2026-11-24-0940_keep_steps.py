"""keep daily steps.

Why: steps are a capped bonus of each day.

Revision: 0006
Follows: 0005
"""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Undo."""

"""keep the chain of custody.

Why: old electronics need a chain of custody.

Revision: 0005
Follows: 0004
"""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Undo."""

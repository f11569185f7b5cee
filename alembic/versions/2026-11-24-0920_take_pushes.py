"""take pushes from WeChat.

Why: a push comes up to three times and must count once.

Revision: 0004
Follows: 0003
"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""


def downgrade() -> None:
    """Undo."""

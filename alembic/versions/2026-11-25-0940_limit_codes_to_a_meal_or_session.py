"""limit codes to a meal or session.

Why: a lunch's code must not prove breakfast; mini-program codes are kept, and a site's last use is shown.
Locks are given up after 4 s, statements after 5 minutes (env.py); change data apart from shape.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("site_code", schema=None) as batch_op:
        batch_op.add_column(sa.Column("slot", sa.String(length=16), nullable=True))

    op.create_table(
        "site_mini_code",
        sa.Column("site_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked", sa.String(length=300), nullable=False),
        sa.Column("picture", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site_code.id"], name=op.f("fk_site_mini_code_site_id")),
        sa.PrimaryKeyConstraint("site_id", name=op.f("pk_site_mini_code")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_check_in_site_code_id_recorded_at"),
            ["site_code_id", "recorded_at"],
            unique=False,
            sqlite_where=sa.text("site_code_id IS NOT NULL"),
            postgresql_where=sa.text("site_code_id IS NOT NULL"),
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(
            batch_op.f("ix_check_in_site_code_id_recorded_at"),
            sqlite_where=sa.text("site_code_id IS NOT NULL"),
            postgresql_where=sa.text("site_code_id IS NOT NULL"),
        )

    op.drop_table("site_mini_code")

    with op.batch_alter_table("site_code", schema=None) as batch_op:
        batch_op.drop_column("slot")

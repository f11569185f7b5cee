"""moderate photos.

Why: the platform is asked about each photo and answers later, in any order, or never.
Locks are given up after 4 s, statements after 5 minutes (env.py); change data apart from shape.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

IN_MODERATION = sa.text("state = 'stored' AND moderation IN ('waiting', 'pending')")


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("judged_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)
        )
        batch_op.create_foreign_key(batch_op.f("fk_upload_judged_by_id"), "member", ["judged_by_id"], ["id"])
    op.create_index(
        op.f("ix_upload_in_moderation"),
        "upload",
        ["asked_at"],
        unique=False,
        sqlite_where=IN_MODERATION,
        postgresql_where=IN_MODERATION,
    )
    op.create_table(
        "moderation_question",
        sa.Column("trace_id", sa.String(length=64), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("upload_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suggest", sa.String(length=9), nullable=True),
        sa.Column("label", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["upload_id"], ["upload.id"], name=op.f("fk_moderation_question_upload_id")),
        sa.PrimaryKeyConstraint("trace_id", name=op.f("pk_moderation_question")),
    )
    with op.batch_alter_table("moderation_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_question_upload_id"), ["upload_id"], unique=False)

    op.create_table(
        "wechat_push",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_wechat_push")),
    )
    with op.batch_alter_table("wechat_push", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wechat_push_came_at"), ["came_at"], unique=False)


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("wechat_push", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wechat_push_came_at"))

    op.drop_table("wechat_push")
    with op.batch_alter_table("moderation_question", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_question_upload_id"))

    op.drop_table("moderation_question")
    op.drop_index(op.f("ix_upload_in_moderation"), table_name="upload")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_upload_judged_by_id"), type_="foreignkey")
        batch_op.drop_column("judged_by_id")

"""spend points and draw prizes.

Why: points are spent on rewards and tickets, carbon is given to events, and draws can be checked by anybody.
Locks are given up after 4 s, statements after 5 minutes (env.py); change data apart from shape.

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "reward_receipt",
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id", "request_id", name=op.f("pk_reward_receipt")),
    )
    op.create_table(
        "neutral_event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title_zh", sa.String(length=40), nullable=True),
        sa.Column("title_en", sa.String(length=80), nullable=True),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("needed_mg", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("donated_mg", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("donated_mg >= 0 AND donated_mg <= needed_mg", name=op.f("ck_neutral_event_donated")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_neutral_event_institution_id")),
        sa.ForeignKeyConstraint(["made_by"], ["member.id"], name=op.f("fk_neutral_event_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_neutral_event")),
    )
    with op.batch_alter_table("neutral_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_neutral_event_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "reward",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("institution_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=40), nullable=True),
        sa.Column("title_en", sa.String(length=80), nullable=True),
        sa.Column("text_zh", sa.String(length=500), nullable=True),
        sa.Column("text_en", sa.String(length=1000), nullable=True),
        sa.Column("how_zh", sa.String(length=200), nullable=True),
        sa.Column("how_en", sa.String(length=400), nullable=True),
        sa.Column("sponsor", sa.String(length=80), nullable=True),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("per_member", sa.Integer(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("has_codes", sa.Boolean(), nullable=False),
        sa.Column("stocked", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retired_reason", sa.String(length=200), nullable=True),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("stock >= 0", name=op.f("ck_reward_stock")),
        sa.CheckConstraint("title_zh IS NOT NULL OR title_en IS NOT NULL", name=op.f("ck_reward_title")),
        sa.ForeignKeyConstraint(["institution_id"], ["institution.id"], name=op.f("fk_reward_institution_id")),
        sa.ForeignKeyConstraint(["made_by"], ["member.id"], name=op.f("fk_reward_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward")),
    )
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reward_institution_id"), ["institution_id"], unique=False)

    op.create_table(
        "donation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("event_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("carbon_mg", sa.BigInteger(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["neutral_event.id"], name=op.f("fk_donation_event_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_donation_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation")),
    )
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_donation_event_id_id"), ["event_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_donation_member_id"), ["member_id"], unique=False)

    op.create_table(
        "draw",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("least_acts", sa.Integer(), nullable=False),
        sa.Column("ticket_points", sa.Integer(), nullable=True),
        sa.Column("tickets_each", sa.Integer(), nullable=False),
        sa.Column("claim_days", sa.Integer(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("seed_ciphertext", sa.Text(), nullable=False),
        sa.Column("numbered", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("announced_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seed", sa.String(length=64), nullable=True),
        sa.Column("seal_digest", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["announced_by"], ["member.id"], name=op.f("fk_draw_announced_by")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_draw_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("commitment", name=op.f("uq_draw_commitment")),
    )
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_campaign_id"), ["campaign_id"], unique=False)

    op.create_table(
        "redemption",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("pick_up_code", sa.String(length=12), nullable=True),
        sa.Column("redeemed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_redemption_member_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_redemption_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redemption")),
        sa.UniqueConstraint("pick_up_code", name=op.f("uq_redemption_pick_up_code")),
    )
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_redemption_member_id_reward_id"), ["member_id", "reward_id"], unique=False)
        batch_op.create_index(
            "ix_redemption_waiting",
            ["reward_id", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "draw_award",
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("pick_up_code", sa.String(length=12), nullable=False),
        sa.Column("won_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claim_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_award_draw_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_draw_award_member_id")),
        sa.PrimaryKeyConstraint("draw_id", "rank", name=op.f("pk_draw_award")),
        sa.UniqueConstraint("draw_id", "number", name=op.f("uq_draw_award_draw_id_number")),
        sa.UniqueConstraint("pick_up_code", name=op.f("uq_draw_award_pick_up_code")),
    )
    with op.batch_alter_table("draw_award", schema=None) as batch_op:
        batch_op.create_index(
            "ix_draw_award_unclaimed",
            ["claim_until"],
            unique=False,
            sqlite_where=sa.text("state = 'won'"),
            postgresql_where=sa.text("state = 'won'"),
        )

    op.create_table(
        "draw_prize",
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("title_zh", sa.String(length=40), nullable=True),
        sa.Column("title_en", sa.String(length=80), nullable=True),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_prize_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "place", name=op.f("pk_draw_prize")),
    )
    op.create_table(
        "draw_ticket",
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_ticket_draw_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_draw_ticket_member_id")),
        sa.PrimaryKeyConstraint("draw_id", "number", name=op.f("pk_draw_ticket")),
    )
    with op.batch_alter_table("draw_ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draw_ticket_draw_id_member_id"), ["draw_id", "member_id"], unique=False)

    op.create_table(
        "reward_code",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("reward_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("ciphertext", sa.Text(), nullable=False),
        sa.Column("redemption_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["redemption_id"], ["redemption.id"], name=op.f("fk_reward_code_redemption_id")),
        sa.ForeignKeyConstraint(["reward_id"], ["reward.id"], name=op.f("fk_reward_code_reward_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reward_code")),
        sa.UniqueConstraint("redemption_id", name=op.f("uq_reward_code_redemption_id")),
        sa.UniqueConstraint("reward_id", "fingerprint", name=op.f("uq_reward_code_reward_id_fingerprint")),
    )
    with op.batch_alter_table("reward_code", schema=None) as batch_op:
        batch_op.create_index(
            "ix_reward_code_free",
            ["reward_id", "id"],
            unique=False,
            sqlite_where=sa.text("redemption_id IS NULL"),
            postgresql_where=sa.text("redemption_id IS NULL"),
        )

    op.create_table(
        "ticket_purchase",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draw_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("tickets", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_ticket_purchase_draw_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_ticket_purchase_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_purchase")),
    )
    with op.batch_alter_table("ticket_purchase", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ticket_purchase_draw_id_member_id"), ["draw_id", "member_id"], unique=False
        )


def downgrade() -> None:
    """Undo."""
    with op.batch_alter_table("ticket_purchase", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_purchase_draw_id_member_id"))

    op.drop_table("ticket_purchase")
    with op.batch_alter_table("reward_code", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reward_code_free",
            sqlite_where=sa.text("redemption_id IS NULL"),
            postgresql_where=sa.text("redemption_id IS NULL"),
        )

    op.drop_table("reward_code")
    with op.batch_alter_table("draw_ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_ticket_draw_id_member_id"))

    op.drop_table("draw_ticket")
    op.drop_table("draw_prize")
    with op.batch_alter_table("draw_award", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_draw_award_unclaimed", sqlite_where=sa.text("state = 'won'"), postgresql_where=sa.text("state = 'won'")
        )

    op.drop_table("draw_award")
    with op.batch_alter_table("redemption", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_redemption_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index(batch_op.f("ix_redemption_member_id_reward_id"))

    op.drop_table("redemption")
    with op.batch_alter_table("draw", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draw_campaign_id"))

    op.drop_table("draw")
    with op.batch_alter_table("donation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_donation_member_id"))
        batch_op.drop_index(batch_op.f("ix_donation_event_id_id"))

    op.drop_table("donation")
    with op.batch_alter_table("reward", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reward_institution_id"))

    op.drop_table("reward")
    with op.batch_alter_table("neutral_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_neutral_event_institution_id"))

    op.drop_table("neutral_event")
    op.drop_table("reward_receipt")

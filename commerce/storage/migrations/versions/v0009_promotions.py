"""Promotions, coupons and points in carts, and what was taken off orders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AMOUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "loyalty",
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spend", AMOUNT, nullable=False),
        sa.Column("worth", AMOUNT, nullable=False),
        sa.CheckConstraint("spend > 0 AND worth > 0", name=op.f("ck_loyalty_worth_something")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_loyalty_shop_id_shops")),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("pk_loyalty")),
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("spoken", sa.JSON(), nullable=False),
        sa.Column("products", sa.JSON(), nullable=False),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("percent_ppm", sa.Integer(), nullable=False),
        sa.Column("amount", AMOUNT, nullable=False),
        sa.Column("buy", sa.Integer(), nullable=False),
        sa.Column("pay", sa.Integer(), nullable=False),
        sa.Column("minimum", AMOUNT, nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=True),
        sa.Column("uses_per_customer", sa.Integer(), nullable=True),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "used >= 0 AND (uses IS NULL OR used <= uses)", name=op.f("ck_promotions_not_used_too_often")
        ),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_promotions_amount_not_negative")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_promotions_shop_id_shops")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotions")),
        sa.UniqueConstraint("shop_id", "code", name=op.f("uq_promotions_shop_id_code")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_promotions_shop_id_key")),
    )
    op.create_table(
        "cart_benefits",
        sa.Column("cart_id", sa.Integer(), nullable=False),
        sa.Column("promotion_id", sa.Integer(), nullable=True),
        sa.Column("uses_points", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["cart_id"], ["carts.id"], name=op.f("fk_cart_benefits_cart_id_carts")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_cart_benefits_promotion_id_promotions")
        ),
        sa.PrimaryKeyConstraint("cart_id", name=op.f("pk_cart_benefits")),
    )
    op.create_table(
        "order_discounts",
        sa.Column("order_id", AMOUNT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("promotion_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount > 0 AND points >= 0", name=op.f("ck_order_discounts_takes_something_off")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_discounts_order_id_orders")),
        sa.ForeignKeyConstraint(
            ["promotion_id"], ["promotions.id"], name=op.f("fk_order_discounts_promotion_id_promotions")
        ),
        sa.PrimaryKeyConstraint("order_id", "position", name=op.f("pk_order_discounts")),
    )
    with op.batch_alter_table("order_discounts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_order_discounts_promotion_id"), ["promotion_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("order_discounts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_order_discounts_promotion_id"))

    op.drop_table("order_discounts")
    op.drop_table("cart_benefits")
    op.drop_table("promotions")
    op.drop_table("loyalty")

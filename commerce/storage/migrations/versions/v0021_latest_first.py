"""A shop's latest orders, and carts by when they were touched last, without reading all of them."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_shop_id_placed_at", "orders", ["shop_id", "placed_at"])
    op.create_index(op.f("ix_carts_updated_at"), "carts", ["updated_at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_carts_updated_at"), table_name="carts")
    op.drop_index("ix_orders_shop_id_placed_at", table_name="orders")

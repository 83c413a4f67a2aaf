"""Who wants to be reminded of what is running out, and of what they were."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reorder_consents",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at_from", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_reorder_consents_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_reorder_consents")),
    )
    op.create_index("ix_reorder_consents_looked_at_from", "reorder_consents", ["looked_at_from"])
    op.create_table(
        "reorder_reminders",
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("bought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_reorder_reminders_customer_id_customers")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name=op.f("fk_reorder_reminders_product_id_products")),
        sa.PrimaryKeyConstraint("customer_id", "product_id", name=op.f("pk_reorder_reminders")),
    )
    op.create_index("ix_reorder_reminders_product_id", "reorder_reminders", ["product_id"])


def downgrade() -> None:
    op.drop_index("ix_reorder_reminders_product_id", "reorder_reminders")
    op.drop_table("reorder_reminders")
    op.drop_index("ix_reorder_consents_looked_at_from", "reorder_consents")
    op.drop_table("reorder_consents")

"""Reservations, units that may be sold before they are here, and what to take instead."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

RESERVED_UNITS_GO_BACK = """
UPDATE stock SET available = available + coalesce(
  (SELECT sum(units) FROM reservations WHERE reservations.variant_id = stock.variant_id), 0)
"""


def upgrade() -> None:
    op.create_table(
        "reservations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_reservations_units_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_reservations_customer_id_customers")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_reservations_variant_id_variants")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reservations")),
    )
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reservations_customer_id"), ["customer_id"], unique=False)
        batch_op.create_index("ix_reservations_variant_id", ["variant_id"], unique=False)

    op.create_table(
        "substitutes",
        sa.Column("variant_id", sa.Integer(), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["substitute_id"], ["variants.id"], name=op.f("fk_substitutes_substitute_id_variants")),
        sa.ForeignKeyConstraint(["variant_id"], ["variants.id"], name=op.f("fk_substitutes_variant_id_variants")),
        sa.PrimaryKeyConstraint("variant_id", "substitute_id", name=op.f("pk_substitutes")),
    )
    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.add_column(sa.Column("owed", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("stock", schema=None) as batch_op:
        batch_op.add_column(sa.Column("back_orders", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("owed", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_check_constraint("owed_not_negative", "owed >= 0")


def downgrade() -> None:
    op.execute(RESERVED_UNITS_GO_BACK)
    with op.batch_alter_table("stock", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_stock_owed_not_negative"), type_="check")
        batch_op.drop_column("owed")
        batch_op.drop_column("back_orders")

    with op.batch_alter_table("order_lines", schema=None) as batch_op:
        batch_op.drop_column("owed")

    op.drop_table("substitutes")
    with op.batch_alter_table("reservations", schema=None) as batch_op:
        batch_op.drop_index("ix_reservations_variant_id")
        batch_op.drop_index(batch_op.f("ix_reservations_customer_id"))

    op.drop_table("reservations")

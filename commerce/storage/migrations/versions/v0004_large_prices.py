"""Prices, fees and caps of 64 bits on PostgreSQL, as they always were on SQLite."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

AMOUNTS = (
    ("shops", "delivery_fee"),
    ("shops", "delivery_free_from"),
    ("variants", "price"),
    ("option_choices", "price_effect"),
    ("customers", "spend_cap"),
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in AMOUNTS:
            op.alter_column(table, column, type_=sa.BigInteger())


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table, column in AMOUNTS:
            op.alter_column(table, column, type_=sa.Integer())

"""What users of a smart speaker's platform agreed to be told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "skill_users",
        sa.Column("user", sa.String(length=255), nullable=False),
        sa.Column("shop_id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("statuses", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_skill_users_customer_id_customers")),
        sa.ForeignKeyConstraint(["shop_id"], ["shops.id"], name=op.f("fk_skill_users_shop_id_shops")),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_skill_users")),
    )
    op.create_index("ix_skill_users_customer_id", "skill_users", ["customer_id"])


def downgrade() -> None:
    op.drop_index("ix_skill_users_customer_id", "skill_users")
    op.drop_table("skill_users")

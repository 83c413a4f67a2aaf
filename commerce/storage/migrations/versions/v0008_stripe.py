"""Where a payment is finished on the phone, and which of Stripe's payment intents is a payment's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stripe_intents",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("intent", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["key"], ["payments.key"], name=op.f("fk_stripe_intents_key_payments")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_stripe_intents")),
    )
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.add_column(sa.Column("finish_at", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_table("stripe_intents")
    with op.batch_alter_table("payments", schema=None) as batch_op:
        batch_op.drop_column("finish_at")
